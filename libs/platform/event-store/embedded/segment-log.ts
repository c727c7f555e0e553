import { AppendTooLargeFault, LogWriteFault, StoreFullFault, StoreUnavailableFault } from '../faults';
import { setImmediate } from 'node:timers/promises';
import type { LogFile, LogFiles } from './log-files';
import { recoverLog, type RecoveryOptions, type RecoveryReport } from './log-recovery';
import {
  type LogPlace,
  type LogRecord,
  MAX_RECORD_BYTES,
  type NewRecord,
  placeAfter,
  recordHash,
  recordLength,
  type RecordLocation,
  SEGMENT_HEADER_BYTES,
  segmentName,
} from './record-format';
import { SegmentFiles } from './segment-files';
import { GroupBytes, SlabPool } from './group-bytes';
import { isDiskFull, SpareSegment } from './spare-segment';

const SEGMENT_BYTES = 32 * 1024 * 1024;
/** Bounds what one sync waits for, and what one failed write takes down. */
const GROUP_BYTES = 4 * 1024 * 1024;
/** Bounds how long the loop is busy with the hashes of a group. */
const GROUP_APPENDS = 1024;
/** The spare segment is complete when the one in use is filled to one in this many parts. */
const SPARE_AHEAD = 2;

export interface SegmentLogOptions extends RecoveryOptions {
  /** A segment that would grow beyond this is followed by a new one; a single record may exceed it. */
  readonly segmentBytes?: number;
  /** Called after each sync, before the `durable` promises of its appends settle: all before this place is durable. */
  readonly onCommit?: (durableEnd: LogPlace) => void;
  /**
   * Called when a full disk voids every append from this place on, before their `durable` promises fail and before the
   * log takes another: what is held in memory of them must be dropped here.
   */
  readonly onRollback?: (end: LogPlace) => void;
  /** Called once when the log can never be written again: the process must end (exit 74). */
  readonly onFatal?: (fault: LogWriteFault) => void;
}

export interface PendingAppend {
  readonly position: number;
  readonly location: RecordLocation;
  /** Settles once the record is durable; fails with `StoreFullFault` (nothing of it is stored) or `LogWriteFault`. */
  readonly durable: Promise<void>;
  /** `recordHash` of it, for the stream's next append; computed once, where possible while the disk is at work. */
  hash(): Buffer;
}

/**
 * The one writer of a log. Positions are given in call order; what is appended while a group is written and synced makes up
 * the next group, which is written only after that sync.
 */
export class SegmentLog {
  /** Throws `LogDamageFault` where the log is damaged beyond the torn end of an unacknowledged commit. */
  static async open(
    files: LogFiles,
    options: SegmentLogOptions = {},
  ): Promise<{ readonly log: SegmentLog; readonly recovery: RecoveryReport }> {
    const recovery = await recoverLog(files, options);
    return { log: new SegmentLog(files, options, recovery.end), recovery };
  }

  private readonly segments: SegmentFiles;
  private readonly segmentBytes: number;
  private readonly spare: SpareSegment;
  private readonly slabs = new SlabPool();
  private readonly queue: Group[] = [];
  private current: OpenSegment | undefined;
  private tail: LogPlace;
  private durable: LogPlace;
  private writing: Promise<void> | undefined;
  private rollingBack = false;
  private failure: LogWriteFault | undefined;
  private closed = false;

  private constructor(
    private readonly files: LogFiles,
    private readonly options: SegmentLogOptions,
    end: LogPlace,
  ) {
    this.segments = new SegmentFiles(files);
    this.segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
    this.spare = new SpareSegment(files, this.segmentBytes, (error) => this.fail(error));
    this.tail = end;
    this.durable = end;
  }

  /** The position the next append takes. */
  get nextPosition(): number {
    return this.tail.position;
  }

  /** All before this place is durable, and may be shown to readers. */
  get durableEnd(): LogPlace {
    return this.durable;
  }

  /**
   * Takes the next position at once; what it is given must not change afterwards. Throws, with nothing assigned,
   * `AppendTooLargeFault`, `StoreFullFault` while a group is rolled back, `StoreUnavailableFault` once closed, and
   * `LogWriteFault` once the log has failed.
   */
  append(record: NewRecord): PendingAppend {
    if (this.failure !== undefined) throw this.failure;
    if (this.closed) throw new StoreUnavailableFault('the log is closed');
    if (this.rollingBack) throw new StoreFullFault('no space left for the log');
    const length = recordLength(record);
    if (length > MAX_RECORD_BYTES)
      throw new AppendTooLargeFault(`a record of ${length} bytes, at most ${MAX_RECORD_BYTES}`);
    const { offset, position } = this.tail;
    if (offset > SEGMENT_HEADER_BYTES && offset + length > this.segmentBytes) {
      this.tail = { segment: position, offset: SEGMENT_HEADER_BYTES, position };
    }
    const group = this.openGroup(length);
    const appended = group.add(record, { segment: this.tail.segment, offset: this.tail.offset, length });
    this.tail = group.end;
    this.writing ??= this.write();
    return appended;
  }

  /** Reads one durable record. Throws `LogDamageFault`. */
  read(location: RecordLocation): Promise<LogRecord> {
    return this.segments.readRecord(location);
  }

  /** Refuses new appends, finishes what was accepted, then closes the files. */
  async close(): Promise<void> {
    this.closed = true;
    await this.writing;
    await this.spare.close();
    await this.leaveSegment();
    await this.segments.close();
  }

  private openGroup(length: number): Group {
    const last = this.queue.at(-1);
    if (last?.start.segment === this.tail.segment && last.takes(length)) return last;
    const group = new Group(this.tail, this.slabs);
    this.queue.push(group);
    return group;
  }

  private async write(): Promise<void> {
    do {
      // Those just answered, and whatever else arrives with what they send next, share one sync instead of two.
      await setImmediate();
      const group = this.queue.shift();
      if (group === undefined) break;
      try {
        await this.commit(group);
      } catch (error) {
        this.fail(error, group);
      }
    } while (this.queue.length > 0);
    this.writing = undefined;
  }

  private async commit(group: Group): Promise<void> {
    const { start } = group;
    try {
      const file = await this.enterSegment(start.segment);
      await file.writeAt(group.bytes.buffers(), group.bytes.offset);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      return this.rollBack(group, error);
    }
    const synced = this.syncCurrent(start);
    for (const append of group.appends) append.hash();
    await synced;
    if (this.failure !== undefined) throw this.failure;
    this.durable = group.end;
    this.options.onCommit?.(group.end);
    group.resolve();
    group.bytes.release();
    this.spare.advance(SPARE_AHEAD * group.end.offset);
  }

  private async syncCurrent(start: LogPlace): Promise<void> {
    await this.current?.file.sync();
    if (start.offset === SEGMENT_HEADER_BYTES) await this.files.syncDirectory();
  }

  private async rollBack(group: Group, cause: unknown): Promise<void> {
    const { start } = group;
    this.rollingBack = true;
    if (this.current !== undefined) {
      await this.current.file.truncate(start.offset === SEGMENT_HEADER_BYTES ? 0 : start.offset);
      await this.current.file.sync();
    }
    this.tail = start;
    this.rollingBack = false;
    this.options.onRollback?.(start);
    this.void(new StoreFullFault('no space left for the log', { cause }), group);
  }

  private fail(cause: unknown, group?: Group): void {
    const first = this.failure === undefined;
    this.failure ??= new LogWriteFault('the log could not be written', { cause });
    this.void(this.failure, group);
    if (first) this.options.onFatal?.(this.failure);
  }

  private void(fault: StoreFullFault | LogWriteFault, group?: Group): void {
    group?.reject(fault);
    for (const queued of this.queue.splice(0)) queued.reject(fault);
  }

  private async enterSegment(segment: number): Promise<LogFile> {
    if (this.current?.segment === segment) return this.current.file;
    await this.leaveSegment();
    const name = segmentName(segment);
    const file = (await this.spare.take(name)) ?? (await this.files.open(name, { create: true }));
    this.current = { segment, file };
    return file;
  }

  private async leaveSegment(): Promise<void> {
    const left = this.current;
    this.current = undefined;
    await left?.file.close();
  }
}

interface OpenSegment {
  readonly segment: number;
  readonly file: LogFile;
}

/** What one write and one sync make durable together; its `start` gives the commit its number. */
class Group {
  readonly bytes: GroupBytes;
  end: LogPlace;
  readonly appends: Appended[] = [];
  private settle!: { resolve: () => void; reject: (fault: Error) => void };
  private readonly durable = new Promise<void>((resolve, reject) => (this.settle = { resolve, reject }));

  constructor(
    readonly start: LogPlace,
    slabs: SlabPool,
  ) {
    this.bytes = new GroupBytes(start, slabs);
    this.end = start;
    // Who appends without waiting still learns of a failure by its next append.
    this.durable.catch(() => undefined);
  }

  takes(length: number): boolean {
    return this.appends.length < GROUP_APPENDS && this.end.offset - this.start.offset + length <= GROUP_BYTES;
  }

  add(record: NewRecord, location: RecordLocation): Appended {
    const { position } = this.end;
    this.bytes.add(record, position, location.length);
    this.end = placeAfter({ position, eventCount: record.eventCount }, location);
    const appended = new Appended(record, position, location, this.durable);
    this.appends.push(appended);
    return appended;
  }

  resolve(): void {
    this.settle.resolve();
  }

  reject(fault: Error): void {
    this.settle.reject(fault);
  }
}

class Appended implements PendingAppend {
  private link: Buffer | undefined;

  constructor(
    private readonly record: NewRecord,
    readonly position: number,
    readonly location: RecordLocation,
    readonly durable: Promise<void>,
  ) {}

  hash(): Buffer {
    return (this.link ??= recordHash(this.record));
  }
}
