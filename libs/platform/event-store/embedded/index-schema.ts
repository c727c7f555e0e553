import { rmSync } from 'node:fs';
import { Sqlite, sqliteErrorCode } from '../../sqlite/sqlite';
import { StoreUnavailableFault } from '../faults';
import { LOG_START, type LogPlace, type RecordLocation } from './record-format';

/** Raise it with every change below: an index of another version is thrown away and built again from the log. */
const INDEX_VERSION = 1;

const TABLES = `
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE appends (
    stream INTEGER NOT NULL, first_revision INTEGER NOT NULL, event_count INTEGER NOT NULL, position INTEGER NOT NULL,
    segment INTEGER NOT NULL, byte_offset INTEGER NOT NULL, byte_length INTEGER NOT NULL,
    PRIMARY KEY (stream, first_revision)
  ) WITHOUT ROWID;
  CREATE TABLE claims (
    key TEXT PRIMARY KEY, stream INTEGER NOT NULL, first_revision INTEGER NOT NULL, sealed INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX sealed_claims ON claims (stream) WHERE sealed = 1;
  CREATE TABLE places (position INTEGER PRIMARY KEY, segment INTEGER NOT NULL, byte_offset INTEGER NOT NULL);
  CREATE TABLE progress (
    id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL, segment INTEGER NOT NULL, byte_offset INTEGER NOT NULL,
    last_segment INTEGER, last_byte_offset INTEGER, last_byte_length INTEGER
  );
  INSERT INTO progress VALUES (1, ${LOG_START.position}, ${LOG_START.segment}, ${LOG_START.offset}, NULL, NULL, NULL);
  PRAGMA user_version = ${INDEX_VERSION};
`;

/** How far an index has followed its log: all before `place` is in it. */
export interface IndexProgress {
  readonly place: LogPlace;
  /** The newest record it holds, undefined while it is empty. */
  readonly lastRecord: RecordLocation | undefined;
}

export const IN_MEMORY = ':memory:';

/** Opens the index for writing. One that is missing, unreadable or of another version may be begun anew: the log is the truth. */
export function openIndex(path: string, mayBegin: boolean): Sqlite {
  const existing = openUsable(path);
  if (existing !== undefined) return existing;
  if (!mayBegin) throw new StoreUnavailableFault(`the index ${path} is gone or cannot be read`);
  deleteIndex(path);
  const database = connect(path);
  database.transaction(() => {
    database.exec(TABLES);
  });
  return database;
}

/** Opens the index beside its writer; undefined where there is none that can be used. */
export function openIndexForReading(path: string): Sqlite | undefined {
  try {
    const database = new Sqlite(path, { readOnly: true });
    database.exec('PRAGMA cache_size = -32768');
    if (versionOf(database) === INDEX_VERSION) return database;
    database.close();
    return undefined;
  } catch (error) {
    if (sqliteErrorCode(error) === undefined) throw error;
    return undefined;
  }
}

export function readProgress(database: Sqlite): IndexProgress {
  const row = database.prepare<ProgressRow>('SELECT * FROM progress').get();
  if (row === undefined) return { place: LOG_START, lastRecord: undefined };
  const { last_segment: segment, last_byte_offset: offset, last_byte_length: length } = row;
  return {
    place: { segment: row.segment, offset: row.byte_offset, position: row.position },
    lastRecord: segment === null || offset === null || length === null ? undefined : { segment, offset, length },
  };
}

interface ProgressRow {
  readonly position: number;
  readonly segment: number;
  readonly byte_offset: number;
  readonly last_segment: number | null;
  readonly last_byte_offset: number | null;
  readonly last_byte_length: number | null;
}

function openUsable(path: string): Sqlite | undefined {
  let database: Sqlite | undefined;
  try {
    database = connect(path);
    if (versionOf(database) === INDEX_VERSION) return database;
  } catch (error) {
    if (sqliteErrorCode(error) === undefined) throw error;
  }
  database?.close();
  return undefined;
}

// NORMAL keeps the database whole over a power cut and may lose its newest transactions, which the follower does again.
function connect(path: string): Sqlite {
  const database = new Sqlite(path, { journal: 'wal', synchronous: 'normal' });
  database.exec('PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -65536');
  return database;
}

function versionOf(database: Sqlite): number {
  return database.prepare<{ user_version: number }>('PRAGMA user_version').get()?.user_version ?? 0;
}

export function deleteIndex(path: string): void {
  if (path === IN_MEMORY) return;
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}
