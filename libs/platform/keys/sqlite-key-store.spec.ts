import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyId, TenantId } from '../../kernel/ids';
import { keyStoreContract } from '../../testing/key-store.contract-suite';
import { newCustomerId } from '../identifiers/identifiers';
import { Sqlite } from '../sqlite/sqlite';
import { KeyDamageFault } from './key-store';
import { SqliteKeyStore } from './sqlite-key-store';

const temporaryDirectory = (): string => mkdtempSync(join(tmpdir(), 'suki-keys-'));

keyStoreContract('keys.db', async () => {
  const directory = temporaryDirectory();
  let keys = SqliteKeyStore.open(directory);
  return {
    keys,
    async reopen() {
      await keys.close();
      keys = SqliteKeyStore.open(directory);
      return keys;
    },
    async remove() {
      await keys.close();
      rmSync(directory, { recursive: true });
    },
  };
});

describe('keys.db and keys/', () => {
  const tenant = 'main' as TenantId;
  const customer = newCustomerId(1_790_000_000_000);
  let directory: string;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  async function withKeys<Result>(work: (keys: SqliteKeyStore) => Promise<Result>): Promise<Result> {
    const keys = SqliteKeyStore.open(directory);
    try {
      return await work(keys);
    } finally {
      await keys.close();
    }
  }

  it('leaves no byte of a forgotten key in any file', async () => {
    const key = await withKeys((keys) => keys.createPersonKey(tenant, customer));
    expect(readFileSync(join(directory, 'keys.db')).includes(key)).toBe(true);
    await withKeys((keys) => keys.erasePersonKey(tenant, customer));
    for (const file of readdirSync(directory).filter((name) => name.startsWith('keys.db'))) {
      expect(readFileSync(join(directory, file)).includes(key)).toBe(false);
    }
  });

  it('names a row whose bytes were changed, on reading and on verifying', async () => {
    const key = await withKeys((keys) => keys.createPersonKey(tenant, customer));
    const path = join(directory, 'keys.db');
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(bytes.indexOf(key)) ^ 1, bytes.indexOf(key));
    writeFileSync(path, bytes);
    await withKeys(async (keys) => {
      await expect(keys.personKey(tenant, customer)).rejects.toThrow(KeyDamageFault);
      expect((await keys.verify()).damaged).toEqual([`person key main/${customer}`]);
    });
  });

  it('does not take a key that was blanked out for an erasure', async () => {
    await withKeys((keys) => keys.createPersonKey(tenant, customer));
    const database = new Sqlite(join(directory, 'keys.db'));
    database.exec('UPDATE person_keys SET secret = NULL');
    database.close();
    await withKeys(async (keys) => {
      await expect(keys.personKey(tenant, customer)).rejects.toThrow(KeyDamageFault);
    });
  });

  it('does not start over with another pepper when the first is lost or changed', async () => {
    await withKeys((keys) => keys.putApiKey(tenant, 'key_1' as KeyId, Buffer.alloc(32)));
    const path = join(directory, 'keys', 'pepper');
    const pepper = readFileSync(path);
    writeFileSync(path, Buffer.alloc(32));
    expect(() => SqliteKeyStore.open(directory)).toThrow(KeyDamageFault);
    rmSync(path);
    expect(() => SqliteKeyStore.open(directory)).toThrow(KeyDamageFault);
    writeFileSync(path, pepper);
    await withKeys(async (keys) => expect(keys.pepper).toEqual(pepper));
  });

  it.each([
    ['is empty', (bytes: Buffer) => bytes.subarray(0, 0)],
    ['is cut in half', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['has one bit flipped', (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 7 ? byte ^ 1 : byte)))],
  ])('is not even looked at with a pepper that %s', async (_, change) => {
    await withKeys((keys) => keys.putApiKey(tenant, 'key_1' as KeyId, Buffer.alloc(32)));
    const path = join(directory, 'keys', 'pepper');
    writeFileSync(path, change(readFileSync(path)));
    expect(() => SqliteKeyStore.openReadOnly(directory)).toThrow(KeyDamageFault);
    expect(() => SqliteKeyStore.openReadOnly(directory)).toThrow(path);
  });

  it.each([
    ['without its first page', (bytes: Buffer) => bytes.fill(0, 0, 4096)],
    ['cut in the middle of a page', (bytes: Buffer) => bytes.subarray(0, 5_000)],
    ['that is something else', () => Buffer.from('something else, long enough to be told from a database'.repeat(99))],
  ])('names a keys.db %s, which SQLite does not', async (_, change) => {
    await withKeys((keys) => keys.createPersonKey(tenant, customer));
    const path = join(directory, 'keys.db');
    writeFileSync(path, change(readFileSync(path)));
    for (const open of [SqliteKeyStore.open, SqliteKeyStore.openReadOnly]) {
      expect(() => open(directory)).toThrow(KeyDamageFault);
      expect(() => open(directory)).toThrow(`${path} cannot be read`);
    }
  });

  it('does not take an empty keys.db for keys to look at', () => {
    writeFileSync(join(directory, 'keys.db'), '');
    expect(() => SqliteKeyStore.openReadOnly(directory)).toThrow(KeyDamageFault);
  });

  it('takes up a pepper whose first start was cut short', async () => {
    const pepper = await withKeys(async (keys) => keys.pepper);
    rmSync(join(directory, 'keys.db'));
    await withKeys(async (keys) => expect(keys.pepper).toEqual(pepper));
  });

  it('keeps its secrets readable by their owner only', async () => {
    await withKeys((keys) => keys.createPersonKey(tenant, customer));
    expect(statSync(join(directory, 'keys')).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, 'keys', 'pepper')).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'keys.db')).mode & 0o777).toBe(0o600);
  });

  it('lets writes that come together share a transaction, and one that fails spoil no other', async () => {
    await withKeys(async (keys) => {
      await keys.erasePersonKey(tenant, customer);
      const people = Array.from({ length: 50 }, () => newCustomerId(1_790_000_000_000));
      const outcomes = await Promise.allSettled([customer, ...people].map((id) => keys.createPersonKey(tenant, id)));
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', ...people.map(() => 'fulfilled')]);
      expect((await keys.verify()).personKeys).toBe(50);
    });
  });

  it('says so when it cannot write, and goes on afterwards', async () => {
    await withKeys(async (keys) => {
      const holder = new Sqlite(join(directory, 'keys.db'), { busyTimeoutMs: 0 });
      holder.exec('BEGIN IMMEDIATE');
      await expect(keys.createPersonKey(tenant, customer)).rejects.toThrow(/locked|busy/);
      holder.exec('ROLLBACK');
      holder.close();
      expect(await keys.createPersonKey(tenant, customer)).toHaveLength(32);
    });
  });
});
