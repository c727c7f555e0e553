import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountBalance } from '../../libs/capabilities/accounts/account-balance/account-balance.projection';
import { accountEntries } from '../../libs/capabilities/accounts/account-entries/account-entries.projection';
import { purchaseReceipt } from '../../libs/capabilities/accounts/purchase-receipt/purchase-receipt.projection';
import { EmbeddedEventStore } from '../../libs/platform/event-store/embedded/embedded-event-store';
import { LogView } from '../../libs/platform/event-store/embedded/log-view';
import { ProjectionRunner, type EventSource } from '../../libs/platform/projections/projection-runner';
import type { ProjectionChanges, ReadStore } from '../../libs/platform/read-store/read-store';
import { SqliteReadStore } from '../../libs/platform/read-store/sqlite-read-store';
import type { RecordedHistory } from '../../libs/testing/recorded-history';
import type { BenchRow } from './bench-row';
import { referencePurchases } from './reference-purchases';

const ROUNDS = 3;
const AT_ONCE = 64;
const projections = [accountBalance, accountEntries, purchaseReceipt];

/**
 * Three read models of reference purchases (ten lines, three events) into SQLite, 1,000 events a batch: from events in
 * memory, against a bare loop that writes the very same rows in the same transactions; and rebuilt from the log on disk.
 */
export async function run(): Promise<readonly BenchRow[]> {
  const history = referencePurchases();
  const events = history.events.length;
  const batches = await changesOf(history);
  const projected: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(events / (await inReadStore((store) => writeAll(store, batches))));
    projected.push(events / (await inReadStore((store) => projectAll(history, store))));
  }
  const value = median(projected);
  return [
    {
      name: 'projections, three tables, 1,000 a batch',
      value: Math.round(value),
      unit: 'events/s',
      ratio: Math.round((value / median(bare)) * 100) / 100,
      floor: 'the same rows written in the same transactions',
      budget: 0.4,
    },
    { name: 'projections rebuilt from the log', value: Math.round(await rebuiltFromLog(history)), unit: 'events/s' },
  ];
}

async function projectAll(source: EventSource, store: ReadStore): Promise<void> {
  const runner = await ProjectionRunner.start({
    source,
    store,
    projections,
    owner: 'bench',
    shards: 'alone',
    now: Date.now,
  });
  await runner.waitFor(await source.endPosition(), 120_000);
  await runner.stop();
}

/** What the runner writes, batch by batch. */
async function changesOf(source: EventSource): Promise<readonly (readonly ProjectionChanges[])[]> {
  const batches: (readonly ProjectionChanges[])[] = [];
  await inReadStore((store) =>
    projectAll(source, {
      shards: store.shards,
      leases: store.leases,
      rebuilds: store.rebuilds,
      prepare: (wanted) => store.prepare(wanted),
      positions: (wanted) => store.positions(wanted),
      load: (projection, keys) => store.load(projection, keys),
      commit: (changes, held) => {
        batches.push(changes);
        return store.commit(changes, held);
      },
      parkedLines: () => store.parkedLines(),
      parkedPositions: (projection, line, limit) => store.parkedPositions(projection, line, limit),
      skippedEvents: (projection) => store.skippedEvents(projection),
      query: store.query,
      close: () => store.close(),
    }),
  );
  return batches;
}

async function writeAll(store: ReadStore, batches: readonly (readonly ProjectionChanges[])[]): Promise<void> {
  await store.prepare(projections);
  for (const changes of batches) await store.commit(changes, []);
}

/** Seconds that the work took, in a fresh read store. */
async function inReadStore(work: (store: ReadStore) => Promise<void>): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'suki-bench-'));
  const store = await SqliteReadStore.open(join(directory, 'read.db'));
  const started = performance.now();
  await work(store);
  const seconds = (performance.now() - started) / 1_000;
  await store.close();
  rmSync(directory, { recursive: true });
  return seconds;
}

/** Events a second, with reading, checking and parsing of what lies on the disk. */
async function rebuiltFromLog(history: RecordedHistory): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'suki-bench-'));
  const place = { logDirectory: join(directory, 'log'), indexPath: join(directory, 'index.db') };
  const store = await EmbeddedEventStore.open({
    log: place.logDirectory,
    indexPath: place.indexPath,
    unseal: (x) => Promise.resolve(x),
  });
  const appends = history.events.filter(({ index }) => index === 0).map(({ append }) => append);
  for (let start = 0; start < appends.length; start += AT_ONCE) {
    const group = appends.slice(start, start + AT_ONCE);
    await Promise.all(
      group.map((append) =>
        store.append({ ...append, expectedRevision: append.firstRevision - 1, claims: [], events: append.events }),
      ),
    );
  }
  await store.indexed();
  const view = LogView.open({ ...place, endPosition: await store.endPosition() });
  const seconds = await inReadStore((readStore) => projectAll(view, readStore));
  await view.close();
  await store.close();
  rmSync(directory, { recursive: true });
  return history.events.length / seconds;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
