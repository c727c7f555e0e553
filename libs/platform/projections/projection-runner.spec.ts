import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordedHistory } from '../../testing/recorded-history';
import type { ProjectedEvent } from '../../kernel/projection';
import { ReadStoreAheadFault } from '../read-store/faults';
import type { Projection, ProjectionChanges, ReadStore } from '../read-store/read-store';
import type { HeldShard } from '../read-store/shard-leases';
import { SqliteReadStore } from '../read-store/sqlite-read-store';
import { ProjectionRunner, type ProjectionRunnerOptions } from './projection-runner';

interface VisitRow {
  readonly tenant: string;
  readonly customer: string;
  readonly visits: number;
  /** Positions in the order they were applied: gaps and doubles show. */
  readonly seen: readonly number[];
}

const poisonous = new Set<number>();
const customerOf = ({ data }: ProjectedEvent): string => data['customer'] as string;

const visits: Projection<VisitRow> = {
  name: 'visits',
  version: 1,
  types: ['Visited'],
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'customer', type: 'text' },
    { name: 'visits', type: 'integer' },
    { name: 'seen', type: 'json' },
  ],
  primaryKey: ['tenant', 'customer'],
  keys: (event) => [[event.append.tenant, customerOf(event)]],
  apply(row, event) {
    if (poisonous.has(event.position)) throw new TypeError(`cannot digest ${event.position}`);
    return {
      tenant: event.append.tenant,
      customer: customerOf(event),
      visits: (row?.visits ?? 0) + 1,
      seen: [...(row?.seen ?? []), event.position],
    };
  },
};
const copies: Projection<VisitRow> = {
  ...visits,
  name: 'copies',
  apply: (row, event) => ({
    tenant: event.append.tenant,
    customer: customerOf(event),
    visits: (row?.visits ?? 0) + 1,
    seen: [],
  }),
};

let directory: string;
let history: RecordedHistory;
let store: SqliteReadStore;
let runner: ProjectionRunner | undefined;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'suki-runner-'));
  history = new RecordedHistory();
  store = await open();
  poisonous.clear();
});
afterEach(async () => {
  await runner?.stop();
  runner = undefined;
  await store.close();
  rmSync(directory, { recursive: true });
});

const path = () => join(directory, 'read.db');
const open = () => SqliteReadStore.open(path());
async function start(options: Partial<ProjectionRunnerOptions> = {}): Promise<ProjectionRunner> {
  runner = await ProjectionRunner.start({
    source: history,
    store,
    projections: [visits],
    owner: 'one',
    shards: 'alone',
    now: () => Date.UTC(2026, 10, 20, 3),
    retryMs: 1,
    ...options,
  });
  return runner;
}
async function stop(): Promise<void> {
  await runner?.stop();
  runner = undefined;
}
function visit(...customers: readonly string[]): number {
  for (const customer of customers) {
    history.append({
      stream: `account-main.${customer}`,
      events: [{ type: 'Visited', version: 1, data: { customer } }],
    });
  }
  return history.events.length - 1;
}
async function rowsOf(table = 'visits'): Promise<Record<string, { visits: number; seen: number[] }>> {
  const rows = await store.query
    .withTables<Record<string, { tenant: string; customer: string; visits: number; seen: string }>>()
    .selectFrom(table)
    .selectAll()
    .where('tenant', '=', 'main')
    .execute();
  return Object.fromEntries(
    rows.map((row) => [row.customer, { visits: row.visits, seen: JSON.parse(row.seen) as number[] }]),
  );
}

describe('the projection runner', () => {
  it('projects what is there and what comes, and answers when a position is in the rows', async () => {
    visit('ann', 'bob', 'ann');
    await start();
    expect(await runner?.waitFor(2, 1_000)).toBe(true);
    const written = visit('ann');
    expect(await runner?.waitFor(written, 1_000)).toBe(true);
    expect(await rowsOf()).toEqual({ ann: { visits: 3, seen: [0, 2, 3] }, bob: { visits: 1, seen: [1] } });
  });

  it('does not wait for a position longer than it was told', async () => {
    await start();
    expect(await runner?.waitFor(0, 20)).toBe(false);
  });

  it('moves past events that no projection wants', async () => {
    await start();
    history.append({ stream: 'tenant-main.main', events: [{ type: 'OutletSet', version: 1, data: {} }] });
    expect(await runner?.waitFor(0, 1_000)).toBe(true);
  });

  it('resumes exactly after a stop between batches', async () => {
    for (let round = 0; round < 5; round++) {
      const last = visit('ann', 'bob', 'ann', 'cid', 'ann');
      await start({ batchEvents: 2 });
      await runner?.waitFor(last, 1_000);
      await stop();
      await store.close();
      store = await open();
    }
    const { ann, bob } = await rowsOf();
    expect(ann?.seen).toEqual(history.events.filter((e) => e.data['customer'] === 'ann').map((e) => e.position));
    expect(bob?.visits).toBe(5);
  });

  it.each(['before', 'after'] as const)('applies a batch once when the store fails %s its commit', async (moment) => {
    const last = visit('ann', 'bob', 'ann', 'ann', 'bob');
    const faults: unknown[] = [];
    await start({ store: failing(store, moment, 3), batchEvents: 1, onPaused: (error) => faults.push(error) });
    expect(await runner?.waitFor(last, 2_000)).toBe(true);
    expect(faults).toHaveLength(3);
    expect(await rowsOf()).toEqual({ ann: { visits: 3, seen: [0, 2, 3] }, bob: { visits: 2, seen: [1, 4] } });
    expect((await runner?.status())?.[0]?.paused).toBeNull();
  });

  it('says that it stands still while the store fails', async () => {
    visit('ann');
    await start({ store: failing(store, 'before', Infinity) });
    expect(await runner?.waitFor(0, 50)).toBe(false);
    const [status] = (await runner?.status()) ?? [];
    expect(status).toMatchObject({ position: -1, lagEvents: 1, lagSeconds: 2_700, paused: 'Error: the disk is away' });
  });

  it('builds lost read models again, equal row for row', async () => {
    const last = visit('ann', 'bob', 'ann', 'cid', 'bob');
    await start();
    await runner?.waitFor(last, 1_000);
    const live = await rowsOf();
    await stop();
    await store.close();
    for (const file of [path(), `${path()}-wal`, `${path()}-shm`]) rmSync(file, { force: true });
    store = await open();
    await start({ batchEvents: 3 });
    await runner?.waitFor(last, 1_000);
    expect(await rowsOf()).toEqual(live);
  });

  it('brings a new projection up from the beginning without touching the others', async () => {
    await start();
    await runner?.waitFor(visit('ann', 'bob', 'ann'), 1_000);
    await stop();
    await start({ projections: [visits, copies] });
    await runner?.waitFor(visit('bob'), 1_000);
    expect((await rowsOf('copies'))['ann']?.visits).toBe(2);
    expect(await rowsOf()).toEqual({ ann: { visits: 2, seen: [0, 2] }, bob: { visits: 2, seen: [1, 3] } });
  });

  it('refuses a log that ends before what the read models have seen', async () => {
    await start();
    await runner?.waitFor(visit('ann', 'bob'), 1_000);
    await stop();
    history = new RecordedHistory();
    visit('ann');
    await expect(start()).rejects.toThrow(ReadStoreAheadFault);
  });
});

describe('a poison event parks its line', () => {
  const ann = ['visits', 'main.ann'] as const;

  it('in one projection only; the others go on', async () => {
    poisonous.add(1);
    await start({ projections: [visits, copies], batchEvents: 2 });
    const last = visit('ann', 'ann', 'bob', 'ann', 'bob', 'ann');
    expect(await runner?.waitFor(last, 1_000)).toBe(true);
    expect(await rowsOf()).toEqual({ ann: { visits: 1, seen: [0] }, bob: { visits: 2, seen: [2, 4] } });
    expect((await rowsOf('copies'))['ann']?.visits).toBe(4);
    expect(await runner?.parkedLines()).toMatchObject([
      { line: 'main.ann', firstPosition: 1, events: 3, failure: { error: 'TypeError: cannot digest 1' } },
    ]);
    expect(await runner?.status()).toMatchObject([
      { name: 'visits', parkedLines: 1, lagEvents: 0, paused: null },
      { name: 'copies', parkedLines: 0 },
    ]);
  });

  it('over a restart', async () => {
    poisonous.add(0);
    await start();
    await runner?.waitFor(visit('ann', 'bob'), 1_000);
    await stop();
    poisonous.clear();
    await start();
    await runner?.waitFor(visit('ann', 'bob'), 1_000);
    expect(await rowsOf()).toEqual({ bob: { visits: 2, seen: [1, 3] } });
    expect(await runner?.parkedLines()).toMatchObject([{ firstPosition: 0, events: 2 }]);
  });

  it('until it is retried: then everything is applied from the log, in order', async () => {
    poisonous.add(1);
    await start({ batchEvents: 2 });
    const last = visit('ann', 'ann', 'bob', 'ann', 'ann', 'ann', 'ann');
    await runner?.waitFor(last, 1_000);
    expect(await runner?.retry(...ann)).toMatchObject({
      kind: 'parked',
      applied: 0,
      error: 'TypeError: cannot digest 1',
    });
    expect(await runner?.parkedLines()).toMatchObject([{ attempts: 2, events: 5 }]);
    poisonous.clear();
    poisonous.add(4);
    expect(await runner?.retry(...ann)).toMatchObject({
      kind: 'parked',
      applied: 2,
      error: 'TypeError: cannot digest 4',
    });
    expect((await rowsOf())['ann']?.seen).toEqual([0, 1, 3]);
    poisonous.clear();
    expect(await runner?.retry(...ann)).toEqual({ kind: 'running', applied: 3, skipped: 0 });
    expect(await runner?.retry(...ann)).toEqual({ kind: 'notParked' });
    await runner?.waitFor(visit('ann'), 1_000);
    expect((await rowsOf())['ann']?.seen).toEqual([0, 1, 3, 4, 5, 6, 7]);
    expect(await runner?.parkedLines()).toEqual([]);
  });

  it('until the event is skipped, which stays visible', async () => {
    poisonous.add(1);
    await start();
    await runner?.waitFor(visit('ann', 'ann', 'ann'), 1_000);
    expect(await runner?.skip(...ann)).toEqual({ kind: 'running', applied: 1, skipped: 1 });
    expect((await rowsOf())['ann']?.seen).toEqual([0, 2]);
    expect(await runner?.status()).toMatchObject([{ parkedLines: 0, skippedEvents: 1 }]);
  });

  it('until it is unparked: what waited is left out', async () => {
    poisonous.add(1);
    await start({ batchEvents: 2 });
    await runner?.waitFor(visit('ann', 'ann', 'ann', 'ann'), 1_000);
    expect(await runner?.unpark(...ann)).toEqual({ kind: 'running', applied: 0, skipped: 3 });
    await runner?.waitFor(visit('ann'), 1_000);
    expect((await rowsOf())['ann']?.seen).toEqual([0, 4]);
    expect(await runner?.status()).toMatchObject([{ parkedLines: 0, skippedEvents: 3 }]);
  });
});

/** The real store behind a disk that is away for some commits, before or after they are done. */
function failing(inner: ReadStore, moment: 'before' | 'after', times: number): ReadStore {
  let left = times;
  return {
    shards: inner.shards,
    leases: inner.leases,
    rebuilds: inner.rebuilds,
    prepare: (projections) => inner.prepare(projections),
    positions: (projections) => inner.positions(projections),
    load: (projection, keys) => inner.load(projection, keys),
    async commit(changes: readonly ProjectionChanges[], held: readonly HeldShard[]) {
      if (moment === 'after' || left <= 0) await inner.commit(changes, held);
      if (left-- > 0) throw new Error('the disk is away');
    },
    parkedLines: () => inner.parkedLines(),
    parkedPositions: (projection, line, limit) => inner.parkedPositions(projection, line, limit),
    skippedEvents: (projection) => inner.skippedEvents(projection),
    query: inner.query,
    close: () => inner.close(),
  };
}
