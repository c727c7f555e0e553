import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { StoredProjections } from '../../libs/platform/projections/stored-projections';
import { PostgresReadStore } from '../../libs/platform/read-store/postgres-read-store';
import { countedVisits, foldedVisits, visitsOf, type CountedVisits } from '../../libs/testing/counted-visits';
import type { ProjectingOrder } from '../../libs/testing/projecting-process';
import { temporaryDatabase, type TemporaryDatabase } from '../../libs/testing/temporary-database';

/** `--full` kills and pauses a hundred times. */
const ROUNDS = process.env['SUKI_FULL'] === undefined ? 5 : 100;
const ROUND_MS = 5_000;
/** Longer than a lease, so that others have the shards when it wakes up. */
const PAUSE_MS = 8_000;
const ORPHANED_AT_MOST_MS = 15_000;
const CUSTOMERS = 500;
const EVENTS_PER_SECOND = 400;

interface Projector {
  readonly owner: string;
  readonly process: ChildProcess;
  alive: boolean;
}

describe('S.1 three projectors, killed and paused at random', () => {
  let database: TemporaryDatabase;
  let store: PostgresReadStore;
  let projectors: Projector[];
  beforeEach(async () => {
    database = await temporaryDatabase();
    store = await PostgresReadStore.open({ url: database.url });
    projectors = [];
  });
  afterEach(async () => {
    for (const { process } of projectors) process.kill('SIGKILL');
    await store.close();
    await database.drop();
  });

  it(
    'rows are what the log says, and no shard is without a worker for longer than 15 s',
    async () => {
      const events = Math.ceil((ROUNDS * ROUND_MS * EVENTS_PER_SECOND) / 1_000);
      const order = {
        postgres: database.url,
        customers: CUSTOMERS,
        events,
        eventsPerSecond: EVENTS_PER_SECOND,
        startedAt: Date.now(),
      };
      let started = 0;
      const start = (): void => {
        const owner = `projector-${started++}`;
        const told: ProjectingOrder = { ...order, owner };
        const file = require.resolve('../../libs/testing/projecting-process');
        const process = spawn(globalThis.process.execPath, [file, JSON.stringify(told)], { stdio: 'inherit' });
        projectors.push({ owner, process, alive: true });
      };
      for (let count = 0; count < 3; count++) start();

      const watch = watchOrphans();
      const pauses: Promise<void>[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        await delay(ROUND_MS);
        const alive = projectors.filter((one) => one.alive);
        const victim = alive[Math.floor(Math.random() * alive.length)];
        if (victim === undefined || alive.length < 2) continue;
        victim.alive = false;
        if (round % 2 === 0) {
          victim.process.kill('SIGKILL');
          start();
        } else {
          victim.process.kill('SIGSTOP');
          const wake = async (): Promise<void> => {
            await delay(PAUSE_MS);
            victim.process.kill('SIGCONT');
            victim.alive = true;
          };
          pauses.push(wake());
        }
      }
      await Promise.all(pauses);

      const history = visitsOf(CUSTOMERS, events);
      const options = { source: history, store, projections: [countedVisits], owner: 'reader', now: Date.now };
      const stored = await StoredProjections.start(options);
      expect(await stored.waitFor(events - 1, 120_000)).toBe(true);
      expect(await rows()).toEqual(foldedVisits(history));
      const longest = await watch();
      console.log(`${ROUNDS} rounds, ${events} events: the longest a shard had no worker was ${longest} ms`);
      expect(longest).toBeLessThan(ORPHANED_AT_MOST_MS);
    },
    ROUNDS * ROUND_MS + 240_000,
  );

  async function rows(): Promise<readonly CountedVisits[]> {
    const query = store.query.withTables<{ counted_visits: CountedVisits }>();
    return query.selectFrom('counted_visits').selectAll().where('tenant', '=', 'main').orderBy('customer').execute();
  }

  /** Looks all the time at who holds what, until it is asked for the longest that a shard was held by nobody who is awake. */
  function watchOrphans(): () => Promise<number> {
    let longest = 0;
    let watching = true;
    const workedOn = new Map<number, number>();
    const looking = (async () => {
      while (watching) {
        const now = Date.now();
        const awake = new Set(projectors.filter((one) => one.alive).map(({ owner }) => owner));
        for (const { shard, owner } of await store.leases.holders()) if (awake.has(owner)) workedOn.set(shard, now);
        for (const at of workedOn.values()) longest = Math.max(longest, now - at);
        await delay(100);
      }
    })();
    return async () => {
      watching = false;
      await looking;
      expect(workedOn.size).toBe(store.shards);
      return longest;
    };
  }
});
