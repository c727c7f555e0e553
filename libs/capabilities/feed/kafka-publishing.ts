import type { Kafka } from 'kafkajs';
import type { EventStore } from '../../platform/event-store/event-store';
import { KafkaSink } from '../../platform/kafka/kafka-sink';
import { LeasedPublisher } from '../../platform/kafka/leased-publisher';
import { partitionOf } from '../../platform/kafka/partitions';
import type { TopicLeases } from '../../platform/kafka/topic-leases';
import { ensureTopics, type TopicPlan } from '../../platform/kafka/topics';
import type { Projecting } from '../../platform/projections/projection-runner';
import type { QueryDoor } from '../../platform/read-store/read-store';
import type { Scheduler } from '../../platform/scheduling/scheduler';
import { BALANCES_TOPIC, balancesTopic, EVENTS_TOPIC, eventsTopic } from './published-topics';

export interface KafkaPublishingOptions {
  readonly kafka: Kafka;
  /** Before the names of the topics. */
  readonly prefix: string;
  readonly partitions: number;
  readonly source: Pick<EventStore, 'subscribe'>;
  readonly query: QueryDoor;
  readonly projecting: Pick<Projecting, 'waitFor'>;
  readonly leases: TopicLeases;
  readonly owner: string;
  readonly scheduler: Scheduler;
  readonly onPaused: (topic: string, error: unknown) => void;
}

const FOR_EVER = -1;

/** Publishes events and balances to Kafka, each topic by whichever process holds its lease. Waits for Kafka as long as it takes. */
export class KafkaPublishing {
  private constructor(
    private readonly publishers: readonly LeasedPublisher[],
    private readonly sinks: readonly KafkaSink[],
  ) {}

  static start(options: KafkaPublishingOptions): KafkaPublishing {
    const { kafka, prefix, partitions, source, query, projecting, leases, owner, scheduler, onPaused } = options;
    const plans: readonly TopicPlan[] = [
      { name: prefix + EVENTS_TOPIC, partitions, cleanup: 'delete', retentionMs: FOR_EVER },
      { name: prefix + BALANCES_TOPIC, partitions, cleanup: 'compact' },
    ];
    // A producer each: a topic that stands still holds up no other.
    const topics = [eventsTopic, balancesTopic(query, projecting)].map((topic) => ({
      topic: { ...topic, topic: prefix + topic.topic },
      sink: new KafkaSink(kafka),
    }));
    const publishers = topics.map(
      ({ topic, sink }) =>
        new LeasedPublisher({
          source,
          topic,
          sink,
          partitionOf: partitionOf(partitions),
          leases,
          owner,
          scheduler,
          prepare: () => checkTopics(kafka, plans),
          onPaused: (error) => onPaused(topic.topic, error),
        }),
    );
    for (const publisher of publishers) publisher.start();
    return new KafkaPublishing(
      publishers,
      topics.map(({ sink }) => sink),
    );
  }

  /** Whether this process publishes, and why a topic stands still, where one does. */
  get state(): { readonly publishing: boolean; readonly paused: unknown } {
    return {
      publishing: this.publishers.some(({ publishing }) => publishing),
      paused: this.publishers.map(({ paused }) => paused).find((trouble) => trouble !== undefined),
    };
  }

  async stop(): Promise<void> {
    for (const publisher of this.publishers) await publisher.stop();
    for (const sink of this.sinks) await sink.close();
  }
}

async function checkTopics(kafka: Kafka, plans: readonly TopicPlan[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await ensureTopics(admin, plans);
  } finally {
    await admin.disconnect();
  }
}
