import type { Kysely } from 'kysely';
import type { Column, Projection, RowKey } from '../../kernel/projection';
import type { Rebuilds } from './rebuilds';
import type { HeldShard, ShardLeases } from './shard-leases';

export type { Column, Projection, RowKey };

/** A row's values in the order of the projection's columns; JSON as canonical text. Made by `RowCodec`. */
export type StoredRow = readonly StoredValue[];
export type StoredValue = string | number | null;

/**
 * The query door: read-only, typed by the caller with `withTables<…>()`. Every query names the tenant. Transactions are
 * refused: one query is one consistent answer.
 */
export type QueryDoor = Kysely<object>;

/** How a row reads through the query door: members named in `Json` are text there. */
export type Queried<Row extends object, Json extends keyof Row = never> = {
  readonly [Name in keyof Row]: Name extends Json ? string | Extract<Row[Name], null> : Row[Name];
};

/** What a `json` column holds, from its text; the caller vouches for the shape. */
export function jsonOf<Value>(text: string): Value {
  return JSON.parse(text) as Value;
}

/**
 * Where read models and their checkpoints live. The work is split in shards by customer (`shardOf`); a shard has one
 * writer at a time, the projection runner that holds its lease. Every adapter passes
 * `libs/testing/read-store.contract-suite.ts`. Everything in it may be lost at any time and is made again from the log.
 */
export interface ReadStore {
  /** Into how many shards the work is split: fixed when the store is made. */
  readonly shards: number;

  readonly leases: ShardLeases;

  readonly rebuilds: Rebuilds;

  /**
   * Makes the tables that are missing, and empties a projection whose version or columns changed. Answers the position up
   * to which each projection has seen the log, shard by shard; `BEGINNING` in an empty one. Where several processes share
   * the store, throws `ReadStoreNewerFault` for a projection that a newer release has made already.
   */
  prepare(projections: readonly Projection[]): Promise<ReadonlyMap<string, readonly number[]>>;

  /** How far projections that were prepared, here or by another process, have seen the log, shard by shard. */
  positions(projections: readonly Projection[]): Promise<ReadonlyMap<string, readonly number[]>>;

  /** The rows of these keys by `keyText`; keys without a row are left out. */
  load(projection: Projection, keys: readonly RowKey[]): Promise<ReadonlyMap<string, StoredRow>>;

  /**
   * Rows, checkpoints and parked events together or not at all; each projection at most once. Throws `LeaseLostFault` where one of the shards in `held` is
   * no longer held at its epoch, and `CheckpointMovedFault` when a checkpoint is not where the caller thinks it is:
   * somebody else projected meanwhile, or this very batch was committed before. After `StoreUnavailableFault` it is not
   * known whether it was committed: `prepare` tells.
   */
  commit(changes: readonly ProjectionChanges[], held: readonly HeldShard[]): Promise<void>;

  /** Lines that wait, oldest first. */
  parkedLines(): Promise<readonly ParkedLine[]>;

  /** Positions of the first `limit` parked events of a line, in order. */
  parkedPositions(projection: string, line: string, limit: number): Promise<readonly number[]>;

  /** How many events were left out of a projection on command. */
  skippedEvents(projection: string): Promise<number>;

  readonly query: QueryDoor;

  close(): Promise<void>;
}

/** What one batch did to one projection. */
export interface ProjectionChanges {
  readonly projection: Projection;
  /** At most one of each shard. */
  readonly checkpoints: readonly ShardCheckpoint[];
  readonly rows: readonly StoredRow[];
  /** Events that wait behind a failure, or failed themselves; kept as positions, the log has the rest. */
  readonly parked?: readonly ParkedEvent[];
  /** A line that was retried, skipped or unparked. */
  readonly resumed?: ResumedLine;
}

/** A shard has seen the log up to `from`, and with this batch up to `to`. */
export interface ShardCheckpoint {
  readonly shard: number;
  readonly from: number;
  readonly to: number;
}

export interface ParkedEvent {
  readonly line: string;
  readonly position: number;
  /** Only of the event that failed. */
  readonly failure?: LineFailure;
}

export interface LineFailure {
  /** Name and message of what was thrown. */
  readonly error: string;
  readonly at: number;
}

export interface ResumedLine {
  readonly line: string;
  /** Positions whose events are in the rows now and wait no longer. */
  readonly applied: readonly number[];
  /** Positions whose events are left out for good, on somebody's command. */
  readonly skipped: readonly number[];
  /** The next event failed (again), or null. */
  readonly failure: LineFailure | null;
}

/** One customer's or account's events in one projection, from the first that failed on. */
export interface ParkedLine {
  readonly projection: string;
  readonly line: string;
  readonly failure: LineFailure;
  /** Attempts that failed, the first included. */
  readonly attempts: number;
  readonly firstPosition: number;
  readonly events: number;
}

/** How far a read model is, and who is stuck. */
export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  /** Everything up to here is in the rows, but for parked lines. */
  readonly position: number;
  /** Positions of the log after it. */
  readonly lagEvents: number;
  /** Age of the oldest event that is not in the rows. */
  readonly lagSeconds: number;
  readonly parkedLines: number;
  /** Events left out on command, since the projection was last built. */
  readonly skippedEvents: number;
  /** The error that makes it wait and try again; null while it runs. */
  readonly paused: string | null;
}
