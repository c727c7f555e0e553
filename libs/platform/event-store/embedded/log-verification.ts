import type { LogFiles } from './log-files';
import { type LocatedRecord, LogReader } from './log-reader';
import { inspectRest, type Rest } from './log-walk';
import {
  decodeCheckedRecord,
  FIRST_PREVIOUS_HASH,
  LocatedLogDamage,
  LOG_START,
  type LogPlace,
  MAX_RECORD_BYTES,
  placeAfter,
  recordHash,
  recordLengthAt,
} from './record-format';
import { SegmentFiles } from './segment-files';

export interface VerificationReport {
  readonly records: number;
  readonly events: number;
  readonly streams: number;
  readonly bytes: number;
  readonly eventsPerSecond: number;
  readonly end: LogPlace;
  /** The first bad append; nothing after it was looked at. */
  readonly bad?: BadAppend;
  /** Bytes behind the end that are no whole record: what opening the log would cut off as never acknowledged. */
  readonly unfinished?: Rest;
}

export interface BadAppend {
  /** Undefined, like the revision, where the bytes are too broken to name it. */
  readonly stream?: string;
  readonly revision?: number;
  readonly position: number;
  readonly segment: number;
  readonly offset: number;
  readonly reason: string;
}

export interface VerifyOptions {
  /** Up to which position the log is known to be durable; a log that ends before is bad. */
  readonly before?: number;
  readonly onProgress?: (checkedBytes: number, totalBytes: number) => void;
}

interface ChainHead {
  readonly hash: Buffer;
  readonly nextRevision: number;
}

/** Walks the log from its start: CRC, gapless positions, and per stream gapless revisions and an unbroken hash chain. */
export async function verifyLog(files: LogFiles, options: VerifyOptions = {}): Promise<VerificationReport> {
  const segments = new SegmentFiles(files);
  const reader = new LogReader(files);
  try {
    return await new Verification(reader, segments, options).run();
  } finally {
    await reader.close();
    await segments.close();
  }
}

class Verification {
  private readonly heads = new Map<string, ChainHead>();
  private readonly startedAt = performance.now();
  private records = 0;
  private bytes = 0;
  private end: LogPlace = LOG_START;

  constructor(
    private readonly reader: LogReader,
    private readonly segments: SegmentFiles,
    private readonly options: VerifyOptions,
  ) {}

  async run(): Promise<VerificationReport> {
    const { before, onProgress } = this.options;
    try {
      const names = await this.segments.list();
      let total = 0;
      for (const name of names) total += await this.segments.size(name);
      for await (const batch of this.reader.batches(before === undefined ? {} : { before })) {
        for (const located of batch) this.check(located);
        onProgress?.(this.bytes, total);
      }
      if (before !== undefined || names.length === 0) return this.report();
      const rest = await inspectRest(this.segments, this.end);
      return rest.bytes === 0 ? this.report() : { ...this.report(), unfinished: rest };
    } catch (damage) {
      if (!(damage instanceof LocatedLogDamage)) throw damage;
      return { ...this.report(), bad: await this.nameBad(damage) };
    }
  }

  private check({ record, location }: LocatedRecord): void {
    const place = { segment: location.segment, offset: location.offset, position: record.position };
    const head = this.heads.get(record.stream) ?? { hash: FIRST_PREVIOUS_HASH, nextRevision: 0 };
    if (record.firstRevision !== head.nextRevision) {
      throw new LocatedLogDamage(
        place,
        `revision ${record.firstRevision} where ${head.nextRevision} comes next in its stream`,
      );
    }
    if (!record.previousHash.equals(head.hash))
      throw new LocatedLogDamage(place, 'the hash chain of its stream is broken');
    this.heads.set(record.stream, {
      hash: recordHash(record),
      nextRevision: record.firstRevision + record.eventCount,
    });
    this.records++;
    this.bytes += location.length;
    this.end = placeAfter(record, location);
  }

  private report(): VerificationReport {
    const events = this.end.position;
    const seconds = (performance.now() - this.startedAt) / 1000;
    return {
      records: this.records,
      events,
      streams: this.heads.size,
      bytes: this.bytes,
      eventsPerSecond: Math.round(events / seconds),
      end: this.end,
    };
  }

  /** Damaged bytes name the append only where what they say fits what came before. */
  private async nameBad({ place, reason }: LocatedLogDamage): Promise<BadAppend> {
    const { segment, offset, position } = place;
    const buffer = Buffer.allocUnsafe(MAX_RECORD_BYTES);
    try {
      const bytes = buffer.subarray(0, await this.segments.read(buffer, place));
      const whole = recordLengthAt(bytes, 0);
      const { stream, firstRevision } = decodeCheckedRecord(bytes, 0, whole, place);
      const fits = firstRevision === (this.heads.get(stream)?.nextRevision ?? 0);
      if (whole > 0 || fits) return { stream, revision: firstRevision, position, segment, offset, reason };
    } catch {
      // Then they name nothing.
    }
    return { position, segment, offset, reason };
  }
}
