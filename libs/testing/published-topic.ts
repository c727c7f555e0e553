import { randomBytes } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { openKafka } from '../platform/kafka/kafka-cluster';
import { ensureTopics } from '../platform/kafka/topics';

/** The Kafka that `npm run test:servers` started. Throws where none runs: nothing is skipped. */
export function testKafka(): Kafka {
  const brokers = process.env['SUKI_TEST_KAFKA'];
  if (brokers === undefined) throw new Error('SUKI_TEST_KAFKA names no broker: run this with `npm run test:servers`');
  return openKafka({ brokers, clientId: 'suki-test' });
}

/** A topic of its own; it goes with the broker. */
export async function temporaryTopic(partitions: number, cleanup: 'delete' | 'compact' = 'delete'): Promise<string> {
  const name = `test.${randomBytes(6).toString('hex')}`;
  const admin = testKafka().admin();
  await admin.connect();
  try {
    await ensureTopics(admin, [{ name, partitions, cleanup }]);
  } finally {
    await admin.disconnect();
  }
  return name;
}
