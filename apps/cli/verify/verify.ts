import { existsSync } from 'node:fs';
import { streamParts, type CustomerId, type StreamName } from '../../../libs/kernel/ids';
import { DataDirectory } from '../../../libs/platform/event-store/embedded/data-directory';
import { DiskLogFiles } from '../../../libs/platform/event-store/embedded/disk-log-files';
import { verifyLog, type BadAppend } from '../../../libs/platform/event-store/embedded/log-verification';
import { LogReader } from '../../../libs/platform/event-store/embedded/log-reader';
import { SqliteKeyStore } from '../../../libs/platform/keys/sqlite-key-store';
import { CliFault } from '../cli-fault';
import { Progress } from '../progress';
import { seenPositions, type SeenPosition } from './seen-positions';

/**
 * `suki verify`: reads the whole log and every row of keys.db, and writes nothing. Throws at the first damage; a log that ends
 * before what its copies have seen of it is damage too.
 */
export async function verify({ data }: { readonly data: string }): Promise<void> {
  const directory = await DataDirectory.openReadOnly(data);
  if (!existsSync(directory.log)) throw new CliFault('damaged', `${directory.log} is lost: restore it from a backup`);
  const files = new DiskLogFiles(directory.log);
  // Asked before the log is read: beside a running server they would have seen what came after its end was looked at.
  const seen = seenPositions(directory);
  const events = await verifyEvents(files, seen);
  await verifyKeys(directory.path, files, events);
}

/** Answers how many events there are. */
async function verifyEvents(files: DiskLogFiles, seen: readonly SeenPosition[]): Promise<number> {
  let progress: Progress | undefined;
  const report = await verifyLog(files, {
    onProgress: (checked, total) => {
      progress ??= new Progress('checking', 'bytes', total);
      progress.show(checked);
    },
  }).finally(() => progress?.stop());
  const { records, events, streams, bytes, bad, unfinished } = report;
  const checked = `${events} events in ${records} appends of ${streams} streams, ${bytes} bytes`;
  if (bad !== undefined) {
    throw new CliFault('damaged', `the log is damaged: ${placeOf(bad)}: ${bad.reason} (sound before it: ${checked})`);
  }
  const ahead = seen.find(({ position }) => position >= events);
  if (ahead !== undefined) {
    const end = events === 0 ? 'it is empty' : `it ends at position ${events - 1}`;
    throw new CliFault('damaged', `the log is damaged: ${end}, but ${ahead.by} has seen position ${ahead.position}`);
  }
  console.log(`log: ${checked}: sound, ${Math.round(report.eventsPerSecond)} events/s`);
  if (unfinished !== undefined) console.log(`log: ${unfinished.bytes} bytes at its end were never acknowledged`);
  return events;
}

function placeOf({ stream, revision, position, segment, offset }: BadAppend): string {
  const append = stream === undefined ? 'an append that cannot be told any more' : `stream ${stream}`;
  const place = `position ${position} (segment ${segment}, byte ${offset})`;
  return revision === undefined ? `${append}, ${place}` : `${append}, revision ${revision}, ${place}`;
}

/**
 * A person's key is made before the first event of that person: one that is missing for somebody in the log is lost. A key
 * of somebody who is not in the log is of an append cut short; but persons come after the first event of a tenant.
 */
async function verifyKeys(directory: string, files: DiskLogFiles, events: number): Promise<void> {
  const reader = new LogReader(files);
  let keys: SqliteKeyStore | undefined;
  try {
    keys = SqliteKeyStore.openReadOnly(directory);
    const { personKeys, erased, apiKeys, damaged } = await keys.verify();
    if (damaged.length > 0)
      throw new CliFault('damaged', `keys.db is damaged: ${damaged.length} rows, the first ${damaged[0]}`);
    if (events === 0 && personKeys + erased > 0) {
      const keyed = `keys.db holds ${personKeys + erased} keys of persons`;
      throw new CliFault('damaged', `the log is damaged: it is empty, but ${keyed}`);
    }
    for await (const batch of reader.batches()) {
      for (const { record } of batch) {
        const { category, tenant, id } = streamParts(record.stream as StreamName);
        if (category !== 'customer' || record.firstRevision > 0) continue;
        if ((await keys.personKey(tenant, id as CustomerId)).kind === 'missing') {
          throw new CliFault('damaged', `keys.db is damaged: there is no key of ${tenant}/${id}, who is in the log`);
        }
      }
    }
    console.log(`keys.db: ${personKeys} keys of persons, ${erased} erased, ${apiKeys} API keys: sound`);
  } finally {
    await keys?.close();
    await reader.close();
  }
}
