import { Client } from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailableFault } from '../../libs/platform/event-store/faults';
import { ProjectionRunner } from '../../libs/platform/projections/projection-runner';
import { StoredProjections } from '../../libs/platform/projections/stored-projections';
import { PostgresReadStore } from '../../libs/platform/read-store/postgres-read-store';
import type { ReadStore } from '../../libs/platform/read-store/read-store';
import { appendVisit, countedVisits, foldedVisits, type CountedVisits } from '../../libs/testing/counted-visits';
import { RecordedHistory } from '../../libs/testing/recorded-history';
import { ownPostgres, type OwnServer } from '../../libs/testing/servers';

/** `--full` stops it twenty times. */
const KILLS = process.env['SUKI_FULL'] === undefined ? 4 : 20;
const CUTS = KILLS * 5;
const CUSTOMERS = 200;

describe('S.1 PostgreSQL fails under the projections', () => {
  let server: OwnServer;
  let history: RecordedHistory;
  let projector: PostgresReadStore;
  let reader: PostgresReadStore;
  let runner: ProjectionRunner | undefined;
  let telling: NodeJS.Timeout;
  beforeAll(async () => {
    server = await ownPostgres();
  }, 120_000);
  afterAll(() => server.remove());
  beforeEach(async () => {
    await sql('DROP SCHEMA IF EXISTS suki_read CASCADE');
    history = new RecordedHistory();
    projector = await PostgresReadStore.open({ url: server.address, statementTimeoutMs: 5_000 });
    reader = await PostgresReadStore.open({ url: server.address, statementTimeoutMs: 5_000 });
    telling = setInterval(() => {
      for (let count = 0; count < 10; count++) appendVisit(history, CUSTOMERS);
    }, 5);
  });
  afterEach(async () => {
    clearInterval(telling);
    await runner?.stop();
    await projector.close();
    await reader.close();
  });

  async function sql(text: string): Promise<void> {
    const client = new Client({ connectionString: server.address });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  }
  const start = async (store: ReadStore, faults: unknown[] = []): Promise<void> => {
    runner = await ProjectionRunner.start({
      source: history,
      store,
      projections: [countedVisits],
      owner: 'one',
      shards: 'shared',
      now: Date.now,
      retryMs: 20,
      onPaused: (fault) => faults.push(fault),
    });
  };
  const rows = (): Promise<readonly CountedVisits[]> =>
    reader.query
      .withTables<{ counted_visits: CountedVisits }>()
      .selectFrom('counted_visits')
      .selectAll()
      .where('tenant', '=', 'main')
      .orderBy('customer')
      .execute();
  /** Nothing more comes; everything that came is in the rows. */
  async function settled(): Promise<void> {
    clearInterval(telling);
    const options = { source: history, store: reader, projections: [countedVisits], owner: 'reader', now: Date.now };
    const stored = await StoredProjections.start(options);
    expect(await stored.waitFor(history.events.length - 1, 60_000)).toBe(true);
    await stored.stop();
  }

  it(
    `${KILLS} times stopped immediately under load: it waits and goes on, rows and checkpoints agree`,
    async () => {
      const faults: unknown[] = [];
      await start(projector, faults);
      for (let kill = 0; kill < KILLS; kill++) {
        await delay(300 + Math.random() * 400);
        await server.kill();
        await expect(rows()).rejects.toThrow(StoreUnavailableFault);
        await delay(Math.random() * 300);
        await server.start();
      }
      await delay(500);
      await settled();
      expect(await rows()).toEqual(foldedVisits(history));
      expect(faults.filter((fault) => !(fault instanceof StoreUnavailableFault))).toEqual([]);
      expect(faults.length).toBeGreaterThan(0);
    },
    KILLS * 10_000 + 120_000,
  );

  it(`${CUTS} times every connection is cut`, async () => {
    await start(projector);
    for (let cut = 0; cut < CUTS; cut++) {
      await delay(50 + Math.random() * 100);
      await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'suki %'`);
    }
    await settled();
    expect(await rows()).toEqual(foldedVisits(history));
  }, 120_000);

  it('would count twice if rows and checkpoints were two transactions (negative control)', async () => {
    let cuts = 2;
    const torn = tornStore(projector, () => {
      if (cuts-- > 0) throw new StoreUnavailableFault('cut between the two');
    });
    await start(torn);
    await delay(500);
    await settled();
    expect(await rows()).not.toEqual(foldedVisits(history));
  }, 60_000);
});

/** Writes the rows, then the checkpoints. */
function tornStore(inner: ReadStore, between: () => void): ReadStore {
  return {
    shards: inner.shards,
    leases: inner.leases,
    rebuilds: inner.rebuilds,
    query: inner.query,
    prepare: (wanted) => inner.prepare(wanted),
    positions: (wanted) => inner.positions(wanted),
    load: (projection, keys) => inner.load(projection, keys),
    parkedLines: () => inner.parkedLines(),
    parkedPositions: (projection, line, limit) => inner.parkedPositions(projection, line, limit),
    skippedEvents: (projection) => inner.skippedEvents(projection),
    close: () => inner.close(),
    async commit(changes, held) {
      await inner.commit(
        changes.map((change) => ({ ...change, checkpoints: [] })),
        held,
      );
      between();
      await inner.commit(
        changes.map((change) => ({ ...change, rows: [] })),
        held,
      );
    },
  };
}
