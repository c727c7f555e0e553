import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import type { CustomerId, KeyId, TenantId } from '../../kernel/ids';
import { Sqlite, sqliteErrorCode, type Statement } from '../sqlite/sqlite';
import { beginSecretFile, readSecretFile, writeSecretFile } from './key-files';
import { KeyDamageFault, type KeyStore, type KeyVerification, type PersonKey } from './key-store';

/**
 * `keys.db` and `keys/` of a data directory. Not WAL and not rebuildable: a rollback journal, so that what was erased is in
 * no second file; secure delete, so that it is not left in free pages; and a CRC per row, because SQLite has none.
 * A forgotten key leaves a row without one, so a missing row is damage.
 */
export class SqliteKeyStore implements KeyStore {
  private readonly selectPerson: Statement<KeyRow>;
  private readonly writePerson: Statement<never>;
  private readonly selectApiKey: Statement<KeyRow>;
  private readonly writeApiKey: Statement<never>;
  private readonly deleteApiKey: Statement<never>;
  private batch: Batch | undefined;

  private constructor(
    private readonly database: Sqlite,
    readonly pepper: Buffer,
  ) {
    this.selectPerson = database.prepare('SELECT tenant, id, secret, crc FROM person_keys WHERE tenant = ? AND id = ?');
    this.writePerson = database.prepare(
      `INSERT INTO person_keys (tenant, id, secret, crc) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET secret = excluded.secret, crc = excluded.crc`,
    );
    this.selectApiKey = database.prepare('SELECT tenant, id, secret, crc FROM api_keys WHERE tenant = ? AND id = ?');
    this.writeApiKey = database.prepare(
      `INSERT INTO api_keys (tenant, id, secret, crc) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET secret = excluded.secret, crc = excluded.crc`,
    );
    this.deleteApiKey = database.prepare('DELETE FROM api_keys WHERE tenant = ? AND id = ?');
  }

  /** Throws `KeyDamageFault` where the pepper is not the one this `keys.db` was begun with. */
  static open(directory: string): SqliteKeyStore {
    const path = join(directory, 'keys.db');
    beginSecretFile(path);
    const database = new Sqlite(path, { journal: 'delete', synchronous: 'extra', busyTimeoutMs: 200 });
    try {
      database.exec(SCHEMA);
      return new SqliteKeyStore(database, openPepper(database, join(directory, 'keys', 'pepper')));
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** To look at the keys beside a running server: nothing is made or written. Throws `KeyDamageFault` where there are none. */
  static openReadOnly(directory: string): SqliteKeyStore {
    const path = join(directory, 'keys.db');
    const pepper = readSecretFile(join(directory, 'keys', 'pepper'));
    if (!existsSync(path)) throw new KeyDamageFault(`${path} is lost: restore it from a backup`);
    if (pepper === undefined) throw new KeyDamageFault(`the pepper of ${path} is lost: restore it from a backup`);
    return new SqliteKeyStore(new Sqlite(path, { readOnly: true }), pepper);
  }

  createPersonKey(tenant: TenantId, customer: CustomerId): Promise<Buffer> {
    return this.write(() => {
      const known = this.personKey(tenant, customer);
      if (known.kind === 'key') return known.key;
      if (known.kind === 'erased') throw new KeyDamageFault(`person ${tenant}/${customer} was erased`);
      const key = randomBytes(32);
      this.writePerson.run(tenant, customer, key, crcOf('person', tenant, customer, key));
      return key;
    });
  }

  personKey(tenant: TenantId, customer: CustomerId): PersonKey {
    const row = this.selectPerson.get(tenant, customer);
    if (row === undefined) return { kind: 'missing' };
    const key = checked('person', row);
    return key === null ? { kind: 'erased' } : { kind: 'key', key };
  }

  erasePersonKey(tenant: TenantId, customer: CustomerId): Promise<void> {
    return this.write(() => {
      this.writePerson.run(tenant, customer, null, crcOf('person', tenant, customer, null));
    });
  }

  putApiKey(tenant: TenantId, key: KeyId, hmac: Buffer): Promise<void> {
    return this.write(() => {
      this.writeApiKey.run(tenant, key, hmac, crcOf('api', tenant, key, hmac));
    });
  }

  removeApiKey(tenant: TenantId, key: KeyId): Promise<void> {
    return this.write(() => {
      this.deleteApiKey.run(tenant, key);
    });
  }

  apiKey(tenant: TenantId, key: KeyId): Buffer | undefined {
    const row = this.selectApiKey.get(tenant, key);
    if (row === undefined) return undefined;
    return checked('api', row) ?? undefined;
  }

  verify(): KeyVerification {
    const damaged: string[] = [];
    try {
      const [check] = this.database.prepare<{ integrity_check: string }>('PRAGMA integrity_check').all();
      if (check?.integrity_check !== 'ok') damaged.push(`keys.db: ${check?.integrity_check ?? 'no answer'}`);
      const persons = this.verifyTable('person', 'person_keys', damaged);
      const apiKeys = this.verifyTable('api', 'api_keys', damaged);
      return { personKeys: persons.kept, erased: persons.erased, apiKeys: apiKeys.kept, damaged };
    } catch (error) {
      if (sqliteErrorCode(error) === undefined) throw error;
      damaged.push(`keys.db: ${error instanceof Error ? error.message : String(error)}`);
      return { personKeys: 0, erased: 0, apiKeys: 0, damaged };
    }
  }

  async close(): Promise<void> {
    await this.batch?.written;
    this.database.close();
  }

  private verifyTable(kind: Kind, table: string, damaged: string[]): { kept: number; erased: number } {
    const found = { kept: 0, erased: 0 };
    for (const row of this.database.prepare<KeyRow>(`SELECT tenant, id, secret, crc FROM ${table}`).all()) {
      if (!isWhole(kind, row)) damaged.push(nameOf(kind, row.tenant, row.id));
      else if (row.secret === null) found.erased++;
      else found.kept++;
    }
    return found;
  }

  /** Writes that come while the loop is busy share one transaction: each costs several syncs of the disk. */
  private write<Result>(work: () => Result): Promise<Result> {
    this.batch ??= this.beginBatch();
    return new Promise((resolve, reject) => {
      this.batch?.add(work, resolve, reject);
    });
  }

  private beginBatch(): Batch {
    const batch = new Batch();
    batch.written = new Promise((resolve) => {
      setImmediate(() => {
        this.batch = undefined;
        batch.run((work) => this.database.transaction(work));
        resolve();
      });
    });
    return batch;
  }
}

/** Writes of one transaction. One that throws undoes only itself, as long as it throws before it writes. */
class Batch {
  written: Promise<void> = Promise.resolve();
  private readonly works: (() => () => void)[] = [];
  private readonly rejections: ((error: unknown) => void)[] = [];

  add<Result>(work: () => Result, resolve: (result: Result) => void, reject: (error: unknown) => void): void {
    this.rejections.push(reject);
    this.works.push(() => {
      try {
        const result = work();
        return () => resolve(result);
      } catch (error) {
        return () => reject(error);
      }
    });
  }

  run(transaction: (work: () => (() => void)[]) => (() => void)[]): void {
    try {
      for (const answer of transaction(() => this.works.map((work) => work()))) answer();
    } catch (error) {
      for (const reject of this.rejections) reject(error);
    }
  }
}

type Kind = 'person' | 'api' | 'pepper';

interface KeyRow {
  readonly tenant: string;
  readonly id: string;
  readonly secret: Uint8Array | null;
  readonly crc: number;
}

const SCHEMA = `
  PRAGMA secure_delete = ON;
  CREATE TABLE IF NOT EXISTS person_keys
    (tenant TEXT NOT NULL, id TEXT NOT NULL, secret BLOB, crc INTEGER NOT NULL, PRIMARY KEY (tenant, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS api_keys
    (tenant TEXT NOT NULL, id TEXT NOT NULL, secret BLOB, crc INTEGER NOT NULL, PRIMARY KEY (tenant, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS pepper_check (proof BLOB NOT NULL, crc INTEGER NOT NULL);
`;

function crcOf(kind: Kind, tenant: string, id: string, secret: Uint8Array | null): number {
  const text = `${kind}/${tenant}/${id}/${secret === null ? 'erased' : Buffer.from(secret).toString('hex')}`;
  return crc32c(text);
}

const isWhole = (kind: Kind, { tenant, id, secret, crc }: KeyRow): boolean => crcOf(kind, tenant, id, secret) === crc;

const nameOf = (kind: Kind, tenant: string, id: string): string => `${kind} key ${tenant}/${id}`;

function checked(kind: Kind, row: KeyRow): Buffer | null {
  if (!isWhole(kind, row)) throw new KeyDamageFault(`${nameOf(kind, row.tenant, row.id)} in keys.db is damaged`);
  return row.secret === null ? null : Buffer.from(row.secret);
}

/** The file is written before the proof that it must be there: a start cut short between the two only adds the proof. */
function openPepper(database: Sqlite, path: string): Buffer {
  const proofs = database.prepare<{ proof: Uint8Array; crc: number }>('SELECT proof, crc FROM pepper_check').all();
  const [known] = proofs;
  let pepper = readSecretFile(path);
  if (pepper === undefined && known === undefined) {
    pepper = randomBytes(32);
    writeSecretFile(path, pepper);
  }
  if (pepper === undefined) throw new KeyDamageFault(`the pepper ${path} is lost: restore it from a backup`);
  const proof = createHmac('sha256', pepper).update('pepper').digest();
  if (known === undefined) {
    database.prepare('INSERT INTO pepper_check VALUES (?, ?)').run(proof, crcOf('pepper', '', '', proof));
  } else if (known.proof.length !== proof.length || !timingSafeEqual(known.proof, proof)) {
    throw new KeyDamageFault(`the pepper ${path} is not the one that keys.db was begun with`);
  }
  return pepper;
}
