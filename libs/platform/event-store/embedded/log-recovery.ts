import type { LogFiles } from './log-files';
import { inspectRest, LogWalk, type Rest } from './log-walk';
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
 * Finds the end of a log, cuts off what a power cut left of an unfinished commit, and makes all before it durable: what is shown
 * after this survives. Throws `LocatedLogDamage`, and changes nothing, where damage goes beyond that.
 */
export async function recoverLog(files: LogFiles, options: RecoveryOptions): Promise<RecoveryReport> {
  const segments = new SegmentFiles(files);
  try {
    const names = await segments.list();
    const from = options.checkFrom === undefined ? LOG_START : await placeAfterIndexed(segments, options.checkFrom);
    const walk = new LogWalk(segments, from);
    const report = await checkLog(segments, names, walk, options);
    if (names.length > 0) await makeDurable(files, segments, walk, report.cut !== undefined);
    return report;
  } finally {
    await segments.close();
  }
}

async function checkLog(
  segments: SegmentFiles,
  names: readonly number[],
  walk: LogWalk,
  { expectedEnd = 0, onProgress }: RecoveryOptions,
): Promise<RecoveryReport> {
  let checkedRecords = 0;
  let checkedBytes = 0;
  let rest: Rest = { bytes: 0, records: 0 };
  if (names.length > 0) {
    const total = await bytesFrom(segments, names, walk.place);
    for (let chunk = await walk.next(); chunk !== undefined; chunk = await walk.next()) {
      checkedRecords += chunk.offsets.length;
      checkedBytes += chunk.bytes.length;
      onProgress?.(Math.min(checkedBytes, total), total);
    }
    rest = await inspectRest(segments, walk.place);
  }
  const end = walk.place;
  if (end.position < expectedEnd) {
    const claimed = `an index or checkpoint has seen up to position ${expectedEnd - 1}`;
    throw new LocatedLogDamage(end, `the log ends here, but ${claimed}`);
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

/**
 * A process that died between write and sync leaves a whole commit that is in the cache only; after a failed sync the cache
 * even takes it for written. So the newest commit is written again before it is synced.
 */
async function makeDurable(files: LogFiles, segments: SegmentFiles, walk: LogWalk, cut: boolean): Promise<void> {
  const { place: end, lastCommitStart: start } = walk;
  const size = end.offset === SEGMENT_HEADER_BYTES ? 0 : end.offset;
  const file = await files.open(segmentName(end.segment), { create: true });
  try {
    // A segment without records gets its header again with its first one.
    if (cut) await file.truncate(size);
    if (start !== undefined && start.segment === end.segment) {
      const offset = start.offset === SEGMENT_HEADER_BYTES ? 0 : start.offset;
      const commit = Buffer.allocUnsafe(end.offset - offset);
      await segments.read(commit, { ...start, offset });
      await file.writeAt([commit], offset);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await files.syncDirectory();
}
