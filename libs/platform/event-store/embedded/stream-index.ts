import type { Sqlite } from '../../sqlite/sqlite';
import { StoreUnavailableFault } from '../faults';
import { DiskLogFiles } from './disk-log-files';
import { IndexFollower } from './index-follower';
import { IN_MEMORY, openIndexForReading, type IndexProgress } from './index-schema';
import { IndexThread } from './index-thread';
import type { LogFiles } from './log-files';
import { LogReader } from './log-reader';
import { StreamIndexReader } from './stream-index-reader';
import type { Unseal } from './stream-index-writer';

export interface StreamIndexOptions {
  readonly files: LogFiles;
  readonly indexPath: string;
  readonly unseal: Unseal;
  /** Hears of every transaction: everything before this position is in the index and may be forgotten elsewhere. */
  readonly onIndexed: (position: number) => void;
}

export interface IndexHealth {
  /** `paused`: an error stopped it, it is tried again every second, and appends go on as long as the tail has room. */
  readonly state: 'following' | 'paused';
  readonly indexedPosition: number;
  readonly reason?: string;
}

/** What follows the log: in a thread where the log is on a disk, in this one where only this one can see it. */
interface Follower {
  advance(end: number, onFlush: (progress: IndexProgress) => void): Promise<void>;
  close(): Promise<void>;
}

/** Waits a little for more, so that one transaction carries many appends. */
const FOLLOW_DELAY_MS = 50;
const RETRY_DELAY_MS = 1_000;

/** The derived index of streams and claims: asked here, written by its follower, and complete up to `indexedPosition`. */
export class StreamIndex {
  private target = 0;
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private failure: string | undefined;
  private closing = false;

  private constructor(
    private readonly options: StreamIndexOptions,
    private follower: Follower,
    private readonly database: Sqlite,
    private indexed: IndexProgress,
  ) {
    this.questions = new StreamIndexReader(database);
  }

  readonly questions: StreamIndexReader;

  static async open(options: StreamIndexOptions): Promise<StreamIndex> {
    const { follower, progress, database } = await openFollower(options, true);
    const reading = database ?? openIndexForReading(options.indexPath);
    if (reading === undefined) throw new StoreUnavailableFault(`the index ${options.indexPath} cannot be read`);
    return new StreamIndex(options, follower, reading, progress);
  }

  get progress(): IndexProgress {
    return this.indexed;
  }

  health(): IndexHealth {
    const indexedPosition = this.indexed.place.position;
    return this.failure === undefined
      ? { state: 'following', indexedPosition }
      : { state: 'paused', indexedPosition, reason: this.failure };
  }

  /** Everything before `end` is durable: it will be followed soon. */
  follow(end: number): void {
    this.target = end;
    this.schedule(FOLLOW_DELAY_MS);
  }

  /** Follows at once, and answers when everything before `end` is in the index. Fails with the reason it cannot be. */
  async catchUp(end: number): Promise<void> {
    this.target = Math.max(end, this.target);
    while (this.indexed.place.position < end) {
      this.working ??= this.advance();
      await this.working;
      if (this.failure !== undefined) throw new StoreUnavailableFault(`the index stopped: ${this.failure}`);
    }
  }

  /** Brings the index to where it was told to follow, if it can, so that the next start finds nothing to do. */
  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.timer);
    await this.working;
    if (this.failure === undefined) await this.advance();
    await this.follower.close();
    this.database.close();
  }

  private schedule(delayMs: number): void {
    if (this.closing || this.timer !== undefined || this.working !== undefined) return;
    if (this.target <= this.indexed.place.position) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.working ??= this.advance();
    }, delayMs);
  }

  private async advance(): Promise<void> {
    try {
      if (this.failure !== undefined) await this.reopen();
      await this.follower.advance(this.target, (progress) => {
        this.indexed = progress;
        this.options.onIndexed(progress.place.position);
      });
      this.failure = undefined;
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
    this.working = undefined;
    this.schedule(this.failure === undefined ? FOLLOW_DELAY_MS : RETRY_DELAY_MS);
  }

  // An index that was lost under us is not begun anew here: what the tail has forgotten would be missing from both.
  private async reopen(): Promise<void> {
    await this.follower.close();
    const { follower, progress } = await openFollower(this.options, false);
    this.follower = follower;
    if (progress.place.position < this.indexed.place.position) {
      throw new StoreUnavailableFault('the index was lost while it was in use; the next start builds it again');
    }
  }
}

async function openFollower(options: StreamIndexOptions, mayBegin: boolean): Promise<OpenedFollower> {
  const { files, indexPath, unseal } = options;
  if (files instanceof DiskLogFiles && indexPath !== IN_MEMORY) {
    const data = { logDirectory: files.directory, indexPath, mayBegin };
    const { thread, progress } = await IndexThread.open(data, unseal);
    return { follower: thread, progress };
  }
  const follower = IndexFollower.open(indexPath, new LogReader(files), { unseal, mayBegin });
  return { follower, progress: follower.progress, database: indexPath === IN_MEMORY ? follower.database : undefined };
}

interface OpenedFollower {
  readonly follower: Follower;
  readonly progress: IndexProgress;
  /** The follower's own connection, where no other can see what it writes. */
  readonly database?: Sqlite | undefined;
}
