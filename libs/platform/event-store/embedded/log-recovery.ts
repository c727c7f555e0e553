import type { LogFile, LogFiles } from './log-files';
import { inspectRest, LogWalk } from './log-walk';
import {
  LocatedLogDamage,
  LOG_START,
  type LogPlace,
  placeAfter,
  type RecordLocation,
  segmentName,
  SEGMENT_HEADER_BYTES,
} from './record-format';
import { SegmentFiles } from './segment-files';

export interface RecoveryOptions {
  /** Location of the newest record an index holds: it is read and checked, and all before it is trusted. Absent: all is checked. */
  readonly checkFrom?: RecordLocation | undefined;
  /** The position after the newest event that an index or checkpoint claims to have seen; a log that ends before is refused. */
  readonly expectedEnd?: number | undefined;
  /** Checked bytes so far and in all, while opening. */
  readonly onProgress?: ((checkedBytes: number, totalBytes: number) => void) | undefined;
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
  /** From there up to the last byte that was not zero. */
  readonly bytes: number;
  /** Records that vanished, as far as their beginnings could still be told. */
  readonly records: number;
}

/**
 * Finds the end of a log and cuts off what a power cut left of an unfinished commit, durably. Throws `LocatedLogDamage`, and
 * changes nothing, where damage goes beyond that.
 */
export async function recoverLog(files: LogFiles, options: RecoveryOptions): Promise<RecoveryReport> {
  const segments = new SegmentFiles(files);
  try {
    const report = await checkLog(segments, options);
    if (report.cut !== undefined) await cut(files, report.cut.at);
    return report;
  } finally {
    await segments.close();
  }
}

async function checkLog(segments: SegmentFiles, options: RecoveryOptions): Promise<RecoveryReport> {
  const { checkFrom, expectedEnd = 0, onProgress } = options;
  const names = await segments.list();
  const from = checkFrom === undefined ? LOG_START : await placeAfterIndexed(segments, checkFrom);
  const walk = new LogWalk(segments, from);
  let checkedRecords = 0;
  let checkedBytes = 0;
  let rest = { bytes: 0, records: 0 };
  if (names.length > 0) {
    const total = await bytesFrom(segments, names, from);
    for (let chunk = await walk.next(); chunk !== undefined; chunk = await walk.next()) {
      checkedRecords += chunk.offsets.length;
      checkedBytes += chunk.bytes.length;
      onProgress?.(Math.min(checkedBytes, total), total);
    }
    rest = await inspectRest(segments, walk.place);
  }
  const end = walk.place;
  if (end.position < expectedEnd) {
    throw new LocatedLogDamage(
      end,
      `the log ends here, but an index or checkpoint has seen up to position ${expectedEnd - 1}`,
    );
  }
  const report = { end, checkedRecords, checkedBytes };
  return rest.bytes === 0 ? report : { ...report, cut: { at: end, ...rest } };
}

async function placeAfterIndexed(segments: SegmentFiles, location: RecordLocation): Promise<LogPlace> {
  return placeAfter(await segments.readRecord(location), location);
}

async function bytesFrom(segments: SegmentFiles, names: readonly number[], from: LogPlace): Promise<number> {
  let total = -from.offset;
  for (const name of names) if (name >= from.segment) total += await segments.size(name);
  return total;
}

async function cut(files: LogFiles, at: LogPlace): Promise<void> {
  const file: LogFile = await files.open(segmentName(at.segment), { create: true });
  try {
    // A segment without records gets its header again with its first one.
    await file.truncate(at.offset === SEGMENT_HEADER_BYTES ? 0 : at.offset);
    await file.sync();
  } finally {
    await file.close();
  }
}
