import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyDamageFault } from './key-store';
import { readMasterKey } from './master-key';

describe('the master key', () => {
  const directory = mkdtempSync(join(tmpdir(), 'suki-master-'));
  const path = join(directory, 'master.key');
  afterAll(() => rmSync(directory, { recursive: true }));

  function written(text: string, mode = 0o600): string {
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  }

  it('is 64 hex digits that only their owner may read', () => {
    expect(readMasterKey(written(`${'0f'.repeat(32)}\n`))).toEqual(Buffer.alloc(32, 0x0f));
  });

  it.each([
    ['is too short', '0f', 0o600],
    ['is no hex', 'x'.repeat(64), 0o600],
    ['may be read by others', '0f'.repeat(32), 0o644],
  ])('is refused where it %s', (_, text, mode) => {
    expect(() => readMasterKey(written(text, mode))).toThrow(KeyDamageFault);
  });

  it('is refused where it is missing', () => {
    expect(() => readMasterKey(join(directory, 'none'))).toThrow(/is missing/);
  });
});
