import type { Sqlite } from '../../platform/sqlite/sqlite';
import { LoyaltyConsumer, replayAfter } from '../../consumer';
import { BEGINNING, type RecordedEvent } from '../../platform/event-store/event-store';
import { KafkaSink, type OutgoingRecord, type RecordSink } from '../../platform/kafka/kafka-sink';
import { partitionOf } from '../../platform/kafka/partitions';
import { Publisher, type Published, type PublishedPositions } from '../../platform/kafka/publisher';
import { temporaryTopic, kafkaOfTests } from '../../testing/published-topic';
import type { RecordedHistory } from '../../testing/recorded-history';
import { BalanceTable } from '../../testing/balance-table';
import { CUSTOMERS, EARNED_EACH, earnings, EVERYBODY } from '../../testing/earnings';
import { eventsTopic } from './published-topics';

const PARTITIONS = 4;

/** What a publisher has saved, and whose lease it is. */
class KeptPositions implements PublishedPositions {
  published: Published = { position: BEGINNING, newest: {} };
  load = (): Promise<Published> => Promise.resolve(this.published);
  save(published: Published): Promise<void> {
    this.published = published;
    return Promise.resolve();
  }
}

/** Where a publisher's attempt ends. */
type Point = 'read' | 'sent before an answer' | 'acknowledged' | 'saved';

describe('S.1 events published to Kafka', () => {
  const kafka = kafkaOfTests();
  let topic: string;
  let table: BalanceTable;
  let running: { stop(): Promise<void> }[];
  beforeEach(async () => {
    topic = await temporaryTopic(PARTITIONS);
    table = new BalanceTable();
    running = [];
  });
  afterEach(async () => {
    for (const each of running.splice(0).reverse()) await each.stop();
    table.dispose();
  });

  function publish(
    history: RecordedHistory,
    positions: PublishedPositions,
    change: { sink?: RecordSink; batchRecords?: number; onPaused?: (error: unknown) => void } = {},
  ): Publisher {
    const sink = change.sink ?? new KafkaSink(kafka);
    const publisher = new Publisher({
      source: history,
      topic: { ...eventsTopic, topic },
      partitionOf: partitionOf(PARTITIONS),
      sink,
      positions,
      batchRecords: change.batchRecords ?? 100,
      retryMs: 1,
      ...(change.onPaused === undefined ? {} : { onPaused: change.onPaused }),
    });
    publisher.start();
    running.push({ stop: () => publisher.stop().then(() => sink.close()) });
    return publisher;
  }

  async function consume(change: Partial<ConstructorParameters<typeof LoyaltyConsumer<Sqlite>>[0]> = {}) {
    const { transactions, handle } = table;
    const consumer = new LoyaltyConsumer({
      kafka,
      group: topic,
      topics: [topic],
      transactions,
      handle,
      retryMs: 50,
      ...change,
    });
    running.push(consumer);
    await consumer.start();
    return consumer;
  }

  async function until(done: () => boolean, what: string): Promise<void> {
    for (const started = Date.now(); !done(); await new Promise((resolve) => setTimeout(resolve, 20))) {
      if (Date.now() - started > 30_000) throw new Error(`never: ${what}`);
    }
  }

  const all = CUSTOMERS * EARNED_EACH;
  it('arrive once each, in the order of their customer', async () => {
    publish(earnings(), new KeptPositions());
    const consumer = await consume();
    await until(() => consumer.counts.handled === all, 'everything handled');
    expect(table.rows()).toEqual(EVERYBODY);
    expect(consumer.counts).toEqual({ handled: all, duplicates: 0, gaps: 0 });
  });

  it.each<Point>(['read', 'sent before an answer', 'acknowledged', 'saved'])(
    'lose and double nothing where the publisher ends 50 times after it has %s',
    async (point) => {
      const history = earnings();
      const positions = new KeptPositions();
      let ended = 0;
      const end = (at: Point): void => {
        if (at === point && ended < 50) {
          ended++;
          throw new Error(`ended at ${at}`);
        }
      };
      const real = new KafkaSink(kafka);
      const sink: RecordSink = {
        async send(records: readonly OutgoingRecord[]) {
          end('read');
          await real.send(point === 'sent before an answer' ? records.slice(0, records.length / 2) : records);
          end('sent before an answer');
          if (point === 'sent before an answer') await real.send(records);
          end('acknowledged');
        },
        close: () => real.close(),
      };
      const saving: PublishedPositions = {
        load: () => positions.load(),
        async save(published) {
          await positions.save(published);
          end('saved');
        },
      };
      publish(history, saving, { sink, batchRecords: 10 });
      const consumer = await consume();
      await until(() => consumer.counts.handled === all, 'everything handled');
      expect(ended).toBe(50);
      expect(table.rows()).toEqual(EVERYBODY);
      expect(consumer.counts.gaps).toBe(0);
      if (point === 'acknowledged') expect(consumer.counts.duplicates).toBeGreaterThan(0);
    },
  );

  it('lose and double nothing where two publishers are at it at once, each with what it believes', async () => {
    const history = earnings();
    publish(history, new KeptPositions(), { batchRecords: 7 });
    publish(history, new KeptPositions(), { batchRecords: 11 });
    const consumer = await consume();
    await until(() => consumer.counts.handled + consumer.counts.duplicates === 2 * all, 'all of both delivered');
    expect(table.rows()).toEqual(EVERYBODY);
    expect(consumer.counts).toEqual({ handled: all, duplicates: all, gaps: 0 });
  });

  it('lose and double nothing where the service fails in the middle of a transaction, again and again', async () => {
    publish(earnings(), new KeptPositions());
    let failures = 0;
    const consumer = await consume({
      batchRecords: 50,
      async handle(database, record) {
        await table.handle(database, record);
        if (record.position % 97 === 0 && failures < 8) {
          failures++;
          throw new Error('the service fails');
        }
      },
    });
    await until(() => consumer.counts.handled === all, 'everything handled');
    expect(failures).toBe(8);
    expect(table.rows()).toEqual(EVERYBODY);
  });

  it('are handled again from the beginning, or from a position on', async () => {
    publish(earnings(), new KeptPositions());
    const consumer = await consume();
    await until(() => consumer.counts.handled === all, 'everything handled');
    await running.pop()?.stop();
    table.empty();
    await replayAfter(undefined, { kafka, group: topic, topics: [topic], transactions: table.transactions });
    const again = await consume();
    await until(() => again.counts.handled === all, 'everything handled again');
    expect(table.rows()).toEqual(EVERYBODY);
    await running.pop()?.stop();
    await replayAfter(all - 101, { kafka, group: topic, topics: [topic], transactions: table.transactions });
    const tail = await consume();
    await until(() => tail.counts.handled === 100, 'the last hundred');
    expect(tail.counts).toEqual({ handled: 100, duplicates: all - 100, gaps: 0 });
  });

  it('are missed where they are gone: the partition stands still before the gap', async () => {
    const history = earnings();
    const positions = new KeptPositions();
    const gone = (event: RecordedEvent): boolean => event.position === 500;
    const real = new KafkaSink(kafka);
    const losing: RecordSink = {
      send: (records) => real.send(records.filter(({ headers }) => headers['ce_position'] !== '500')),
      close: () => real.close(),
    };
    publish(history, positions, { sink: losing });
    const told: unknown[] = [];
    const consumer = await consume({ onTrouble: (error) => told.push(error) });
    await until(() => consumer.counts.gaps > 0 && positions.published.position === all - 1, 'a gap is met');
    expect(String(told[0])).toMatch(/are gone/);
    const missing = history.events.find(gone);
    const [customer] = table.rows().filter(({ customer: id }) => missing?.append.stream.endsWith(`.${id}`));
    expect(customer).toMatchObject({ newest: 20, disorder: 0 });
  });
});
