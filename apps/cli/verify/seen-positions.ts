import { existsSync } from 'node:fs';
import type { DataDirectory } from '../../../libs/platform/event-store/embedded/data-directory';
import { readProgress } from '../../../libs/platform/event-store/embedded/index-schema';
import { BEGINNING } from '../../../libs/platform/event-store/event-store';
import { Sqlite, sqliteErrorCode } from '../../../libs/platform/sqlite/sqlite';

/** A copy of the log remembers how far it has followed it: a log that ends before has lost its end. */
export interface SeenPosition {
  /** Name of the file that remembers. */
  readonly by: string;
  /** Position of the newest event it has seen, `BEGINNING` for none. */
  readonly position: number;
}

/** What the copies in a directory have seen. One that is missing or cannot be read has seen nothing: it is made again. */
export function seenPositions({ index, readModels }: DataDirectory): SeenPosition[] {
  return [
    { by: 'index.db', position: asked(index, (database) => readProgress(database).place.position - 1) },
    { by: 'read.db', position: asked(readModels, newestCheckpoint) },
  ];
}

const newestCheckpoint = (database: Sqlite): number =>
  database.prepare<{ position: number | null }>('SELECT MAX(position) AS position FROM checkpoints').get()?.position ??
  BEGINNING;

function asked(path: string, question: (database: Sqlite) => number): number {
  if (!existsSync(path)) return BEGINNING;
  let database: Sqlite | undefined;
  try {
    // Looking at a database in WAL mode makes files beside it, unless nobody is said to write it.
    database = new Sqlite(path, { readOnly: true, immutable: !existsSync(`${path}-wal`) });
    return question(database);
  } catch (error) {
    if (sqliteErrorCode(error) === undefined) throw error;
    return BEGINNING;
  } finally {
    database?.close();
  }
}
