import type { Pool } from 'pg';
import { inTransaction, onPostgres } from '../postgres/postgres';
import { fairShare, LEASE_MS, type HeldShard, type ShardHolder, type ShardLeases } from './shard-leases';

/** Milliseconds since 1970, by the server. */
const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/** Leases in PostgreSQL. A lease that is checked by a commit under way is taken, or let go of, after it. */
export class PostgresShardLeases implements ShardLeases {
  constructor(
    private readonly pool: Pool,
    private readonly shards: number,
  ) {}

  renew(owner: string): Promise<readonly HeldShard[]> {
    return inTransaction(this.pool, async (client) => {
      await client.query(
        `INSERT INTO shard_owners (owner, until) VALUES ($1, ${NOW} + ${LEASE_MS})
         ON CONFLICT (owner) DO UPDATE SET until = excluded.until`,
        [owner],
      );
      await client.query(
        `DELETE FROM shard_owners WHERE owner IN
           (SELECT owner FROM shard_owners WHERE until <= ${NOW} FOR UPDATE SKIP LOCKED)`,
      );
      const owners = await client.query<{ count: number }>(
        `SELECT count(*) AS count FROM shard_owners WHERE until > ${NOW}`,
      );
      const share = fairShare(this.shards, owners.rows[0]?.count ?? 1);
      const prolonged = await client.query<HeldShard>(
        `UPDATE shard_leases SET until = ${NOW} + ${LEASE_MS} WHERE owner = $1 AND until > 0 RETURNING shard, epoch`,
        [owner],
      );
      const held = prolonged.rows.toSorted(byShard);
      if (held.length > share) {
        await client.query('UPDATE shard_leases SET until = 0 WHERE owner = $1 AND shard = ANY($2)', [
          owner,
          held.slice(share).map(({ shard }) => shard),
        ]);
        return held.slice(0, share);
      }
      // What another process is about to take is left to it.
      const taken = await client.query<HeldShard>(
        `UPDATE shard_leases SET owner = $1, epoch = epoch + 1, until = ${NOW} + ${LEASE_MS} WHERE shard IN
           (SELECT shard FROM shard_leases WHERE until <= ${NOW} ORDER BY shard LIMIT $2 FOR UPDATE SKIP LOCKED)
         RETURNING shard, epoch`,
        [owner, share - held.length],
      );
      return [...held, ...taken.rows].sort(byShard);
    });
  }

  take(owner: string, shards: readonly number[]): Promise<readonly HeldShard[]> {
    return inTransaction(this.pool, async (client) => {
      await client.query('SELECT 1 FROM shard_leases WHERE shard = ANY($1) ORDER BY shard FOR UPDATE', [shards]);
      const { rows } = await client.query<HeldShard>(
        `UPDATE shard_leases SET owner = $1, epoch = epoch + 1, until = ${NOW} + ${LEASE_MS} WHERE shard = ANY($2)
         RETURNING shard, epoch`,
        [owner, shards],
      );
      return rows.sort(byShard);
    });
  }

  release(owner: string, held: readonly HeldShard[]): Promise<void> {
    return onPostgres(async () => {
      await this.pool.query(
        `UPDATE shard_leases AS lease SET until = 0 FROM unnest($2::int[], $3::bigint[]) AS held (shard, epoch)
         WHERE lease.owner = $1 AND lease.shard = held.shard AND lease.epoch = held.epoch`,
        [owner, held.map(({ shard }) => shard), held.map(({ epoch }) => epoch)],
      );
    });
  }

  leave(owner: string): Promise<void> {
    return inTransaction(this.pool, async (client) => {
      await client.query('UPDATE shard_leases SET until = 0 WHERE owner = $1', [owner]);
      await client.query('DELETE FROM shard_owners WHERE owner = $1', [owner]);
    });
  }

  async holders(): Promise<readonly ShardHolder[]> {
    const { rows } = await onPostgres(() =>
      this.pool.query<ShardHolder>(`SELECT shard, owner, epoch FROM shard_leases WHERE until > ${NOW} ORDER BY shard`),
    );
    return rows;
  }
}

const byShard = (one: HeldShard, other: HeldShard): number => one.shard - other.shard;
