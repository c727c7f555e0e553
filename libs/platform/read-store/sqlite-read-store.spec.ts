import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStoreContract } from '../../testing/read-store.contract-suite';
import { BEGINNING } from '../event-store/event-store';
import type { Projection } from './read-store';
import { RowCodec } from './row-codec';
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
    expect(await store.prepare([notes])).toEqual(new Map([['notes', BEGINNING]]));
    await store.close();
  });

  it('answers queries of another connection while a batch is being written', async () => {
    const store = await SqliteReadStore.open(path());
    await store.prepare([notes]);
    const door = new SqliteQueryDoor(path());
    const query = door.query.withTables<{ notes: { tenant: string; text: string } }>();
    expect(await query.selectFrom('notes').selectAll().execute()).toEqual([]);
    await store.commit([{ projection: notes, checkpoint: { from: BEGINNING, to: 0 }, rows: [['main', 'written']] }]);
    expect(await query.selectFrom('notes').selectAll().execute()).toEqual([{ tenant: 'main', text: 'written' }]);
    door.close();
    await store.close();
  });
});

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
