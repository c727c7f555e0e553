import { crc32c } from '@node-rs/crc32';
import { KeyDamageFault } from './key-store';

/** Rows of `keys.db`, as the thread that writes them and the one that reads them know them. */
export type KeyKind = 'person' | 'api' | 'pepper';

export interface KeyRow {
  readonly tenant: string;
  readonly id: string;
  /** Null where it was erased. */
  readonly secret: Uint8Array | null;
  readonly crc: number;
}

/** Secure delete is a setting of the connection, not of the file: whoever writes needs it. */
export const KEYS_SCHEMA = `
  PRAGMA secure_delete = ON;
  CREATE TABLE IF NOT EXISTS person_keys
    (tenant TEXT NOT NULL, id TEXT NOT NULL, secret BLOB, crc INTEGER NOT NULL, PRIMARY KEY (tenant, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS api_keys
    (tenant TEXT NOT NULL, id TEXT NOT NULL, secret BLOB, crc INTEGER NOT NULL, PRIMARY KEY (tenant, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS pepper_check (proof BLOB NOT NULL, crc INTEGER NOT NULL);
`;

export const SELECT_PERSON = 'SELECT tenant, id, secret, crc FROM person_keys WHERE tenant = ? AND id = ?';

export function crcOf(kind: KeyKind, tenant: string, id: string, secret: Uint8Array | null): number {
  const text = `${kind}/${tenant}/${id}/${secret === null ? 'erased' : Buffer.from(secret).toString('hex')}`;
  return crc32c(text);
}

export const isWhole = (kind: KeyKind, { tenant, id, secret, crc }: KeyRow): boolean =>
  crcOf(kind, tenant, id, secret) === crc;

export const nameOf = (kind: KeyKind, tenant: string, id: string): string => `${kind} key ${tenant}/${id}`;

/** Throws `KeyDamageFault` for a row that is not what was written. */
export function checked(kind: KeyKind, row: KeyRow): Buffer | null {
  if (!isWhole(kind, row)) throw new KeyDamageFault(`${nameOf(kind, row.tenant, row.id)} in keys.db is damaged`);
  return row.secret === null ? null : Buffer.from(row.secret);
}
