import type { ProjectedEvent } from '../kernel/projection';
import { ProjectionRunner } from '../platform/projections/projection-runner';
import { StoredProjections } from '../platform/projections/stored-projections';
import type { Projection, ReadStore } from '../platform/read-store/read-store';
import type { Comparison, Rebuilds } from '../platform/read-store/rebuilds';
import { RecordedHistory } from './recorded-history';

interface VisitRow {
  readonly tenant: string;
  readonly customer: string;
  /** Positions in the order they were applied: gaps, doubles and swaps show. */
  readonly seen: readonly number[];
}

const poisonous = new Set<number>();

const visits: Projection<VisitRow> = {
  name: 'visits',
  version: 1,
  types: ['Visited'],
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'customer', type: 'text' },
    { name: 'seen', type: 'json' },
  ],
  primaryKey: ['tenant', 'customer'],
  keys: (event) => [[event.append.tenant, customerOf(event)]],
  apply(row, event) {
    if (poisonous.has(event.position)) throw new TypeError(`cannot digest ${event.position}`);
    const { tenant } = event.append;
    return { tenant, customer: customerOf(event), seen: [...(row?.seen ?? []), event.position] };
  },
};
const customerOf = ({ data }: ProjectedEvent): string => data['customer'] as string;

interface GivenStores {
  /** Another process's door to the same read models: in several shards. */
  readonly open: () => Promise<ReadStore>;
  readonly remove: () => Promise<void>;
}

/** What runners that share a store must do, whichever it is. */
export function sharedProjectionsContract(adapter: string, given: () => Promise<GivenStores>): void {
  describe(`S.1 projections shared by several processes: ${adapter}`, () => {
    let place: GivenStores;
    let history: RecordedHistory;
    const opened: { close(): Promise<void> }[] = [];
    beforeEach(async () => {
      place = await given();
      history = new RecordedHistory();
      poisonous.clear();
    });
    afterEach(async () => {
      for (const each of opened.splice(0).reverse()) await each.close();
      await place.remove();
    });

    async function store(): Promise<ReadStore> {
      const made = await place.open();
      opened.push(made);
      return made;
    }
    async function join(owner: string, through?: (inner: ReadStore) => ReadStore): Promise<ProjectionRunner> {
      const inner = await store();
      const runner = await ProjectionRunner.start({
        source: history,
        store: through?.(inner) ?? inner,
        projections: [visits],
        owner,
        shards: 'shared',
        now: Date.now,
        retryMs: 5,
        renewEveryMs: 20,
        batchEvents: 50,
      });
      opened.push({ close: () => runner.stop() });
      return runner;
    }
    async function reader(): Promise<StoredProjections> {
      const stored = await StoredProjections.start({
        source: history,
        store: await store(),
        projections: [visits],
        owner: 'reader',
        now: Date.now,
      });
      opened.push({ close: () => stored.stop() });
      return stored;
    }
    function visit(count: number): number {
      for (let index = 0; index < count; index++) {
        const customer = `c${(history.events.length * 7) % 40}`;
        history.append({
          stream: `account-main.${customer}`,
          events: [{ type: 'Visited', version: 1, data: { customer } }],
        });
      }
      return history.events.length - 1;
    }
    async function rows(): Promise<Record<string, readonly number[]>> {
      const all = await (
        await store()
      ).query
        .withTables<{ visits: { tenant: string; customer: string; seen: string } }>()
        .selectFrom('visits')
        .selectAll()
        .where('tenant', '=', 'main')
        .execute();
      return Object.fromEntries(all.map(({ customer, seen }) => [customer, JSON.parse(seen) as number[]]));
    }
    function told(): Record<string, readonly number[]> {
      const all: Record<string, number[]> = {};
      for (const event of history.events) {
        if (event.type === 'Visited') (all[customerOf(event)] ??= []).push(event.position);
      }
      return all;
    }
    async function until(condition: () => boolean): Promise<void> {
      for (let waited = 0; !condition() && waited < 40_000; waited += 5) await new Promise((go) => setTimeout(go, 5));
      expect(condition()).toBe(true);
    }

    it('each works on its share, every row is made once, and whoever reads can wait for it', async () => {
      visit(200);
      const [one, two] = [await join('one'), await join('two')];
      const stored = await reader();
      await until(() => one.shards.length === two.shards.length);
      expect(await stored.waitFor(visit(200), 40_000)).toBe(true);
      expect(await rows()).toEqual(told());
      expect(await stored.status()).toMatchObject([{ name: 'visits', lagEvents: 0, parkedLines: 0, paused: null }]);
    });

    it('checkpoints of all shards move where nothing was of interest to anybody', async () => {
      await join('one');
      const stored = await reader();
      history.append({ stream: 'tenant-main.main', events: [{ type: 'OutletSet', version: 1, data: {} }] });
      expect(await stored.waitFor(0, 5_000)).toBe(true);
      expect(await stored.waitFor(1, 30)).toBe(false);
    });

    it('one may join and one may leave in the middle of it', async () => {
      const one = await join('one');
      const stored = await reader();
      for (let round = 0; round < 6; round++) {
        visit(60);
        const other = await join(`other${round}`);
        visit(60);
        await until(() => other.shards.length > 0);
        if (round === 2) await one.stop();
        visit(60);
        await other.stop();
        if (round === 2) await join('again');
      }
      expect(await stored.waitFor(visit(10), 40_000)).toBe(true);
      expect(await rows()).toEqual(told());
    });

    it('says which shards nobody works on', async () => {
      const one = await join('one');
      const stored = await reader();
      await one.stop();
      const [status] = await stored.status();
      expect(status?.paused).toMatch(/^no projector works on shards 0, 1, /);
    });

    describe('a read model is built again beside the live one', () => {
      let one: ProjectionRunner;
      let stored: StoredProjections;
      let rebuilds: Rebuilds;
      beforeEach(async () => {
        [one, stored] = [await join('one'), await reader()];
        await join('two');
        ({ rebuilds } = await store());
        await stored.waitFor(visit(300), 40_000);
      });
      const state = async () => (await rebuilds.all())[0]?.state;
      async function reaches(wanted: string): Promise<void> {
        for (let waited = 0; (await state()) !== wanted && waited < 40_000; waited += 20) {
          await new Promise((go) => setTimeout(go, 20));
        }
        expect(await state()).toBe(wanted);
      }
      async function compared(): Promise<Comparison> {
        let found = await rebuilds.compare(visits);
        for (let tries = 0; !found.comparable && tries < 500; tries++) {
          await new Promise((go) => setTimeout(go, 20));
          found = await rebuilds.compare(visits);
        }
        return found;
      }
      const equal = { comparable: true, rows: 40, onlyLive: 0, onlySibling: 0 };

      it('equal row for row; they change places and back while events come, and nothing is lost', async () => {
        expect(await rebuilds.begin(visits, 299)).toBe(true);
        expect(await rebuilds.begin(visits, 299)).toBe(false);
        visit(50);
        await reaches('built');
        visit(50);
        expect(await compared()).toEqual(equal);
        for (const now of ['switched', 'built', 'switched']) {
          visit(30);
          expect(await rebuilds.swap('visits')).toBe(true);
          expect(await state()).toBe(now);
          expect(await stored.waitFor(visit(30), 40_000)).toBe(true);
          expect(await rows()).toEqual(told());
        }
        expect(await compared()).toEqual(equal);
        await rebuilds.drop('visits');
        expect(await stored.waitFor(visit(30), 40_000)).toBe(true);
        expect(await rows()).toEqual(told());
        expect(await rebuilds.begin(visits, 0)).toBe(true);
        await reaches('built');
        expect(await compared()).toEqual(equal);
      });

      it('and tells what is wrong in the live one, which the switch mends', async () => {
        const [wrong] = (await (await store()).leases.holders()).map(({ shard }) => shard);
        const holder = await store();
        const held = await holder.leases.take('meddler', [wrong ?? 0]);
        await holder.prepare([visits]);
        await holder.commit([{ projection: visits, checkpoints: [], rows: [['main', 'c0', '[]'], ['main', 'nobody', '[1]']] }], held); // prettier-ignore
        await holder.leases.release('meddler', held);
        await rebuilds.begin(visits, 299);
        await reaches('built');
        expect(await compared()).toEqual({ comparable: true, rows: 41, onlyLive: 2, onlySibling: 1 });
        await rebuilds.swap('visits');
        expect(await rows()).toEqual(told());
      });

      it('as long as nobody pauses or cancels it, and goes on where it was', async () => {
        await rebuilds.begin(visits, 299);
        expect(await rebuilds.move('visits', 'building', 'paused')).toBe(true);
        await new Promise((go) => setTimeout(go, 100));
        expect(await state()).toBe('paused');
        expect(await rebuilds.swap('visits')).toBe(false);
        expect(await rebuilds.move('visits', 'paused', 'building')).toBe(true);
        await one.stop();
        await reaches('built');
        const [rebuild] = await rebuilds.all();
        expect(rebuild).toMatchObject({ projection: 'visits', end: 299, events: 300, position: 299 });
        expect(await compared()).toEqual(equal);
        await rebuilds.drop('visits');
        expect(await rebuilds.all()).toEqual([]);
        expect(await stored.waitFor(visit(10), 40_000)).toBe(true);
        expect(await rows()).toEqual(told());
      });
    });

    describe('a process that stood still in the middle of a batch while somebody else had its shard', () => {
      /** Lets a commit through only when it is told to, then all. */
      function gated(fenced: boolean) {
        let open = (): void => undefined;
        let reachedGate = (): void => undefined;
        let closed = false;
        const gate = new Promise<void>((resolve) => (open = resolve));
        const reached = new Promise<void>((resolve) => (reachedGate = resolve));
        const through = (inner: ReadStore): ReadStore => ({
          shards: inner.shards,
          leases: inner.leases,
          rebuilds: inner.rebuilds,
          query: inner.query,
          prepare: (wanted) => inner.prepare(wanted),
          positions: (wanted) => inner.positions(wanted),
          load: (projection, keys) => inner.load(projection, keys),
          parkedLines: () => inner.parkedLines(),
          parkedPositions: (projection, line, limit) => inner.parkedPositions(projection, line, limit),
          skippedEvents: (projection) => inner.skippedEvents(projection),
          close: () => inner.close(),
          async commit(changes, held) {
            if (closed) {
              reachedGate();
              await gate;
            }
            return inner.commit(changes, fenced ? held : []);
          },
        });
        return { through, reached, open: () => open(), shut: () => (closed = true) };
      }

      /** A line is parked; while its projector holds a batch back, it is retried elsewhere; then the projector goes on. */
      async function retriedMeanwhile(fenced: boolean): Promise<void> {
        const gate = gated(fenced);
        const customer = 'c0';
        const again = () =>
          history.append({ stream: 'account-main.c0', events: [{ type: 'Visited', version: 1, data: { customer } }] });
        await join('one', gate.through);
        const stored = await reader();
        poisonous.add(0);
        again();
        expect(await stored.waitFor(0, 5_000)).toBe(true);
        expect(await stored.parkedLines()).toMatchObject([{ line: 'main.c0', events: 1 }]);
        poisonous.clear();
        gate.shut();
        again();
        await gate.reached;
        expect(await stored.retry('visits', 'main.c0')).toEqual({ kind: 'running', applied: 1, skipped: 0 });
        gate.open();
        expect(await stored.waitFor(1, 40_000)).toBe(true);
      }

      it('writes nothing: what it had thought is thought again', async () => {
        await retriedMeanwhile(true);
        expect(await rows()).toEqual({ c0: [0, 1] });
      });

      it('would lose an event without the check of the epoch (negative control)', async () => {
        await retriedMeanwhile(false);
        expect(await rows()).toEqual({ c0: [0] });
      });
    });
  });
}
