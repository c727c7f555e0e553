import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQLITE_BUSY, SQLITE_NOT_A_DATABASE, Sqlite, sqliteErrorCode } from './sqlite';

describe('the door to SQLite', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'suki-sqlite-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('shows a committed row to a read-only connection', () => {
    const writer = new Sqlite(join(directory, 'a.db'), { journal: 'wal', synchronous: 'normal' });
    writer.exec('CREATE TABLE t(k TEXT PRIMARY KEY, n INTEGER)');
    const reader = new Sqlite(join(directory, 'a.db'), { readOnly: true });
    writer.transaction(() => writer.prepare('INSERT INTO t VALUES (?, ?)').run('a', 1));
    expect(reader.prepare<{ n: number }>('SELECT n FROM t WHERE k = ?').get('a')).toEqual({ n: 1 });
    expect(reader.prepare<{ n: number }>('SELECT n FROM t WHERE k = ?').get('b')).toBeUndefined();
    reader.close();
    writer.close();
  });

  it('rolls a failed transaction back', () => {
    const database = new Sqlite(':memory:');
    database.exec('CREATE TABLE t(n INTEGER)');
    const insert = database.prepare('INSERT INTO t VALUES (1)');
    const failing = () =>
      database.transaction(() => {
        insert.run();
        throw new RangeError('stop');
      });
    expect(failing).toThrow(RangeError);
    expect(database.prepare('SELECT n FROM t').all()).toEqual([]);
    database.close();
  });

  it('names the result code of an error', () => {
    const path = join(directory, 'not-a.db');
    writeFileSync(path, 'x'.repeat(5_000));
    expect(codeOf(() => new Sqlite(path, { journal: 'wal' }))).toBe(SQLITE_NOT_A_DATABASE);
    expect(sqliteErrorCode(new Error('other'))).toBeUndefined();
  });

  it('refuses a second exclusive transaction at once when told not to wait', () => {
    const first = new Sqlite(join(directory, 'lock.db'), { busyTimeoutMs: 0 });
    const second = new Sqlite(join(directory, 'lock.db'), { busyTimeoutMs: 0 });
    first.exec('BEGIN EXCLUSIVE');
    expect(codeOf(() => second.exec('BEGIN EXCLUSIVE'))).toBe(SQLITE_BUSY);
    first.close();
    second.close();
  });
});

function codeOf(work: () => unknown): number | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return sqliteErrorCode(error);
  }
}
