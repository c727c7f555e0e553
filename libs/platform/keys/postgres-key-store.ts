import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { assert } from '../../kernel/defect';
import type { CustomerId, KeyId, TenantId } from '../../kernel/ids';
import { onPostgres } from '../postgres/postgres';
import { KeyDamageFault, type KeyStore, type KeyVerification, type PersonKey } from './key-store';
import { open, seal } from './sealing';

/** One row of each kind; `secret` is what it holds, wrapped under the master key and bound to its name. */
interface KeyRow {
  readonly tenant: string;
  readonly id: string;
  readonly secret: string;
}

type KeyKind = 'person' | 'api' | 'pepper';

export interface PostgresKeyStoreOptions {
  /** Closed with the store. */
  readonly pool: Pool;
  /** 32 bytes that are nowhere in the database. */
  readonly masterKey: Buffer;
  /** Whether keys may be begun here: never beside a log that holds events, whose keys they would then not be. */
  readonly mayBegin: () => Promise<boolean>;
}

const SCHEMA = `
  CREATE SCHEMA IF NOT EXISTS suki_keys;
  CREATE TABLE IF NOT EXISTS suki_keys.person
    (tenant TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, secret TEXT NOT NULL, PRIMARY KEY (tenant, id));
  CREATE TABLE IF NOT EXISTS suki_keys.api
    (tenant TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, secret TEXT NOT NULL, PRIMARY KEY (tenant, id));
  CREATE TABLE IF NOT EXISTS suki_keys.pepper (one BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (one), secret TEXT NOT NULL);
`;
/** Two processes that start at once make the schema one after the other. */
const SCHEMA_LOCK = 7_185_401;
/** In the place of a key that was forgotten: sealed like one, so that nobody without the master key can feign an erasure. */
const ERASED = 'erased';
const VERIFIED_AT_ONCE = 1_000;

/**
 * Keys in PostgreSQL, each wrapped with AES-256-GCM under a master key that only the processes have, and bound to its tenant
 * and id: a row that was altered, or put in another's place, never opens. A forgotten key leaves a sealed tombstone, so a
 * missing row is damage. Nothing is kept in memory: what one process erased no other still reads.
 *
 * Old row versions stay in the server's files, its WAL and its backups until those are vacuumed, recycled or aged out; they
 * are of use only to who has the master key too.
 */
export class PostgresKeyStore implements KeyStore {
  private constructor(
    private readonly pool: Pool,
    private readonly masterKey: Buffer,
    readonly pepper: Buffer,
  ) {}

  /**
   * Makes schema and pepper at the first start. Throws `KeyDamageFault` where the master key is not the one these keys were
   * wrapped with, or they are lost; `StoreUnavailableFault`.
   */
  static async open({ pool, masterKey, mayBegin }: PostgresKeyStoreOptions): Promise<PostgresKeyStore> {
    assert(masterKey.length === 32, 'a master key has 32 bytes');
    return onPostgres(async () => {
      // One simple query is one transaction; the lock is let go with it.
      await pool.query(`SELECT pg_advisory_xact_lock(${SCHEMA_LOCK}); ${SCHEMA}`);
      const sealed = (await pepperIn(pool)) ?? (await beginPepper(pool, masterKey, mayBegin));
      return new PostgresKeyStore(pool, masterKey, unwrap('pepper', '', '', sealed, masterKey));
    });
  }

  async createPersonKey(tenant: TenantId, customer: CustomerId): Promise<Buffer> {
    const made = this.wrap('person', tenant, customer, randomBytes(32).toString('base64'));
    const insert = 'INSERT INTO suki_keys.person VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
    await this.run(insert, [tenant, customer, made]);
    // What is there now, made by us or by whoever was first; a row is never changed back from a tombstone.
    const found = await this.personKey(tenant, customer);
    assert(found.kind !== 'missing', 'a key that was made is there');
    if (found.kind === 'erased')
      throw new KeyDamageFault(`person ${tenant}/${customer} was erased: ids are never used again`);
    return found.key;
  }

  async personKey(tenant: TenantId, customer: CustomerId): Promise<PersonKey> {
    const text = await this.secretOf('person', tenant, customer);
    if (text === undefined) return { kind: 'missing' };
    return text === ERASED ? { kind: 'erased' } : { kind: 'key', key: Buffer.from(text, 'base64') };
  }

  async erasePersonKey(tenant: TenantId, customer: CustomerId): Promise<void> {
    await this.put('person', tenant, customer, ERASED);
  }

  async putApiKey(tenant: TenantId, key: KeyId, hmac: Buffer): Promise<void> {
    await this.put('api', tenant, key, hmac.toString('base64'));
  }

  async removeApiKey(tenant: TenantId, key: KeyId): Promise<void> {
    await this.run('DELETE FROM suki_keys.api WHERE tenant = $1 AND id = $2', [tenant, key]);
  }

  async apiKey(tenant: TenantId, key: KeyId): Promise<Buffer | undefined> {
    const text = await this.secretOf('api', tenant, key);
    return text === undefined ? undefined : Buffer.from(text, 'base64');
  }

  async verify(): Promise<KeyVerification> {
    const damaged: string[] = [];
    const persons = await this.verifyTable('person', damaged);
    const apiKeys = await this.verifyTable('api', damaged);
    return { personKeys: persons.kept, erased: persons.erased, apiKeys: apiKeys.kept, damaged };
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async verifyTable(kind: 'person' | 'api', damaged: string[]): Promise<{ kept: number; erased: number }> {
    const found = { kept: 0, erased: 0 };
    const page = `SELECT tenant, id, secret FROM suki_keys.${kind} WHERE (tenant, id) > ($1, $2)
      ORDER BY tenant, id LIMIT ${VERIFIED_AT_ONCE}`;
    for (let rows = await this.run(page, ['', '']); rows.length > 0;) {
      for (const { tenant, id, secret } of rows) {
        try {
          if (this.unwrapped(kind, tenant, id, secret) === ERASED) found.erased++;
          else found.kept++;
        } catch (error) {
          if (!(error instanceof KeyDamageFault)) throw error;
          damaged.push(nameOf(kind, tenant, id));
        }
      }
      const last = rows[rows.length - 1];
      rows = last === undefined ? [] : await this.run(page, [last.tenant, last.id]);
    }
    return found;
  }

  private async secretOf(kind: 'person' | 'api', tenant: string, id: string): Promise<string | undefined> {
    const select = `SELECT tenant, id, secret FROM suki_keys.${kind} WHERE tenant = $1 AND id = $2`;
    const [row] = await this.run(select, [tenant, id]);
    return row && this.unwrapped(kind, row.tenant, row.id, row.secret);
  }

  private async put(kind: 'person' | 'api', tenant: string, id: string, text: string): Promise<void> {
    const upsert = `INSERT INTO suki_keys.${kind} VALUES ($1, $2, $3)
      ON CONFLICT (tenant, id) DO UPDATE SET secret = excluded.secret`;
    await this.run(upsert, [tenant, id, this.wrap(kind, tenant, id, text)]);
  }

  private run(sql: string, values: readonly string[]): Promise<readonly KeyRow[]> {
    return onPostgres(async () => (await this.pool.query<KeyRow>(sql, [...values])).rows);
  }

  private wrap(kind: KeyKind, tenant: string, id: string, text: string): string {
    return seal(text, this.masterKey, nameOf(kind, tenant, id));
  }

  private unwrapped(kind: KeyKind, tenant: string, id: string, sealed: string): string {
    return open(sealed, this.masterKey, nameOf(kind, tenant, id));
  }
}

const nameOf = (kind: KeyKind, tenant: string, id: string): string => `${kind} key ${tenant}/${id}`;

async function pepperIn(pool: Pool): Promise<string | undefined> {
  const { rows } = await pool.query<{ secret: string }>('SELECT secret FROM suki_keys.pepper');
  return rows[0]?.secret;
}

/** Of two processes that begin at once the first row stays, and both read it. */
async function beginPepper(pool: Pool, masterKey: Buffer, mayBegin: () => Promise<boolean>): Promise<string> {
  if (!(await mayBegin())) {
    throw new KeyDamageFault('the keys are lost, and the log needs them: restore suki_keys from a backup');
  }
  const sealed = seal(randomBytes(32).toString('base64'), masterKey, nameOf('pepper', '', ''));
  await pool.query('INSERT INTO suki_keys.pepper (secret) VALUES ($1) ON CONFLICT DO NOTHING', [sealed]);
  const kept = await pepperIn(pool);
  assert(kept !== undefined, 'a pepper that was made is there');
  return kept;
}

function unwrap(kind: KeyKind, tenant: string, id: string, sealed: string, masterKey: Buffer): Buffer {
  try {
    return Buffer.from(open(sealed, masterKey, nameOf(kind, tenant, id)), 'base64');
  } catch (error) {
    throw new KeyDamageFault('the master key is not the one these keys were wrapped with, or the pepper is damaged', {
      cause: error,
    });
  }
}
