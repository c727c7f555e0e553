import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ChainedRecords, nth } from '../../../testing/chained-records';
import { AppendTooLargeFault, LogDamageFault, LogWriteFault, StoreFullFault, StoreUnavailableFault } from '../faults';
import { DiskLogFiles } from './disk-log-files';
import type { LogFiles } from './log-files';
import { LogReader } from './log-reader';
import { type LogPlace, MAX_RECORD_BYTES, type NewRecord } from './record-format';
import { type PendingAppend, SegmentLog, type SegmentLogOptions } from './segment-log';
import { SimulatedLogFiles } from './simulated-log-files';

const openLog = async (files: LogFiles, options: SegmentLogOptions = {}) => (await SegmentLog.open(files, options)).log;

async function storedBodies(files: LogFiles): Promise<string[]> {
  const reader = new LogReader(files);
  const bodies: string[] = [];
  for await (const batch of reader.batches()) for (const { record } of batch) bodies.push(record.body.toString());
  await reader.close();
  return bodies;
}

const bodies = (records: readonly NewRecord[]) => records.map(({ body }) => body.toString());
const settle = (appends: readonly PendingAppend[]) => Promise.allSettled(appends.map(({ durable }) => durable));

describe.each<[string, () => { files: LogFiles; remove: () => void }]>([
  ['simulated disk', () => ({ files: new SimulatedLogFiles(), remove: () => undefined })],
  [
    'disk',
    () => {
      const directory = mkdtempSync(join(tmpdir(), 'suki-log-'));
      return { files: new DiskLogFiles(directory), remove: () => rmSync(directory, { recursive: true }) };
    },
  ],
])('a segment log on a %s', (_, create) => {
  let files: LogFiles;
  let remove: () => void;
  beforeEach(() => ({ files, remove } = create()));
  afterEach(() => remove());

  test('gives positions in call order, without gaps, over segments and reopenings', async () => {
    const records = new ChainedRecords();
    const kept: NewRecord[] = [];
    let expected = 0;
    for (let round = 0; round < 3; round++) {
      const log = await openLog(files, { segmentBytes: 2048 });
      for (const record of records.take(40)) {
        const { position } = log.append(record);
        expect(position).toBe(expected);
        expected += record.eventCount;
        kept.push(record);
      }
      await log.close();
      expect(log.durableEnd.position).toBe(expected);
    }
    expect((await files.list()).length).toBeGreaterThan(10);
    expect(await storedBodies(files)).toEqual(bodies(kept));
  });

  test('reads a record back from its location, all fields as given', async () => {
    const log = await openLog(files, { segmentBytes: 2048 });
    const records = new ChainedRecords().take(30);
    const appends = records.map((record) => log.append(record));
    await settle(appends);
    for (const [index, { position, location }] of appends.entries()) {
      const stored = await log.read(location);
      expect(stored).toEqual({ ...records[index], position, commit: stored.commit });
    }
    await log.close();
  });

  test('goes over into spare segments of zeros, which are neither damage nor records', async () => {
    const records = new ChainedRecords(3, 5000);
    const sizes: number[] = [];
    for (let round = 1; round <= 3; round++) {
      const log = await openLog(files, { segmentBytes: 64 * 1024 });
      for (const record of records.take(50)) {
        await log.append(record).durable;
        await setTimeout(1);
      }
      await log.close();
      const { log: again, recovery } = await SegmentLog.open(files, { segmentBytes: 64 * 1024 });
      expect(recovery).toMatchObject({ checkedRecords: 50 * round });
      expect(recovery.cut).toBeUndefined();
      await again.close();
    }
    for (const name of (await files.list()).filter((file) => file.endsWith('.seg'))) {
      const file = await files.open(name, { create: false });
      sizes.push(await file.size());
      await file.close();
    }
    expect(sizes.filter((size) => size === 64 * 1024).length).toBeGreaterThan(5);
  });

  test('a log that ends before an index is refused, and one cut before the record it names', async () => {
    const log = await openLog(files);
    const appends = new ChainedRecords().take(9).map((record) => log.append(record));
    await log.close();
    const last = appends.at(-1);
    const end = log.durableEnd.position;
    const checkFrom = last?.location;
    const { log: again, recovery } = await SegmentLog.open(files, { checkFrom, expectedEnd: end });
    expect(recovery).toMatchObject({ checkedRecords: 0, end: { position: end } });
    await again.close();
    await expect(SegmentLog.open(files, { expectedEnd: end + 1 })).rejects.toThrow(/ends here, .* seen up to position/);

    const [name = ''] = await files.list();
    const file = await files.open(name, { create: true });
    await file.truncate((await file.size()) - 8);
    await file.close();
    await expect(SegmentLog.open(files, { checkFrom })).rejects.toThrow(LogDamageFault);
  });
});

describe('groups', () => {
  test('what is appended together is one commit: one write and one sync', async () => {
    const files = new SimulatedLogFiles();
    const log = await openLog(files);
    const records = new ChainedRecords();
    await log.append(records.next()).durable;
    const { syncs, writes } = files;
    const first = log.nextPosition;
    const appends = records.take(64).map((record) => log.append(record));
    await settle(appends);
    expect([files.syncs - syncs, files.writes - writes]).toEqual([1, 1]);
    for (const { location } of appends) expect(await log.read(location)).toMatchObject({ commit: first });
    await log.close();
  });

  test('the durable end is told before the answers, and never ahead of the sync', async () => {
    const files = new SimulatedLogFiles();
    const ends: LogPlace[] = [];
    const log = await openLog(files, { onCommit: (end) => ends.push(end) });
    const records = new ChainedRecords();
    for (let round = 0; round < 5; round++) {
      const { durable } = log.append(records.next());
      expect(log.durableEnd.position).toBeLessThan(log.nextPosition);
      await durable;
      expect(ends).toHaveLength(round + 1);
      expect(ends.at(-1)).toEqual(log.durableEnd);
      expect(log.durableEnd.position).toBe(log.nextPosition);
    }
    await log.close();
  });

  test('closing finishes what was accepted and refuses the rest', async () => {
    const files = new SimulatedLogFiles();
    const log = await openLog(files);
    const records = new ChainedRecords();
    const accepted = log.append(records.next());
    const closing = log.close();
    expect(() => log.append(records.next())).toThrow(StoreUnavailableFault);
    await closing;
    await accepted.durable;
  });

  test('what is larger than any record may be takes no position', async () => {
    const log = await openLog(new SimulatedLogFiles());
    const record = { ...new ChainedRecords().next(), body: Buffer.alloc(MAX_RECORD_BYTES) };
    expect(() => log.append(record)).toThrow(AppendTooLargeFault);
    expect(log.nextPosition).toBe(0);
    await log.close();
  });
});

describe('a full disk', () => {
  test.each([0, 1, 31, 32, 33, 100, 127, 500, 900])(
    'after %i more bytes: the group is not stored, later ones fail with it, positions are used again, the log goes on',
    async (space) => {
      const files = new SimulatedLogFiles();
      const rollbacks: LogPlace[] = [];
      const log = await openLog(files, { segmentBytes: 600, onRollback: (end) => rollbacks.push(end) });
      const records = new ChainedRecords();
      const first = records.take(2);
      await settle(first.map((record) => log.append(record)));
      const end = log.durableEnd;
      files.space = space;
      const failed = records.take(10).map((record) => log.append(record));
      const results = await settle(failed);
      const stored = results.filter(({ status }) => status === 'fulfilled').length;
      for (const result of results.slice(stored)) {
        expect(result.status === 'rejected' && result.reason).toBeInstanceOf(StoreFullFault);
      }
      expect(rollbacks.map(({ position }) => position)).toEqual([log.durableEnd.position]);
      expect(log.nextPosition).toBe(log.durableEnd.position);
      if (stored === 0) expect(log.durableEnd.position).toBe(end.position);

      files.space = Infinity;
      const again = new ChainedRecords().take(3);
      const position = log.nextPosition;
      expect(log.append(nth(again, 0)).position).toBe(position);
      await settle(again.slice(1).map((record) => log.append(record)));
      await log.close();
      const { recovery } = await SegmentLog.open(files);
      expect(recovery.cut).toBeUndefined();
      expect(recovery.checkedRecords).toBe(2 + stored + 3);
    },
  );

  test('a group is rolled back durably before it is answered', async () => {
    const files = new SimulatedLogFiles();
    const log = await openLog(files);
    const records = new ChainedRecords();
    await log.append(records.next()).durable;
    files.space = 450;
    const appends = records.take(4).map((record) => log.append(record));
    await expect(appends[0]?.durable).rejects.toThrow(StoreFullFault);
    const { recovery } = await SegmentLog.open(files.afterPowerCut(1, 'all'));
    expect(recovery).toMatchObject({ checkedRecords: 1 });
    expect(recovery.cut).toBeUndefined();
  });
});

describe('the spare segment', () => {
  test('gives its space back when the disk is full, and appends go on', async () => {
    const files = new SimulatedLogFiles();
    const log = await openLog(files, { segmentBytes: 64 * 1024 });
    const records = new ChainedRecords(3, 2000);
    await log.append(records.next()).durable;
    files.space = 60 * 1024;
    for (const record of records.take(20)) await log.append(record).durable;
    await log.close();
    const { recovery } = await SegmentLog.open(files);
    expect(recovery).toMatchObject({ checkedRecords: 21 });
  });

  test('whose sync fails ends the log like any other sync error', async () => {
    const files = new SimulatedLogFiles();
    const fatal: Error[] = [];
    const log = await openLog(files, { segmentBytes: 8 * 1024, onFatal: (fault) => fatal.push(fault) });
    const records = new ChainedRecords(3, 2000);
    await log.append(records.next()).durable;
    // The next append is synced first, and fills the segment so far that its spare is made.
    files.failingSyncs = new Set([files.syncs + 2]);
    await log.append(records.next()).durable;
    await setTimeout(1);
    expect(fatal).toEqual([expect.any(LogWriteFault)]);
    expect(() => log.append(records.next())).toThrow(LogWriteFault);
    await log.close();
  });
});

describe('sync and write errors', () => {
  const failures: [string, (files: SimulatedLogFiles, call: number) => void][] = [
    ['sync', (files, call) => (files.failingSyncs = new Set([call]))],
    ['write', (files, call) => (files.failingWrites = new Set([call]))],
  ];
  test.each(failures)(
    'at the n-th %s: what was acknowledged survives, nothing after is ever acknowledged',
    async (_, arm) => {
      for (let call = 1; call <= 12; call++) {
        const files = new SimulatedLogFiles();
        arm(files, call);
        const fatal: Error[] = [];
        const log = await openLog(files, { segmentBytes: 700, onFatal: (fault) => fatal.push(fault) });
        const records = new ChainedRecords();
        const acknowledged: NewRecord[] = [];
        let failed = false;
        for (let round = 0; round < 12; round++) {
          const batch = records.take(2);
          try {
            const results = await settle(batch.map((record) => log.append(record)));
            for (const [index, { status }] of results.entries()) {
              if (status === 'rejected') failed = true;
              else acknowledged.push(nth(batch, index));
              expect(status).toBe(failed ? 'rejected' : 'fulfilled');
            }
          } catch (fault) {
            expect(fault).toBeInstanceOf(LogWriteFault);
            expect(failed).toBe(true);
          }
        }
        expect(fatal).toHaveLength(1);
        await log.close();
        for (const loss of ['all', 'some', 'none'] as const) {
          const left = files.afterPowerCut(call, loss);
          await SegmentLog.open(left);
          expect((await storedBodies(left)).slice(0, acknowledged.length)).toEqual(bodies(acknowledged));
        }
      }
    },
  );

  test('control: a log that took the word of a second sync would acknowledge what is lost', async () => {
    const files = new SimulatedLogFiles();
    const file = await files.open('x', { create: true });
    await files.syncDirectory();
    files.failingSyncs = new Set([2]);
    await file.writeAt([Buffer.from('acknowledged')], 0);
    await expect(file.sync()).rejects.toThrow('EIO');
    await file.sync();
    expect(files.afterPowerCut(1, 'all').contents().get('x')?.toString()).toBe('');
  });
});
