import { statSync } from 'node:fs';
import { readSecretFile } from './key-files';
import { KeyDamageFault } from './key-store';

const HEX_KEY = /^[0-9a-f]{64}$/i;
const FOR_OTHERS = 0o077;

/**
 * The key that wraps all keys in a database: 32 bytes as 64 hex digits in a file that its owner alone may read, as
 * `openssl rand -hex 32` makes them. Lose it, and every person and every API key is lost with it. Throws `KeyDamageFault`.
 */
export function readMasterKey(path: string): Buffer {
  const text = readSecretFile(path)?.toString('utf8').trim();
  if (text === undefined) throw new KeyDamageFault(`the master key ${path} is missing`);
  if (!HEX_KEY.test(text)) throw new KeyDamageFault(`the master key ${path} is not 64 hex digits`);
  if ((statSync(path).mode & FOR_OTHERS) !== 0) {
    throw new KeyDamageFault(`the master key ${path} may be read by others: chmod 600 it`);
  }
  return Buffer.from(text, 'hex');
}
