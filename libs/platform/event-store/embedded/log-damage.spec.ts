import { crc32c } from '@node-rs/crc32';
import { setImmediate } from 'node:timers/promises';
import { ChainedRecords } from '../../../testing/chained-records';
import { LogDamageFault } from '../faults';
import type { LogFile, LogFiles } from './log-files';
import { LogReader } from './log-reader';
import { type NewRecord, type RecordLocation, SEGMENT_HEADER_BYTES, segmentName } from './record-format';
import type { LogCut } from './log-recovery';
import { SegmentLog } from './segment-log';
import { SimulatedLogFiles } from './simulated-log-files';

/** A log of one segment, and where its records and its last commit begin. */
interface WrittenLog {
  readonly bytes: Buffer;
  readonly bodies: readonly Buffer[];
  readonly locations: readonly RecordLocation[];
  /** Records before the last commit. */
  readonly settled: number;
}

const SEGMENT = segmentName(0);
const onDisk = (bytes: Buffer) => SimulatedLogFiles.of(new Map([[SEGMENT, bytes]]));

async function writeLog(commits: readonly number[], records: ChainedRecords): Promise<WrittenLog> {
  const files = new SimulatedLogFiles();
  const { log } = await SegmentLog.open(files);
  const written: NewRecord[] = [];
  const locations: RecordLocation[] = [];
  for (const count of commits) {
    const group = records.take(count);
    const appends = group.map((record) => log.append(record));
    await Promise.all(appends.map(({ durable }) => durable));
    written.push(...group);
    locations.push(...appends.map(({ location }) => location));
  }
  await log.close();
  return {
    bytes: files.contents().get(SEGMENT) ?? Buffer.alloc(0),
    bodies: written.map(({ body }) => body),
    locations,
    settled: written.length - (commits.at(-1) ?? 0),
  };
}

type Outcome =
  | { readonly kind: 'refused'; readonly fault: LogDamageFault }
  | { readonly kind: 'opened'; readonly bodies: readonly Buffer[]; readonly cut: LogCut | undefined };

/** Opens a log as a restart does and reads all of it. */
async function reopen(files: LogFiles): Promise<Outcome> {
  try {
    const { log, recovery } = await SegmentLog.open(files);
    const bodies: Buffer[] = [];
    for await (const batch of new LogReader(files).batches({ before: recovery.end.position })) {
      for (const { record } of batch) bodies.push(record.body);
    }
    await log.close();
    return { kind: 'opened', bodies, cut: recovery.cut };
  } catch (fault) {
    if (fault instanceof LogDamageFault) return { kind: 'refused', fault };
    throw fault;
  }
}

/** What is wrong with an outcome after one flipped bit, or undefined. */
function violation(outcome: Outcome, log: WrittenLog): string | undefined {
  if (outcome.kind === 'refused') {
    return /position \d+ \(\d{20}\.seg, byte \d+\)/.test(outcome.fault.message) ? undefined : 'refused without a place';
  }
  const { bodies, cut } = outcome;
  if (bodies.some((body, index) => log.bodies[index]?.equals(body) !== true)) return 'a changed record was served';
  if (bodies.length < log.settled) return 'an earlier commit was lost';
  if (bodies.length + (cut?.records ?? 0) !== log.bodies.length) return 'records vanished without being counted';
  return bodies.length === log.bodies.length && cut === undefined ? 'the damage was not noticed' : undefined;
}

/** What is wrong with what a log cut after `size` bytes opened to, or undefined. */
function cutViolation(outcome: Outcome, { bodies, locations }: WrittenLog, size: number): string | undefined {
  if (outcome.kind === 'refused') return 'it was refused';
  const whole = locations.filter(({ offset, length }) => offset + length <= size).length;
  if (outcome.bodies.length > whole) return 'a torn record was served';
  if (outcome.bodies.length < whole) return 'a whole record was lost';
  return outcome.bodies.some((body, index) => bodies[index]?.equals(body) !== true)
    ? 'a changed record was served'
    : undefined;
}

describe('a log cut at any byte', () => {
  test('yields exactly the whole records before the cut, and takes the next append there', async () => {
    const records = new ChainedRecords();
    const written = await writeLog([1, 3, 2, 4], records);
    const next = records.next();
    for (let size = 0; size <= written.bytes.length; size++) {
      const files = onDisk(written.bytes.subarray(0, size));
      const outcome = await reopen(files);
      const wrong = cutViolation(outcome, written, size);
      if (wrong !== undefined) throw new Error(`cut after ${size} bytes: ${wrong}`);
      const { log } = await SegmentLog.open(files);
      await log.append(next).durable;
      await log.close();
      const kept = outcome.kind === 'opened' ? outcome.bodies : [];
      expect(await reopen(files)).toEqual({ kind: 'opened', bodies: [...kept, next.body], cut: undefined });
    }
  });

  test('control: without the CRC the same check finds torn records, where zeros stand for what was not written', async () => {
    const written = await writeLog([1, 3, 2, 4], new ChainedRecords());
    const violations = new Set<string | undefined>();
    for (let size = 0; size <= written.bytes.length; size++) {
      const torn = Buffer.alloc(written.bytes.length);
      written.bytes.copy(torn, 0, 0, size);
      violations.add(cutViolation(await reopen(new WithoutChecksums(onDisk(torn), written.locations)), written, size));
    }
    expect(violations).toContain('a torn record was served');
  });
});

describe('a flipped bit', () => {
  const lastCommitOf = 4;
  // A quarter of a million faults: their stack traces would take longer than the log.
  const { stackTraceLimit } = Error;
  beforeAll(() => void (Error.stackTraceLimit = 0));
  afterAll(() => void (Error.stackTraceLimit = stackTraceLimit));

  test('anywhere in 32 KiB of several commits is refused by name, or costs counted records of the last commit only', async () => {
    const written = await writeLog([3, 5, 4, lastCommitOf], new ChainedRecords(3, 1900));
    const segment = Buffer.alloc(32 * 1024);
    written.bytes.copy(segment);
    expect(written.bytes.length).toBeGreaterThan(30 * 1024);
    let refused = 0;
    let cut = 0;
    for (let bit = 0; bit < segment.length * 8; bit++) {
      const files = onDisk(segment);
      files.flipBit(SEGMENT, bit);
      const outcome = await reopen(files);
      const wrong = violation(outcome, written);
      if (wrong !== undefined) throw new Error(`bit ${bit}: ${wrong}`);
      if (outcome.kind === 'refused') refused++;
      else cut++;
    }
    const lastCommit = written.locations.at(-lastCommitOf)?.offset ?? 0;
    expect(refused).toBe(lastCommit * 8);
    expect(cut).toBe((segment.length - lastCommit) * 8);
  }, 120_000);

  test('control: without the CRC the same check finds changed records', async () => {
    const written = await writeLog([3, 5, 4, lastCommitOf], new ChainedRecords());
    const violations = new Set<string | undefined>();
    for (const { offset, length } of written.locations) {
      const files = onDisk(written.bytes);
      files.flipBit(SEGMENT, (offset + length - 1) * 8);
      violations.add(violation(await reopen(new WithoutChecksums(files, written.locations)), written));
    }
    expect([...violations]).toEqual(['a changed record was served']);
  });
});

/** Makes every CRC match what is read, as if nothing were checked. */
class WithoutChecksums implements LogFiles {
  constructor(
    private readonly files: LogFiles,
    private readonly locations: readonly RecordLocation[],
  ) {}

  list = () => this.files.list();
  syncDirectory = () => this.files.syncDirectory();
  rename = (from: string, to: string) => this.files.rename(from, to);

  async open(name: string, options: { readonly create: boolean }): Promise<LogFile> {
    const file = await this.files.open(name, options);
    return {
      writeAt: (buffers, offset) => file.writeAt(buffers, offset),
      sync: () => file.sync(),
      size: () => file.size(),
      truncate: (size) => file.truncate(size),
      close: () => file.close(),
      readAt: async (buffer, offset) => {
        const read = await file.readAt(buffer, offset);
        for (const location of this.locations)
          this.seal(Buffer.from(buffer.buffer, buffer.byteOffset, read), offset, location);
        return read;
      },
    };
  }

  private seal(bytes: Buffer, base: number, { offset, length }: RecordLocation): void {
    const at = offset - base;
    if (at < 0 || at + length > bytes.length) return;
    bytes.writeUInt32LE(crc32c(bytes.subarray(at + 8, at + length)), at + 4);
  }
}

describe('what recovery shows is durable', () => {
  test.each(['a process that died before its sync', 'a failed sync'])('after %s', async (cause) => {
    const files = new SimulatedLogFiles();
    files.turns = 1;
    const { log } = await SegmentLog.open(files);
    const records = new ChainedRecords();
    await log.append(records.next()).durable;
    if (cause === 'a failed sync') files.failingSyncs = new Set([files.syncs + 1]);
    const appended = log.append(records.next()).durable.then(
      () => true,
      () => false,
    );
    while (files.writes < 2) await setImmediate();
    if (cause === 'a failed sync') expect(await appended).toBe(false);
    const { recovery } = await SegmentLog.open(files);
    expect(recovery.checkedRecords).toBe(2);
    const outcome = await reopen(files.afterPowerCut(1, 'all'));
    expect(outcome).toMatchObject({ kind: 'opened', bodies: { length: 2 } });
  });
});

describe('damage beyond a torn write is refused', () => {
  test('a segment that is missing, out of order or without its header', async () => {
    const files = new SimulatedLogFiles();
    const { log } = await SegmentLog.open(files, { segmentBytes: 600 });
    for (const record of new ChainedRecords().take(12)) await log.append(record).durable;
    await log.close();
    const contents = files.contents();
    const names = [...contents.keys()].filter((name) => name.endsWith('.seg')).sort();
    expect(names.length).toBeGreaterThan(3);
    for (const name of names.slice(0, -1)) {
      const missing = new Map(contents);
      missing.delete(name);
      expect(await reopen(SimulatedLogFiles.of(missing))).toMatchObject({ kind: 'refused' });

      const headless = new Map(contents);
      headless.set(
        name,
        Buffer.concat([
          Buffer.alloc(SEGMENT_HEADER_BYTES),
          (contents.get(name) ?? Buffer.alloc(0)).subarray(SEGMENT_HEADER_BYTES),
        ]),
      );
      expect(await reopen(SimulatedLogFiles.of(headless))).toMatchObject({ kind: 'refused' });

      const cut = new Map(contents);
      const bytes = contents.get(name) ?? Buffer.alloc(0);
      cut.set(name, bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) - 8));
      expect(await reopen(SimulatedLogFiles.of(cut))).toMatchObject({ kind: 'refused' });
    }
  });

  test('rubbish behind the last record is cut and said; no record vanishes', async () => {
    const written = await writeLog([2, 2], new ChainedRecords());
    const rubbish = Buffer.concat([written.bytes, Buffer.alloc(4096), Buffer.from('rubbish'), Buffer.alloc(100)]);
    const files = onDisk(rubbish);
    expect(await reopen(files)).toMatchObject({
      kind: 'opened',
      bodies: written.bodies,
      cut: { records: 0, bytes: 4096 + 7 },
    });
    expect(await reopen(files)).toMatchObject({ kind: 'opened', bodies: written.bodies, cut: undefined });
  });

  test('a read in short pieces sees the same log', async () => {
    const written = await writeLog([2, 3], new ChainedRecords());
    const files = onDisk(written.bytes);
    files.longestRead = 7;
    expect(await reopen(files)).toEqual({ kind: 'opened', bodies: written.bodies, cut: undefined });
  });
});
