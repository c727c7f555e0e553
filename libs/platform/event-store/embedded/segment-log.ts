import type { LogFiles } from './log-files';
import type { LogPlace, LogRecord, RecordLocation } from './record-format';

export interface SegmentLogOptions {
  /** A segment that holds this many bytes is followed by a new one. */
  readonly segmentBytes?: number;
  /** Location of the newest record an index holds: it is read and checked, and all before it is trusted. Absent: all is checked. */
  readonly checkFrom?: RecordLocation | undefined;
  /** The position after the newest event that an index or checkpoint claims to have seen; a log that ends before is refused. */
  readonly expectedEnd?: number;
  /** Called after each sync, before the `durable` promises of its appends settle: all before this place is durable. */
  readonly onCommit?: (durableEnd: LogPlace) => void;
  /** Called once when the log can never be written again: the process must end (exit 74). */
  readonly onFatal?: (fault: Error) => void;
  /** Checked bytes so far and in all, while opening. */
  readonly onProgress?: (checkedBytes: number, totalBytes: number) => void;
}

export interface RecoveryReport {
  readonly end: LogPlace;
  readonly checkedRecords: number;
  readonly checkedBytes: number;
  /** What was cut off the end: the rest of a commit that was never acknowledged, or rubbish. */
  readonly cut?: LogCut;
}

export interface LogCut {
  readonly at: LogPlace;
  /** Bytes that were not zero from the first bad one on. */
  readonly bytes: number;
  /** Records that vanished, as far as they can be told from the bytes that are left. */
  readonly records: number;
}

export type NewRecord = Omit<LogRecord, 'position' | 'commit'>;

export interface PendingAppend {
  readonly position: number;
  readonly location: RecordLocation;
  /** Settles once the record is durable; fails with `StoreFullFault` (nothing of it is stored) or `LogWriteFault`. */
  readonly durable: Promise<void>;
}

/** The one writer of a log. Positions are given in call order; commit n+1 is written only after the sync of n. */
export class SegmentLog {
  static open(
    files: LogFiles,
    options: SegmentLogOptions = {},
  ): Promise<{ readonly log: SegmentLog; readonly recovery: RecoveryReport }> {
    throw new Error(`not yet ${String(files)} ${String(options)}`);
  }

  /** Where the next append goes. */
  get end(): LogPlace {
    throw new Error('not yet');
  }

  get nextPosition(): number {
    return this.end.position;
  }

  /** All before this place is durable, and may be shown to readers. */
  get durableEnd(): LogPlace {
    throw new Error('not yet');
  }

  /**
   * Takes the next position at once; what it is given must not change afterwards. Throws, with nothing assigned,
   * `AppendTooLargeFault`, `StoreUnavailableFault` when closing, `LogWriteFault` once the log has failed.
   */
  append(record: NewRecord): PendingAppend {
    throw new Error(`not yet ${record.stream}`);
  }

  /** Reads one durable record. Throws `LogDamageFault`. */
  read(location: RecordLocation): Promise<LogRecord> {
    throw new Error(`not yet ${location.offset}`);
  }

  /** Refuses new appends, finishes what was accepted, then closes the files. */
  close(): Promise<void> {
    throw new Error('not yet');
  }
}
