import type { Pool } from 'pg';
import { BEGINNING } from '../event-store/event-store';
import { onPostgres } from '../postgres/postgres';
import type { Published } from './publisher';
import { LEASE_MS, TopicLeaseLostFault, type TopicLease, type TopicLeases } from './topic-leases';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS published_topics
    (topic TEXT PRIMARY KEY, owner TEXT, epoch BIGINT NOT NULL, until TIMESTAMPTZ NOT NULL,
     position BIGINT NOT NULL, newest JSONB NOT NULL)`;
const SCHEMA_LOCK = 7_185_403;
const PROLONGED = `clock_timestamp() + interval '${LEASE_MS} milliseconds'`;

/** In a table of the read store's database. */
export class PostgresTopicLeases implements TopicLeases {
  private constructor(private readonly pool: Pool) {}

  /** Closing it ends the pool. */
  static async open(pool: Pool): Promise<PostgresTopicLeases> {
    await onPostgres(() => pool.query(`SELECT pg_advisory_xact_lock(${SCHEMA_LOCK}); ${SCHEMA}`));
    return new PostgresTopicLeases(pool);
  }

  async acquire(topic: string, owner: string): Promise<TopicLease | undefined> {
    const rows = await this.run<{ epoch: number }>(
      `INSERT INTO published_topics AS known VALUES ($1, $2, 1, ${PROLONGED}, ${BEGINNING}, '{}')
       ON CONFLICT (topic) DO UPDATE SET owner = $2, epoch = known.epoch + 1, until = ${PROLONGED}
         WHERE known.owner IS NULL OR known.owner = $2 OR known.until < clock_timestamp()
       RETURNING epoch`,
      [topic, owner],
    );
    const [taken] = rows;
    return taken && this.leaseOf(topic, taken.epoch);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private leaseOf(topic: string, epoch: number): TopicLease {
    const held = 'topic = $1 AND epoch = $2 AND owner IS NOT NULL';
    const change = async (set: string, values: readonly unknown[] = []): Promise<Published> => {
      const [row] = await this.run<Published>(
        `UPDATE published_topics SET until = ${PROLONGED}${set} WHERE ${held} RETURNING position, newest`,
        [topic, epoch, ...values],
      );
      if (row === undefined) throw new TopicLeaseLostFault(`topic ${topic} is published by another process`);
      return row;
    };
    return {
      load: () => change(''),
      save: async ({ position, newest }) => {
        await change(', position = $3, newest = $4', [position, JSON.stringify(newest)]);
      },
      renew: async () => {
        await change('');
      },
      release: async () => {
        await this.run(`UPDATE published_topics SET owner = NULL WHERE ${held}`, [topic, epoch]);
      },
    };
  }

  private run<Row extends object>(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    return onPostgres(async () => (await this.pool.query<Row>(sql, [...values])).rows);
  }
}
