import type { NewStoredEvent, StoredEvent } from './stored-form';

/**
 * What the adapter asks of a client library, as thin as can be: `client-driver.ts` is it for both libraries. Every call
 * fails with whatever the library throws, which `failureOf` reads; none has a time-out one can rely on. Positions and
 * revisions are numbers here, checked to be below 2^53.
 */
export interface Driver {
  /**
   * Appends at exactly `expectedRevision`, -1 for a stream that is not there. Answers revision and position of the last event.
   * `abandoned` is raised when nobody waits for that any more: it may arrive all the same.
   */
  append(
    stream: string,
    expectedRevision: number,
    events: readonly NewStoredEvent[],
    abandoned: AbortSignal,
  ): Promise<Written>;

  /** At most `count` events, `from` inclusive in both directions. */
  readStream(stream: string, page: StreamPage): Promise<readonly StoredEvent[]>;

  /**
   * At most `count` events: forwards `from` is inclusive, backwards exclusive. The older library ignores `streams`. Fewer than
   * `count` means that there are no more.
   */
  readAll(page: AllPage): Promise<readonly StoredEvent[]>;

  /** Begins at once. `after` is exclusive, -1 for the beginning. */
  subscribe(after: number, streams: StreamSelection): DriverSubscription;

  dispose(): Promise<void>;
}

export interface Written {
  readonly lastRevision: number;
  readonly position: number;
}

export type Direction = 'forward' | 'backward';

export interface StreamPage {
  /** `end` is for backwards only. */
  readonly from: number | 'end';
  readonly direction: Direction;
  readonly count: number;
}

export interface AllPage {
  /** -1 for the beginning, `end` for backwards only. */
  readonly from: number | 'end';
  readonly direction: Direction;
  readonly count: number;
  readonly streams: StreamSelection;
}

/** By the names of streams: what they start with, or a pattern that the server's regular expressions and ours read alike. */
export type StreamSelection = { readonly prefixes: readonly string[] } | { readonly pattern: string };

export interface DriverSubscription {
  /**
   * What came since, in order: at least one step. Fails once all that came before the failure was taken, and for ever from
   * then on: libraries never resume by themselves.
   */
  next(): Promise<readonly SubscriptionStep[]>;

  /** Has to be called whatever happened, or the call is leaked. */
  close(): Promise<void>;
}

export type SubscriptionStep =
  | { readonly kind: 'event'; readonly event: StoredEvent }
  /** Everything up to here was looked at, and everything selected came before this. */
  | { readonly kind: 'checkpoint'; readonly position: number }
  /** The end of the log was seen. */
  | { readonly kind: 'caughtUp' };
