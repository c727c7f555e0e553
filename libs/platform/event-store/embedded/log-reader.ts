import type { LogFiles } from './log-files';
import { inspectRest, LogWalk, type RecordChunk } from './log-walk';
import {
  claimedLengthAt,
  decodeCheckedRecord,
  LocatedLogDamage,
  LOG_START,
  type LogPlace,
  type LogRecord,
  positionAt,
  type RecordLocation,
  SEGMENT_HEADER_BYTES,
} from './record-format';
import { SegmentFiles } from './segment-files';

export interface LocatedRecord {
  readonly record: LogRecord;
  readonly location: RecordLocation;
}

export interface ReadBatchesOptions {
  /** Where to start; the beginning of the log when absent. */
  readonly from?: LogPlace;
  /**
   * Records from this position on are not shown: the writer's `durableEnd.position`. Absent, for reading without a writer:
   * up to the first byte that is no whole record, under the same damage rules as recovery.
   */
  readonly before?: number;
}

/**
 * Reads a log and never writes: in the writer's process, another thread or another process. Bodies and hashes are views on
 * the buffers that were read, about 1 MiB each in `batches`: copy what is kept for long. All throw `LocatedLogDamage`.
 */
export class LogReader {
  private readonly segments: SegmentFiles;

  constructor(files: LogFiles) {
    this.segments = new SegmentFiles(files);
  }

  /** Whole records in order, about 1 MiB a batch. A log that ends before `before` is damaged. */
  async *batches({ from = LOG_START, before }: ReadBatchesOptions = {}): AsyncGenerator<
    readonly LocatedRecord[],
    void
  > {
    if (before === undefined && (await this.segments.list()).length === 0) return;
    const walk = new LogWalk(this.segments, from);
    while (before === undefined || walk.place.position < before) {
      const chunk = (await walk.next()) ?? (await this.unexpectedEnd(walk, before));
      if (chunk === undefined) return;
      yield locatedRecords(chunk, before);
    }
  }

  read(location: RecordLocation): Promise<LogRecord> {
    return this.segments.readRecord(location);
  }

  /** The record that holds the event of a durable position, found by scanning its segment; undefined where there is none. */
  async find(position: number): Promise<LocatedRecord | undefined> {
    const segment = (await this.segments.list()).findLast((first) => first <= position);
    if (segment === undefined) return undefined;
    const walk = new LogWalk(this.segments, { segment, offset: SEGMENT_HEADER_BYTES, position: segment });
    for (let chunk = await walk.next(); chunk !== undefined; chunk = await walk.next()) {
      if (walk.place.position > position) return locatedRecords(chunk, position + 1).at(-1);
    }
    return undefined;
  }

  close(): Promise<void> {
    return this.segments.close();
  }

  private async unexpectedEnd(walk: LogWalk, before: number | undefined): Promise<RecordChunk | undefined> {
    if (before !== undefined) throw new LocatedLogDamage(walk.place, `the log ends before position ${before}`);
    try {
      await inspectRest(this.segments, walk.place);
      return undefined;
    } catch (damage) {
      // A writer in another process may have completed the record, and written the next commit, since the walk saw it.
      const chunk = await walk.next();
      if (chunk === undefined) throw damage;
      return chunk;
    }
  }
}

function locatedRecords(chunk: RecordChunk, before = Infinity): LocatedRecord[] {
  const { segment, bytes, base, offsets } = chunk;
  const records: LocatedRecord[] = [];
  for (const at of offsets) {
    const position = positionAt(bytes, at);
    if (position >= before) break;
    const location = { segment, offset: base + at, length: claimedLengthAt(bytes, at) };
    const record = decodeCheckedRecord(bytes, at, location.length, { segment, offset: location.offset, position });
    records.push({ record, location });
  }
  return records;
}
