import { writeSync } from 'node:fs';
import { eventsTopic } from '../capabilities/feed/published-topics';
import { KafkaSink, type RecordSink } from '../platform/kafka/kafka-sink';
import { openKafka } from '../platform/kafka/kafka-cluster';
import { LeasedPublisher } from '../platform/kafka/leased-publisher';
import { partitionOf } from '../platform/kafka/partitions';
import { PostgresTopicLeases } from '../platform/kafka/postgres-topic-leases';
import type { TopicLease, TopicLeases } from '../platform/kafka/topic-leases';
import { openPostgres } from '../platform/postgres/postgres';
import { TimerScheduler } from '../platform/scheduling/scheduler';
import { earnings } from './earnings';

/** Where a publisher is killed, or never. */
export type KillPoint = 'read' | 'mapped' | 'sent' | 'acknowledged' | 'saved' | 'never';

export interface PublishingOrder {
  readonly brokers: string;
  readonly postgres: string;
  readonly topic: string;
  readonly partitions: number;
  readonly owner: string;
  readonly batchRecords: number;
  readonly killedAt: KillPoint;
  /** At the how manieth batch. */
  readonly batch: number;
}

/** A publisher of `earnings` in a process of its own, which kills itself as it was told to. Says `published N`. */
async function run(order: PublishingOrder): Promise<void> {
  let batches = 0;
  const pass = (point: KillPoint): void => {
    if (point === 'read') batches++;
    if (point === order.killedAt && batches >= order.batch) process.kill(process.pid, 'SIGKILL');
  };
  const kafka = openKafka({ brokers: order.brokers, clientId: order.owner });
  const pool = openPostgres({ url: order.postgres, name: order.owner, connections: 2 });
  const publisher = new LeasedPublisher({
    source: earnings(),
    topic: {
      ...eventsTopic,
      topic: order.topic,
      async publish(events) {
        pass('read');
        const published = await eventsTopic.publish(events);
        pass('mapped');
        return published;
      },
    },
    partitionOf: partitionOf(order.partitions),
    sink: killing(new KafkaSink(kafka), pass),
    leases: killingLeases(await PostgresTopicLeases.open(pool), pass),
    owner: order.owner,
    scheduler: new TimerScheduler((error) => void process.stderr.write(`${String(error)}\n`)),
    prepare: () => Promise.resolve(),
    batchRecords: order.batchRecords,
    retryMs: 20,
    onPaused: (error) => void process.stderr.write(`${String(error)}\n`),
    onPublished: (position) => void writeSync(1, `published ${position}\n`),
  });
  publisher.start();
}

function killing(sink: RecordSink, pass: (point: KillPoint) => void): RecordSink {
  return {
    async send(records) {
      const sending = sink.send(records);
      // The request is on its way when the loop comes round.
      setImmediate(() => pass('sent'));
      await sending;
      pass('acknowledged');
    },
    close: () => sink.close(),
  };
}

function killingLeases(leases: TopicLeases, pass: (point: KillPoint) => void): TopicLeases {
  return {
    async acquire(topic, owner) {
      const lease = await leases.acquire(topic, owner);
      return lease && killingLease(lease, pass);
    },
    close: () => leases.close(),
  };
}

const killingLease = (lease: TopicLease, pass: (point: KillPoint) => void): TopicLease => ({
  load: () => lease.load(),
  async save(published) {
    await lease.save(published);
    pass('saved');
  },
  renew: () => lease.renew(),
  release: () => lease.release(),
});

if (require.main === module) void run(JSON.parse(process.argv[2] ?? '{}') as PublishingOrder);
