import { join } from 'node:path';
import { DiskLogFiles } from '../../../libs/platform/event-store/embedded/disk-log-files';
import { verifyLog, type BadAppend } from '../../../libs/platform/event-store/embedded/log-verification';
import { CliFault } from '../cli-fault';
import { requireDataDirectory } from '../data-directory';
import { Progress } from '../progress';

/** `suki verify`: reads the whole log and every row of keys.db, and writes nothing. Throws `CliFault` for the first damage. */
export async function verify({ data }: { readonly data: string }): Promise<void> {
  await requireDataDirectory(data);
  let progress: Progress | undefined;
  const report = await verifyLog(new DiskLogFiles(join(data, 'log')), {
    onProgress: (checked, total) => {
      progress ??= new Progress('checking', 'bytes', total);
      progress.show(checked);
    },
  }).finally(() => progress?.stop());
  const checked = `${report.events} events in ${report.records} appends of ${report.streams} streams, ${report.bytes} bytes`;
  if (report.bad !== undefined) {
    throw new CliFault(
      'damaged',
      `the log is damaged: ${placeOf(report.bad)}: ${report.bad.reason} (sound before it: ${checked})`,
    );
  }
  console.log(`log: ${checked}: sound, ${Math.round(report.eventsPerSecond)} events/s`);
}

function placeOf({ stream, revision, position, segment, offset }: BadAppend): string {
  const append =
    stream === undefined ? 'an append that can no longer be told' : `stream ${stream}, revision ${revision ?? '?'}`;
  return `${append}, position ${position} (segment ${segment}, byte ${offset})`;
}
