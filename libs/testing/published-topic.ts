import { randomBytes } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { openKafka } from '../platform/kafka/kafka-cluster';
import { ensureTopics } from '../platform/kafka/topics';
import { testKafka } from './servers';

/** A client of the Kafka that `npm run test:servers` started. */
export const kafkaOfTests = (): Kafka => openKafka({ brokers: testKafka().join(','), clientId: 'suki-test' });

/** A topic of its own; it goes with the broker. */
export async function temporaryTopic(partitions: number, cleanup: 'delete' | 'compact' = 'delete'): Promise<string> {
  const name = `test.${randomBytes(6).toString('hex')}`;
  const admin = kafkaOfTests().admin();
  await admin.connect();
  try {
    await ensureTopics(admin, [{ name, partitions, cleanup }]);
  } finally {
    await admin.disconnect();
  }
  return name;
}
