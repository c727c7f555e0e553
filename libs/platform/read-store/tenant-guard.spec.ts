import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { Defect } from '../../kernel/defect';
import { acrossTenants, TenantGuard } from './tenant-guard';

interface Tables {
  notes: { tenant: string; text: string };
  others: { tenant: string; text: string };
}

describe('S.1 every query of read models says of which tenant', () => {
  const query = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    plugins: [new TenantGuard()],
  });
  const notes = query.selectFrom('notes').select('text');
  const mine = notes.where('tenant', '=', 'main');

  it.each([
    ['a query', () => notes],
    ['one that only compares it otherwise', () => notes.where('tenant', '!=', 'main')],
    [
      'one where it is one of two ways',
      () => notes.where(({ or, eb }) => or([eb('tenant', '=', 'main'), eb('text', '=', 'x')])),
    ],
    ['the inner of two', () => query.selectFrom(notes.as('inner')).selectAll()],
    ['one in a condition', () => mine.where(({ exists, selectFrom }) => exists(selectFrom('others').select('text')))],
    [
      'one after with',
      () =>
        query
          .with('inner', () => notes)
          .selectFrom('inner' as 'notes')
          .selectAll()
          .where('tenant', '=', 'main'),
    ],
  ])('%s without it is never sent', async (_, build) => {
    await expect(async () => build().execute()).rejects.toThrow(Defect);
  });

  it.each([
    ['a query', () => mine],
    [
      'one with more conditions',
      () => notes.where('text', '=', 'x').where('tenant', '=', 'main').where('text', '<', 'y'),
    ],
    ['one of a query that does', () => query.selectFrom(mine.as('inner')).selectAll()],
    ['one that is about all by intention', () => notes.modifyEnd(acrossTenants)],
  ])('%s that says it is sent', async (_, build) => {
    expect(await build().execute()).toEqual([]);
  });
});
