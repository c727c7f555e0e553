import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topicLeasesContract } from '../../testing/topic-leases.contract-suite';
import { Sqlite } from '../sqlite/sqlite';
import { SqliteTopicLeases } from './sqlite-topic-leases';
import type { TopicLeases } from './topic-leases';

topicLeasesContract('SQLite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'suki-topics-'));
  const path = join(directory, 'published.db');
  const opened: TopicLeases[] = [];
  const open = async (): Promise<TopicLeases> => {
    const leases = new SqliteTopicLeases(path);
    opened.push(leases);
    return leases;
  };
  return {
    leases: await open(),
    beside: open,
    async lapse(topic) {
      const database = new Sqlite(path);
      database.prepare('UPDATE published_topics SET until = 0 WHERE topic = ?').run(topic);
      database.close();
    },
    async remove() {
      for (const leases of opened) await leases.close();
      rmSync(directory, { recursive: true });
    },
  };
});
