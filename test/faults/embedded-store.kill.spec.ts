import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { appendForEver, findLost, type Acknowledged } from '../../libs/testing/appending-process';
import { gather } from '../../libs/testing/append-request';
import { openSimulatedStore, openTemporaryStore } from '../../libs/testing/temporary-store';
import type { EventStore } from '../../libs/platform/event-store/event-store';
import { DiskLogFiles } from '../../libs/platform/event-store/embedded/disk-log-files';
import type { LogFile, LogFiles } from '../../libs/platform/event-store/embedded/log-files';
import { verifyLog } from '../../libs/platform/event-store/embedded/log-verification';
import { SimulatedLogFiles } from '../../libs/platform/event-store/embedded/simulated-log-files';

const ROUNDS = 6;
const CLIENTS = 8;

describe('what was acknowledged', () => {
  it('is there after kill -9 under load, round after round, and nothing is there twice', async () => {
    const temporary = await openTemporaryStore();
    await temporary.store.close();
    const told: Acknowledged[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const before = told.length;
      told.push(...(await appendUntilKilled(temporary.directory, 30 + 47 * round)));
      expect(told.length).toBeGreaterThan(before);
      const store = await temporary.reopen();
      expect(await findLost(store, told.slice(before))).toEqual([]);
      await store.close();
    }
    const store = await temporary.reopen();
    expect(await findLost(store, told)).toEqual([]);
    const events = await gather(store.readAll());
    expect(events.every(({ position }, index) => position === index)).toBe(true);
    // At most the one append each client was not told of in each round.
    expect(events.length / 2 - told.length).toBeLessThanOrEqual(ROUNDS * CLIENTS);
    expect((await verifyLog(new DiskLogFiles(`${temporary.directory}/log`))).bad).toBeUndefined();
    await temporary.dispose();
  });

  it.each([1, 2, 3, 4, 5])('is there after a power cut that loses all that was not synced (%p)', async (seed) => {
    expect(await lostInPowerCut(seed, (files) => files)).toEqual([]);
  });

  it('is missed by the same check where the disk only says that it synced', async () => {
    expect(await lostInPowerCut(1, (files) => new LyingLogFiles(files))).not.toEqual([]);
  });

  it('and everything that was ever shown to a reader survives a power cut', async () => {
    const files = new SimulatedLogFiles();
    const { store, dispose } = await openSimulatedStore(files);
    const shown: string[] = [];
    void appendSome(store, () => undefined);
    let cut: SimulatedLogFiles | undefined;
    for await (const { events } of store.subscribe({ after: -1 })) {
      shown.push(...events.map(({ position, append }) => `${position} ${append.commandKey}`));
      if (shown.length < 500) continue;
      cut = files.afterPowerCut(1, 'all');
      break;
    }
    const after = await openSimulatedStore(cut);
    const kept = await gather(after.store.readAll());
    expect(kept.map(({ position, append }) => `${position} ${append.commandKey}`).slice(0, shown.length)).toEqual(
      shown,
    );
    await after.dispose();
    await dispose();
  });
});

/** Runs an appending process for a while after its first answer, kills it, and gives what it had been told. */
async function appendUntilKilled(directory: string, afterMs: number): Promise<Acknowledged[]> {
  const script = require.resolve('../../libs/testing/appending-process');
  const child = spawn(process.execPath, [script, directory, String(CLIENTS)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  await setTimeout(afterMs);
  child.kill('SIGKILL');
  await closed;
  const lines = Buffer.concat(chunks).toString().split('\n');
  // The last line may be torn, or empty.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Acknowledged);
}

/** Appends from the clients until the store no longer takes any. */
async function appendSome(store: EventStore, tell: (acknowledged: Acknowledged) => void): Promise<void> {
  await Promise.allSettled(Array.from({ length: CLIENTS }, (_, client) => appendForEver(store, client, tell)));
}

async function lostInPowerCut(seed: number, through: (files: SimulatedLogFiles) => LogFiles): Promise<string[]> {
  const files = new SimulatedLogFiles();
  const { store, dispose } = await openSimulatedStore(through(files), { segmentBytes: 64 * 1024 });
  const told: Acknowledged[] = [];
  let cut: { files: SimulatedLogFiles; told: Acknowledged[] } | undefined;
  const appending = appendSome(store, (acknowledged) => {
    told.push(acknowledged);
    if (told.length === 100 + seed) cut = { files: files.afterPowerCut(seed, 'all'), told: [...told] };
  });
  while (cut === undefined) await setTimeout(1);
  await dispose();
  await appending;
  const after = await openSimulatedStore(cut.files);
  const lost = await findLost(after.store, cut.told);
  await after.dispose();
  return lost;
}

/** A disk that answers `sync` and does nothing: the negative control. */
class LyingLogFiles implements LogFiles {
  constructor(private readonly files: LogFiles) {}

  list(): Promise<string[]> {
    return this.files.list();
  }

  async open(name: string, options: { readonly create: boolean }): Promise<LogFile> {
    const file = await this.files.open(name, options);
    file.sync = async () => undefined;
    return file;
  }

  rename(from: string, to: string): Promise<void> {
    return this.files.rename(from, to);
  }

  syncDirectory(): Promise<void> {
    return this.files.syncDirectory();
  }
}
