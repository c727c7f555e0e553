import type { LogFiles } from './log-files';
import { LOG_START, type LogPlace, type LogRecord, type RecordLocation } from './record-format';

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

/** Reads a log and never writes: in the writer's process, another thread or another process. */
export class LogReader {
  constructor(private readonly files: LogFiles) {}

  /** Whole records in order. Throws `LogDamageFault`, also when the log ends before `before`. Batches hold about 1 MiB. */
  batches(options: ReadBatchesOptions = {}): AsyncIterable<readonly LocatedRecord[]> {
    throw new Error(`not yet ${String(options.from ?? LOG_START)} ${String(this.files)}`);
  }

  read(location: RecordLocation): Promise<LogRecord> {
    throw new Error(`not yet ${location.offset}`);
  }

  /** The record that holds the event of this position, found by scanning its segment; undefined beyond the end. */
  find(position: number): Promise<LocatedRecord | undefined> {
    throw new Error(`not yet ${position}`);
  }

  close(): Promise<void> {
    throw new Error('not yet');
  }
}
