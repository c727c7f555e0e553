import type { JsonObject } from '../../kernel/json';
import type { StreamName, TenantId } from '../../kernel/ids';

/**
 * The event-store port. Every adapter passes `libs/testing/event-store.contract-suite.ts`.
 *
 * Units and order: times are milliseconds since 1970 (UTC); a revision counts the events of one stream from 0 without
 * gaps; a position orders all events of the store and strictly increases (gapless from 0 on the embedded engine only).
 * Promises: `append` answers only after the events are durable; one command is one append to one stream, all or nothing;
 * reads and subscriptions never show an event that is not durable, and never skip one while writers race.
 */
export interface EventStore {
  /** Whether this process alone can append to it: then what it has seen of a stream is all there is. */
  readonly exclusive: boolean;

  /**
   * Appends at exactly `expectedRevision`. The same request again (same stream, expected revision and command key) is
   * answered with the first result. A claim that somebody holds, the same command included, answers `claimTaken`, and
   * only once the holder is durable. Throws `AppendTooLargeFault`, `StoreFullFault` (nothing was stored, retryable) or
   * `StoreUnavailableFault`.
   */
  append(request: AppendRequest): Promise<AppendResult>;

  /** The durable holder of a claimed key, or undefined. Waits for a holder whose append is still in flight. */
  claimHolder(key: string): Promise<ClaimHolder | undefined>;

  /** The append that wrote `revision`; undefined where the stream has no such revision. */
  readAppend(stream: StreamName, revision: number): Promise<RecordedAppend | undefined>;

  /** Events of one stream in batches; `from` is inclusive in both directions; nothing for an unknown stream. */
  readStream(stream: StreamName, options?: ReadStreamOptions): AsyncIterable<readonly RecordedEvent[]>;

  /**
   * Events of the whole store in batches; `after` (forward) and `before` (backward) are exclusive, `from` (forward, in place of
   * `after`) is inclusive. Each is a position the store has told, or `BEGINNING`: not every store can start between two.
   */
  readAll(options?: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]>;

  /**
   * Everything after a position, then what comes, for ever: iterate it, and leave the loop or abort the signal to end it. A slow
   * reader slows nobody else. A batch may hold no event: its `position` is then how far the filter has looked, and may
   * be saved as a checkpoint like any other once the batch is handled. With nothing to show the first batch is empty and
   * caught up. Ends quietly when the store closes; throws `LogDamageFault` for a position the store does not have.
   */
  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch>;

  /**
   * Names of the streams that start so and hold a durable event, in the order of their bytes: what comes after a name, at
   * most so many. `prefix` ends within a name, `account-main.` for one.
   */
  streamNames(page: StreamNamesPage): Promise<readonly StreamName[]>;

  /** Revision of the newest durable event of a stream, -1 where there is none. */
  headRevision(stream: StreamName): Promise<number>;

  /** Position of the newest durable event, -1 in an empty store. */
  endPosition(): Promise<number>;

  /** Refuses new appends, finishes what was accepted, then lets go of everything. */
  close(): Promise<void>;
}

/**
 * Type of an event that takes a revision and says nothing: a store of several writers puts it where an append may have been
 * lost on its way, so that it never arrives. Whoever folds events passes it over.
 */
export const SLOT_CLOSED = 'SlotClosed';

export const NO_STREAM = -1;
export const BEGINNING = -1;

/** At most this many bytes of canonical JSON an append, and events (at least one) and claims an append. */
export const APPEND_LIMITS = { bytes: 900 * 1024, events: 4096, claims: 64 } as const;

export interface NewEvent {
  readonly type: string;
  /** Schema version of this event type, from 1. */
  readonly version: number;
  readonly data: JsonObject;
}

/** Who did it. Ids only, never anything personal. */
export interface Actor {
  readonly key: string;
  readonly role: string;
  readonly staff?: string;
  readonly till?: string;
  readonly outlet?: string;
}

/** What is unique over all streams. Keys start with the tenant, then the kind, and sort naturally: `main/receipt/manila-1~2~000123`. */
export interface Claim {
  readonly action: 'take' | 'release';
  readonly key: string;
  /**
   * For keys that stand for something personal: what the log stores instead of `key`, and `unseal` turns back into it. Such a
   * key ends in the 64 hex digits of an HMAC: `main/card/5a…`.
   */
  readonly sealed?: string;
}

export interface AppendRequest {
  readonly stream: StreamName;
  /** Revision of the newest event the decision has seen; `NO_STREAM` for none. */
  readonly expectedRevision: number;
  /**
   * Where given, the append that wrote `expectedRevision` must be of this command, else `conflict`. An append that is sent
   * before the one it builds on is known to be recorded needs it: another writer's append may get that revision instead.
   */
  readonly expectedCommandKey?: string;
  /** Names the command for ever: the receipt key of a purchase, else the caller's idempotency key. */
  readonly commandKey: string;
  /** SHA-256 (hex) of the validated body, by which a re-send is told from another body under the same key. */
  readonly fingerprint: string | null;
  readonly recordedAt: number;
  readonly occurredAt: number;
  readonly effectiveAt: number;
  readonly actor: Actor;
  readonly correlationId: string;
  /** Event id of what caused this, null where a person or a till did. */
  readonly causationId: string | null;
  readonly events: readonly NewEvent[];
  readonly claims: readonly Claim[];
  /** What the answer needs beside the events, so that every repeated answer is equal to the first. */
  readonly outcome: JsonObject | null;
}

export type AppendResult =
  | {
      readonly kind: 'appended';
      readonly firstRevision: number;
      readonly lastRevision: number;
      readonly position: number;
    }
  | { readonly kind: 'conflict'; readonly actualRevision: number }
  | { readonly kind: 'claimTaken'; readonly key: string; readonly holder: ClaimHolder };

/** Who holds a claim: the append that took it. */
export interface ClaimHolder {
  readonly stream: StreamName;
  readonly firstRevision: number;
  readonly commandKey: string;
  readonly fingerprint: string | null;
}

export interface RecordedAppend extends Omit<AppendRequest, 'expectedRevision' | 'expectedCommandKey' | 'claims'> {
  readonly tenant: TenantId;
  readonly firstRevision: number;
  /** Position of its last event, as on `AppendResult`: who has seen it has seen all of the append. */
  readonly position: number;
  /** Keys of plain claims and the sealed text of sealed ones. */
  readonly claims: readonly StoredClaim[];
}

export interface StoredClaim {
  readonly action: 'take' | 'release';
  readonly key?: string;
  readonly sealed?: string;
}

export interface RecordedEvent extends NewEvent {
  readonly append: RecordedAppend;
  /** Place in its append, from 0: an event is named by its append and this. */
  readonly index: number;
  readonly revision: number;
  readonly position: number;
}

export interface ReadStreamOptions {
  readonly from?: number;
  readonly direction?: 'forward' | 'backward';
  readonly limit?: number;
}

export interface StreamNamesPage {
  readonly prefix: string;
  /** Exclusive. */
  readonly after?: StreamName;
  readonly limit: number;
}

export interface EventFilter {
  readonly categories?: readonly string[];
  readonly types?: readonly string[];
  readonly tenant?: TenantId;
}

export interface ReadAllOptions {
  readonly after?: number;
  readonly from?: number;
  readonly before?: number;
  readonly direction?: 'forward' | 'backward';
  readonly limit?: number;
  readonly filter?: EventFilter;
}

export interface SubscribeOptions {
  readonly after: number;
  readonly filter?: EventFilter;
  readonly signal?: AbortSignal;
}

export interface SubscriptionBatch {
  readonly events: readonly RecordedEvent[];
  /** Everything up to here was looked at. */
  readonly position: number;
  /** True where nothing durable lies beyond `position` at this moment. */
  readonly caughtUp: boolean;
}
