import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export type Expected = 'any' | 'no_stream' | 'stream_exists' | bigint;

export interface ClientEvent {
  readonly id?: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>> | Uint8Array;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface Position {
  readonly commit: bigint;
  readonly prepare: bigint;
}

export interface Resolved {
  readonly event?: {
    readonly streamId: string;
    readonly id: string;
    readonly type: string;
    readonly revision: bigint;
    readonly isJson: boolean;
    readonly data?: unknown;
    readonly metadata?: unknown;
    readonly position?: Position | undefined;
  };
}

export type Filter = {
  readonly filterOn: 'streamName' | 'eventType';
  readonly checkpointInterval: number;
  readonly maxSearchWindow?: number;
  readonly checkpointReached?: (subscription: unknown, position: Position) => void;
} & ({ readonly prefixes: string[] } | { readonly regex: string });

export const ofStreams = { filterOn: 'streamName', checkpointInterval: 1 } as const;
export const ofTypes = { filterOn: 'eventType', checkpointInterval: 1 } as const;

type Direction = 'forwards' | 'backwards';

export interface Subscribed extends AsyncIterable<Resolved> {
  on(event: 'caughtUp', listener: () => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'data', listener: (resolved: Resolved) => void): unknown;
  unsubscribe(): Promise<void>;
}

/** What both client libraries offer, under the names of neither. */
export interface EsdbClient {
  append(
    stream: string,
    events: readonly ClientEvent[],
    expected: Expected,
    credentials?: { username: string; password: string },
  ): Promise<{ success: boolean; nextExpectedRevision: bigint; position?: Position }>;
  readStream(
    stream: string,
    options?: { fromRevision?: bigint | 'start' | 'end'; direction?: Direction; maxCount?: number },
  ): AsyncIterable<Resolved>;
  readAll(options?: {
    fromPosition?: Position | 'start' | 'end';
    direction?: Direction;
    maxCount?: number;
    filter?: Filter;
  }): AsyncIterable<Resolved>;
  subscribeToAll(options?: { fromPosition?: Position | 'start' | 'end'; filter?: Filter }): Subscribed;
  subscribeToStream(stream: string, options?: { fromRevision?: bigint | 'start' | 'end' }): Subscribed;
  /** What a conflict says was expected, and was there. */
  conflictOf(error: unknown): { expected: unknown; actual: unknown };
  dispose(): Promise<void>;
}

export interface EsdbLibrary {
  readonly name: string;
  /** The older one reads `$all` without its filter, and tells nobody. */
  readonly filtersReadAll: boolean;
  connect(address: string): EsdbClient;
}

export async function gatherResolved(reading: AsyncIterable<Resolved>): Promise<NonNullable<Resolved['event']>[]> {
  const events = [];
  for await (const { event } of reading) if (event !== undefined) events.push(event);
  return events;
}

export const typesOf = async (reading: AsyncIterable<Resolved>): Promise<string[]> =>
  (await gatherResolved(reading)).map(({ type }) => type);

export const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

export const at = (position: number): Position => ({ commit: BigInt(position), prepare: BigInt(position) });

/** Waits for something that comes in its own time, and says what did not come. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 500) throw new Error(`${what} did not come`);
    await sleep(10);
  }
}

/** An event of somebody else, with an id of its own. */
export const foreign = (type: string, more: Partial<ClientEvent> = {}): ClientEvent => ({
  id: randomUUID(),
  type,
  data: { of: type },
  ...more,
});

/** For the moment in which the door is closed. */
export async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries > 40) throw error;
      await sleep(50);
    }
  }
}
