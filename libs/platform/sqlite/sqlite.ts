import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite';
import { pathToFileURL } from 'node:url';

/**
 * The one door to SQLite: no other file imports the driver, so that one process never holds two SQLite libraries on one
 * file. Everything here is synchronous; integers must stay below 2^53.
 */
export type SqlValue = string | number | null | Uint8Array;

export interface SqliteOptions {
  readonly readOnly?: boolean;
  /** Nobody writes it: it is read without a lock, and nothing is made beside it. Answers may be wrong if somebody does. */
  readonly immutable?: boolean;
  /** `wal` for what may be deleted and is read while written; `delete` (rollback journal) for what must be able to forget. */
  readonly journal?: 'wal' | 'delete' | 'off';
  readonly synchronous?: 'off' | 'normal' | 'full' | 'extra';
  /** How long a statement waits for another connection's lock. */
  readonly busyTimeoutMs?: number;
}

export class Sqlite {
  private readonly database: DatabaseSyncInstance;

  /** @throws an error with SQLite's result code, see `sqliteErrorCode`. */
  constructor(path: string, options: SqliteOptions = {}) {
    const place = options.immutable === true ? `${pathToFileURL(path).href}?immutable=1` : path;
    this.database = new DatabaseSync(place, {
      readOnly: options.readOnly ?? false,
      timeout: options.busyTimeoutMs ?? 5_000,
    });
    try {
      if (options.journal !== undefined) this.exec(`PRAGMA journal_mode = ${options.journal}`);
      if (options.synchronous !== undefined) this.exec(`PRAGMA synchronous = ${options.synchronous}`);
    } catch (error) {
      this.database.close();
      throw error;
    }
  }

  exec(sql: string): void {
    this.database.exec(sql);
  }

  /** A statement to be kept and run many times. `Row` is the shape of one result row: the caller vouches for it. */
  prepare<Row = never>(sql: string): Statement<Row> {
    return new Statement<Row>(this.database.prepare(sql));
  }

  /** Runs `work` as one transaction: committed when it returns, rolled back when it throws. Not nested. */
  transaction<Result>(work: () => Result): Result {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      this.rollBack();
      throw error;
    }
  }

  /** SQLite has rolled back by itself after some errors; the first error is the one that tells. */
  private rollBack(): void {
    try {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
    } catch (error) {
      if (sqliteErrorCode(error) === undefined) throw error;
    }
  }

  /** Files and locks are let go of when the statements are collected as well: the driver cannot finalize them. */
  close(): void {
    if (this.database.isOpen) this.database.close();
  }
}

export class Statement<Row> {
  constructor(private readonly statement: StatementSyncInstance) {}

  /** Answers how many rows were changed. */
  run(...values: readonly SqlValue[]): number {
    return this.statement.run(...values).changes;
  }

  get(...values: readonly SqlValue[]): Row | undefined {
    return this.statement.get(...values) as Row | undefined;
  }

  all(...values: readonly SqlValue[]): Row[] {
    return this.statement.all(...values) as Row[];
  }
}

/** SQLite's primary result code of an error thrown by this file, undefined for any other error. */
export function sqliteErrorCode(error: unknown): number | undefined {
  // Not `instanceof Error`: the driver's errors may come from another realm (a test sandbox).
  if (typeof error !== 'object' || error === null || !('sqliteCode' in error)) return undefined;
  return typeof error.sqliteCode === 'number' ? error.sqliteCode & 0xff : undefined;
}

/** The statement makes no sense: also where a table that should be there is not. */
export const SQLITE_ERROR = 1;
export const SQLITE_BUSY = 5;
export const SQLITE_CORRUPT = 11;
export const SQLITE_FULL = 13;
export const SQLITE_NOT_A_DATABASE = 26;
