import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { KeyDamageFault } from './key-store';

/**
 * Keys are begun before the first record of a log, so a log without them has lost them: beginning new ones would call
 * everybody unknown for ever. Throws `KeyDamageFault` that names what to restore.
 */
export function refuseLostKeys(directory: string): void {
  if (!holdsRecords(join(directory, 'log'))) return;
  for (const path of [join(directory, 'keys.db'), join(directory, 'keys', 'pepper')]) {
    if (existsSync(path) && statSync(path).size > 0) continue;
    throw new KeyDamageFault(`${path} is lost, and the log beside it needs it: restore it from a backup`);
  }
}

const holdsRecords = (log: string): boolean =>
  existsSync(log) && readdirSync(log).some((name) => name.endsWith('.seg') && statSync(join(log, name)).size > 0);
