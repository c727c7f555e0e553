import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  openTemporaryProduct,
  type Answer,
  type Sending,
  type TemporaryProduct,
} from '../../testing/temporary-product';
import { FIRST_TENANT } from './permissions';
import { TenantsModule } from './tenants.module';
import { ensureTenant } from './create-tenant/ensure-tenant';

const manila = { name: 'Manila', timeZone: 'Asia/Manila', currency: 'PHP', numbering: 'forever' };

describe('the first start', () => {
  let product: TemporaryProduct;
  beforeEach(async () => {
    product = await openTemporaryProduct([TenantsModule]);
  });
  afterEach(() => product.dispose());

  it('keeps the key of the local admin in a file of its own, and adds nothing when it is started again', async () => {
    const file = join(product.directory, 'keys', 'local-admin.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const end = await product.store.endPosition();
    product = await product.reopen();
    expect(await product.store.endPosition()).toBe(end);
    expect((await product.send('GET', '/v1/keys')).body['keys']).toEqual([
      expect.objectContaining({ name: 'local admin', role: 'admin' }),
    ]);
  });

  it('is finished by the next one wherever it was cut short', async () => {
    const { store, keys, directory } = product;
    const tenant = 'harbour' as typeof FIRST_TENANT;
    const keyFile = join(directory, 'keys', 'harbour.key');
    const start = () => ensureTenant({ store, keys, tenant, keyFile, now: Date.now() });
    const full = { ...store, append: () => Promise.reject(new Error('cut short')) };
    const cut = ensureTenant({
      store: Object.assign(Object.create(store) as typeof store, full),
      keys,
      tenant,
      keyFile,
      now: Date.now(),
    });
    await expect(cut).rejects.toThrow('cut short');
    const secret = readFileSync(keyFile, 'utf8').trim();
    expect(await start()).toBe(true);
    expect(await start()).toBe(false);
    expect(readFileSync(keyFile, 'utf8').trim()).toBe(secret);
    expect((await product.send('GET', '/v1/keys', { as: secret })).status).toBe(200);
  });

  it('ends a key whose file was lost with the next start', async () => {
    const lost = product.admin;
    rmSync(join(product.directory, 'keys', 'local-admin.key'));
    product = await product.reopen();
    expect(product.admin).not.toBe(lost);
    expect((await product.send('GET', '/v1/keys', { as: lost })).status).toBe(401);
    expect((await product.send('GET', '/v1/keys')).status).toBe(200);
  });
  it('holds a file with something else than a key for damage', async () => {
    const { store, keys, directory } = product;
    const keyFile = join(directory, 'keys', 'odd.key');
    writeFileSync(keyFile, 'hello');
    chmodSync(keyFile, 0o600);
    await expect(ensureTenant({ store, keys, tenant: FIRST_TENANT, keyFile, now: 0 })).rejects.toThrow('holds no key');
  });
});

describe('tenants over HTTP', () => {
  // One product for all tests, and a tenant with its admin for each.
  let product: TemporaryProduct;
  let admin: string;
  let tenants = 0;
  beforeAll(async () => {
    product = await openTemporaryProduct([TenantsModule]);
  });
  beforeEach(async () => {
    admin = await ownerOf(`shop${tenants++}`);
  });
  afterAll(() => product.dispose());

  const send = (method: string, path: string, sending: Sending = {}): Promise<Answer> =>
    product.send(method, path, { as: admin, ...sending });
  async function ownerOf(tenant: string): Promise<string> {
    const { body } = await product.send('POST', '/v1/tenants', { body: { tenant } });
    return String(body['secret']);
  }
  async function issue(role: string, outlets: readonly string[] = []): Promise<string> {
    const answer = await send('POST', '/v1/keys', { body: { name: role, role, outlets } });
    if (typeof answer.body['secret'] !== 'string') throw new Error(answer.text);
    return answer.body['secret'];
  }

  describe('an outlet', () => {
    it('is there as soon as it is answered, and after a restart', async () => {
      const set = await send('PUT', '/v1/outlets/manila-1', { body: manila });
      expect(set).toMatchObject({ status: 200, body: { outlet: 'manila-1', ...manila } });
      expect(await send('GET', '/v1/outlets/manila-1')).toMatchObject({
        status: 200,
        body: { outlet: 'manila-1', ...manila },
      });
      await send('PUT', '/v1/outlets/cebu', { body: { ...manila, name: 'Cebu', numbering: 'daily' } });
      product = await product.reopen();
      const { body } = await send('GET', '/v1/outlets');
      expect(body['outlets']).toMatchObject([{ outlet: 'cebu', numbering: 'daily' }, { outlet: 'manila-1' }]);
      expect((await send('GET', '/v1/outlets/davao')).body['code']).toBe('OutletNotFound');
    });

    it('is set once by a command that is sent again, and answered as the first time', async () => {
      const first = await send('PUT', '/v1/outlets/manila-1', { body: manila, key: 'set-1' });
      const again = await send('PUT', '/v1/outlets/manila-1', { body: manila, key: 'set-1' });
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(again.text).toBe(first.text);
      const other = await send('PUT', '/v1/outlets/manila-2', { body: manila, key: 'set-1' });
      expect(other).toMatchObject({ status: 409, body: { code: 'DifferentBody' } });
    });

    it.each([
      ['NumberingFixed', '/numbering', { ...manila, numbering: 'daily' }],
      ['TimeZoneUnknown', '/timeZone', { ...manila, timeZone: 'Asia/Manilla' }],
      ['TimeZoneUnknown', '/timeZone', { ...manila, timeZone: '+08:00' }],
      ['CurrencyUnknown', '/currency', { ...manila, currency: 'XQX' }],
    ])('is refused with %s at %s', async (code, pointer, body) => {
      await send('PUT', '/v1/outlets/manila-1', { body: manila });
      const end = await product.store.endPosition();
      const refused = await send('PUT', '/v1/outlets/manila-1', { body });
      expect(refused).toMatchObject({ status: 422, body: { code, errors: [{ pointer }] } });
      expect(await product.store.endPosition()).toBe(end);
    });

    it('may change everything but its numbering', async () => {
      await send('PUT', '/v1/outlets/manila-1', { body: manila });
      const moved = { ...manila, name: 'Tokyo', timeZone: 'Asia/Tokyo', currency: 'JPY' };
      expect((await send('PUT', '/v1/outlets/manila-1', { body: moved })).status).toBe(200);
      expect((await send('GET', '/v1/outlets/manila-1')).body).toMatchObject(moved);
    });
  });

  describe('a key', () => {
    beforeEach(() => send('PUT', '/v1/outlets/manila-1', { body: manila }));

    it('shows its secret once, works from then on, and is stored only as an HMAC', async () => {
      const body = { name: 'Till 2', role: 'till', outlets: ['manila-1'] };
      const first = await send('POST', '/v1/keys', { body, key: 'issue-1' });
      const secret = String(first.body['secret']);
      expect(first.status).toBe(201);
      expect(secret).toMatch(/^suki_[A-Za-z0-9_-]{43}$/);
      const again = await send('POST', '/v1/keys', { body, key: 'issue-1' });
      expect(again.status).toBe(200);
      expect(again.body).toEqual({ ...first.body, secret: undefined });
      expect((await send('GET', '/v1/keys', { as: secret })).body['code']).toBe('Forbidden');
      const listed = await send('GET', '/v1/keys');
      expect(listed.text).not.toContain(secret);
      expect(listed.body['keys']).toHaveLength(2);
      const kept = readFileSync(join(product.directory, 'keys.db'));
      expect(kept.includes(secret) || kept.includes(Buffer.from(secret.slice(5), 'base64url'))).toBe(false);
      product = await product.reopen();
      expect((await send('GET', '/v1/keys', { as: secret })).status).toBe(403);
    });

    it('is made once however often the command is sent at the same moment', async () => {
      const body = { name: 'Till 2', role: 'till', outlets: ['manila-1'] };
      const before = (await product.keys.verify()).apiKeys;
      const answers = await Promise.all([1, 2, 3, 4, 5].map(() => send('POST', '/v1/keys', { body, key: 'issue-1' })));
      expect(answers.filter(({ body: { secret } }) => secret !== undefined)).toHaveLength(1);
      expect(new Set(answers.map(({ body: { key } }) => key)).size).toBe(1);
      expect(await product.keys.verify()).toMatchObject({ apiKeys: before + 1, damaged: [] });
    });

    it('opens nothing from the moment its revocation is answered', async () => {
      const secret = await issue('analyst');
      const keys = (await send('GET', '/v1/keys', { as: secret })).body['keys'] as {
        key: string;
        role: string;
      }[];
      const id = keys.find(({ role }) => role === 'analyst')?.key ?? '';
      const revoked = await send('DELETE', `/v1/keys/${id}`, { key: 'revoke-1' });
      expect(revoked).toMatchObject({ status: 200, body: { key: id } });
      expect((await send('GET', '/v1/keys', { as: secret })).status).toBe(401);
      expect((await send('DELETE', `/v1/keys/${id}`, { key: 'revoke-1' })).text).toBe(revoked.text);
      expect((await send('DELETE', `/v1/keys/${id}`)).body['code']).toBe('KeyNotFound');
      product = await product.reopen();
      expect((await send('GET', '/v1/keys', { as: secret })).status).toBe(401);
    });

    it.each([
      ['OutletUnknown', '/outlets/0', { role: 'till', outlets: ['cebu'] }],
      ['KeyNeedsOutlet', '/outlets', { role: 'till' }],
      ['KeyNeedsOutlet', '/outlets', { role: 'till', outlets: ['manila-1', 'manila-1'] }],
      ['KeyNeedsOutlet', '/outlets', { role: 'staff', outlets: [] }],
      ['KeyNeedsNoOutlet', '/outlets', { role: 'manager', outlets: ['manila-1'] }],
      ['HistoryNeedsAdmin', '/history', { role: 'manager', history: true }],
    ])('is refused with %s at %s, and leaves no secret behind', async (code, pointer, body) => {
      const before = await product.keys.verify();
      const refused = await send('POST', '/v1/keys', { body: { name: 'No', ...body } });
      expect(refused).toMatchObject({ status: 422, body: { code, errors: [{ pointer }] } });
      expect(await product.keys.verify()).toEqual(before);
    });
  });

  describe('another tenant', () => {
    it('is made by an admin of main, begins empty, and sees nothing of others', async () => {
      await send('PUT', '/v1/outlets/manila-1', { body: manila });
      const made = await product.send('POST', '/v1/tenants', { body: { tenant: 'harbour' }, key: 'tenant-1' });
      expect(made).toMatchObject({ status: 201, body: { tenant: 'harbour' } });
      const as = String(made.body['secret']);
      expect((await send('GET', '/v1/outlets', { as })).body['outlets']).toEqual([]);
      expect((await send('GET', '/v1/outlets/manila-1', { as })).status).toBe(404);
      expect((await send('GET', '/v1/keys', { as })).body['keys']).toHaveLength(1);
      const again = await product.send('POST', '/v1/tenants', { body: { tenant: 'harbour' } });
      expect(again).toMatchObject({ status: 409, body: { code: 'TenantExists' } });
      const third = await send('POST', '/v1/tenants', { body: { tenant: 'cebu' }, as });
      expect(third).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
    });

    it('may use the same idempotency keys', async () => {
      const as = await ownerOf('pier');
      await send('PUT', '/v1/outlets/manila-1', { body: manila, key: 'set-1' });
      const theirs = await send('PUT', '/v1/outlets/pier', { body: manila, key: 'set-1', as });
      expect(theirs).toMatchObject({ status: 200, body: { outlet: 'pier' } });
    });
  });

  it('lets nobody in without a key that works', async () => {
    for (const as of ['', 'suki_', `suki_${'A'.repeat(43)}`, admin.slice(0, -1), `${admin}A`]) {
      expect((await send('GET', '/v1/outlets', { as })).status).toBe(401);
    }
  });
});
