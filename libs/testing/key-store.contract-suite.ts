import { randomBytes } from 'node:crypto';
import type { KeyId, TenantId } from '../kernel/ids';
import { newCustomerId } from '../platform/identifiers/identifiers';
import { KeyDamageFault, type KeyStore } from '../platform/keys/key-store';

export interface KeyStoreFixture {
  readonly keys: KeyStore;
  /** Closes it and opens the same one again. */
  reopen(): Promise<KeyStore>;
  remove(): Promise<void>;
}

/** What every key store promises. */
export function keyStoreContract(name: string, begin: () => Promise<KeyStoreFixture>): void {
  describe(`${name} as a key store`, () => {
    const tenant = 'main' as TenantId;
    const other = 'harbour' as TenantId;
    const now = 1_790_000_000_000;
    let fixture: KeyStoreFixture;
    beforeEach(async () => {
      fixture = await begin();
    });
    afterEach(() => fixture.remove());

    it('gives a person one key, also when several ask at once, and keeps it', async () => {
      const customer = newCustomerId(now);
      const made = await Promise.all([1, 2, 3].map(() => fixture.keys.createPersonKey(tenant, customer)));
      const keys = await fixture.reopen();
      for (const key of made) expect(await keys.personKey(tenant, customer)).toEqual({ kind: 'key', key });
      expect(made[0]).toHaveLength(32);
    });

    it('gives every person of every tenant another key', async () => {
      const people = [newCustomerId(now), newCustomerId(now)];
      const made = await Promise.all(
        people.flatMap((person) => [
          fixture.keys.createPersonKey(tenant, person),
          fixture.keys.createPersonKey(other, person),
        ]),
      );
      expect(new Set(made.map((key) => key.toString('hex'))).size).toBe(4);
    });

    it('forgets a person for ever, and tells that from a key that is missing', async () => {
      const erased = newCustomerId(now);
      await fixture.keys.createPersonKey(tenant, erased);
      await fixture.keys.erasePersonKey(tenant, erased);
      const keys = await fixture.reopen();
      expect(await keys.personKey(tenant, erased)).toEqual({ kind: 'erased' });
      expect(await keys.personKey(tenant, newCustomerId(now))).toEqual({ kind: 'missing' });
      await expect(keys.createPersonKey(tenant, erased)).rejects.toThrow(KeyDamageFault);
    });

    it('keeps one secret per API key until it is removed', async () => {
      const key = 'key_1' as KeyId;
      await fixture.keys.putApiKey(tenant, key, randomBytes(32));
      const hmac = randomBytes(32);
      await fixture.keys.putApiKey(tenant, key, hmac);
      const keys = await fixture.reopen();
      expect(await keys.apiKey(tenant, key)).toEqual(hmac);
      expect(await keys.apiKey(other, key)).toBeUndefined();
      await keys.removeApiKey(tenant, key);
      expect(await keys.apiKey(tenant, key)).toBeUndefined();
    });

    it('keeps its pepper', async () => {
      const { pepper } = fixture.keys;
      expect(pepper).toHaveLength(32);
      expect((await fixture.reopen()).pepper).toEqual(pepper);
    });

    it('counts what it verifies', async () => {
      const customer = newCustomerId(now);
      await fixture.keys.createPersonKey(tenant, newCustomerId(now));
      await fixture.keys.createPersonKey(tenant, customer);
      await fixture.keys.erasePersonKey(tenant, customer);
      await fixture.keys.putApiKey(tenant, 'key_1' as KeyId, randomBytes(32));
      expect(await fixture.keys.verify()).toEqual({ personKeys: 1, erased: 1, apiKeys: 1, damaged: [] });
    });
  });
}
