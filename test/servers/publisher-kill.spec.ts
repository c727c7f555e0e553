import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { LoyaltyConsumer } from '../../libs/consumer';
import { LEASE_MS } from '../../libs/platform/kafka/topic-leases';
import type { Sqlite } from '../../libs/platform/sqlite/sqlite';
import { BalanceTable } from '../../libs/testing/balance-table';
import { CUSTOMERS, EARNED_EACH, EVERYBODY } from '../../libs/testing/earnings';
import { kafkaOfTests, temporaryTopic } from '../../libs/testing/published-topic';
import type { KillPoint, PublishingOrder } from '../../libs/testing/publishing-process';
import { testKafka } from '../../libs/testing/servers';
import { soon } from '../../libs/testing/soon';
import { temporaryDatabase, type TemporaryDatabase } from '../../libs/testing/temporary-database';

const PARTITIONS = 4;
const ALL = CUSTOMERS * EARNED_EACH;
/** `--full` kills fifty times at every point. */
const KILLS = process.env['SUKI_FULL'] === undefined ? 4 : 50;

describe('S.1 a publisher that is killed', () => {
  let database: TemporaryDatabase;
  let topic: string;
  let table: BalanceTable;
  let consumer: LoyaltyConsumer<Sqlite>;
  let processes: ChildProcess[];

  beforeEach(async () => {
    database = await temporaryDatabase();
    topic = await temporaryTopic(PARTITIONS);
    table = new BalanceTable();
    processes = [];
    const { transactions, handle } = table;
    consumer = new LoyaltyConsumer({
      kafka: kafkaOfTests(),
      group: topic,
      topics: [topic],
      transactions,
      handle,
      retryMs: 50,
    });
    await consumer.start();
  });
  afterEach(async () => {
    for (const each of processes) each.kill('SIGKILL');
    await consumer.stop();
    table.dispose();
    await database.drop();
  });

  function publisher(change: Partial<PublishingOrder> = {}): ChildProcess {
    const order: PublishingOrder = {
      brokers: testKafka().join(','),
      postgres: database.url,
      topic,
      partitions: PARTITIONS,
      owner: 'one',
      batchRecords: Math.max(1, Math.floor(ALL / (KILLS + 10))),
      killedAt: 'never',
      batch: 1,
      ...change,
    };
    const script = require.resolve('../../libs/testing/publishing-process');
    const child = spawn(process.execPath, [script, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
    processes.push(child);
    return child;
  }

  const handled = (): void => expect(consumer.counts.handled).toBe(ALL);

  it.each<KillPoint>(['read', 'mapped', 'sent', 'acknowledged', 'saved'])(
    `ends with no gap and no duplicate where it was ${KILLS} times: %s`,
    async (killedAt) => {
      for (let kill = 0; kill < KILLS; kill++) {
        const [, signal] = (await once(publisher({ killedAt, batch: (kill % 3) + 1 }), 'exit')) as [unknown, string];
        expect(signal).toBe('SIGKILL');
      }
      publisher();
      await soon(handled, 60_000);
      expect(table.rows()).toEqual(EVERYBODY);
      expect(consumer.counts.gaps).toBe(0);
      if (killedAt === 'acknowledged') expect(consumer.counts.duplicates).toBeGreaterThan(0);
    },
    600_000,
  );

  it('is followed by the one that stands by, and changes nothing when it was only paused and wakes up', async () => {
    const paused = publisher({ owner: 'one', batchRecords: 20 });
    await once(paused.stdout!, 'data');
    paused.kill('SIGSTOP');
    publisher({ owner: 'two', batchRecords: 20 });
    await soon(handled, 60_000);
    paused.kill('SIGCONT');
    await new Promise((resolve) => setTimeout(resolve, LEASE_MS / 2));
    expect(paused.exitCode).toBeNull();
    await soon(() => expect(table.rows()).toEqual(EVERYBODY));
    expect(consumer.counts).toMatchObject({ handled: ALL, gaps: 0 });
  }, 120_000);
});
