import { canonicalJson } from '../kernel/canonical-json';
import { sql } from 'kysely';
import { BEGINNING } from '../platform/event-store/event-store';
import { CheckpointMovedFault, LeaseLostFault } from '../platform/read-store/faults';
import type { Projection, ProjectionChanges, ReadStore, StoredRow } from '../platform/read-store/read-store';
import { keyText, RowCodec } from '../platform/read-store/row-codec';

interface VisitRow {
  readonly tenant: string;
  readonly customer: string;
  readonly day: number;
  readonly visits: number;
  readonly note: string | null;
  readonly detail: { readonly outlets: readonly string[] };
}

const visits: Projection<VisitRow> = {
  name: 'visits',
  version: 1,
  types: ['Visited'],
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'customer', type: 'text' },
    { name: 'day', type: 'integer' },
    { name: 'visits', type: 'integer' },
    { name: 'note', type: 'text', nullable: true },
    { name: 'detail', type: 'json' },
  ],
  primaryKey: ['tenant', 'customer', 'day'],
  indexes: [['tenant', 'visits']],
  keys: () => [],
  apply: (row) => row ?? visit(),
};
const others: Projection<VisitRow> = { ...visits, name: 'other_visits' };
const codec = new RowCodec(visits);

function visit(part: Partial<VisitRow> = {}): VisitRow {
  return { tenant: 'main', customer: 'cus_1', day: 1, visits: 1, note: null, detail: { outlets: ['a'] }, ...part };
}

const keyOf = (row: VisitRow) => [row.tenant, row.customer, row.day];
const stored = (row: VisitRow): StoredRow => codec.encode(row, keyOf(row));

async function loaded(store: ReadStore, ...rows: readonly VisitRow[]): Promise<(object | undefined)[]> {
  const found = await store.load(visits, rows.map(keyOf));
  return rows.map((row) => {
    const values = found.get(keyText(keyOf(row)));
    return values === undefined ? undefined : codec.decode(values);
  });
}

const visitsTo = (from: number, to: number, ...rows: readonly VisitRow[]) => ({
  projection: visits,
  checkpoints: [{ shard: 0, from, to }],
  rows: rows.map(stored),
});

interface GivenPlace {
  readonly open: () => Promise<ReadStore>;
  readonly lose: () => void | Promise<void>;
  /** After everything was closed. */
  readonly remove?: () => Promise<void>;
}

/** What every read store must do. `open` gives the same store again after `close`; `lose` deletes what it holds. */
export function readStoreContract(adapter: string, given: () => GivenPlace | Promise<GivenPlace>): void {
  describe(`a read store: ${adapter}`, () => {
    let place: GivenPlace;
    let store: ReadStore;
    beforeEach(async () => {
      place = await given();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.remove?.();
    });
    /** Only shard 0 is written to. */
    const upTo = (position: number): readonly number[] => [position, ...Array.from({ length: store.shards - 1 }, () => BEGINNING)]; // prettier-ignore
    /** Without a lease, as far as the suite does not say. */
    const write = (changes: readonly ProjectionChanges[]): Promise<void> => store.commit(changes, []);
    const reopen = async (): Promise<void> => {
      await store.close();
      store = await place.open();
    };

    it('begins at the beginning, and remembers rows and checkpoint over a restart', async () => {
      expect(await store.prepare([visits])).toEqual(new Map([['visits', upTo(BEGINNING)]]));
      await write([visitsTo(BEGINNING, 7, visit())]);
      await reopen();
      expect(await store.prepare([visits])).toEqual(new Map([['visits', upTo(7)]]));
      expect(await loaded(store, visit(), visit({ customer: 'cus_2' }))).toEqual([visit(), undefined]);
    });

    it('replaces a row of the same key', async () => {
      await store.prepare([visits]);
      await write([visitsTo(BEGINNING, 1, visit({ visits: 1, note: 'first' }))]);
      await write([visitsTo(1, 2, visit({ visits: 2, note: null, detail: { outlets: [] } }))]);
      expect(await loaded(store, visit())).toEqual([visit({ visits: 2, note: null, detail: { outlets: [] } })]);
    });

    it('writes rows and checkpoints of all projections of a batch, or nothing', async () => {
      await store.prepare([visits, others]);
      const badRow: StoredRow = ['main', 'cus_9', 1, null, null, '{}'];
      const failing = write([
        visitsTo(BEGINNING, 5, visit()),
        { projection: others, checkpoints: [{ shard: 0, from: BEGINNING, to: 5 }], rows: [badRow] },
      ]);
      await expect(failing).rejects.toThrow();
      expect(await loaded(store, visit())).toEqual([undefined]);
      await reopen();
      expect([...(await store.prepare([visits, others])).values()]).toEqual([upTo(BEGINNING), upTo(BEGINNING)]);
      expect(await loaded(store, visit())).toEqual([undefined]);
    });

    it('refuses a batch that was committed before, or starts elsewhere than the checkpoint', async () => {
      await store.prepare([visits]);
      await write([visitsTo(BEGINNING, 5, visit({ visits: 1 }))]);
      await expect(write([visitsTo(BEGINNING, 5, visit({ visits: 2 }))])).rejects.toThrow(CheckpointMovedFault);
      await expect(write([visitsTo(6, 9, visit({ visits: 3 }))])).rejects.toThrow(CheckpointMovedFault);
      expect(await loaded(store, visit())).toEqual([visit({ visits: 1 })]);
    });

    it('S.1 moves each shard by itself, and says how far they all are', async () => {
      await store.prepare([visits]);
      const last = store.shards - 1;
      await write([{ ...visitsTo(BEGINNING, 5), checkpoints: [{ shard: last, from: BEGINNING, to: 5 }] }]);
      const positions = (await store.positions([visits])).get('visits');
      expect(positions).toHaveLength(store.shards);
      expect(positions?.[last]).toBe(5);
      expect(positions?.filter((position) => position !== BEGINNING)).toEqual([5]);
    });

    it('S.1 writes nothing for who holds a shard no longer, however often it is tried', async () => {
      await store.prepare([visits]);
      const mine = await store.leases.take('one', [0]);
      await store.commit([visitsTo(BEGINNING, 5, visit({ visits: 1 }))], mine);
      const theirs = await store.leases.take('other', [0]);
      const zombie = [visitsTo(5, 9, visit({ visits: 2 }))];
      await expect(store.commit(zombie, mine)).rejects.toThrow(LeaseLostFault);
      await expect(store.commit(zombie, mine)).rejects.toThrow(LeaseLostFault);
      expect(await loaded(store, visit())).toEqual([visit({ visits: 1 })]);
      await store.commit([visitsTo(5, 9, visit({ visits: 3 }))], theirs);
      expect(await loaded(store, visit())).toEqual([visit({ visits: 3 })]);
    });

    it('keeps integers to 2^53 − 1, nulls, empty text and JSON exactly', async () => {
      await store.prepare([visits]);
      const rows = [
        visit({ customer: 'big', visits: Number.MAX_SAFE_INTEGER, day: Number.MAX_SAFE_INTEGER }),
        visit({ customer: 'small', visits: Number.MIN_SAFE_INTEGER }),
        visit({ customer: 'text', note: '' }),
        visit({ customer: 'unicode', note: 'Ünïcødé 🍦 \' " \\ \u0001', detail: { outlets: ['🍦', '"', ''] } }),
      ];
      await write([visitsTo(BEGINNING, 1, ...rows)]);
      expect(await loaded(store, ...rows)).toEqual(rows);
    });

    it('loads and writes any number of rows at once', async () => {
      await store.prepare([visits]);
      const rows = Array.from({ length: 1_234 }, (_, day) => visit({ day, visits: day * 2 }));
      await write([visitsTo(BEGINNING, 1, ...rows)]);
      expect(await loaded(store, ...rows)).toEqual(rows);
      expect((await store.load(visits, [])).size).toBe(0);
    });

    it('keeps tenants apart', async () => {
      await store.prepare([visits]);
      const [here, there] = [visit({ tenant: 'main', visits: 1 }), visit({ tenant: 'other', visits: 2 })];
      await write([visitsTo(BEGINNING, 1, here, there)]);
      expect(await loaded(store, here, there)).toEqual([here, there]);
    });

    it('starts a projection anew when its version or its columns change, and leaves the others', async () => {
      await store.prepare([visits, others]);
      const parked = [{ line: 'main.cus_1', position: 4, failure: { error: 'E', at: 1 } }];
      await write([
        { ...visitsTo(BEGINNING, 5, visit()), parked },
        { ...visitsTo(BEGINNING, 5, visit()), projection: others },
      ]);
      const checkpoints = await store.prepare([{ ...visits, version: 2 }, others]);
      expect(checkpoints).toEqual(new Map([['visits', upTo(BEGINNING)], ['other_visits', upTo(5)]])); // prettier-ignore
      expect(await loaded(store, visit())).toEqual([undefined]);
      expect(await store.parkedLines()).toEqual([]);
      const wider = {
        ...others,
        columns: [...others.columns, { name: 'more', type: 'text', nullable: true } as const],
      };
      expect((await store.prepare([wider])).get('other_visits')).toEqual(upTo(BEGINNING));
    });

    it('begins at the beginning after everything was lost', async () => {
      await store.prepare([visits]);
      await write([visitsTo(BEGINNING, 5, visit())]);
      await store.close();
      await place.lose();
      store = await place.open();
      expect(await store.prepare([visits])).toEqual(new Map([['visits', upTo(BEGINNING)]]));
      expect(await loaded(store, visit())).toEqual([undefined]);
    });

    it('shows committed rows through the query door, which neither writes nor opens transactions', async () => {
      await store.prepare([visits]);
      await write([visitsTo(BEGINNING, 1, visit({ note: 'seen' }))]);
      const query = store.query.withTables<{ visits: { tenant: string; note: string | null; detail: string } }>();
      const rows = await query.selectFrom('visits').select(['note', 'detail']).where('tenant', '=', 'main').execute();
      expect(rows).toEqual([{ note: 'seen', detail: canonicalJson({ outlets: ['a'] }) }]);
      await expect(query.deleteFrom('visits').execute()).rejects.toThrow();
      await expect(query.transaction().execute((within) => sql`SELECT 1`.execute(within))).rejects.toThrow();
    });

    it('keeps parked events in order until they are applied or skipped, together with the rows', async () => {
      await store.prepare([visits]);
      const failure = { error: 'TypeError: no', at: 123 };
      const line = 'main.cus_1';
      await write([
        { ...visitsTo(BEGINNING, 9), parked: [{ line, position: 3, failure }, { line, position: 8 }] }, // prettier-ignore
      ]);
      await write([{ ...visitsTo(9, 12), parked: [{ line, position: 11 }] }]);
      await reopen();
      await store.prepare([visits]);
      const parked = { projection: 'visits', line, failure, attempts: 1, firstPosition: 3, events: 3 };
      expect(await store.parkedLines()).toEqual([parked]);
      expect(await store.parkedPositions('visits', line, 2)).toEqual([3, 8]);

      const again = { error: 'Defect: still', at: 200 };
      await write([{ ...visitsTo(12, 12, visit()), resumed: { line, applied: [3], skipped: [], failure: again } }]);
      expect(await store.parkedLines()).toEqual([{ ...parked, failure: again, attempts: 2, firstPosition: 8, events: 2 }]); // prettier-ignore
      await write([{ ...visitsTo(12, 12), resumed: { line, applied: [11], skipped: [8], failure: null } }]);
      expect(await store.parkedLines()).toEqual([]);
      expect(await store.skippedEvents('visits')).toBe(1);
      expect(await loaded(store, visit())).toEqual([visit()]);
    });
  });
}
