import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import { LoyaltyConsumer, type Transactions } from '../../libs/consumer';
import { openKafka } from '../../libs/platform/kafka/kafka-cluster';
import { ownKafka, ownPostgres } from '../../libs/testing/servers';
import { soon } from '../../libs/testing/soon';
import type { BenchRow } from './bench-row';
import { offerFor } from './http-load';
import { purchaseRequests } from './purchase-requests';
import { CARDS, FEW_CARDS, type ContenderReady } from './purchase-server';

const CONNECTIONS = 64;
const OFFERED_MS = 6_000;
const MODEST = 100;
const MANY = 1_000;
const LOOKED_EVERY_MS = 5;

/**
 * How long after a till sent the reference purchase others have it: a consumer of Kafka, from the product in one process, and
 * a row in PostgreSQL, from two of each process over the EventStoreDB door, which all run in one here. The load and whoever
 * waits are in this process.
 */
export async function run(): Promise<readonly BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'suki-bench-'));
  try {
    return [...(await toKafka(join(directory, 'kafka'))), ...(await toPostgres(join(directory, 'servers')))];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function toKafka(data: string): Promise<readonly BenchRow[]> {
  const kafka = await ownKafka();
  const prefix = `${randomBytes(6).toString('hex')}.`;
  const env = { SUKI_KAFKA: kafka.address, SUKI_KAFKA_PREFIX: prefix };
  const product = await start('product', data, env);
  const waits = new Waits();
  const consumer = new LoyaltyConsumer({
    kafka: openKafka({ brokers: kafka.address, clientId: 'bench' }),
    group: 'bench',
    topics: [`${prefix}loyalty.events.v1`],
    transactions: inMemory,
    handle: (_, { type, data }) => {
      if (type === 'loyalty.purchase.recorded.v1') waits.end(`${String(data?.['till'])}~${String(data?.['receipt'])}`);
      return Promise.resolve();
    },
  });
  try {
    await consumer.start();
    const rows: BenchRow[] = [];
    for (const perSecond of [MODEST, MANY]) {
      const p99 = await waits.offered(product.ready, CARDS, perSecond);
      const name = `purchase to a consumer of Kafka, p99 at ${perSecond}/s`;
      rows.push({ name, value: p99, unit: 'ms', atMost: 500 });
    }
    return rows;
  } finally {
    await consumer.stop();
    await product.stop();
    await kafka.remove();
  }
}

async function toPostgres(data: string): Promise<readonly BenchRow[]> {
  const postgres = await ownPostgres();
  const servers = await start('servers', data, { SUKI_TEST_POSTGRES: postgres.address });
  const pool = new Pool({ connectionString: await databaseOn(postgres.address), max: 1 });
  const waits = new Waits();
  const looking = new AbortController();
  const looked = lookFor(waits, pool, looking.signal);
  try {
    const p99 = await waits.offered(servers.ready, FEW_CARDS, MODEST);
    return [{ name: `purchase to a row in PostgreSQL, p99 at ${MODEST}/s`, value: p99, unit: 'ms', atMost: 300 }];
  } finally {
    looking.abort();
    await looked;
    await pool.end();
    await servers.stop();
    await postgres.remove();
  }
}

/** Since when each purchase is waited for, and how long the others were. */
class Waits {
  private readonly since = new Map<string, number>();
  private took: number[] = [];

  get waitedFor(): readonly string[] {
    return [...this.since.keys()];
  }

  end(receipt: string): void {
    const since = this.since.get(receipt);
    if (since === undefined) return;
    this.since.delete(receipt);
    this.took.push(performance.now() - since);
  }

  /** In milliseconds, of those that were sent after a first second. */
  async offered({ port, key }: ContenderReady, cards: number, perSecond: number): Promise<number> {
    const request = purchaseRequests(
      key,
      (receipt) => receipt % cards,
      (receipt) => this.since.set(receipt, performance.now()),
    );
    const offer = (milliseconds: number): Promise<unknown> =>
      offerFor({ port, request, status: 201 }, CONNECTIONS, milliseconds, perSecond);
    const arrived = (): Promise<void> =>
      soon(() => {
        if (this.since.size > 0) throw new Error(`${this.since.size} purchases did not arrive`);
      }, 60_000);
    await offer(1_000);
    await arrived();
    this.took = [];
    await offer(OFFERED_MS);
    await arrived();
    const sorted = this.took.toSorted((one, other) => one - other);
    return Math.round(sorted[Math.floor(0.99 * (sorted.length - 1))] ?? 0);
  }
}

async function lookFor(waits: Waits, pool: Pool, signal: AbortSignal): Promise<void> {
  const found = `SELECT till || '~' || receipt AS receipt FROM suki_read.purchase_receipts
    WHERE tenant = 'main' AND "receiptKey" = ANY ($1)`;
  while (!signal.aborted) {
    const keys = waits.waitedFor.map((receipt) => `manila-1~${receipt}`);
    const { rows } = keys.length === 0 ? { rows: [] } : await pool.query<{ receipt: string }>(found, [keys]);
    for (const { receipt } of rows) waits.end(receipt);
    await delay(LOOKED_EVERY_MS);
  }
}

/** The one that the processes made themselves. */
async function databaseOn(server: string): Promise<string> {
  const client = new Client({ connectionString: server });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE datname LIKE 'suki\\_%'`,
  );
  await client.end();
  const url = new URL(server);
  url.pathname = `/${rows[0]?.datname ?? ''}`;
  return url.href;
}

interface Started {
  readonly ready: ContenderReady;
  stop(): Promise<void>;
}

async function start(contender: string, data: string, env: Readonly<Record<string, string>>): Promise<Started> {
  const child = fork(require.resolve('./purchase-server'), [contender, data], { env: { ...process.env, ...env } });
  const [ready] = (await once(child, 'message')) as [ContenderReady];
  return {
    ready,
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

const positions = new Map<string, number | undefined>();
const inMemory: Transactions<undefined> = {
  async run({ topic, partition }, work) {
    const name = `${topic}/${partition}`;
    positions.set(name, await work(undefined, positions.get(name)));
  },
  rewind: () => Promise.resolve(),
};
