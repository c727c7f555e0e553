/**
 * Who may write which shard, for a while. Every adapter passes `libs/testing/shard-leases.contract-suite.ts`.
 *
 * A lease that changes hands gets a higher *epoch*, and `ReadStore.commit` checks the epoch in the transaction that writes:
 * a process that was paused and wakes up, or forgot that time went by, writes nothing. So leases may be taken by force. The
 * time is that of the database.
 */
export interface ShardLeases {
  /**
   * To be called every third of `LEASE_MS` or so, between two batches: makes the owner known, prolongs what it holds, takes
   * what is free up to its fair share, and lets go of what it has above that. Answers what it holds now, by shard.
   */
  renew(owner: string): Promise<readonly HeldShard[]>;

  /** Takes shards from whoever holds them. */
  take(owner: string, shards: readonly number[]): Promise<readonly HeldShard[]>;

  /** Lets go of these shards, where they are still held at that epoch: whoever renews next may have them at once. */
  release(owner: string, held: readonly HeldShard[]): Promise<void>;

  /** Lets go of everything and counts no longer for the fair share. */
  leave(owner: string): Promise<void>;

  /** Shards whose lease is in force, by shard. */
  holders(): Promise<readonly ShardHolder[]>;
}

export interface HeldShard {
  readonly shard: number;
  /** Rises whenever the shard changes hands. */
  readonly epoch: number;
}

export interface ShardHolder extends HeldShard {
  readonly owner: string;
}

/**
 * A process that is not heard of for so long has lost its shards; the others have them within a third of it more, later only
 * where several fail shortly after one another, as each counts for the fair share until its own time is over.
 */
export const LEASE_MS = 5_000;

/** How many shards an owner may hold, so that every one has some and none goes without a holder. */
export const fairShare = (shards: number, owners: number): number => Math.ceil(shards / Math.max(1, owners));
