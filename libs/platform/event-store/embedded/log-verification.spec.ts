import { ChainedRecords, nth } from '../../../testing/chained-records';
import { verifyLog } from './log-verification';
import { type NewRecord, segmentName } from './record-format';
import { type PendingAppend, SegmentLog } from './segment-log';
import { SimulatedLogFiles } from './simulated-log-files';

interface WrittenLog {
  readonly files: SimulatedLogFiles;
  readonly appends: readonly PendingAppend[];
}

async function write(records: readonly NewRecord[]): Promise<WrittenLog> {
  const files = new SimulatedLogFiles();
  const { log } = await SegmentLog.open(files, { segmentBytes: 4000 });
  const appends: PendingAppend[] = [];
  for (const record of records) {
    const append = log.append(record);
    await append.durable;
    appends.push(append);
  }
  await log.close();
  return { files, appends };
}

describe('verify', () => {
  test('counts what it checked and finds nothing wrong with a whole log', async () => {
    const records = new ChainedRecords().take(50);
    const { files } = await write(records);
    const progress: number[] = [];
    const report = await verifyLog(files, { onProgress: (checked, total) => progress.push(checked / total) });
    expect(report).toMatchObject({
      records: 50,
      streams: 3,
      events: records.reduce((sum, { eventCount }) => sum + eventCount, 0),
    });
    expect(report).not.toHaveProperty('bad');
    expect(report).not.toHaveProperty('unfinished');
    expect(report.eventsPerSecond).toBeGreaterThan(0);
    expect(progress.at(-1)).toBeGreaterThan(0.9);
  });

  test('names the first append with a flipped bit by stream, revision, position and place', async () => {
    const records = new ChainedRecords().take(50);
    for (const index of [0, 1, 7, 23, 48]) {
      const { files, appends } = await write(records);
      const { location, position } = nth(appends, index);
      const { stream, firstRevision } = nth(records, index);
      files.flipBit(segmentName(location.segment), (location.offset + location.length - 3) * 8);
      const { segment, offset } = location;
      const { bad, records: checked } = await verifyLog(files);
      expect(bad).toMatchObject({ stream, revision: firstRevision, position, segment, offset });
      expect(checked).toBe(index);
    }
  });

  test('damage in the newest commit is bad where the log is known to reach further, else unfinished', async () => {
    const { files, appends } = await write(new ChainedRecords().take(10));
    const { location, position } = nth(appends, 9);
    files.flipBit(segmentName(location.segment), (location.offset + location.length - 3) * 8);
    expect(await verifyLog(files)).toMatchObject({ records: 9, unfinished: { records: 1 } });
    expect(await verifyLog(files, { before: position + 1 })).toMatchObject({ bad: { position } });
  });

  const broken: [string, (record: NewRecord) => NewRecord, RegExp][] = [
    [
      'another body under the same chain',
      (record) => ({ ...record, body: Buffer.from('{"points":1000000}') }),
      /hash chain/,
    ],
    ['other claims under the same chain', (record) => ({ ...record, claims: [] }), /hash chain/],
    ['another time under the same chain', (record) => ({ ...record, recordedAt: 1 }), /hash chain/],
  ];
  test.each(broken)(
    '%s, with a CRC that fits, is found at the next append of the stream',
    async (_, change, reason) => {
      const records = new ChainedRecords(3).take(30);
      const forged = records.map((record, index) => (index === 12 ? change(record) : record));
      const { files, appends } = await write(forged);
      const { bad } = await verifyLog(files);
      expect(bad).toMatchObject({
        stream: nth(records, 15).stream,
        revision: nth(records, 15).firstRevision,
        position: nth(appends, 15).position,
      });
      expect(bad?.reason).toMatch(reason);
    },
  );

  test('a gap in the revisions of a stream', async () => {
    const records = new ChainedRecords(3).take(30);
    const { files } = await write(records.filter((_, index) => index !== 12));
    const { bad } = await verifyLog(files);
    expect(bad).toMatchObject({ stream: nth(records, 15).stream, revision: nth(records, 15).firstRevision });
    expect(bad?.reason).toMatch(/comes next in its stream/);
  });
});
