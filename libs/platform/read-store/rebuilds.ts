import type { Projection } from '../../kernel/projection';

/**
 * Building a read model again beside the live one. Its sibling table is built in bulk from the beginning of the log, then
 * moves with the live one, batch by batch in the same transactions: so both have always seen the same, may be compared at
 * any moment, and changing places loses nothing in either direction.
 */
export interface Rebuilds {
  all(): Promise<readonly Rebuild[]>;

  /** Makes an empty sibling that a projector is to build; `end` is how far the log was. False where there is one already. */
  begin(projection: Projection, end: number): Promise<boolean>;

  /** What a bulk build has done so far. Answers whether it is to go on. */
  progress(projection: string, made: RebuildProgress): Promise<boolean>;

  /** From one state to another; false where it is not, or no longer, in that state. */
  move(projection: string, from: RebuildState, to: 'building' | 'paused' | 'built'): Promise<boolean>;

  /** Compares live and sibling row for row as of one moment. */
  compare(projection: Projection): Promise<Comparison>;

  /**
   * Live and sibling change places, in one transaction: `built` becomes `switched` and back. What projectors have in hand is
   * refused, so that no row made from the one is written to the other. False where it is in neither state. Throws
   * `StoreUnavailableFault` (retryable) where a long query holds it up.
   */
  swap(projection: string): Promise<boolean>;

  /** Drops the sibling, whatever state it is in; after a switch that is the model of before. */
  drop(projection: string): Promise<void>;
}

/** `building` and `paused` in bulk; `built`: follows the live one, in its place when switched; `switched`: the live one of before follows. */
export type RebuildState = 'building' | 'paused' | 'built' | 'switched';

export interface RebuildProgress {
  /** Everything up to here is in the sibling. */
  readonly position: number;
  /** Events of interest so far, and the time they took. */
  readonly events: number;
  readonly workedMs: number;
}

export interface Rebuild extends RebuildProgress {
  readonly projection: string;
  readonly state: RebuildState;
  /** How far the log was when it was begun. */
  readonly end: number;
}

export interface Comparison {
  /** False while one of them has seen more than the other: then the rest means nothing, and it is to be asked again. */
  readonly comparable: boolean;
  readonly rows: number;
  /** Rows that are in the one and not, or not the same, in the other. */
  readonly onlyLive: number;
  readonly onlySibling: number;
}

/** The model that is built beside the live one, or was live before it. */
export const siblingOf = (projection: Projection): Projection => ({
  ...projection,
  name: siblingName(projection.name),
});

export const siblingName = (projection: string): string => `${projection}@v2`;
