import { deleteIndex, openIndex, type IndexProgress } from './index-schema';
import type { LogReader } from './log-reader';
import { readAhead } from './read-ahead';
import { StreamIndexWriter, type Unseal } from './stream-index-writer';
import { sqliteErrorCode, type Sqlite } from '../../sqlite/sqlite';

/** Records that make one transaction at most: a rebuild touches the same pages again in every one, so few big ones are quicker. */
const RECORDS_PER_FLUSH = 100_000;

export interface FollowerOptions {
  readonly unseal: Unseal;
  /** Whether an index that is missing or unusable is begun anew; otherwise that is an error. */
  readonly mayBegin: boolean;
}

/** Follows a log into its index, in whatever thread it is made. Never runs ahead of what it was told is durable. */
export class IndexFollower {
  private readonly writer: StreamIndexWriter;
  private closed = false;

  private constructor(
    readonly database: Sqlite,
    private readonly reader: LogReader,
    unseal: Unseal,
  ) {
    this.writer = new StreamIndexWriter(database, unseal);
  }

  static open(indexPath: string, reader: LogReader, options: FollowerOptions): IndexFollower {
    const database = openIndex(indexPath, options.mayBegin);
    try {
      return new IndexFollower(database, reader, options.unseal);
    } catch (error) {
      database.close();
      // Tables that are not as we made them: as good as none.
      if (!options.mayBegin || sqliteErrorCode(error) === undefined) throw error;
      deleteIndex(indexPath);
      return new IndexFollower(openIndex(indexPath, true), reader, options.unseal);
    }
  }

  get progress(): IndexProgress {
    return this.writer.progress;
  }

  /**
   * Takes everything before the position `end` into the index; `onFlush` hears how far it is after every transaction.
   * One call at a time. When it fails, the index is as after the last flush and this follower is of no more use.
   */
  async advance(end: number, onFlush: (progress: IndexProgress) => void): Promise<void> {
    const from = this.progress.place;
    if (from.position >= end) return;
    for await (const records of readAhead(this.reader.batches({ from, before: end }))) {
      this.writer.add(records);
      if (this.writer.pendingRecords < RECORDS_PER_FLUSH) continue;
      await this.writer.flush();
      onFlush(this.progress);
    }
    await this.writer.flush();
    onFlush(this.progress);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.emptyWriteAheadLog();
    this.database.close();
    await this.reader.close();
  }

  /** A reader that is still there keeps it from that, and so does a full disk: the next opening goes on from what is there. */
  private emptyWriteAheadLog(): void {
    try {
      this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      if (sqliteErrorCode(error) === undefined) throw error;
    }
  }
}
