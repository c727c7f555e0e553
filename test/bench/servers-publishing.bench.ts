import { eventsTopic } from '../../libs/capabilities/feed/published-topics';
import { KafkaSink, type OutgoingRecord, type RecordSink } from '../../libs/platform/kafka/kafka-sink';
import { partitionOf } from '../../libs/platform/kafka/partitions';
import { PostgresTopicLeases } from '../../libs/platform/kafka/postgres-topic-leases';
import { Publisher } from '../../libs/platform/kafka/publisher';
import { openPostgres } from '../../libs/platform/postgres/postgres';
import { kafkaOfTests, temporaryTopic } from '../../libs/testing/published-topic';
import type { RecordedHistory } from '../../libs/testing/recorded-history';
import { ownKafka, ownPostgres } from '../../libs/testing/servers';
import type { BenchRow } from './bench-row';
import { referencePurchases } from './reference-purchases';

const ROUNDS = 5;
const PARTITIONS = 12;
const A_SEND = 2_000;

/**
 * What the publisher sends of reference purchases (ten lines, three events) to a broker of its own: read, mapped, sent,
 * acknowledged, and how far it is saved in PostgreSQL, against the same records sent without headers by the client alone.
 */
export async function run(): Promise<readonly BenchRow[]> {
  const [kafka, postgres] = await Promise.all([ownKafka(), ownPostgres()]);
  process.env['SUKI_TEST_KAFKA'] = kafka.address;
  const leases = await PostgresTopicLeases.open(openPostgres({ url: postgres.address, name: 'bench' }));
  try {
    const history = referencePurchases();
    const published: Rate[] = [];
    const bare: Rate[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { rate, records } = await publishedRate(history, leases);
      published.push(rate);
      bare.push(await sentRate(records));
    }
    // The first round warms up.
    const value = median(published.slice(1).map(({ perSecond }) => perSecond));
    const floor = median(bare.slice(1).map(({ perSecond }) => perSecond));
    const cpuUs = median(published.slice(1).map(({ cpuUs }) => cpuUs));
    return [
      { name: 'publisher to one broker', value, unit: 'records/s', budget: 20_000 },
      { name: 'publisher, processor time', value: cpuUs, unit: 'µs a record' },
      {
        name: 'the same records without headers, by the client alone',
        value: floor,
        unit: 'records/s',
        ratio: Math.round((value / floor) * 100) / 100,
        floor: 'the publisher in terms of this',
      },
    ];
  } finally {
    await leases.close();
    await kafka.remove();
    await postgres.remove();
  }
}

interface Rate {
  readonly perSecond: number;
  /** Of all threads of this process, in microseconds a record. */
  readonly cpuUs: number;
}

async function publishedRate(
  history: RecordedHistory,
  leases: PostgresTopicLeases,
): Promise<{ readonly rate: Rate; readonly records: readonly OutgoingRecord[] }> {
  const topic = await temporaryTopic(PARTITIONS);
  const lease = await leases.acquire(topic, 'bench');
  if (lease === undefined) throw new Error(`somebody else publishes ${topic}`);
  const { sink, records } = noting(new KafkaSink(kafkaOfTests()));
  const end = await history.endPosition();
  const rate = await measured(
    history.events.length,
    () =>
      new Promise<void>((resolve, reject) => {
        const publisher = new Publisher({
          source: history,
          topic: { ...eventsTopic, topic },
          partitionOf: partitionOf(PARTITIONS),
          sink,
          positions: lease,
          onPaused: reject,
          onPublished: (position) => {
            if (position === end) void publisher.stop().then(resolve);
          },
        });
        publisher.start();
      }),
  );
  await sink.close();
  return { rate, records };
}

async function sentRate(records: readonly OutgoingRecord[]): Promise<Rate> {
  const topic = await temporaryTopic(PARTITIONS);
  const sink = new KafkaSink(kafkaOfTests());
  const plain = records.map((record) => ({ ...record, topic, headers: {} }));
  const rate = await measured(plain.length, async () => {
    for (let start = 0; start < plain.length; start += A_SEND) await sink.send(plain.slice(start, start + A_SEND));
  });
  await sink.close();
  return rate;
}

async function measured(records: number, work: () => Promise<void>): Promise<Rate> {
  const started = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  const perSecond = Math.round((records * 1_000) / (performance.now() - started));
  return { perSecond, cpuUs: Math.round(((user + system) * 10) / records) / 10 };
}

/** Keeps what goes through. */
function noting(sink: RecordSink): { readonly sink: RecordSink; readonly records: readonly OutgoingRecord[] } {
  const records: OutgoingRecord[] = [];
  return {
    records,
    sink: {
      send: (batch) => {
        records.push(...batch);
        return sink.send(batch);
      },
      close: () => sink.close(),
    },
  };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
