import { ChainedRecords, nth } from '../../../testing/chained-records';
import { LogDamageFault } from '../faults';
import { type LocatedRecord, LogReader, type ReadBatchesOptions } from './log-reader';
import { placeAfter } from './record-format';
import { type PendingAppend, SegmentLog } from './segment-log';
import { SimulatedLogFiles } from './simulated-log-files';

async function readAll(reader: LogReader, options?: ReadBatchesOptions): Promise<LocatedRecord[]> {
  const located: LocatedRecord[] = [];
  for await (const batch of reader.batches(options)) located.push(...batch);
  return located;
}

describe('a log reader', () => {
  const files = new SimulatedLogFiles();
  const reader = new LogReader(files);
  let log: SegmentLog;
  let appends: PendingAppend[];
  const records = new ChainedRecords(5, 400);

  beforeAll(async () => {
    ({ log } = await SegmentLog.open(files, { segmentBytes: 5000 }));
    appends = records.take(60).map((record) => log.append(record));
    await appends.at(-1)?.durable;
    expect((await files.list()).length).toBeGreaterThan(5);
  });

  test('goes on from any record, over segment borders', async () => {
    const all = await readAll(reader);
    expect(all.map(({ record }) => record.position)).toEqual(appends.map(({ position }) => position));
    for (const [index, { record, location }] of all.entries()) {
      const from = placeAfter(record, location);
      const rest = await readAll(reader, { from, before: log.durableEnd.position });
      expect(rest).toEqual(all.slice(index + 1));
      expect(await reader.read(location)).toEqual(record);
    }
  });

  test('shows nothing from the given end on', async () => {
    for (const { position } of appends) {
      const shown = await readAll(reader, { before: position });
      expect(shown).toHaveLength(appends.filter((append) => append.position < position).length);
    }
  });

  test('finds the record that holds a position', async () => {
    const all = await readAll(reader);
    for (let position = 0; position < log.durableEnd.position; position++) {
      const holder = all.findLast(({ record }) => record.position <= position);
      expect(await reader.find(position)).toEqual(holder);
    }
    expect(await reader.find(log.durableEnd.position)).toBeUndefined();
  });

  test('a log that ends before its known end is damaged', async () => {
    await expect(readAll(reader, { before: log.durableEnd.position + 1 })).rejects.toThrow(LogDamageFault);
    await expect(readAll(new LogReader(new SimulatedLogFiles()), { before: 1 })).rejects.toThrow(LogDamageFault);
    expect(await readAll(new LogReader(new SimulatedLogFiles()))).toEqual([]);
  });

  test('every read checks the CRC', async () => {
    const damaged = SimulatedLogFiles.of(files.contents());
    const { location } = nth(appends, 7);
    const [name = ''] = (await damaged.list()).filter((file) => Number(file.slice(0, 20)) === location.segment);
    damaged.flipBit(name, (location.offset + location.length - 1) * 8);
    const other = new LogReader(damaged);
    await expect(other.read(location)).rejects.toThrow(LogDamageFault);
    await expect(readAll(other)).rejects.toThrow(LogDamageFault);
    await expect(readAll(other, { before: log.durableEnd.position })).rejects.toThrow(LogDamageFault);
  });

  test('follows a writer at work without a gap or anything that is not durable yet', async () => {
    const busy = new SimulatedLogFiles();
    busy.turns = 1;
    const { log: writer } = await SegmentLog.open(busy, { segmentBytes: 5000 });
    const source = new ChainedRecords(5, 400);
    const follower = new LogReader(busy);
    const seen: number[] = [];
    let place = writer.durableEnd;
    const sent: PendingAppend[] = [];
    for (let round = 0; round < 50; round++) {
      sent.push(...source.take(round % 7).map((record) => writer.append(record)));
      const before = writer.durableEnd.position;
      for (const { record, location } of await readAll(follower, { from: place, before })) {
        expect(record.position).toBeLessThan(before);
        seen.push(record.position);
        place = placeAfter(record, location);
      }
      if (round % 3 === 0) await sent.at(-1)?.durable;
    }
    await writer.close();
    seen.push(...(await readAll(follower, { from: place })).map(({ record }) => record.position));
    expect(seen).toEqual(sent.map(({ position }) => position));
  });
});
