import * as fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { ChainedRecords } from '../../../testing/chained-records';
import type { LogFile, LogFiles } from './log-files';
import { LogReader } from './log-reader';
import { verifyLog } from './log-verification';
import { SegmentLog } from './segment-log';
import { type PowerCutLoss, SimulatedLogFiles } from './simulated-log-files';

interface Life {
  /** Appends before each wait for durability; the last ones are never waited for. */
  readonly bursts: readonly number[];
  /** Turns of the event loop after the last burst, before the power goes. */
  readonly turns: number;
  readonly seed: number;
  readonly loss: PowerCutLoss;
  readonly bodyBytes: number;
  readonly failingSync: number;
}

const life: fc.Arbitrary<Life> = fc.record({
  bursts: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }),
  turns: fc.integer({ min: 0, max: 8 }),
  seed: fc.integer(),
  loss: fc.constantFrom('all', 'some', 'some', 'some', 'none'),
  bodyBytes: fc.constantFrom(64, 300, 2000),
  failingSync: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 8 }) },
  ),
});

/**
 * Several lives of one log, each ended by a power cut; `through` stands between the log and its disk. Answers what went
 * wrong: an acknowledged append lost, the order changed, something invented, a chain broken, or an opening refused.
 */
async function whatGoesWrong(
  lives: readonly Life[],
  through: (files: LogFiles) => LogFiles,
): Promise<string | undefined> {
  let disk = new SimulatedLogFiles();
  let kept: string[] = [];
  disk.turns = 1;
  for (const [number, { bursts, turns, seed, loss, bodyBytes, failingSync }] of lives.entries()) {
    const { log } = await SegmentLog.open(through(disk), { segmentBytes: 4000 });
    disk.failingSyncs = new Set([disk.syncs + failingSync]);
    // Each life writes streams of its own, so that what it loses breaks no chain of the next.
    const records = new ChainedRecords(3, bodyBytes, `life-${number}`);
    const sent = [...kept];
    let acknowledged = kept.length;
    try {
      for (const [index, burst] of bursts.entries()) {
        const appends = records.take(burst).map((record) => {
          const append = log.append(record);
          sent.push(record.body.toString());
          return append.durable.then(() => acknowledged++);
        });
        const all = Promise.allSettled(appends);
        if (index < bursts.length - 1) await all;
      }
    } catch {
      // The log has failed; the process would end here.
    }
    await pass(turns);
    const promised = acknowledged;
    disk = disk.afterPowerCut(seed, loss);
    disk.turns = 1;
    const { log: reopened } = await SegmentLog.open(through(disk), {});
    kept = await bodiesOf(disk, reopened.durableEnd.position);
    await reopened.close();
    const { bad } = await verifyLog(disk);
    if (bad !== undefined) return `a chain is broken: ${bad.reason}`;
    if (kept.length < promised) return 'an acknowledged append is lost';
    if (kept.some((body, index) => body !== sent[index])) return 'the order changed or something was invented';
  }
  return undefined;
}

async function pass(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await setImmediate();
}

async function bodiesOf(files: LogFiles, before: number): Promise<string[]> {
  const bodies: string[] = [];
  for await (const batch of new LogReader(files).batches({ before })) {
    for (const { record } of batch) bodies.push(record.body.toString());
  }
  return bodies;
}

describe('power cuts', () => {
  const lives = fc.array(life, { minLength: 1, maxLength: 4 });

  test('acknowledged appends survive, in order, and nothing is invented', async () => {
    await fc.assert(
      fc.asyncProperty(lives, async (each) => {
        expect(await whatGoesWrong(each, (files) => files)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  test('a second cut, during recovery, changes nothing of what recovery finds', async () => {
    let cuts = 0;
    const turns = fc.integer({ min: 1, max: 3 });
    await fc.assert(
      fc.asyncProperty(life, turns, turns, async ({ bursts, seed, bodyBytes }, turnsOfLife, turnsOfRecovery) => {
        const disk = new SimulatedLogFiles();
        disk.turns = 1;
        const { log } = await SegmentLog.open(disk, { segmentBytes: 4000 });
        const records = new ChainedRecords(2, bodyBytes);
        for (const burst of bursts) records.take(burst).map((record) => log.append(record));
        await pass(turnsOfLife);
        const torn = disk.afterPowerCut(seed, 'some');
        torn.turns = 1;
        const recovering = SegmentLog.open(torn);
        await pass(turnsOfRecovery);
        const tornAgain = torn.afterPowerCut(seed + 1, 'some');
        const first = await recovering;
        const second = await SegmentLog.open(tornAgain);
        expect(second.recovery.end).toEqual(first.recovery.end);
        if (first.recovery.cut !== undefined) cuts++;
      }),
      { numRuns: 300 },
    );
    expect(cuts).toBeGreaterThan(20);
  });

  const guards: [string, (file: LogFile) => Partial<LogFile>][] = [
    ['does not sync', () => ({ sync: async () => undefined })],
    ['takes a failed sync for a sync', (file) => ({ sync: () => file.sync().catch(() => undefined) })],
  ];
  test.each(guards)('control: a log that %s loses acknowledged appends', async (_, broken) => {
    const found = new Set<string | undefined>();
    await fc.assert(
      fc.asyncProperty(lives, async (each) => {
        found.add(await whatGoesWrong(each, (files) => wrapFiles(files, broken)).catch(() => 'refused'));
      }),
      { numRuns: 300 },
    );
    expect(found).toContain('an acknowledged append is lost');
  });
});

function wrapFiles(files: LogFiles, change: (file: LogFile) => Partial<LogFile>): LogFiles {
  return {
    list: () => files.list(),
    syncDirectory: () => files.syncDirectory(),
    rename: (from, to) => files.rename(from, to),
    open: async (name, options) => {
      const file = await files.open(name, options);
      const unchanged: LogFile = {
        writeAt: (buffers, offset) => file.writeAt(buffers, offset),
        sync: () => file.sync(),
        readAt: (buffer, offset) => file.readAt(buffer, offset),
        size: () => file.size(),
        truncate: (size) => file.truncate(size),
        close: () => file.close(),
      };
      return { ...unchanged, ...change(file) };
    },
  };
}
