import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { streamName, type TenantId } from '../../kernel/ids';
import type { Identity } from '../../kernel/identity';
import { newCustomerId } from '../identifiers/identifiers';
import { IdentityVault } from './identity-vault';
import { KeyDamageFault } from './key-store';
import { open, seal } from './sealing';
import { SqliteKeyStore } from './sqlite-key-store';

describe('the identity vault', () => {
  const tenant = 'main' as TenantId;
  const customer = newCustomerId(1_790_000_000_000);
  const stream = streamName('customer', tenant, customer);
  let directory: string;
  let keys: SqliteKeyStore;
  let vault: IdentityVault;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'suki-vault-'));
    keys = SqliteKeyStore.open(directory);
    vault = new IdentityVault(keys);
  });
  afterAll(async () => {
    await keys.close();
    rmSync(directory, { recursive: true });
  });

  it('finds an identity under every spelling of it, and under no other', () => {
    const key = (kind: Identity['kind'], value: string) => vault.lookupKey(tenant, { kind, value });
    expect(key('phone', '+63 (917) 555-0101')).toBe(key('phone', '+639175550101'));
    expect(key('email', ' Ana@Example.org ')).toBe(key('email', 'ana@example.org'));
    expect(key('card', 'A1')).not.toBe(key('card', 'a1'));
    expect(key('card', '9001')).not.toBe(vault.lookupKey('harbour' as TenantId, { kind: 'card', value: '9001' }));
    expect(key('card', '9001')).toMatch(/^main\/card\/[0-9a-f]{64}$/);
  });

  it.each([
    ['phone', '0917 555 0101'],
    ['phone', '+0917'],
    ['email', 'ana'],
    ['email', 'ana@exa mple.org'],
    ['card', ''],
    ['card', 'a~b'],
  ] as const)('knows that a %s is not spelled %p', (kind, value) => {
    expect(vault.lookupKey(tenant, { kind, value })).toBeUndefined();
  });

  it('seals a claim so that only the vault can tell its key from the log', async () => {
    const file = await vault.openFile(tenant, customer);
    const sealed = file.claim({ kind: 'phone', value: '+63 917 555 0101' });
    expect(sealed.claim.sealed).toMatch(/^v1\.[A-Za-z0-9_-]+$/);
    expect(sealed.claim.sealed).not.toContain('555');
    expect(await vault.unseal(sealed.sealed, stream)).toBe(sealed.claim.key);
  });

  it('never opens what was sealed for another person', async () => {
    const other = streamName('customer', tenant, newCustomerId(1_790_000_000_000));
    const sealed = (await vault.openFile(tenant, customer)).claim({ kind: 'card', value: '9001' });
    await expect(vault.unseal(sealed.sealed, other)).rejects.toThrow(KeyDamageFault);
  });

  it('answers nothing for a person who was erased', async () => {
    const erased = newCustomerId(1_790_000_000_000);
    const sealed = (await vault.openFile(tenant, erased)).claim({ kind: 'card', value: '9002' });
    await keys.erasePersonKey(tenant, erased);
    expect(await vault.fileOf(tenant, erased)).toBeUndefined();
    expect(await vault.unseal(sealed.sealed, streamName('customer', tenant, erased))).toBeUndefined();
  });

  it('opens what it sealed, and nothing that was changed by a single bit', () => {
    const key = Buffer.alloc(32, 7);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, place) => {
        const sealed = seal(text, key, 'cus_1');
        expect(open(sealed, key, 'cus_1')).toBe(text);
        const bytes = Buffer.from(sealed.slice(3), 'base64url');
        const bit = place % (bytes.length * 8);
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(() => open(`v1.${bytes.toString('base64url')}`, key, 'cus_1')).toThrow(KeyDamageFault);
      }),
    );
  });
});
