import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { LoyaltyConsumer, SqliteTransactions, type LoyaltyRecord } from '../../libs/consumer';
import { openKafka } from '../../libs/platform/kafka/kafka-cluster';
import { ensureTopics } from '../../libs/platform/kafka/topics';
import { Sqlite } from '../../libs/platform/sqlite/sqlite';
import { kafkaOfTests } from '../../libs/testing/published-topic';
import { ownKafka, testKafka, type OwnServer } from '../../libs/testing/servers';
import { soon } from '../../libs/testing/soon';
import { purchaseOf, RunningProduct } from '../acceptance/running-product';

/** `--full` keeps the brokers away for ten minutes, with a backlog of 100,000 events; a purchase is two. */
const FULL = process.env['SUKI_FULL'] !== undefined;
const PURCHASES_A_SECOND = FULL ? 100 : 40;
const NORMAL_MS = FULL ? 60_000 : 6_000;
/** Longer than the nine seconds after which the others take over from a node that is gone. */
const ONE_DOWN_MS = FULL ? 60_000 : 12_000;
const ALL_DOWN_MS = FULL ? 600_000 : 9_000;
const CUSTOMERS = 200;
const PARTITIONS = 6;
/** Of the p99 of purchases, where a busy machine makes them slow anyway: who waited for Kafka would wait for ten seconds. */
const MOST_MS = 5_000;
const MOST_TIMES_SLOWER = 10;

describe('S.1 a product whose Kafka of three nodes goes away', () => {
  const prefix = `test-${randomBytes(6).toString('hex')}.`;
  let server: OwnServer;
  let product: RunningProduct;
  let told: WhatWasTold;

  beforeAll(async () => {
    server = await ownKafka({ nodes: 3 });
    product = await RunningProduct.open(undefined, {
      kafka: server.address,
      kafkaPartitions: PARTITIONS,
      kafkaPrefix: prefix,
    });
    // Its topics are there once it publishes.
    await soon(async () => expect(await kafkaOf(product)).toMatchObject({ publishing: true }), 60_000);
    told = await WhatWasTold.by(server.address, [`${prefix}loyalty.events.v1`, `${prefix}loyalty.balances.v1`]);
  }, 180_000);

  afterAll(async () => {
    await told.stop();
    await product.close();
    await server.remove();
  }, 60_000);

  it('finds a topic that was made a moment ago, whichever node it asks', async () => {
    const admin = openKafka({ brokers: server.address, clientId: 'suki-test' }).admin();
    await admin.connect();
    for (let round = 0; round < 10; round++) {
      await ensureTopics(admin, [{ name: `${prefix}made-${round}`, partitions: 12, cleanup: 'compact' }]);
    }
    await admin.disconnect();
  }, 60_000);

  it('sells as ever while one node is killed, and then all, and tells everything once in effect afterwards', async () => {
    const shop = await Shop.open(product);
    await shop.sellFor(1_000);
    const normal = await shop.sellFor(NORMAL_MS);
    await server.kill(0);
    const oneDown = await shop.sellFor(ONE_DOWN_MS);
    await server.kill();
    const [allDown] = await Promise.all([shop.sellFor(ALL_DOWN_MS), staysReady(product, ALL_DOWN_MS)]);
    const backlog = shop.sold - told.purchases;
    await server.start();
    const startedAt = Date.now();
    await soon(() => expect(told.purchases).toBe(shop.sold), FULL ? 600_000 : 90_000);

    const figures = { normal, 'one of three down': oneDown, 'all down': allDown };
    const p99 = Object.entries(figures).map(([when, took]) => `${when} ${took.toFixed(0)} ms`);
    const caughtUp = `${backlog} purchases of backlog told ${((Date.now() - startedAt) / 1_000).toFixed(1)} s after the start`;
    console.log(`p99 of ${PURCHASES_A_SECOND} purchases/s: ${p99.join(', ')}; ${caughtUp}`);
    expect(Math.max(oneDown, allDown)).toBeLessThan(Math.max(MOST_MS, normal * MOST_TIMES_SLOWER));

    await soon(async () => {
      for (const customer of shop.customers) {
        const { body } = await product.send('GET', `/v1/customers/${customer}/account`);
        const [points] = body['balances'] as readonly { readonly balance: number }[];
        expect(told.balanceOf(customer)).toEqual({ summed: points?.balance, newest: points?.balance });
      }
    }, 60_000);
    expect(told.mostTimes).toBe(1);
    expect(told.counts.gaps).toBe(0);
    await soon(async () => expect(await kafkaOf(product)).toEqual({ publishing: true }));
  }, 1_800_000);
});

describe('S.1 a product whose Kafka is not as it wants it', () => {
  const admin = kafkaOfTests().admin();
  let product: RunningProduct;
  beforeAll(() => admin.connect());
  afterEach(() => product.close());
  afterAll(() => admin.disconnect());

  it('starts without Kafka, sells, and says what it waits for', async () => {
    product = await RunningProduct.open(undefined, { kafka: '127.0.0.1:1' });
    await soon(async () => {
      const { status, body } = await product.send('GET', '/health/ready');
      expect({ status, body }).toMatchObject({ status: 200, body: { kafka: { publishing: false } } });
      expect(body['kafka']).toHaveProperty('detail', expect.stringMatching(/ECONNREFUSED/));
    });
    await (await Shop.open(product)).sellFor(500);
  });

  it('publishes nothing to topics with other partitions, sells, and says why', async () => {
    const prefix = `test-${randomBytes(6).toString('hex')}.`;
    const topic = `${prefix}loyalty.events.v1`;
    await ensureTopics(admin, [{ name: topic, partitions: 3, cleanup: 'delete' }]);
    product = await RunningProduct.open(undefined, {
      kafka: testKafka().join(','),
      kafkaPartitions: PARTITIONS,
      kafkaPrefix: prefix,
    });
    await (await Shop.open(product)).sellFor(500);
    await soon(async () => {
      const { status, body } = await product.send('GET', '/health/ready');
      const detail = `topic ${topic} has 3 partitions, not ${PARTITIONS}: they are fixed at birth`;
      expect({ status, kafka: body['kafka'] }).toEqual({ status: 200, kafka: { publishing: false, detail } });
    });
    for (const name of [topic, `${prefix}loyalty.balances.v1`]) {
      expect((await admin.fetchTopicOffsets(name)).every(({ high }) => high === '0')).toBe(true);
    }
  });
});

const kafkaOf = async (product: RunningProduct): Promise<unknown> =>
  (await product.send('GET', '/health/ready')).body['kafka'];

/** Sells to its customers in turn, at an even pace, whether or not those before have been answered. */
class Shop {
  sold = 0;

  private constructor(
    private readonly product: RunningProduct,
    readonly customers: readonly string[],
  ) {}

  static async open(product: RunningProduct): Promise<Shop> {
    return new Shop(
      product,
      await Promise.all(Array.from({ length: CUSTOMERS }, (_, card) => product.enrol(`c${card}`))),
    );
  }

  /** Answers the p99 of what purchases took from when they fell due, in milliseconds. Every one must be accepted. */
  async sellFor(milliseconds: number): Promise<number> {
    const started = performance.now();
    const count = Math.floor((milliseconds * PURCHASES_A_SECOND) / 1_000);
    const selling: Promise<number>[] = [];
    for (let next = 0; next < count; next++) {
      const dueAt = started + (1_000 * next) / PURCHASES_A_SECOND;
      await delay(Math.max(0, dueAt - performance.now()));
      selling.push(this.sell(dueAt));
    }
    const took = (await Promise.all(selling)).sort((one, other) => one - other);
    return took[Math.floor(0.99 * (took.length - 1))] ?? 0;
  }

  private async sell(dueAt: number): Promise<number> {
    const receipt = this.sold++;
    // Each later than the one before: a late one would change what others earned.
    const body = purchaseOf(String(receipt), 100, 2_000 - receipt / 100, `c${receipt % CUSTOMERS}`);
    const { status, text } = await this.product.send('POST', '/v1/purchases', { body });
    if (status !== 201) throw new Error(`a purchase was answered ${status}: ${text}`);
    return performance.now() - dueAt;
  }
}

/** Whatever Kafka does, the product can sell; it says that Kafka is away once it has noticed. */
async function staysReady(product: RunningProduct, milliseconds: number): Promise<void> {
  const until = Date.now() + milliseconds;
  let said: unknown;
  while (Date.now() < until) {
    const { status, body } = await product.send('GET', '/health/ready');
    expect(status).toBe(200);
    said = body['kafka'];
    await delay(500);
  }
  expect(said).toHaveProperty('detail');
}

const TABLES = `
  CREATE TABLE events (id TEXT PRIMARY KEY, type TEXT, subject TEXT, change INTEGER, times INTEGER);
  CREATE TABLE balances (subject TEXT PRIMARY KEY, balance INTEGER)`;

/** What a service knows that reads both topics and counts in its own database. */
class WhatWasTold {
  private readonly database = new Sqlite(':memory:');
  private readonly consumer: LoyaltyConsumer<Sqlite>;

  private constructor(brokers: string, topics: readonly string[]) {
    this.database.exec(TABLES);
    this.consumer = new LoyaltyConsumer({
      kafka: openKafka({ brokers, clientId: 'suki-test' }),
      group: randomBytes(6).toString('hex'),
      topics,
      transactions: new SqliteTransactions(this.database),
      handle: (database, record) => Promise.resolve(note(database, record)),
    });
  }

  static async by(brokers: string, topics: readonly string[]): Promise<WhatWasTold> {
    const told = new WhatWasTold(brokers, topics);
    await told.consumer.start();
    return told;
  }

  get purchases(): number {
    const count = "SELECT count(*) AS n FROM events WHERE type = 'loyalty.purchase.recorded.v1'";
    return this.database.prepare<{ n: number }>(count).get()?.n ?? 0;
  }

  /** How often the record that was handled most often was. */
  get mostTimes(): number {
    return this.database.prepare<{ n: number }>('SELECT max(times) AS n FROM events').get()?.n ?? 0;
  }

  get counts(): LoyaltyConsumer<Sqlite>['counts'] {
    return this.consumer.counts;
  }

  balanceOf(customer: string): { readonly summed: number | undefined; readonly newest: number | undefined } {
    const summed = 'SELECT sum(change * times) AS n FROM events WHERE subject = ?';
    const newest = 'SELECT balance AS n FROM balances WHERE subject = ?';
    return {
      summed: this.database.prepare<{ n: number }>(summed).get(customer)?.n,
      newest: this.database.prepare<{ n: number }>(newest).get(customer)?.n,
    };
  }

  async stop(): Promise<void> {
    await this.consumer.stop();
    this.database.close();
  }
}

interface Balances {
  readonly balances: readonly { readonly balance: number }[];
}

interface Movements {
  readonly balanceChange?: number;
  readonly changes?: readonly { readonly balanceChange: number }[];
}

function note(database: Sqlite, { type, id, subject, data }: LoyaltyRecord): void {
  if (type === 'loyalty.balances.v1') {
    const { balances } = data as Balances & typeof data;
    database.prepare('INSERT OR REPLACE INTO balances VALUES (?, ?)').run(subject, balances[0]?.balance ?? 0);
    return;
  }
  const { balanceChange = 0, changes = [] } = data as Movements;
  const change = changes.reduce((sum, each) => sum + each.balanceChange, balanceChange);
  database
    .prepare('INSERT INTO events VALUES (?, ?, ?, ?, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1')
    .run(id, type, subject, change);
}
