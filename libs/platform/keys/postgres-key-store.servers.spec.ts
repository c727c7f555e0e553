import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { CustomerId, KeyId, TenantId } from '../../kernel/ids';
import { keyStoreContract } from '../../testing/key-store.contract-suite';
import { soon } from '../../testing/soon';
import { temporaryDatabase, type TemporaryDatabase } from '../../testing/temporary-database';
import { StoreUnavailableFault } from '../event-store/faults';
import { openPostgres } from '../postgres/postgres';
import { KeyDamageFault } from './key-store';
import { PostgresKeyStore } from './postgres-key-store';

const masterKey = randomBytes(32);

const open = (url: string, options: { masterKey?: Buffer; mayBegin?: boolean } = {}): Promise<PostgresKeyStore> =>
  PostgresKeyStore.open({
    pool: openPostgres({ url, name: 'suki keys', statementTimeoutMs: 5_000, connectTimeoutMs: 2_000 }),
    masterKey: options.masterKey ?? masterKey,
    mayBegin: () => Promise.resolve(options.mayBegin ?? true),
  });

keyStoreContract('PostgreSQL', async () => {
  const database = await temporaryDatabase();
  let keys = await open(database.url);
  return {
    keys,
    async reopen() {
      await keys.close();
      keys = await open(database.url);
      return keys;
    },
    async remove() {
      await keys.close();
      await database.drop();
    },
  };
});

describe('keys in PostgreSQL', () => {
  const tenant = 'main' as TenantId;
  const ana = 'cus_ana' as CustomerId;
  const ben = 'cus_ben' as CustomerId;
  let database: TemporaryDatabase;
  let keys: PostgresKeyStore;
  beforeEach(async () => {
    database = await temporaryDatabase();
    keys = await open(database.url);
  });
  afterEach(async () => {
    await keys.close();
    await database.drop();
  });

  async function sql(text: string): Promise<readonly Record<string, unknown>[]> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  it('hold nothing that opens anything without the master key', async () => {
    const key = await keys.createPersonKey(tenant, ana);
    const hmac = randomBytes(32);
    await keys.putApiKey(tenant, 'key_1' as KeyId, hmac);
    const kept = JSON.stringify([
      await sql('SELECT * FROM suki_keys.person'),
      await sql('SELECT * FROM suki_keys.api'),
      await sql('SELECT * FROM suki_keys.pepper'),
    ]);
    for (const secret of [key, hmac, keys.pepper]) {
      expect(kept).not.toContain(secret.toString('base64'));
      expect(kept).not.toContain(secret.toString('hex'));
    }
  });

  it('are refused to another master key, and to a log whose keys are lost', async () => {
    await expect(open(database.url, { masterKey: randomBytes(32) })).rejects.toThrow(KeyDamageFault);
    await sql('TRUNCATE suki_keys.pepper');
    await expect(open(database.url, { mayBegin: false })).rejects.toThrow(/keys are lost/);
  });

  it('are damage where a row was altered, put in the place of another, or emptied to feign an erasure', async () => {
    await keys.createPersonKey(tenant, ana);
    await keys.createPersonKey(tenant, ben);
    await sql(`UPDATE suki_keys.person SET secret =
      (SELECT secret FROM suki_keys.person WHERE id = '${ben}') WHERE id = '${ana}'`);
    await sql(`UPDATE suki_keys.person SET secret = 'erased' WHERE id = '${ben}'`);
    for (const person of [ana, ben]) await expect(keys.personKey(tenant, person)).rejects.toThrow(KeyDamageFault);
    expect(await keys.verify()).toMatchObject({
      personKeys: 0,
      erased: 0,
      damaged: [`person key ${tenant}/${ana}`, `person key ${tenant}/${ben}`],
    });
  });

  it('are seen by every process at once: a key made, and a person forgotten', async () => {
    const beside = await open(database.url);
    try {
      expect(beside.pepper).toEqual(keys.pepper);
      const [here, there] = await Promise.all([keys.createPersonKey(tenant, ana), beside.createPersonKey(tenant, ana)]);
      expect(here).toEqual(there);
      await beside.erasePersonKey(tenant, ana);
      expect(await keys.personKey(tenant, ana)).toEqual({ kind: 'erased' });
      await expect(keys.createPersonKey(tenant, ana)).rejects.toThrow(KeyDamageFault);
    } finally {
      await beside.close();
    }
  });

  it('begin with one pepper when several processes start at the same moment', async () => {
    const empty = await temporaryDatabase();
    const started = await Promise.all([1, 2, 3, 4].map(() => open(empty.url)));
    try {
      expect(new Set(started.map(({ pepper }) => pepper.toString('hex'))).size).toBe(1);
    } finally {
      await Promise.all(started.map((each) => each.close()));
      await empty.drop();
    }
  });

  it('cannot be reached while every connection is cut, and again afterwards', async () => {
    await keys.createPersonKey(tenant, ana);
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'suki keys' AND datname = current_database()`;
    const asked = Array.from({ length: 50 }, () => keys.personKey(tenant, ana));
    await sql(cut);
    for (const answer of await Promise.allSettled(asked)) {
      if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(StoreUnavailableFault);
      else expect(answer.value.kind).toBe('key');
    }
    // A connection may be handed out whose end was not heard of yet.
    await soon(async () => expect((await keys.personKey(tenant, ana)).kind).toBe('key'));
  });

  it('name the server that cannot be reached', async () => {
    await expect(open('postgres://nobody@127.0.0.1:1/none')).rejects.toThrow(StoreUnavailableFault);
  });
});
