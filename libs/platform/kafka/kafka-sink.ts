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
      for (const part of cutByBytes(records)) await sendPart(this.producer, part);
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

/**
 * The client makes one batch of all that a send has for a partition, and a broker refuses one above 1,048,588 bytes, for good.
 * Headers are text of a few bytes, so this much of keys, values and headers is below it with what the format adds.
 */
const PARTITION_BYTES = 800_000;

/** In the order given, each part as long as a broker takes it; a record that is too long by itself is alone in its part. */
function* cutByBytes(records: readonly OutgoingRecord[]): Generator<readonly OutgoingRecord[]> {
  let bytes = new Map<string, number>();
  let start = 0;
  for (const [index, record] of records.entries()) {
    const place = placeOf(record.topic, record.partition);
    const size = bytesOf(record);
    const held = bytes.get(place) ?? 0;
    if (held > 0 && held + size > PARTITION_BYTES) {
      yield records.slice(start, index);
      start = index;
      bytes = new Map();
    }
    bytes.set(place, (bytes.get(place) ?? 0) + size);
  }
  yield records.slice(start);
}

function bytesOf({ key, value, headers }: OutgoingRecord): number {
  // Lengths and time of a record, and lengths of a header.
  let size = 20 + Buffer.byteLength(key) + (value === null ? 0 : Buffer.byteLength(value));
  for (const [name, text] of Object.entries(headers)) size += 10 + Buffer.byteLength(name) + Buffer.byteLength(text);
  return size;
}

/** The client drops without a word what is for a partition that the topic does not have: then no answer is about it. */
async function sendPart(producer: Producer, records: readonly OutgoingRecord[]): Promise<void> {
  const answers = await producer.sendBatch({ acks: -1, topicMessages: byTopic(records) });
  const answered = new Set(answers.map(({ topicName, partition }) => placeOf(topicName, partition)));
  const dropped = records.find(({ topic, partition }) => !answered.has(placeOf(topic, partition)));
  if (dropped !== undefined) throw new Error(`topic ${dropped.topic} has no partition ${dropped.partition}`);
}

const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`;

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
