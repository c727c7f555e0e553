import type { StreamName } from '../kernel/ids';
import { DAY_MS } from '../kernel/time';
import type { Delivery, WebhookDeliveries } from '../capabilities/webhooks/deliveries/webhook-deliveries';

export interface WebhookDeliveriesFixture {
  readonly deliveries: WebhookDeliveries;
  /** The same as another process opens it. */
  beside(): Promise<WebhookDeliveries>;
  remove(): Promise<void>;
}

const HOOK = 'webhook-main.whk_1' as StreamName;
const OTHER = 'webhook-other.whk_1' as StreamName;
const NOW = Date.parse('2026-11-25T10:00:00Z');

/** What every keeper of deliveries promises. */
export function webhookDeliveriesContract(name: string, begin: () => Promise<WebhookDeliveriesFixture>): void {
  describe(`S.2 ${name} as a keeper of deliveries`, () => {
    let fixture: WebhookDeliveriesFixture;
    let deliveries: WebhookDeliveries;
    beforeEach(async () => {
      fixture = await begin();
      ({ deliveries } = fixture);
    });
    afterEach(() => fixture.remove());

    /** At positions 1, 2 and so on, about these. */
    async function taken(...subjects: readonly string[]): Promise<readonly Delivery[]> {
      await deliveries.open(HOOK, 0);
      const found = subjects.map((subject, index) => ({ position: index + 1, subject }));
      expect(await deliveries.take(HOOK, 'first', { from: 0, to: 10 }, found, NOW)).toBe(true);
      return deliveries.ready(HOOK, NOW, 100);
    }

    const positionsReady = async (now = NOW): Promise<readonly number[]> =>
      (await deliveries.ready(HOOK, now, 100)).map(({ position }) => position);

    it('begins where the log ended when it was made, whoever asks later', async () => {
      expect(await deliveries.begin(7)).toBe(7);
      expect(await (await fixture.beside()).begin(9)).toBe(7);
    });

    it('knows how far a webhook is, and nothing of one it never opened', async () => {
      expect(await deliveries.find(HOOK)).toBeUndefined();
      const opened = await deliveries.open(HOOK, 5);
      expect(opened).toEqual({ since: 5, position: 5, ordered: 5, waiting: 0, deadLetters: 0 });
      expect(await (await fixture.beside()).open(HOOK, 8)).toEqual(opened);
    });

    it('moves a cursor with what was found, or neither: where another has moved it nothing is doubled', async () => {
      await taken('a');
      const beside = await fixture.beside();
      const again = await beside.take(HOOK, 'first', { from: 0, to: 10 }, [{ position: 2, subject: 'b' }], NOW);
      expect(again).toBe(false);
      expect(await deliveries.find(HOOK)).toMatchObject({ position: 10, waiting: 1 });
      expect(await deliveries.find(OTHER)).toBeUndefined();
    });

    it('has of each customer the first ready, and the next once that is through', async () => {
      const ready = await taken('a', 'a', 'b', 'a');
      expect(ready).toEqual([
        { way: 'first', position: 1, subject: 'a', attempts: 0, until: NOW + 3 * DAY_MS },
        { way: 'first', position: 3, subject: 'b', attempts: 0, until: NOW + 3 * DAY_MS },
      ]);
      for (const delivery of ready) await deliveries.delivered(HOOK, delivery, NOW + 1);
      expect(await positionsReady()).toEqual([2]);
      expect(await deliveries.find(HOOK)).toMatchObject({ waiting: 2, lastDeliveredAt: NOW + 1 });
    });

    it('lets what failed wait, with those of its customer behind it, and the others go on', async () => {
      const [first] = await taken('a', 'a', 'b');
      const failure = { at: NOW, reason: 'answered 500', nextAt: NOW + 5_000 };
      if (first !== undefined) expect(await deliveries.failed(HOOK, first, failure)).toBe(NOW);
      expect(await positionsReady()).toEqual([3]);
      const [b] = await deliveries.ready(HOOK, NOW, 100);
      if (b !== undefined) await deliveries.delivered(HOOK, b, NOW);
      expect(await deliveries.nextReady(HOOK)).toBe(NOW + 5_000);
      expect(await deliveries.ready(HOOK, NOW + 5_000, 100)).toMatchObject([{ position: 1, attempts: 1 }]);
    });

    it('says since when every delivery has failed', async () => {
      const [first, b] = await taken('a', 'b');
      if (first === undefined || b === undefined) throw new Error('two are ready');
      const failure = { at: NOW, reason: 'answered 500', nextAt: NOW };
      await deliveries.failed(HOOK, first, failure);
      const again = { ...first, attempts: 1 };
      expect(await deliveries.failed(HOOK, again, { ...failure, at: NOW + 9 })).toBe(NOW);
      expect(await deliveries.find(HOOK)).toMatchObject({ failingSince: NOW, lastFailure: 'answered 500' });
      await deliveries.delivered(HOOK, b, NOW + 10);
      expect((await deliveries.find(HOOK))?.failingSince).toBeUndefined();
    });

    it('keeps what was given up as a dead letter, replays it once, and lets the next of its customer go', async () => {
      const [first] = await taken('a', 'a');
      if (first === undefined) throw new Error('one is ready');
      await deliveries.failed(HOOK, first, { at: NOW, reason: 'answered 500', nextAt: undefined });
      const letter = { position: 1, subject: 'a', attempts: 1, diedAt: NOW, failure: 'answered 500' };
      expect(await deliveries.deadLetters(HOOK, -1, 10)).toEqual([letter]);
      expect(await deliveries.deadLetters(HOOK, 1, 10)).toEqual([]);
      expect(await positionsReady()).toEqual([2]);
      for (let order = 0; order < 2; order++) await deliveries.replayDeadLetters(HOOK, 20, NOW);
      expect(await deliveries.deadLetters(HOOK, -1, 10)).toEqual([]);
      const ready = await deliveries.ready(HOOK, NOW, 10);
      expect(ready.map(({ position, way }) => [position, way])).toEqual([
        [1, 'again'],
        [2, 'first'],
      ]);
      expect(await deliveries.find(HOOK)).toMatchObject({ ordered: 20, deadLetters: 0, waiting: 2 });
    });

    it('replays a part of the log beside what is new, with a cursor of its own', async () => {
      await taken('a');
      await deliveries.replayRange(HOOK, 20, { after: -1, until: 9 });
      await deliveries.replayRange(HOOK, 20, { after: 5, until: 9 });
      expect(await deliveries.find(HOOK)).toMatchObject({ position: 10, replay: { position: -1, until: 9 } });
      expect(await deliveries.take(HOOK, 'again', { from: -1, to: 9 }, [{ position: 1, subject: 'a' }], NOW)).toBe(
        true,
      );
      expect([await deliveries.waiting(HOOK, 'first'), await deliveries.waiting(HOOK, 'again')]).toEqual([1, 1]);
      await deliveries.endReplay(HOOK);
      expect((await deliveries.find(HOOK))?.replay).toBeUndefined();
    });

    it('gives what failed before a pause all its time again, once an order', async () => {
      const [first] = await taken('a');
      if (first === undefined) throw new Error('one is ready');
      await deliveries.failed(HOOK, first, { at: NOW, reason: 'answered 500', nextAt: NOW + DAY_MS });
      const later = NOW + 9 * DAY_MS;
      for (const now of [later, later + 1]) await deliveries.goOn(HOOK, 20, now);
      expect(await deliveries.ready(HOOK, later, 10)).toMatchObject([{ attempts: 0, until: later + 3 * DAY_MS }]);
      expect((await deliveries.find(HOOK))?.failingSince).toBeUndefined();
    });

    it('forgets a webhook and no other', async () => {
      await taken('a');
      await deliveries.open(OTHER, 3);
      await deliveries.forget(HOOK);
      expect(await deliveries.find(HOOK)).toBeUndefined();
      expect(await deliveries.ready(HOOK, NOW, 10)).toEqual([]);
      expect(await deliveries.find(OTHER)).toMatchObject({ since: 3 });
    });
  });
}
