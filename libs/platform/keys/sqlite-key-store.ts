import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../../kernel/defect';
import type { CustomerId, KeyId, TenantId } from '../../kernel/ids';
import { StoreUnavailableFault } from '../event-store/faults';
import {
  Sqlite,
  SQLITE_BUSY,
  SQLITE_CORRUPT,
  SQLITE_ERROR,
  SQLITE_NOT_A_DATABASE,
  sqliteErrorCode,
  type SqliteOptions,
  type Statement,
} from '../sqlite/sqlite';
import { beginSecretFile, readSecretFile, writeSecretFile } from './key-files';
import { checked, crcOf, isWhole, KEYS_SCHEMA, nameOf, SELECT_PERSON, type KeyKind, type KeyRow } from './key-rows';
import { KeyDamageFault, type KeyStore, type KeyVerification, type PersonKey } from './key-store';
import { KeysThread, type KeyWrite } from './keys-thread';
import { refuseLostKeys } from './lost-keys';
import { RecentKeys } from './recent-keys';

const READ_BUSY_TIMEOUT_MS = 200;
const WRITE_BUSY_TIMEOUT_MS = 2_000;
const RECENT_KEYS = 10_000;
const VERIFIED_AT_ONCE = 1_000;

/**
 * `keys.db` and `keys/` of a data directory. Not WAL and not rebuildable: a rollback journal, so that what was erased is in
 * no second file; secure delete, so that it is not left in free pages; and a CRC per row, because SQLite has none.
 * A forgotten key leaves a row without one, so a missing row is damage. A thread writes; reads are answered here.
 */
export class SqliteKeyStore implements KeyStore {
  private readonly selectPerson: Statement<KeyRow>;
  private readonly selectApiKey: Statement<KeyRow>;
  private readonly recentPersons = new RecentKeys(RECENT_KEYS);
  private readonly recentApiKeys = new RecentKeys(RECENT_KEYS);
  /** None where it was opened to be read beside a running server, whose writes are not heard of here. */
  private readonly thread: KeysThread | undefined;

  private constructor(
    private readonly database: Sqlite,
    readonly pepper: Buffer,
    writtenPath?: string,
  ) {
    this.selectPerson = database.prepare(SELECT_PERSON);
    this.selectApiKey = database.prepare('SELECT tenant, id, secret, crc FROM api_keys WHERE tenant = ? AND id = ?');
    this.thread =
      writtenPath === undefined
        ? undefined
        : new KeysThread(
            { path: writtenPath, busyTimeoutMs: WRITE_BUSY_TIMEOUT_MS },
            { onWritten: (write, secret) => this.noteWritten(write, secret), onUncertain: () => this.forgetRecent() },
          );
  }

  /** Throws `KeyDamageFault` where keys are lost, or the pepper is not the one this `keys.db` was begun with. */
  static open(directory: string): SqliteKeyStore {
    refuseLostKeys(directory);
    const path = join(directory, 'keys.db');
    beginSecretFile(path);
    const options = { journal: 'delete', synchronous: 'extra', busyTimeoutMs: READ_BUSY_TIMEOUT_MS } as const;
    return openOrName(path, options, (database) => {
      database.exec(KEYS_SCHEMA);
      return new SqliteKeyStore(database, openPepper(database, pepperIn(directory)), path);
    });
  }

  /** To look at the keys beside a running server: nothing is made or written. Throws `KeyDamageFault` as `open` does. */
  static openReadOnly(directory: string): SqliteKeyStore {
    refuseLostKeys(directory);
    const path = join(directory, 'keys.db');
    if (!existsSync(path)) throw new KeyDamageFault(`${path} is lost: restore it from a backup`);
    return openOrName(path, { readOnly: true }, (database) => {
      const pepper = readSecretFile(pepperIn(directory));
      assertProven(pepper, proofIn(database), pepperIn(directory));
      return new SqliteKeyStore(database, pepper);
    });
  }

  async createPersonKey(tenant: TenantId, customer: CustomerId): Promise<Buffer> {
    const key = await this.write({ kind: 'createPersonKey', tenant, id: customer });
    assert(key !== null, 'a key that was made is there');
    return key;
  }

  async personKey(tenant: TenantId, customer: CustomerId): Promise<PersonKey> {
    const key = this.secretOf('person', tenant, customer);
    if (key === undefined) return { kind: 'missing' };
    return key === null ? { kind: 'erased' } : { kind: 'key', key };
  }

  async erasePersonKey(tenant: TenantId, customer: CustomerId): Promise<void> {
    await this.write({ kind: 'erasePersonKey', tenant, id: customer });
  }

  async putApiKey(tenant: TenantId, key: KeyId, hmac: Buffer): Promise<void> {
    await this.write({ kind: 'putApiKey', tenant, id: key, hmac });
  }

  async removeApiKey(tenant: TenantId, key: KeyId): Promise<void> {
    await this.write({ kind: 'removeApiKey', tenant, id: key });
  }

  async apiKey(tenant: TenantId, key: KeyId): Promise<Buffer | undefined> {
    return this.secretOf('api', tenant, key) ?? undefined;
  }

  async verify(): Promise<KeyVerification> {
    const damaged: string[] = [];
    try {
      const check = this.database.prepare<{ integrity_check: string }>('PRAGMA integrity_check(1)').get();
      if (check?.integrity_check !== 'ok') damaged.push(`keys.db: ${check?.integrity_check ?? 'no answer'}`);
      const persons = this.verifyTable('person', 'person_keys', damaged);
      const apiKeys = this.verifyTable('api', 'api_keys', damaged);
      return { personKeys: persons.kept, erased: persons.erased, apiKeys: apiKeys.kept, damaged };
    } catch (error) {
      const code = sqliteErrorCode(error);
      if (code === undefined) throw error;
      const reason = `keys.db: ${error instanceof Error ? error.message : String(error)}`;
      if (code === SQLITE_BUSY) throw new StoreUnavailableFault(reason, { cause: error });
      damaged.push(reason);
      return { personKeys: 0, erased: 0, apiKeys: 0, damaged };
    }
  }

  async close(): Promise<void> {
    await this.thread?.close();
    this.database.close();
  }

  /** A page at a time, so that memory is bounded and whoever writes beside it gets its turn in between. */
  private verifyTable(kind: KeyKind, table: string, damaged: string[]): { kept: number; erased: number } {
    const found = { kept: 0, erased: 0 };
    const page = this.database.prepare<KeyRow>(
      `SELECT tenant, id, secret, crc FROM ${table} WHERE (tenant, id) > (?, ?) ORDER BY tenant, id LIMIT ${VERIFIED_AT_ONCE}`,
    );
    for (let rows = page.all('', ''); rows.length > 0;) {
      for (const row of rows) {
        if (!isWhole(kind, row)) damaged.push(nameOf(kind, row.tenant, row.id));
        else if (row.secret === null) found.erased++;
        else found.kept++;
      }
      const last = rows[rows.length - 1];
      rows = last === undefined ? [] : page.all(last.tenant, last.id);
    }
    return found;
  }

  private secretOf(kind: 'person' | 'api', tenant: string, id: string): Buffer | null | undefined {
    const recent = kind === 'person' ? this.recentPersons : this.recentApiKeys;
    const known = recent.get(tenant, id);
    if (known !== undefined) return known;
    const row = (kind === 'person' ? this.selectPerson : this.selectApiKey).get(tenant, id);
    if (row === undefined) return undefined;
    const secret = checked(kind, row);
    if (this.thread !== undefined) recent.put(tenant, id, secret);
    return secret;
  }

  private async write(write: KeyWrite): Promise<Buffer | null> {
    assert(this.thread !== undefined, 'keys opened to be read are not written');
    return this.thread.write(write);
  }

  private noteWritten({ kind, tenant, id }: KeyWrite, secret: Buffer | null): void {
    if (kind === 'removeApiKey') this.recentApiKeys.forget(tenant, id);
    else (kind === 'putApiKey' ? this.recentApiKeys : this.recentPersons).put(tenant, id, secret);
  }

  private forgetRecent(): void {
    this.recentPersons.clear();
    this.recentApiKeys.clear();
  }
}

const pepperIn = (directory: string): string => join(directory, 'keys', 'pepper');

/** Throws `KeyDamageFault` that names the file where SQLite cannot make out what is in it. */
function openOrName(path: string, options: SqliteOptions, make: (database: Sqlite) => SqliteKeyStore): SqliteKeyStore {
  let database: Sqlite | undefined;
  try {
    database = new Sqlite(path, options);
    return make(database);
  } catch (error) {
    database?.close();
    const code = sqliteErrorCode(error);
    if (code !== SQLITE_ERROR && code !== SQLITE_CORRUPT && code !== SQLITE_NOT_A_DATABASE) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new KeyDamageFault(`${path} cannot be read (${reason}): restore it from a backup`, { cause: error });
  }
}

/** The file is written before the proof that it must be there: a start cut short between the two only adds the proof. */
function openPepper(database: Sqlite, path: string): Buffer {
  const known = proofIn(database);
  let pepper = readSecretFile(path);
  if (pepper === undefined && known === undefined) {
    pepper = randomBytes(32);
    writeSecretFile(path, pepper);
  }
  assertProven(pepper, known, path);
  if (known === undefined) {
    const proof = proofOf(pepper);
    database.prepare('INSERT INTO pepper_check VALUES (?, ?)').run(proof, crcOf('pepper', '', '', proof));
  }
  return pepper;
}

function proofIn(database: Sqlite): Uint8Array | undefined {
  const [known] = database.prepare<{ proof: Uint8Array; crc: number }>('SELECT proof, crc FROM pepper_check').all();
  if (known !== undefined && crcOf('pepper', '', '', known.proof) !== known.crc) {
    throw new KeyDamageFault('the proof of the pepper in keys.db is damaged: restore keys.db from a backup');
  }
  return known?.proof;
}

const proofOf = (pepper: Buffer): Buffer => createHmac('sha256', pepper).update('pepper').digest();

function assertProven(
  pepper: Buffer | undefined,
  known: Uint8Array | undefined,
  path: string,
): asserts pepper is Buffer {
  if (pepper === undefined) throw new KeyDamageFault(`the pepper ${path} is lost: restore it from a backup`);
  const proof = proofOf(pepper);
  if (known !== undefined && (known.length !== proof.length || !timingSafeEqual(known, proof))) {
    throw new KeyDamageFault(`the pepper ${path} is not the one that keys.db was begun with`);
  }
}
