import { setTimeout as delay } from 'node:timers/promises';
import { KafkaJSProtocolError, type Admin, type ITopicConfig } from 'kafkajs';
import { KafkaSettingFault } from './faults';

/** A topic as we need it. Its partitions are fixed at birth: more of them would send a customer's later events elsewhere. */
export interface TopicPlan {
  readonly name: string;
  readonly partitions: number;
  readonly cleanup: 'delete' | 'compact';
  /** For `delete`: how long records are kept, -1 for ever. */
  readonly retentionMs?: number;
}

const CONFIG_OF_A_TOPIC = 2;

/** Kept on so many brokers, where there are as many. */
const REPLICAS = 3;

/** So long every broker may take to hear of a topic that another one has made. */
const HEARD_OF_MS = 10_000;
const NOT_HEARD_OF: ReadonlySet<string> = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

/**
 * Makes the topics that are missing and looks at the others. Throws `KafkaSettingFault` for one whose partitions or cleanup
 * policy are not as planned: nothing is altered. What else it throws is Kafka's and may be gone the next time.
 */
export async function ensureTopics(admin: Admin, plans: readonly TopicPlan[]): Promise<void> {
  const known = new Set(await admin.listTopics());
  const missing = plans.filter(({ name }) => !known.has(name));
  // False where another process made them meanwhile; what is there is looked at below.
  if (missing.length > 0) {
    const replicas = Math.min(REPLICAS, (await admin.describeCluster()).brokers.length);
    // The client's own wait for leaders fails where the broker it asks has not heard of the topic.
    await admin.createTopics({ topics: missing.map((plan) => topicConfig(plan, replicas)), waitForLeaders: false });
  }
  const { partitionsOf, cleanupOf } = await onceHeardOf(() => look(admin, plans));
  for (const { name, partitions, cleanup } of plans) {
    const found = partitionsOf.get(name) ?? 0;
    if (found !== partitions) {
      throw new KafkaSettingFault(`topic ${name} has ${found} partitions, not ${partitions}: they are fixed at birth`);
    }
    const policy = cleanupOf.get(name) ?? 'unknown';
    if (policy !== cleanup) throw new KafkaSettingFault(`topic ${name} has cleanup.policy ${policy}, not ${cleanup}`);
  }
}

interface FoundTopics {
  readonly partitionsOf: ReadonlyMap<string, number>;
  readonly cleanupOf: ReadonlyMap<string, string | undefined>;
}

async function look(admin: Admin, plans: readonly TopicPlan[]): Promise<FoundTopics> {
  const { topics } = await admin.fetchTopicMetadata({ topics: plans.map(({ name }) => name) });
  const { resources } = await admin.describeConfigs({
    resources: plans.map(({ name }) => ({ type: CONFIG_OF_A_TOPIC, name, configNames: ['cleanup.policy'] })),
    includeSynonyms: false,
  });
  return {
    partitionsOf: new Map(topics.map(({ name, partitions }) => [name, partitions.length])),
    cleanupOf: new Map(
      resources.map(({ resourceName, configEntries }) => [resourceName, configEntries[0]?.configValue]),
    ),
  };
}

async function onceHeardOf<Found>(look: () => Promise<Found>): Promise<Found> {
  const until = Date.now() + HEARD_OF_MS;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (!isNotHeardOf(error) || Date.now() > until) throw error;
      await delay(100);
    }
  }
}

const isNotHeardOf = (error: unknown): boolean => error instanceof KafkaJSProtocolError && NOT_HEARD_OF.has(error.type);

function topicConfig({ name, partitions, cleanup, retentionMs }: TopicPlan, replicas: number): ITopicConfig {
  const entries = { 'cleanup.policy': cleanup, 'min.insync.replicas': String(Math.min(2, replicas)) };
  return {
    topic: name,
    numPartitions: partitions,
    replicationFactor: replicas,
    configEntries: Object.entries({
      ...entries,
      ...(retentionMs === undefined ? {} : { 'retention.ms': String(retentionMs) }),
    }).map(([entry, value]) => ({ name: entry, value })),
  };
}
