import { sql, type Kysely } from 'kysely';
import { BEGINNING } from '../platform/event-store/event-store';
import type { Projection, ReadStore } from '../platform/read-store/read-store';
import { readStoreMigrator, type ReadStoreDatabase } from '../platform/read-store/read-store.migrations';

const notes: Projection<{ tenant: string; text: string }> = {
  name: 'notes',
  version: 3,
  types: ['Noted'],
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'text', type: 'text' },
  ],
  primaryKey: ['tenant'],
  keys: () => [],
  apply: (row) => row ?? { tenant: 'main', text: '' },
};

interface GivenDatabase {
  readonly open: () => Promise<ReadStore>;
  /** A connection that may change tables. */
  readonly tables: () => Kysely<unknown>;
  readonly remove: () => Promise<void>;
}

/** The fixed tables of a read store go down to the first step and up again with what is in them. */
export function readStoreMigrationsContract(database: ReadStoreDatabase, given: () => Promise<GivenDatabase>): void {
  describe(`the tables of a read store: ${database}`, () => {
    let place: GivenDatabase;
    beforeEach(async () => (place = await given()));
    afterEach(() => place.remove());

    /** Down to where a projection had one checkpoint, and what it is there; then up again. */
    async function downAndUp(positionsOf: (shard: number) => number): Promise<readonly number[] | undefined> {
      const before = await place.open();
      await before.prepare([notes]);
      const checkpoints = Array.from({ length: before.shards }, (_, shard) => ({
        shard,
        from: BEGINNING,
        to: positionsOf(shard),
      }));
      await before.commit([{ projection: notes, checkpoints, rows: [['main', 'kept']] }], []);
      await before.close();
      const tables = place.tables();
      const { error } = await readStoreMigrator(tables, database).migrateTo('001-checkpoints-and-parked-lines');
      expect(error).toBeUndefined();
      const { rows } = await sql<{ projection: string }>`SELECT projection, position FROM checkpoints`.execute(tables);
      expect(rows).toHaveLength(1);
      await tables.destroy();
      const after = await place.open();
      const positions = (await after.prepare([notes])).get('notes');
      await after.close();
      return positions;
    }

    it('go down and up with the place of a projection whose shards have seen the same', async () => {
      const positions = await downAndUp(() => 7);
      expect(positions?.[0]).toBe(7);
    });

    it('begin a projection anew where its shards have seen different things', async () => {
      const positions = await downAndUp((shard) => 7 + shard);
      expect(new Set(positions)).toEqual(new Set([BEGINNING]));
    });
  });
}
