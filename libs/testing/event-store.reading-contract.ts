import type { StreamName, TenantId } from '../kernel/ids';
import type { EventStore, RecordedEvent, SubscriptionBatch } from '../platform/event-store/event-store';
import { accountStream, appendNext, gather, MAIN, race } from './append-request';

export interface StoreUnderTest {
  readonly store: EventStore;
  /** Closes the store and opens it again; answers the one to be used from then on. */
  reopen(): Promise<EventStore>;
  dispose(): Promise<void>;
}

/** The part of the contract that is about reading and subscribing. */
export function readingContract(open: () => Promise<StoreUnderTest>): void {
  let underTest: StoreUnderTest;
  let store: EventStore;

  beforeEach(async () => {
    underTest = await open();
    store = underTest.store;
  });
  afterEach(async () => {
    await underTest.dispose();
  });

  describe('reading', () => {
    it('reads a stream forward and backward, from any revision, up to a limit', async () => {
      const stream = accountStream('a');
      for (let count = 0; count < 70; count++) await appendNext(store, stream, { events: ['One', 'Two', 'Three'] });
      await appendNext(store, accountStream('b'));
      const revisions = async (options: Parameters<EventStore['readStream']>[1]): Promise<number[]> =>
        (await gather(store.readStream(stream, options))).map(({ revision }) => revision);
      const upTo = (length: number, from = 0): number[] => Array.from({ length }, (_, index) => from + index);
      expect(await revisions({})).toEqual(upTo(210));
      expect(await revisions({ from: 100 })).toEqual(upTo(110, 100));
      expect(await revisions({ from: 100, limit: 5 })).toEqual(upTo(5, 100));
      expect(await revisions({ direction: 'backward' })).toEqual(upTo(210).reverse());
      expect(await revisions({ direction: 'backward', from: 100, limit: 3 })).toEqual([100, 99, 98]);
      expect(await revisions({ direction: 'backward', from: 100 })).toEqual(upTo(101).reverse());
      expect(await revisions({ from: 210 })).toEqual([]);
      expect(await revisions({ limit: 0 })).toEqual([]);
      expect(await gather(store.readStream(accountStream('unknown')))).toEqual([]);
    });

    it('finds the append of any revision', async () => {
      const stream = accountStream('a');
      await appendNext(store, stream, { events: ['One', 'Two'] });
      await appendNext(store, stream, { events: ['Three'] });
      expect((await store.readAppend(stream, 1))?.firstRevision).toBe(0);
      expect((await store.readAppend(stream, 2))?.firstRevision).toBe(2);
      expect(await store.readAppend(stream, 3)).toBeUndefined();
      expect(await store.readAppend(accountStream('unknown'), 0)).toBeUndefined();
    });

    it('reads everything forward and backward, between positions, up to a limit', async () => {
      await race(store, 5, 10);
      const all = (await gather(store.readAll())).map(identity);
      const positions = (await gather(store.readAll())).map(({ position }) => position);
      expect(all).toHaveLength(100);
      expect((await gather(store.readAll({ direction: 'backward' }))).map(identity)).toEqual([...all].reverse());
      for (const at of [0, 1, 33, 98, 99]) {
        const position = positions[at] ?? -1;
        expect((await gather(store.readAll({ after: position }))).map(identity)).toEqual(all.slice(at + 1));
        expect((await gather(store.readAll({ from: position }))).map(identity)).toEqual(all.slice(at));
        const before = await gather(store.readAll({ before: position, direction: 'backward', limit: 7 }));
        expect(before.map(identity)).toEqual([...all.slice(0, at)].reverse().slice(0, 7));
      }
      expect(await gather(store.readAll({ limit: 13 }))).toHaveLength(13);
    });

    it('lists the names of streams, in the order of their bytes, page by page', async () => {
      const shop = 'shop' as TenantId;
      for (const id of ['b', 'a-1', 'a', 'B', 'a.1']) await appendNext(store, accountStream(id));
      await appendNext(store, accountStream('a'), { events: ['Again'] });
      await appendNext(store, accountStream('a', shop));
      const names = ['B', 'a', 'a-1', 'a.1', 'b'].map((id) => accountStream(id));
      const listed = async (from: EventStore): Promise<void> => {
        expect(await from.streamNames({ prefix: 'account-main.', limit: 10 })).toEqual(names);
        expect(await from.streamNames({ prefix: 'account-main.', limit: 2 })).toEqual(names.slice(0, 2));
        const after = accountStream('a');
        expect(await from.streamNames({ prefix: 'account-main.', after, limit: 2 })).toEqual(names.slice(2, 4));
        expect(await from.streamNames({ prefix: 'account-main.a', limit: 10 })).toEqual(names.slice(1, 4));
        expect(await from.streamNames({ prefix: 'account-', after: accountStream('b'), limit: 10 })).toEqual([
          accountStream('a', shop),
        ]);
        expect(await from.streamNames({ prefix: 'nothing-', limit: 10 })).toEqual([]);
      };
      await listed(store);
      await listed(await underTest.reopen());
    });

    it('reads an empty store', async () => {
      expect(await gather(store.readAll())).toEqual([]);
      expect(await gather(store.readAll({ direction: 'backward' }))).toEqual([]);
      expect(await store.endPosition()).toBe(-1);
      expect(await store.headRevision(accountStream('a'))).toBe(-1);
    });

    it('filters by category, type and tenant', async () => {
      const shop = 'shop' as TenantId;
      const rare = 'programme-main.one' as StreamName;
      await appendNext(store, rare, { events: ['Drafted'] });
      for (let count = 0; count < 100; count++) {
        await appendNext(store, accountStream(count % 9, count % 2 === 0 ? MAIN : shop), { events: ['Even', 'Odd'] });
      }
      await appendNext(store, rare, { events: ['Published'] });
      await appendNext(store, 'programme-shop.one' as StreamName, { events: ['Drafted'] });
      const all = await gather(store.readAll());
      const filters = [
        { categories: ['programme'] },
        { categories: ['programme', 'account'], types: ['Drafted'] },
        { types: ['Odd', 'Published'] },
        { tenant: shop },
        { tenant: shop, categories: ['programme'], types: ['Drafted', 'Published'] },
        { categories: ['nothing'] },
        { categories: [] },
      ];
      for (const filter of filters) {
        const wanted = all.filter(
          ({ type, append }) =>
            (filter.types?.includes(type) ?? true) &&
            (filter.categories?.includes(append.stream.split('-')[0] ?? '') ?? true) &&
            (filter.tenant === undefined || append.tenant === filter.tenant),
        );
        expect((await gather(store.readAll({ filter }))).map(identity)).toEqual(wanted.map(identity));
        const backward = await gather(store.readAll({ filter, direction: 'backward' }));
        expect(backward.map(identity)).toEqual(wanted.map(identity).reverse());
        const [batch] = await takeBatches(store, { after: -1, filter }, ({ caughtUp }) => caughtUp);
        expect(batch?.map(identity)).toEqual(wanted.map(identity));
      }
    });

    it('reads the same after opening again', async () => {
      await race(store, 5, 10);
      const before = (await gather(store.readAll())).map(identity);
      store = await underTest.reopen();
      expect((await gather(store.readAll())).map(identity)).toEqual(before);
      expect(await gather(store.readStream(accountStream(0)))).toHaveLength(20);
    });
  });

  describe('subscribing', () => {
    it('shows what is there, then what comes', async () => {
      await appendNext(store, accountStream('a'), { events: ['One'] });
      const seen: string[] = [];
      let appended = false;
      for await (const { events, caughtUp } of store.subscribe({ after: -1 })) {
        seen.push(...events.map(({ type }) => type));
        if (seen.length >= 3) break;
        if (!caughtUp || appended) continue;
        appended = true;
        void appendNext(store, accountStream('a'), { events: ['Two', 'Three'] });
      }
      expect(seen).toEqual(['One', 'Two', 'Three']);
    });

    it('resumes exactly from the position of any batch', async () => {
      await race(store, 8, 10);
      const all = (await gather(store.readAll())).map(identity);
      const positions: number[] = [];
      const filter = { types: ['Second'] };
      await takeBatches(store, { after: -1 }, (batch) => positions.push(batch.position) > 0 && batch.caughtUp);
      await takeBatches(store, { after: -1, filter }, (batch) => positions.push(batch.position) > 0 && batch.caughtUp);
      for (const position of [-1, ...positions]) {
        const [rest] = await takeBatches(store, { after: position }, ({ caughtUp }) => caughtUp);
        expect(rest?.map(identity)).toEqual(all.filter(([at]) => Number(at) > position));
      }
    });

    it('skips nothing and repeats nothing while 20 writers race, slow reader included', async () => {
      const total = 20 * 15 * 2;
      const quick = takeEvents(store, total, 0);
      const slow = takeEvents(store, total, 2);
      await race(store, 20, 15);
      const late = takeEvents(store, total, 0);
      const all = (await gather(store.readAll())).map(identity);
      expect((await quick).map(identity)).toEqual(all);
      expect((await slow).map(identity)).toEqual(all);
      expect((await late).map(identity)).toEqual(all);
    });

    it('moves its position on where the filter lets nothing through', async () => {
      for (let count = 0; count < 20; count++) await appendNext(store, accountStream('a'));
      const end = await store.endPosition();
      const filter = { types: ['Never'] };
      const [events, last] = await takeBatches(store, { after: -1, filter }, ({ caughtUp }) => caughtUp);
      expect(events).toEqual([]);
      expect(last).toBe(end);
    });

    it('says at once that it is caught up where there is nothing to show', async () => {
      await appendNext(store, accountStream('a'));
      const end = await store.endPosition();
      const [events, last] = await takeBatches(store, { after: end }, () => true);
      expect(events).toEqual([]);
      expect(last).toBe(end);
    });

    it('ends when its signal is raised, and when the store closes', async () => {
      const controller = new AbortController();
      const aborted = takeBatches(store, { after: -1, signal: controller.signal }, () => false);
      const closed = takeBatches(store, { after: -1 }, () => false);
      await appendNext(store, accountStream('a'));
      controller.abort();
      expect((await aborted)[0].length).toBeLessThanOrEqual(1);
      await store.close();
      expect((await closed)[0].length).toBeLessThanOrEqual(1);
    });
  });
}

const identity = ({ position, append, revision, type }: RecordedEvent): readonly (string | number)[] => [
  position,
  append.stream,
  revision,
  type,
];

/** Events until a batch is the last one wanted, and the position of that. */
async function takeBatches(
  store: EventStore,
  options: Parameters<EventStore['subscribe']>[0],
  isLast: (batch: SubscriptionBatch) => boolean,
): Promise<[RecordedEvent[], number]> {
  const events: RecordedEvent[] = [];
  let position = options.after;
  for await (const batch of store.subscribe(options)) {
    events.push(...batch.events);
    position = batch.position;
    if (isLast(batch)) break;
  }
  return [events, position];
}

async function takeEvents(store: EventStore, count: number, pauseMs: number): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const batch of store.subscribe({ after: -1 })) {
    events.push(...batch.events);
    if (events.length >= count) break;
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return events;
}
