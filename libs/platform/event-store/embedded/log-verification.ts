import type { LogFiles } from './log-files';
import type { LogPlace } from './record-format';

export interface VerificationReport {
  readonly records: number;
  readonly events: number;
  readonly streams: number;
  readonly bytes: number;
  readonly eventsPerSecond: number;
  readonly end: LogPlace;
  /** The first bad append; nothing after it was looked at. */
  readonly bad?: BadAppend;
}

export interface BadAppend {
  /** Undefined where the bytes are too broken to name it. */
  readonly stream?: string;
  readonly revision?: number;
  readonly position: number;
  readonly segment: number;
  readonly offset: number;
  readonly reason: string;
}

export interface VerifyOptions {
  /** As in `ReadBatchesOptions`. */
  readonly before?: number;
  readonly onProgress?: (checkedBytes: number, totalBytes: number) => void;
}

/** Walks the log from its start: CRC, gapless positions, and per stream gapless revisions and an unbroken hash chain. */
export function verifyLog(files: LogFiles, options: VerifyOptions = {}): Promise<VerificationReport> {
  throw new Error(`not yet ${String(files)} ${String(options)}`);
}
