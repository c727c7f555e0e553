import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskLogFiles } from '../../libs/platform/event-store/embedded/disk-log-files';
import { EmbeddedEventStore } from '../../libs/platform/event-store/embedded/embedded-event-store';
import { LogReader } from '../../libs/platform/event-store/embedded/log-reader';
import type { AppendRequest, EventStore, NewEvent } from '../../libs/platform/event-store/event-store';
import { streamName, type TenantId } from '../../libs/kernel/ids';
import type { BenchRow } from './bench-row';

const APPENDS = 40_000;
const EVENTS_PER_APPEND = 3;
const CUSTOMERS = 10_000;
const WAITING = 256;
const ROUNDS = 7;

/**
 * Replay of the whole store, every event looked at, against JSON.parse of the same bytes held in memory, in turns; and the
 * index built anew from the log.
 */
export async function run(): Promise<readonly BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'suki-bench-'));
  const open = (): Promise<EmbeddedEventStore> =>
    EmbeddedEventStore.open({
      log: join(directory, 'log'),
      indexPath: join(directory, 'index.db'),
      unseal: () => Promise.resolve(undefined),
    });
  try {
    let store = await open();
    await record(store);
    const bodies = await bodiesOf(join(directory, 'log'));
    const ratios: number[] = [];
    const replays: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const parsed = await timed(async () => bodies.forEach((body) => void JSON.parse(body.toString())));
      const replayed = await timed(() => replay(store));
      replays.push(replayed);
      ratios.push(parsed / replayed);
    }
    await store.close();
    const rebuilds: number[] = [];
    for (let round = 0; round < 3; round++) {
      for (const suffix of ['', '-wal', '-shm']) rmSync(join(directory, `index.db${suffix}`), { force: true });
      rebuilds.push(await timed(async () => void (store = await open())));
      await store.close();
    }
    return [
      {
        name: 'replay of the store',
        value: perSecond(median(replays)),
        unit: 'events/s',
        ratio: Math.round(median(ratios) * 100) / 100,
        floor: 'JSON.parse of the same bytes',
        budget: 0.9,
      },
      { name: 'start without an index', value: perSecond(median(rebuilds)), unit: 'events/s' },
    ];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Reference purchases: ten lines, three events, 2.5 KB. */
async function record(store: EventStore): Promise<void> {
  const revisions = new Array<number>(CUSTOMERS).fill(-1);
  let next = 0;
  const client = async (): Promise<void> => {
    for (let number = next++; number < APPENDS; number = next++) {
      const customer = (number * 7_919) % CUSTOMERS;
      const revision = revisions[customer] ?? -1;
      revisions[customer] = revision + EVENTS_PER_APPEND;
      const { kind } = await store.append(purchase(number, customer, revision));
      if (kind !== 'appended') throw new Error(`expected to append, got ${kind}`);
    }
  };
  await Promise.all(Array.from({ length: WAITING }, client));
}

function purchase(number: number, customer: number, expectedRevision: number): AppendRequest {
  const receipt = String(number).padStart(7, '0');
  const lines = Array.from({ length: 10 }, (_, line) => ({
    sku: `ICE-CONE-${line}`,
    category: 'ice-cream',
    description: 'Ice cone, chocolate',
    quantity: 3,
    unitPrice: 4_500,
    amount: 13_500,
  }));
  const because = {
    programme: 'main',
    revision: 1,
    rule: 'per-amount',
    inputs: { lines: lines.map(({ amount }) => amount) },
  };
  const lot = { lot: `${receipt}~per-amount~main.points`, wallet: 'points', points: 1_350, because };
  const events: NewEvent[] = [
    {
      type: 'PurchaseRecorded',
      version: 1,
      data: { receipt, currency: 'PHP', decimals: 2, lines, payments: [{ kind: 'cash', amount: 135_000 }] },
    },
    { type: 'PointsEarned', version: 1, data: lot },
    { type: 'PointsActivated', version: 1, data: lot },
  ];
  const commandKey = `manila-${number % 20}~2~${receipt}`;
  return {
    stream: streamName('account', 'main' as TenantId, `cus_${String(customer).padStart(12, '0')}`),
    expectedRevision,
    commandKey,
    fingerprint: 'ab'.repeat(32),
    recordedAt: 1_764_000_000_000 + number,
    occurredAt: 1_763_999_990_000 + number,
    effectiveAt: 1_763_999_990_000 + number,
    actor: { key: 'key_1', role: 'till', till: '2', outlet: 'manila-1' },
    correlationId: commandKey,
    causationId: null,
    events,
    claims: [{ action: 'take', key: `main/receipt/${commandKey}` }],
    outcome: {
      balances: [{ programme: 'main', wallet: 'points', available: 1_240, pending: 0, reserved: 0, debt: 0 }],
    },
  };
}

async function bodiesOf(logDirectory: string): Promise<Buffer[]> {
  const reader = new LogReader(new DiskLogFiles(logDirectory));
  const bodies: Buffer[] = [];
  for await (const located of reader.batches()) {
    for (const { record: stored } of located) bodies.push(Buffer.from(stored.body));
  }
  await reader.close();
  return bodies;
}

async function replay(store: EventStore): Promise<void> {
  let events = 0;
  for await (const batch of store.readAll()) {
    for (const { data } of batch) if (Object.keys(data).length > 0) events++;
  }
  if (events !== APPENDS * EVENTS_PER_APPEND) throw new Error(`replayed ${events} events`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const perSecond = (milliseconds: number): number => Math.round((APPENDS * EVENTS_PER_APPEND * 1_000) / milliseconds);

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((one, other) => one - other)[numbers.length >> 1] ?? Number.NaN;
