import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyDamageFault } from './key-store';
import { SqliteKeyStore } from './sqlite-key-store';

describe('keys beside a log that holds records', () => {
  let directory: string;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'suki-keys-'));
    await SqliteKeyStore.open(directory).close();
    mkdirSync(join(directory, 'log'));
    writeFileSync(join(directory, 'log', '00000000000000000000.seg'), 'records');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('are opened when they are there', async () => {
    await SqliteKeyStore.open(directory).close();
  });

  it.each(['keys.db', 'keys/pepper'])('are refused as lost, never begun anew, when %s is gone or empty', (file) => {
    truncateSync(join(directory, file));
    expect(() => SqliteKeyStore.open(directory)).toThrow(KeyDamageFault);
    rmSync(join(directory, file));
    expect(() => SqliteKeyStore.open(directory)).toThrow(`${file} is lost`);
  });

  it('are refused as lost when all of them are gone', () => {
    rmSync(join(directory, 'keys.db'));
    rmSync(join(directory, 'keys'), { recursive: true });
    expect(() => SqliteKeyStore.open(directory)).toThrow(KeyDamageFault);
  });
});
