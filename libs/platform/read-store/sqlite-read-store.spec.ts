import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { readStoreMigrationsContract } from '../../testing/migrations.contract-suite';
import { readStoreContract } from '../../testing/read-store.contract-suite';
import { shardLeasesContract } from '../../testing/shard-leases.contract-suite';
import { BEGINNING } from '../event-store/event-store';
import { StoreUnavailableFault } from '../event-store/faults';
import { Sqlite } from '../sqlite/sqlite';
import { QueryThread } from './query-thread';
import type { Projection } from './read-store';
import { RowCodec } from './row-codec';
import { SqliteDialect, statementsOn } from './sqlite-dialect';
import { acrossTenants } from './tenant-guard';
import { SqliteQueryDoor, SqliteReadStore } from './sqlite-read-store';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'suki-read-'));
});
afterEach(() => rmSync(directory, { recursive: true }));
const path = () => join(directory, 'read.db');

readStoreContract('SQLite', () => ({
  open: () => SqliteReadStore.open(path()),
  lose: () => {
    for (const file of [path(), `${path()}-wal`, `${path()}-shm`]) rmSync(file, { force: true });
  },
}));

readStoreContract('SQLite in 16 shards', () => ({
  open: () => SqliteReadStore.open(path(), 16),
  lose: () => {
    for (const file of [path(), `${path()}-wal`, `${path()}-shm`]) rmSync(file, { force: true });
  },
}));

shardLeasesContract('SQLite', async () => {
  const store = await SqliteReadStore.open(path(), 8);
  const database = new Sqlite(path());
  return {
    leases: store.leases,
    shards: store.shards,
    async pass(ms) {
      for (const table of ['shard_leases', 'shard_owners']) {
        database.exec(`UPDATE ${table} SET until = until - ${ms} WHERE until > 0`);
      }
    },
    async remove() {
      database.close();
      await store.close();
    },
  };
});

readStoreMigrationsContract('sqlite', async () => {
  let database: Sqlite | undefined;
  return {
    open: () => SqliteReadStore.open(path(), 8),
    tables() {
      database = new Sqlite(path());
      return new Kysely<unknown>({ dialect: new SqliteDialect(statementsOn(database), 'allowed') });
    },
    remove: async () => database?.close(),
  };
});

const notes: Projection<{ tenant: string; text: string }> = {
  name: 'notes',
  version: 1,
  types: ['Noted'],
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'text', type: 'text' },
  ],
  primaryKey: ['tenant'],
  keys: () => [['main']],
  apply: () => ({ tenant: 'main', text: 'x' }),
};

describe('read.db', () => {
  it('is made anew where the file is no database', async () => {
    writeFileSync(path(), 'no database '.repeat(1_000));
    const store = await SqliteReadStore.open(path());
    expect(await store.prepare([notes])).toEqual(new Map([['notes', [BEGINNING]]]));
    await store.close();
  });

  it('answers queries of another connection while a batch is being written', async () => {
    const store = await SqliteReadStore.open(path());
    await store.prepare([notes]);
    const door = new SqliteQueryDoor(path());
    const query = door.query.withTables<{ notes: { tenant: string; text: string } }>();
    expect(await query.selectFrom('notes').selectAll().where('tenant', '=', 'main').execute()).toEqual([]);
    await store.commit(
      [{ projection: notes, checkpoints: [{ shard: 0, from: BEGINNING, to: 0 }], rows: [['main', 'written']] }],
      [],
    );
    expect(await query.selectFrom('notes').selectAll().where('tenant', '=', 'main').execute()).toEqual([
      { tenant: 'main', text: 'written' },
    ]);
    door.close();
    await store.close();
  });
});

describe('the query thread', () => {
  it('answers while this thread goes on, and says why it cannot', async () => {
    const store = await SqliteReadStore.open(path());
    await store.prepare([notes]);
    await store.commit(
      [{ projection: notes, checkpoints: [{ shard: 0, from: BEGINNING, to: 0 }], rows: [['main', 'written']] }],
      [],
    );
    const thread = new QueryThread(path());
    const query = thread.query.withTables<{ notes: { tenant: string; text: string }; none: { tenant: string } }>();
    const notesOf = (tenant: string) => query.selectFrom('notes').select('text').where('tenant', '=', tenant).execute();
    expect(await Promise.all([notesOf('main'), notesOf('other')])).toEqual([[{ text: 'written' }], []]);
    await expect(query.selectFrom('none').selectAll().modifyEnd(acrossTenants).execute()).rejects.toThrow(
      'no such table',
    );
    await expect(query.deleteFrom('notes').execute()).rejects.toThrow('readonly');
    const longest = await longestPauseDuring(() => LONG_QUERY.execute(thread.query));
    expect(longest).toBeLessThan(await longestPauseDuring(() => LONG_QUERY.execute(store.query)));
    await thread.close();
    await expect(notesOf('main')).rejects.toThrow(StoreUnavailableFault);
    await store.close();
  });
});

const LONG_QUERY = sql`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT MAX(i) FROM n`;

/** Milliseconds. */
async function longestPauseDuring(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await work();
  await new Promise((resolve) => setTimeout(resolve, 5));
  clearInterval(timer);
  return longest;
}

describe('a row that does not fit its columns is a defect', () => {
  const codec = new RowCodec(notes);
  it.each([
    ['a missing member', { tenant: 'main' }],
    ['a null where none may be', { tenant: 'main', text: null }],
    ['another type', { tenant: 'main', text: 7 }],
    ['another key', { tenant: 'other', text: 'x' }],
  ])('%s', (_, row) => {
    expect(() => codec.encode(row, ['main'])).toThrow('notes');
  });
});
