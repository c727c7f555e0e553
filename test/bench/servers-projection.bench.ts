import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { accountBalance } from '../../libs/capabilities/accounts/account-balance/account-balance.projection';
import { accountEntries } from '../../libs/capabilities/accounts/account-entries/account-entries.projection';
import { purchaseReceipt } from '../../libs/capabilities/accounts/purchase-receipt/purchase-receipt.projection';
import { ProjectionRunner } from '../../libs/platform/projections/projection-runner';
import { PostgresReadStore } from '../../libs/platform/read-store/postgres-read-store';
import { countedVisits } from '../../libs/testing/counted-visits';
import type { ProjectingOrder } from '../../libs/testing/projecting-process';
import type { RecordedHistory } from '../../libs/testing/recorded-history';
import { ownPostgres } from '../../libs/testing/servers';
import { temporaryDatabase } from '../../libs/testing/temporary-database';
import type { BenchRow } from './bench-row';
import { referencePurchases } from './reference-purchases';

const ROUNDS = 3;
const projections = [accountBalance, accountEntries, purchaseReceipt];
const SHARED_EVENTS = 200_000;
const SHARED_CUSTOMERS = 20_000;

/**
 * The read models of reference purchases (ten lines, three events) into a PostgreSQL of its own with `fsync` on: live, 1,000
 * events a batch; built again in bulk beside the live ones; and a small one by one process and by two that share its shards.
 */
export async function run(): Promise<readonly BenchRow[]> {
  const server = await ownPostgres();
  process.env['SUKI_TEST_POSTGRES'] = server.address;
  try {
    const history = referencePurchases();
    const live: number[] = [];
    let bulk = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const made = await projected(history);
      live.push(made.live);
      bulk = Math.max(bulk, made.bulk);
    }
    const alone = await shared(1);
    const two = await shared(2);
    return [
      {
        name: 'projections into PostgreSQL, three tables, 1,000 a batch',
        value: median(live),
        unit: 'events/s',
        budget: 45_000,
      },
      { name: 'one of them (entries) built again beside the live one', value: bulk, unit: 'events/s' },
      { name: 'one projector process, one small table', value: alone, unit: 'events/s' },
      {
        name: 'two projector processes on the same cores',
        value: two,
        unit: 'events/s',
        ratio: Math.round((two / alone) * 100) / 100,
        floor: 'one process',
      },
    ];
  } finally {
    await server.remove();
  }
}

/** Events a second, live and in bulk. */
async function projected(history: RecordedHistory): Promise<{ readonly live: number; readonly bulk: number }> {
  const database = await temporaryDatabase();
  const store = await PostgresReadStore.open({ url: database.url });
  const started = performance.now();
  const runner = await ProjectionRunner.start({
    source: history,
    store,
    projections,
    owner: 'bench',
    shards: 'shared',
    now: Date.now,
    renewEveryMs: 100,
  });
  await runner.waitFor(await history.endPosition(), 300_000);
  const seconds = (performance.now() - started) / 1_000;
  await store.rebuilds.begin(accountEntries, await history.endPosition());
  while ((await store.rebuilds.all())[0]?.state !== 'built') await delay(20);
  const [rebuild] = await store.rebuilds.all();
  await runner.stop();
  await store.close();
  await database.drop();
  const bulk = rebuild === undefined ? 0 : (rebuild.events * 1_000) / rebuild.workedMs;
  return { live: Math.round(history.events.length / seconds), bulk: Math.round(bulk) };
}

/** Events a second that so many processes project together, starting apart. */
async function shared(processes: number): Promise<number> {
  const database = await temporaryDatabase();
  const store = await PostgresReadStore.open({ url: database.url });
  await store.prepare([countedVisits]);
  // Time to start and to share the shards before the log shows anything.
  const startedAt = Date.now() + 12_000;
  const children = Array.from({ length: processes }, (_, index) => {
    const order: ProjectingOrder = {
      postgres: database.url,
      owner: `projector-${index}`,
      customers: SHARED_CUSTOMERS,
      events: SHARED_EVENTS,
      eventsPerSecond: SHARED_EVENTS * 10,
      startedAt,
    };
    const file = require.resolve('../../libs/testing/projecting-process');
    return spawn(process.execPath, [file, JSON.stringify(order)], { stdio: 'inherit' });
  });
  const seen = async (): Promise<number> =>
    Math.min(...((await store.positions([countedVisits])).get('counted_visits') ?? [-1]));
  while ((await seen()) < SHARED_EVENTS - 1) await delay(25);
  const seconds = (Date.now() - startedAt) / 1_000;
  for (const child of children) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await store.close();
  await database.drop();
  return Math.round(SHARED_EVENTS / seconds);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
