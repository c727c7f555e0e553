import type { Admin, ITopicConfig } from 'kafkajs';
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

/**
 * Makes the topics that are missing and looks at the others. Throws `KafkaSettingFault` for one whose partitions or cleanup
 * policy are not as planned: nothing is altered.
 */
export async function ensureTopics(admin: Admin, plans: readonly TopicPlan[]): Promise<void> {
  const known = new Set(await admin.listTopics());
  const missing = plans.filter(({ name }) => !known.has(name));
  // False where another process made them meanwhile; what is there is looked at below.
  if (missing.length > 0) {
    const replicas = Math.min(REPLICAS, (await admin.describeCluster()).brokers.length);
    await admin.createTopics({ topics: missing.map((plan) => topicConfig(plan, replicas)), waitForLeaders: true });
  }
  const { topics } = await admin.fetchTopicMetadata({ topics: plans.map(({ name }) => name) });
  const { resources } = await admin.describeConfigs({
    resources: plans.map(({ name }) => ({ type: CONFIG_OF_A_TOPIC, name, configNames: ['cleanup.policy'] })),
    includeSynonyms: false,
  });
  for (const { name, partitions, cleanup } of plans) {
    const found = topics.find((topic) => topic.name === name)?.partitions.length ?? 0;
    if (found !== partitions) {
      throw new KafkaSettingFault(`topic ${name} has ${found} partitions, not ${partitions}: they are fixed at birth`);
    }
    const policy = resources.find(({ resourceName }) => resourceName === name)?.configEntries[0]?.configValue;
    if (policy !== cleanup) {
      throw new KafkaSettingFault(`topic ${name} has cleanup.policy ${policy ?? 'unknown'}, not ${cleanup}`);
    }
  }
}

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
