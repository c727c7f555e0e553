import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { balancesOf } from '../../libs/capabilities/accounts/account-balance/account-balance.query';
import { monthlyPurchases } from '../../libs/capabilities/insights/monthly-purchases/monthly-purchases.query';
import type { AccountId, TenantId } from '../../libs/kernel/ids';
import type { RecordedEvent } from '../../libs/platform/event-store/event-store';
import { ProjectionService } from '../../libs/platform/projections/projection-service';
import type { EmbeddedEventStore } from '../../libs/platform/event-store/embedded/embedded-event-store';
import { purchase, type GivenPurchase } from '../../libs/testing/account-history';
import { accountStream, appendNext } from '../../libs/testing/append-request';
import { RecordedHistory } from '../../libs/testing/recorded-history';
import { openTemporaryStore, type TemporaryStore } from '../../libs/testing/temporary-store';

const MAIN = 'main' as TenantId;
const ANN = 'ann' as AccountId;

let place: TemporaryStore;
let events: EmbeddedEventStore;
let service: ProjectionService | undefined;
let receipts = 0;
beforeEach(async () => {
  place = await openTemporaryStore();
  events = place.store;
});
afterEach(async () => {
  await service?.stop();
  await place.dispose();
});

const readModelsPath = () => join(place.directory, 'read.db');
const paths = () => ({
  logDirectory: join(place.directory, 'log'),
  indexPath: join(place.directory, 'index.db'),
  readModelsPath: readModelsPath(),
});
async function start(): Promise<ProjectionService> {
  service = await ProjectionService.start({ events, threadFile: require.resolve('./projection.worker'), ...paths() });
  return service;
}

/** Through a history, so that what is appended is JSON as it is stored. */
function buy(told: Omit<GivenPurchase, 'receipt'>): Promise<number> {
  const recorded = new RecordedHistory().append(purchase({ receipt: String(receipts++), ...told }));
  const {
    stream,
    commandKey,
    occurredAt,
    effectiveAt,
    recordedAt,
    events: made,
  } = (recorded[0] as RecordedEvent).append;
  return appendNext(events, stream, { commandKey, occurredAt, effectiveAt, recordedAt, events: made });
}
async function points(of: ProjectionService): Promise<number | undefined> {
  return (await balancesOf(of.query, MAIN, ANN))[0]?.available;
}

/**
 * In a process of its own, as a kill takes whole processes: a thread that is ended amid a transaction would leave its lock
 * on read.db to the process it was in.
 */
async function projectUntilKilled(workerData: object, afterMs: number): Promise<void> {
  const script = `
    const { Worker } = require('node:worker_threads');
    const thread = new Worker(process.argv[1], { workerData: JSON.parse(process.argv[2]) });
    thread.once('message', () => process.stdout.write('begun'));`;
  const args = ['-e', script, require.resolve('./projection.worker'), JSON.stringify(workerData)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended]);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill('SIGKILL');
  await ended;
}

describe('the projection thread', () => {
  it('has in its rows what was written before and while it runs', async () => {
    await buy({ account: 'ann', earned: { points: 10 } });
    const running = await start();
    expect(await running.waitFor(1, 5_000)).toBe(true);
    expect(await points(running)).toBe(10);
    for (let sum = 11; sum < 40; sum++) {
      const position = await buy({ account: 'ann', earned: { points: 1 } });
      expect(await running.waitFor(position, 5_000)).toBe(true);
      expect(await points(running)).toBe(sum);
    }
  });

  it('follows by itself, and tells how far it is', async () => {
    const running = await start();
    const position = await buy({ account: 'ann', earned: { points: 10 } });
    for (let tries = 0; running.position < position && tries < 200; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await running.status()).toMatchObject([
      { name: 'customers', position, lagEvents: 0, lagSeconds: 0, parkedLines: 0, paused: null },
      { name: 'account_balances', position },
      { name: 'account_entries', position },
      { name: 'purchase_receipts', position },
      { name: 'purchase_ids', position },
      { name: 'account_lapses', position },
    ]);
    expect(await running.parkedLines()).toEqual([]);
  });

  it('comes to the same rows however often it is killed on its way', async () => {
    for (let receipt = 0; receipt < 600; receipt++) await buy({ account: 'ann', earned: { points: 1 } });
    const position = await events.endPosition();
    for (let kill = 1; kill <= 8; kill++) {
      await projectUntilKilled({ ...paths(), endPosition: Math.floor((position * kill) / 8) }, kill * 2);
    }
    const running = await start();
    expect(await running.waitFor(position, 10_000)).toBe(true);
    expect(await points(running)).toBe(600);
    const { identified } = await monthlyPurchases(running.longQuery, MAIN, 'PHP');
    expect(identified).toMatchObject({ invoices: 600, buyers: 1, gross: '81000' });
  });

  it('parks a line whose event cannot be projected, and takes commands about it', async () => {
    const running = await start();
    await buy({ account: 'ann', earned: { points: 10 } });
    const lotless = { programme: 'main', wallet: 'stars', points: 11, expiresAt: null };
    await appendNext(events, accountStream('ann'), { events: [{ type: 'PointsEarned', version: 1, data: lotless }] });
    const position = await buy({ account: 'bob', earned: { points: 7 } });
    expect(await running.waitFor(position, 5_000)).toBe(true);
    expect(await running.parkedLines()).toMatchObject([{ projection: 'account_entries', line: 'main.ann', events: 1 }]);
    expect(await running.retry('account_entries', 'main.ann')).toMatchObject({ kind: 'parked', applied: 0 });
    expect(await running.skip('account_entries', 'main.ann')).toEqual({ kind: 'running', applied: 0, skipped: 1 });
    expect(await points(running)).toBe(10);
  });

  it('goes on where it stopped, and builds what was lost', async () => {
    let running = await start();
    await running.waitFor(await buy({ account: 'ann', earned: { points: 10 } }), 5_000);
    await running.stop();
    const position = await buy({ account: 'ann', earned: { points: 5 } });
    running = await start();
    expect(await running.waitFor(position, 5_000)).toBe(true);
    expect(await points(running)).toBe(15);
    await running.stop();
    rmSync(readModelsPath());
    running = await start();
    expect(await running.waitFor(position, 5_000)).toBe(true);
    expect(await points(running)).toBe(15);
  });

  it('does not begin on read models that have seen more than the log', async () => {
    const running = await start();
    await running.waitFor(await buy({ account: 'ann', earned: { points: 10 } }), 5_000);
    await running.stop();
    service = undefined;
    const other = await openTemporaryStore();
    const starting = ProjectionService.start({
      events: other.store,
      threadFile: require.resolve('./projection.worker'),
      logDirectory: join(other.directory, 'log'),
      indexPath: join(other.directory, 'index.db'),
      readModelsPath: readModelsPath(),
    });
    await expect(starting).rejects.toThrow('the log ends at position -1');
    await other.dispose();
  });
});
