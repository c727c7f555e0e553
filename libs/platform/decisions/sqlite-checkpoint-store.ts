import { rmSync } from 'node:fs';
import { crc32c } from '@node-rs/crc32';
import type { StreamName } from '../../kernel/ids';
import type { JsonValue } from '../../kernel/json';
import { Sqlite, sqliteErrorCode, type Statement } from '../sqlite/sqlite';
import type { CheckpointStore, NewCheckpoint } from './checkpoint-store';

export interface SqliteCheckpointOptions {
  /** Waits so long for more before it writes. */
  readonly delayMs?: number;
  /** Writing or reading failed: checkpoints pause, nothing else does. */
  readonly onTrouble?: (error: unknown) => void;
}

/** States written in one turn of the event loop, so that no till waits for a pile of them. */
const STATES_PER_TRANSACTION = 20;

/** `checkpoints.db`: begun anew where it cannot be opened; a row that fails its CRC counts as none, as decisions rest on it. */
export class SqliteCheckpointStore implements CheckpointStore {
  private readonly waiting = new Map<StreamName, NewCheckpoint>();
  private readonly select: Statement<{ revision: number; state: string; crc: number }>;
  private readonly write: Statement<never>;
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly database: Sqlite,
    private readonly options: SqliteCheckpointOptions,
  ) {
    this.select = database.prepare('SELECT revision, state, crc FROM checkpoints WHERE stream = ? AND language = ?');
    this.write = database.prepare(
      `INSERT INTO checkpoints (stream, language, revision, state, crc) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET language = excluded.language, revision = excluded.revision, state = excluded.state, crc = excluded.crc`,
    );
  }

  static open(path: string, options: SqliteCheckpointOptions = {}): SqliteCheckpointStore {
    try {
      return new SqliteCheckpointStore(openDatabase(path), options);
    } catch (error) {
      if (sqliteErrorCode(error) === undefined) throw error;
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
      return new SqliteCheckpointStore(openDatabase(path), options);
    }
  }

  load(stream: StreamName, language: number): { revision: number; state: JsonValue } | undefined {
    try {
      const row = this.select.get(stream, language);
      if (row === undefined || row.crc !== crcOf(stream, language, row.revision, row.state)) return undefined;
      return { revision: row.revision, state: JSON.parse(row.state) as JsonValue };
    } catch (error) {
      this.options.onTrouble?.(error);
      return undefined;
    }
  }

  save(stream: StreamName, checkpoint: NewCheckpoint): void {
    this.waiting.set(stream, checkpoint);
    this.timer ??= setTimeout(() => this.writeSome(), this.options.delayMs ?? 100).unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    while (this.waiting.size > 0) this.writeBatch();
    this.database.close();
  }

  private writeSome(): void {
    this.timer = undefined;
    this.writeBatch();
    if (this.waiting.size > 0) this.timer = setTimeout(() => this.writeSome(), 1).unref();
  }

  private writeBatch(): void {
    const batch = [...this.waiting].slice(0, STATES_PER_TRANSACTION);
    for (const [stream] of batch) this.waiting.delete(stream);
    try {
      this.database.transaction(() => {
        for (const [stream, { language, revision, state }] of batch) {
          const text = JSON.stringify(state());
          this.write.run(stream, language, revision, text, crcOf(stream, language, revision, text));
        }
      });
    } catch (error) {
      this.options.onTrouble?.(error);
    }
  }
}

const crcOf = (stream: string, language: number, revision: number, state: string): number =>
  crc32c(`${stream}/${language}/${revision}/${state}`);

function openDatabase(path: string): Sqlite {
  const database = new Sqlite(path, { journal: 'wal', synchronous: 'off', busyTimeoutMs: 200 });
  try {
    database.exec(`CREATE TABLE IF NOT EXISTS checkpoints (
      stream TEXT PRIMARY KEY, language INTEGER NOT NULL, revision INTEGER NOT NULL, state TEXT NOT NULL, crc INTEGER NOT NULL
    ) WITHOUT ROWID`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
