import { mkdirSync } from 'node:fs';
import type { StreamName } from '../../../kernel/ids';
import type {
  AppendRequest,
  AppendResult,
  ClaimHolder,
  EventStore,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedAppend,
  RecordedEvent,
  StreamNamesPage,
  SubscribeOptions,
  SubscriptionBatch,
} from '../event-store';
import { StoreUnavailableFault } from '../faults';
import { Appender } from './appender';
import { DiskLogFiles } from './disk-log-files';
import { DurableEnd } from './durable-end';
import { History } from './history';
import { IN_MEMORY, type IndexProgress } from './index-schema';
import type { LogFiles } from './log-files';
import { LogReader } from './log-reader';
import type { RecoveryReport } from './log-recovery';
import { RecentRecords } from './recent-records';
import { SegmentLog, type SegmentLogOptions } from './segment-log';
import { StreamIndex, type IndexHealth } from './stream-index';
import { Tail } from './tail';

export interface EmbeddedStoreOptions {
  /** The log: a directory on a disk, which is made when missing, or any other `LogFiles`. */
  readonly log: string | LogFiles;
  /** Where the derived index lies; in memory, built anew at every opening, when absent. */
  readonly indexPath?: string;
  /** The key of a sealed claim of this stream; undefined where the person was erased: then nobody holds it. */
  readonly unseal: (sealed: string, stream: StreamName) => Promise<string | undefined>;
  readonly segmentBytes?: number;
  /** Heads of streams kept in memory; the others are loaded again when they are needed. */
  readonly cachedHeads?: number;
  readonly onProgress?: (progress: OpeningProgress) => void;
  /** The log can never be written again: the process must end (exit 74). */
  readonly onFatal?: (fault: Error) => void;
}

export interface OpeningProgress {
  /** `check`: the log is read for damage, in bytes. `index`: the index is built, in positions. */
  readonly step: 'check' | 'index';
  readonly done: number;
  readonly total: number;
}

export interface EmbeddedStoreHealth {
  readonly index: IndexHealth;
  readonly endPosition: number;
  /** Appends held in memory because the index does not have them yet. */
  readonly appendsNotIndexed: number;
}

const CACHED_HEADS = 50_000;
const RECENT_BYTES = 8 * 1024 * 1024;
const TAIL_LIMIT = 200_000;

/** The event store on our own segment log. Positions are gapless from 0. */
export class EmbeddedEventStore implements EventStore {
  readonly exclusive = true;
  private closing: Promise<void> | undefined;

  private constructor(
    /** What opening found at the end of the log. */
    readonly recovery: RecoveryReport,
    private readonly log: SegmentLog,
    private readonly index: StreamIndex,
    private readonly reader: LogReader,
    private readonly tail: Tail,
    private readonly end: DurableEnd,
    private readonly history: History,
    private readonly appender: Appender,
  ) {}

  /**
   * Answers when index and log agree. Throws `LogDamageFault` where log or index are not what was written; what was cut off
   * the end of the log, the rest of a commit nobody was told of, is in `recovery`.
   */
  static async open(options: EmbeddedStoreOptions): Promise<EmbeddedEventStore> {
    const { log: place, unseal, onProgress, cachedHeads = CACHED_HEADS } = options;
    if (typeof place === 'string') mkdirSync(place, { recursive: true, mode: 0o700 });
    const files = typeof place === 'string' ? new DiskLogFiles(place) : place;
    const tail = new Tail();
    const end = new DurableEnd();
    let opening = true;
    const index = await StreamIndex.open({
      files,
      indexPath: options.indexPath ?? IN_MEMORY,
      unseal: (claims) => Promise.all(claims.map(({ sealed, stream }) => unseal(sealed, stream as StreamName))),
      onIndexed: (position) => {
        tail.dropBefore(position);
        if (opening) onProgress?.({ step: 'index', done: position, total: log.durableEnd.position });
      },
    });
    const { log, recovery } = await openLog(files, index.progress, {
      ...options,
      onCommit: (durable) => {
        end.moveTo(durable.position);
        index.follow(durable.position);
      },
      onRollback: (place) => appender.rollBackTo(place.position),
    });
    await index.catchUp(log.durableEnd.position);
    end.moveTo(log.durableEnd.position);
    opening = false;
    const reader = new LogReader(files);
    const recent = new RecentRecords(RECENT_BYTES);
    const { questions } = index;
    const history = new History({ reader, index: questions, tail, recent, end });
    const parts = { log, index: questions, tail, recent, history, cachedHeads, tailLimit: TAIL_LIMIT };
    const appender = new Appender(parts);
    return new EmbeddedEventStore(recovery, log, index, reader, tail, end, history, appender);
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    this.refuseWhenClosed();
    return this.appender.append(request);
  }

  async claimHolder(key: string): Promise<ClaimHolder | undefined> {
    this.refuseWhenClosed();
    return this.appender.claimHolder(key);
  }

  async readAppend(stream: StreamName, revision: number): Promise<RecordedAppend | undefined> {
    this.refuseWhenClosed();
    return this.history.readAppend(stream, revision);
  }

  readStream(stream: StreamName, options?: ReadStreamOptions): AsyncIterable<readonly RecordedEvent[]> {
    this.refuseWhenClosed();
    return this.history.readStream(stream, options);
  }

  readAll(options?: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]> {
    this.refuseWhenClosed();
    return this.history.readAll(options);
  }

  /** Ends quietly when the store closes. */
  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
    this.refuseWhenClosed();
    return this.history.subscribe(options);
  }

  async streamNames(page: StreamNamesPage): Promise<readonly StreamName[]> {
    this.refuseWhenClosed();
    return this.history.streamNames(page);
  }

  async headRevision(stream: StreamName): Promise<number> {
    this.refuseWhenClosed();
    return this.history.headRevision(stream);
  }

  async endPosition(): Promise<number> {
    return this.end.position - 1;
  }

  health(): EmbeddedStoreHealth {
    return { index: this.index.health(), endPosition: this.end.position - 1, appendsNotIndexed: this.tail.size };
  }

  /** Answers when the index holds everything that is durable now. */
  async indexed(): Promise<void> {
    await this.index.catchUp(this.end.position);
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    try {
      await this.log.close();
    } finally {
      this.end.close();
      await this.index.close();
      await this.reader.close();
    }
  }

  private refuseWhenClosed(): void {
    if (this.closing !== undefined) throw new StoreUnavailableFault('the event store is closed');
  }
}

type LogOptions = Pick<EmbeddedStoreOptions, 'segmentBytes' | 'onProgress' | 'onFatal'> &
  Required<Pick<SegmentLogOptions, 'onCommit' | 'onRollback'>>;

function openLog(files: LogFiles, indexed: IndexProgress, options: LogOptions): ReturnType<typeof SegmentLog.open> {
  const { segmentBytes, onFatal, onCommit, onRollback, onProgress } = options;
  return SegmentLog.open(files, {
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
    ...(onFatal === undefined ? {} : { onFatal }),
    checkFrom: indexed.lastRecord,
    expectedEnd: indexed.place.position,
    onCommit,
    onRollback,
    onProgress: (done, total) => onProgress?.({ step: 'check', done, total }),
  });
}
