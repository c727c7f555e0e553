import type { Kafka, Producer } from 'kafkajs';
import { KafkaUnavailableFault } from './faults';

/** A record as it leaves, its partition chosen by us. `value` null is a tombstone. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where records go. One caller at a time. */
export interface RecordSink {
  /**
   * Answers once every in-sync replica of every partition has them, in the order given within a partition. Throws
   * `KafkaUnavailableFault`: then all, some or none were written, and all may be sent again.
   */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * An idempotent producer with one request in flight, so that what the client sends again by itself neither doubles nor
 * overtakes. After an error its sequence numbers may be out of step with the broker's, for good: it is thrown away and the
 * next send makes another.
 */
export class KafkaSink implements RecordSink {
  private producer: Producer | undefined;

  constructor(private readonly kafka: Kafka) {}

  async send(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    try {
      this.producer ??= await this.connect();
      await this.producer.sendBatch({ acks: -1, topicMessages: byTopic(records) });
    } catch (error) {
      await this.discard();
      throw new KafkaUnavailableFault(`Kafka: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }

  async close(): Promise<void> {
    await this.discard();
  }

  private async connect(): Promise<Producer> {
    const producer = this.kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
    await producer.connect();
    return producer;
  }

  private async discard(): Promise<void> {
    const producer = this.producer;
    this.producer = undefined;
    // What it says on its way out changes nothing.
    await producer?.disconnect().catch(() => undefined);
  }
}

type TopicMessages = NonNullable<Parameters<Producer['sendBatch']>[0]['topicMessages']>;

function byTopic(records: readonly OutgoingRecord[]): TopicMessages {
  const topics = new Map<string, TopicMessages[number]['messages']>();
  for (const { topic, partition, key, value, headers } of records) {
    const messages = topics.get(topic) ?? [];
    messages.push({ partition, key, value, headers });
    topics.set(topic, messages);
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}
