import { fairShare, LEASE_MS, type HeldShard, type ShardLeases } from '../platform/read-store/shard-leases';

interface GivenLeases {
  readonly leases: ShardLeases;
  /** Shards there are: at least 8. */
  readonly shards: number;
  /** Lets so much of the database's time go by for what was renewed or taken so far. */
  readonly pass: (ms: number) => Promise<void>;
  readonly remove: () => Promise<void>;
}

const shardsOf = (held: readonly HeldShard[]): readonly number[] => held.map(({ shard }) => shard);

/** What leases of shards must do, wherever they lie. */
export function shardLeasesContract(adapter: string, given: () => Promise<GivenLeases>): void {
  describe(`S.1 shard leases: ${adapter}`, () => {
    let place: GivenLeases;
    let leases: ShardLeases;
    beforeEach(async () => {
      place = await given();
      ({ leases } = place);
    });
    afterEach(() => place.remove());
    const all = () => Array.from({ length: place.shards }, (_, shard) => shard);

    it('go to the only one who asks, all of them, and stay at their epoch while he renews', async () => {
      const held = await leases.renew('one');
      expect(shardsOf(held)).toEqual(all());
      await place.pass(LEASE_MS - 1_000);
      expect(await leases.renew('one')).toEqual(held);
      await place.pass(LEASE_MS - 1_000);
      expect(await leases.renew('one')).toEqual(held);
    });

    it('are shared with who joins: given up at the next renewal, and taken at the one after', async () => {
      await leases.renew('one');
      expect(await leases.renew('two')).toEqual([]);
      const first = await leases.renew('one');
      const second = await leases.renew('two');
      expect(first).toHaveLength(fairShare(place.shards, 2));
      expect([...shardsOf(first), ...shardsOf(second)].sort((a, b) => a - b)).toEqual(all());
      await leases.renew('three');
      for (const owner of ['one', 'two', 'three']) await leases.renew(owner);
      const holders = await leases.holders();
      expect(new Set(holders.map(({ owner }) => owner)).size).toBe(3);
      expect(shardsOf(holders)).toEqual(all());
    });

    it('of one who is not heard of any more go to the others within the time of a lease', async () => {
      const lost = await leases.renew('one');
      await leases.renew('two');
      await place.pass(LEASE_MS - 1_000);
      await leases.renew('two');
      expect(shardsOf(await leases.holders())).toEqual(all());
      await place.pass(2_000);
      const won = await leases.renew('two');
      expect(shardsOf(won)).toEqual(all());
      for (const { shard, epoch } of won) {
        expect(epoch).toBeGreaterThan(lost.find((before) => before.shard === shard)?.epoch ?? Infinity);
      }
    });

    it('are still held by one who wakes up too late, as long as nobody has taken them', async () => {
      const held = await leases.renew('one');
      await place.pass(60_000);
      expect(await leases.holders()).toEqual([]);
      expect(await leases.renew('one')).toEqual(held);
    });

    it('rise in epoch whenever a shard changes hands, by force too', async () => {
      const [mine] = await leases.take('one', [3]);
      const [theirs] = await leases.take('two', [3]);
      expect(theirs?.epoch).toBeGreaterThan(mine?.epoch ?? Infinity);
      expect(await leases.holders()).toEqual([{ shard: 3, owner: 'two', epoch: theirs?.epoch }]);
      expect(shardsOf(await leases.renew('one'))).not.toContain(3);
    });

    it('are let go of at their epoch only, and are free at once', async () => {
      const before = await leases.take('one', [3]);
      const again = await leases.take('one', [3]);
      await leases.release('one', before);
      expect(shardsOf(await leases.holders())).toEqual([3]);
      await leases.release('one', again);
      expect(await leases.holders()).toEqual([]);
      expect(shardsOf(await leases.renew('two'))).toEqual(all());
    });

    it('of one who leaves are free at once, and his share is the others’', async () => {
      await leases.renew('one');
      await leases.renew('two');
      await leases.renew('one');
      await leases.leave('one');
      expect(shardsOf(await leases.renew('two'))).toEqual(all());
    });

    it('never give a shard to two who ask at the same moment', async () => {
      const owners = ['one', 'two', 'three', 'four'];
      for (const owner of owners) await leases.renew(owner);
      for (let round = 0; round < 5; round++) {
        const held = await Promise.all(owners.map((owner) => leases.renew(owner)));
        const shards = held.flatMap(shardsOf);
        expect(new Set(shards).size).toBe(shards.length);
      }
      expect(shardsOf(await leases.holders())).toEqual(all());
    });
  });
}
