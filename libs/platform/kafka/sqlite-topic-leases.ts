import { BEGINNING } from '../event-store/event-store';
import { Sqlite } from '../sqlite/sqlite';
import type { Published } from './publisher';
import { LEASE_MS, TopicLeaseLostFault, type TopicLease, type TopicLeases } from './topic-leases';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS published_topics
    (topic TEXT PRIMARY KEY, owner TEXT, epoch INTEGER NOT NULL, until INTEGER NOT NULL,
     position INTEGER NOT NULL, newest TEXT NOT NULL) WITHOUT ROWID`;
const NOW = `CAST(unixepoch('subsec') * 1000 AS INTEGER)`;
const PROLONGED = `${NOW} + ${LEASE_MS}`;

/** In a file of its own. */
export class SqliteTopicLeases implements TopicLeases {
  private readonly database: Sqlite;

  constructor(path: string) {
    this.database = new Sqlite(path, { journal: 'wal', synchronous: 'normal' });
    this.database.exec(SCHEMA);
  }

  async acquire(topic: string, owner: string): Promise<TopicLease | undefined> {
    const taken = this.database
      .prepare<{ epoch: number }>(
        `INSERT INTO published_topics AS known VALUES (?, ?, 1, ${PROLONGED}, ${BEGINNING}, '{}')
         ON CONFLICT (topic) DO UPDATE SET owner = excluded.owner, epoch = known.epoch + 1, until = excluded.until
           WHERE known.owner IS NULL OR known.owner = excluded.owner OR known.until < ${NOW}
         RETURNING epoch`,
      )
      .get(topic, owner);
    return taken && this.leaseOf(topic, taken.epoch);
  }

  async close(): Promise<void> {
    this.database.close();
  }

  private leaseOf(topic: string, epoch: number): TopicLease {
    const held = 'topic = ? AND epoch = ? AND owner IS NOT NULL';
    const change = (set: string, values: readonly (string | number)[] = []): Published => {
      const row = this.database
        .prepare<{ position: number; newest: string }>(
          `UPDATE published_topics SET until = ${PROLONGED}${set} WHERE ${held} RETURNING position, newest`,
        )
        .get(...values, topic, epoch);
      if (row === undefined) throw new TopicLeaseLostFault(`topic ${topic} is published by another process`);
      return { position: row.position, newest: JSON.parse(row.newest) as Published['newest'] };
    };
    return {
      load: async () => change(''),
      save: async ({ position, newest }) => {
        change(', position = ?, newest = ?', [position, JSON.stringify(newest)]);
      },
      renew: async () => {
        change('');
      },
      release: async () => {
        this.database.prepare(`UPDATE published_topics SET owner = NULL WHERE ${held}`).run(topic, epoch);
      },
    };
  }
}
