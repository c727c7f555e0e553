import type { Sqlite, Statement } from '../sqlite/sqlite';
import { fairShare, LEASE_MS, type HeldShard, type ShardHolder, type ShardLeases } from './shard-leases';

/** Milliseconds since 1970, by the machine that every process on this file shares. */
const NOW = `CAST(unixepoch('subsec') * 1000 AS INTEGER)`;

/** Leases in read.db. Every call is one transaction. */
export class SqliteShardLeases implements ShardLeases {
  private readonly appear: Statement<never>;
  private readonly forget: Statement<never>;
  private readonly owners: Statement<{ readonly count: number }>;
  private readonly prolong: Statement<never>;
  private readonly heldBy: Statement<HeldShard>;
  private readonly free: Statement<{ readonly shard: number }>;
  private readonly takeOne: Statement<never>;
  private readonly releaseOne: Statement<never>;
  private readonly leaveShards: Statement<never>;
  private readonly leaveOwners: Statement<never>;
  private readonly inForce: Statement<ShardHolder>;

  constructor(
    private readonly database: Sqlite,
    private readonly shards: number,
  ) {
    this.appear = database.prepare(`REPLACE INTO shard_owners (owner, until) VALUES (?, ${NOW} + ${LEASE_MS})`);
    this.forget = database.prepare(`DELETE FROM shard_owners WHERE until <= ${NOW}`);
    this.owners = database.prepare(`SELECT COUNT(*) AS count FROM shard_owners WHERE until > ${NOW}`);
    this.prolong = database.prepare(
      `UPDATE shard_leases SET until = ${NOW} + ${LEASE_MS} WHERE owner = ? AND until > 0`,
    );
    this.heldBy = database.prepare(
      'SELECT shard, epoch FROM shard_leases WHERE owner = ? AND until > 0 ORDER BY shard',
    );
    this.free = database.prepare(`SELECT shard FROM shard_leases WHERE until <= ${NOW} ORDER BY shard LIMIT ?`);
    this.takeOne = database.prepare(
      `UPDATE shard_leases SET owner = ?, epoch = epoch + 1, until = ${NOW} + ${LEASE_MS} WHERE shard = ?`,
    );
    this.releaseOne = database.prepare('UPDATE shard_leases SET until = 0 WHERE owner = ? AND shard = ? AND epoch = ?');
    this.leaveShards = database.prepare('UPDATE shard_leases SET until = 0 WHERE owner = ?');
    this.leaveOwners = database.prepare('DELETE FROM shard_owners WHERE owner = ?');
    this.inForce = database.prepare(`SELECT shard, owner, epoch FROM shard_leases WHERE until > ${NOW} ORDER BY shard`);
  }

  async renew(owner: string): Promise<readonly HeldShard[]> {
    return this.database.transaction(() => {
      this.appear.run(owner);
      this.forget.run();
      this.prolong.run(owner);
      const held = this.heldBy.all(owner);
      const share = fairShare(this.shards, this.owners.get()?.count ?? 1);
      for (const { shard, epoch } of held.slice(share)) this.releaseOne.run(owner, shard, epoch);
      for (const { shard } of this.free.all(Math.max(0, share - held.length))) this.takeOne.run(owner, shard);
      return this.heldBy.all(owner);
    });
  }

  async take(owner: string, shards: readonly number[]): Promise<readonly HeldShard[]> {
    return this.database.transaction(() => {
      for (const shard of shards) this.takeOne.run(owner, shard);
      return this.heldBy.all(owner).filter(({ shard }) => shards.includes(shard));
    });
  }

  async release(owner: string, held: readonly HeldShard[]): Promise<void> {
    this.database.transaction(() => {
      for (const { shard, epoch } of held) this.releaseOne.run(owner, shard, epoch);
    });
  }

  async leave(owner: string): Promise<void> {
    this.database.transaction(() => {
      this.leaveShards.run(owner);
      this.leaveOwners.run(owner);
    });
  }

  async holders(): Promise<readonly ShardHolder[]> {
    return this.inForce.all();
  }
}
