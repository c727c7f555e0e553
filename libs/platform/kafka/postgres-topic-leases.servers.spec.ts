import { Client } from 'pg';
import { temporaryDatabase } from '../../testing/temporary-database';
import { topicLeasesContract } from '../../testing/topic-leases.contract-suite';
import { openPostgres } from '../postgres/postgres';
import { PostgresTopicLeases } from './postgres-topic-leases';
import type { TopicLeases } from './topic-leases';

topicLeasesContract('PostgreSQL', async () => {
  const database = await temporaryDatabase();
  const opened: TopicLeases[] = [];
  const open = async (): Promise<TopicLeases> => {
    const leases = await PostgresTopicLeases.open(openPostgres({ url: database.url, name: 'suki publisher' }));
    opened.push(leases);
    return leases;
  };
  return {
    leases: await open(),
    beside: open,
    async lapse(topic) {
      const client = new Client({ connectionString: database.url });
      await client.connect();
      await client.query('UPDATE published_topics SET until = to_timestamp(0) WHERE topic = $1', [topic]);
      await client.end();
    },
    async remove() {
      for (const leases of opened) await leases.close();
      await database.drop();
    },
  };
});
