import { BEGINNING } from '../platform/event-store/event-store';
import { TopicLeaseLostFault, type TopicLease, type TopicLeases } from '../platform/kafka/topic-leases';

export interface TopicLeasesFixture {
  readonly leases: TopicLeases;
  /** The same as another process opens it. */
  beside(): Promise<TopicLeases>;
  /** As if the holder of a topic had not been heard of for longer than a lease. */
  lapse(topic: string): Promise<void>;
  remove(): Promise<void>;
}

/** What every keeper of topic leases promises. */
export function topicLeasesContract(name: string, begin: () => Promise<TopicLeasesFixture>): void {
  describe(`${name} as a keeper of topic leases`, () => {
    let fixture: TopicLeasesFixture;
    beforeEach(async () => {
      fixture = await begin();
    });
    afterEach(() => fixture.remove());

    async function held(owner: string, leases = fixture.leases): Promise<TopicLease> {
      const lease = await leases.acquire('events', owner);
      if (lease === undefined) throw new Error('another one has it');
      return lease;
    }

    it('gives a topic to one of many, and each topic by itself', async () => {
      const beside = await fixture.beside();
      const taken = await Promise.all(
        ['one', 'two', 'three'].map((owner, index) => (index % 2 ? beside : fixture.leases).acquire('events', owner)),
      );
      expect(taken.filter((lease) => lease !== undefined)).toHaveLength(1);
      expect(await beside.acquire('balances', 'two')).toBeDefined();
    });

    it('knows how far a topic is published, from the beginning on, whoever publishes it', async () => {
      const lease = await held('one');
      expect(await lease.load()).toEqual({ position: BEGINNING, newest: {} });
      await lease.save({ position: 42, newest: { '0': 40, '3': 42 } });
      await lease.release();
      expect(await (await held('two', await fixture.beside())).load()).toEqual({
        position: 42,
        newest: { '0': 40, '3': 42 },
      });
    });

    it('changes nothing for a holder that was not heard of and has lost it', async () => {
      const lost = await held('one');
      await lost.save({ position: 1, newest: {} });
      await fixture.lapse('events');
      const lease = await held('two');
      await lease.save({ position: 2, newest: {} });
      await expect(lost.save({ position: 1, newest: {} })).rejects.toThrow(TopicLeaseLostFault);
      await expect(lost.renew()).rejects.toThrow(TopicLeaseLostFault);
      await expect(lost.load()).rejects.toThrow(TopicLeaseLostFault);
      await lost.release();
      expect(await lease.load()).toEqual({ position: 2, newest: {} });
      expect(await fixture.leases.acquire('events', 'three')).toBeUndefined();
    });

    it('is taken again at once by the holder that was started again, and no more by what it was before', async () => {
      const before = await held('one');
      const after = await held('one', await fixture.beside());
      await after.save({ position: 3, newest: {} });
      await expect(before.save({ position: 1, newest: {} })).rejects.toThrow(TopicLeaseLostFault);
      expect(await after.load()).toMatchObject({ position: 3 });
    });

    it('is prolonged by its holder, and gone once it was let go of', async () => {
      const lease = await held('one');
      await fixture.lapse('events');
      await lease.renew();
      expect(await fixture.leases.acquire('events', 'two')).toBeUndefined();
      await lease.release();
      await expect(lease.save({ position: 1, newest: {} })).rejects.toThrow(TopicLeaseLostFault);
      expect(await fixture.leases.acquire('events', 'two')).toBeDefined();
    });
  });
}
