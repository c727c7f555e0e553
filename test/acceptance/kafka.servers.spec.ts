import { randomBytes } from 'node:crypto';
import { LoyaltyConsumer, type LoyaltyRecord, type Transactions } from '../../libs/consumer';
import { kafkaOfTests } from '../../libs/testing/published-topic';
import { ICE_CREAM, RunningProduct } from './running-product';
import { soon } from '../../libs/testing/soon';

/** What a late fact changed. */
const listIn = (changes: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(changes) ? (changes as Record<string, unknown>[]) : [];

/** Tables in memory: what a service makes of what it reads. */
class Memory implements Transactions<Memory> {
  readonly positions = new Map<string, number | undefined>();
  readonly balances = new Map<string, number>();
  readonly newest = new Map<string, unknown>();

  run: Transactions<Memory>['run'] = async ({ topic, partition }, work) => {
    const name = `${topic}/${partition}`;
    this.positions.set(name, await work(this, this.positions.get(name)));
  };

  rewind = (): Promise<void> => Promise.resolve();

  handle = (_: Memory, { topic, key, data }: LoyaltyRecord): Promise<void> => {
    if (topic.endsWith('loyalty.balances.v1')) this.newest.set(key, data);
    const moved = [data, ...listIn(data?.['changes'])].map((each) => Number(each?.['balanceChange'] ?? 0));
    this.balances.set(key, (this.balances.get(key) ?? 0) + moved.reduce((sum, points) => sum + points, 0));
    return Promise.resolve();
  };
}

describe('S.1 a product that publishes to Kafka', () => {
  const kafka = kafkaOfTests();
  const prefix = `test-${randomBytes(6).toString('hex')}.`;
  const memory = new Memory();
  let product: RunningProduct;
  let consumer: LoyaltyConsumer<Memory>;

  beforeAll(async () => {
    product = await RunningProduct.open(undefined, {
      kafka: process.env['SUKI_TEST_KAFKA'] ?? '',
      kafkaPartitions: 3,
      kafkaPrefix: prefix,
    });
    await soon(async () =>
      expect((await product.send('GET', '/health/ready')).body).toMatchObject({ kafka: { publishing: true } }),
    );
    consumer = new LoyaltyConsumer({
      kafka,
      group: randomBytes(6).toString('hex'),
      topics: [`${prefix}loyalty.events.v1`, `${prefix}loyalty.balances.v1`],
      transactions: memory,
      handle: memory.handle,
    });
    await consumer.start();
  });

  afterAll(async () => {
    await consumer.stop();
    await product.close();
  });

  it('tells of every purchase once, and what each customer holds now', async () => {
    const customer = await product.enrol('c1');
    for (let receipt = 1; receipt <= 20; receipt++) {
      const body = { ...ICE_CREAM, receipt: String(receipt), customer: { card: 'c1' } };
      expect(await product.send('POST', '/v1/purchases', { body })).toMatchObject({ status: 201 });
    }
    const key = `main/${customer}`;
    await soon(() => expect(memory.balances.get(key)).toBe(20 * 135));
    await soon(() =>
      expect(memory.newest.get(key)).toMatchObject({ customerId: customer, balances: [{ balance: 20 * 135 }] }),
    );
    expect(consumer.counts).toMatchObject({ duplicates: 0, gaps: 0 });
  });
});
