import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CustomerId, TenantId } from '../../kernel/ids';
import { gather } from '../../testing/append-request';
import {
  openTemporaryProduct,
  type Answer,
  type Sending,
  type TemporaryProduct,
} from '../../testing/temporary-product';
import { fingerprintOf } from '../../platform/http/fingerprint';
import { TenantsModule } from '../tenants/tenants.module';
import { CustomersModule } from './customers.module';

const ana = {
  card: 'CARD-9001-ANA',
  phone: '+63 917 555 0101',
  email: 'Ana.Reyes@Example.org',
  name: 'Ana Reyes de la Cruz',
  birthday: '1990-05-17',
};
/** What nobody may find anywhere but through the person's key, in every spelling it had. */
const personal = [...Object.values(ana), '+639175550101', 'ana.reyes@example.org', 'Reyes', '555 0101'];
const manila = { name: 'Manila', timeZone: 'Asia/Manila', currency: 'PHP', numbering: 'forever' };

describe('customers over HTTP', () => {
  // One product for all tests, and a tenant with its admin for each.
  let product: TemporaryProduct;
  let tenant: TenantId;
  let admin: string;
  let tenants = 0;
  beforeAll(async () => {
    product = await openTemporaryProduct([TenantsModule, CustomersModule]);
  });
  beforeEach(async () => {
    tenant = `shop${tenants++}` as TenantId;
    admin = await ownerOf(tenant);
  });
  afterAll(() => product.dispose());

  const send = (method: string, path: string, sending: Sending = {}): Promise<Answer> =>
    product.send(method, path, { as: admin, ...sending });
  async function ownerOf(name: string): Promise<string> {
    const { body } = await product.send('POST', '/v1/tenants', { body: { tenant: name } });
    return String(body['secret']);
  }

  const enrol = (body: object = ana, key?: string, as?: string): Promise<Answer> =>
    send('POST', '/v1/customers', {
      body,
      ...(key === undefined ? {} : { key }),
      ...(as === undefined ? {} : { as }),
    });
  const lookUp = (body: object, as?: string): Promise<Answer> =>
    send('POST', '/v1/customers/lookup', { body, ...(as === undefined ? {} : { as }) });
  async function keyOf(role: string, outlets: readonly string[] = []): Promise<string> {
    const { body } = await send('POST', '/v1/keys', { body: { name: role, role, outlets } });
    return String(body['secret']);
  }

  it('finds a customer by card, phone and e-mail, in any spelling, from the moment of the answer', async () => {
    const { status, body } = await enrol();
    expect(status).toBe(201);
    const found = { status: 200, body: { customerId: body['customerId'] } };
    for (const identity of [
      { card: ana.card },
      { phone: '+639175550101' },
      { phone: '+63 (917) 555-0101' },
      { email: ' ana.reyes@EXAMPLE.org' },
    ]) {
      expect(await lookUp(identity)).toMatchObject(found);
    }
    product = await product.reopen();
    expect(await lookUp({ card: ana.card })).toMatchObject(found);
  });

  it('says retryable that nobody is known by a card, and never says the card', async () => {
    const unknown = await lookUp({ card: ana.card });
    expect(unknown).toMatchObject({ status: 422, body: { code: 'CustomerUnknown', retryable: true } });
    expect(unknown.text).not.toContain(ana.card);
  });

  it.each([
    ['InvalidRequest', {}],
    ['InvalidRequest', { card: '1', phone: '+639175550101' }],
    ['IdentityMalformed', { phone: '0917 555 0101' }],
    ['IdentityMalformed', { email: 'ana' }],
    ['IdentityMalformed', { card: 'a~b' }],
  ])('answers %s to a look-up of the wrong form', async (code, body) => {
    expect((await lookUp(body)).body['code']).toBe(code);
  });

  it('gives an identity to one person only: says which kind is taken, and nothing of whose it is', async () => {
    const { body } = await enrol();
    for (const [kind, other] of [
      ['card', { card: ana.card, name: 'Other' }],
      ['phone', { card: '2', phone: '+639175550101' }],
      ['email', { card: '3', email: 'ana.reyes@example.org' }],
    ] as const) {
      const end = await product.store.endPosition();
      const refused = await enrol(other);
      expect(refused).toMatchObject({
        status: 409,
        body: { code: 'IdentityTaken', errors: [{ pointer: `/${kind}` }] },
      });
      for (const secret of [...personal, String(body['customerId'])]) expect(refused.text).not.toContain(secret);
      expect(await product.store.endPosition()).toBe(end);
    }
    expect((await lookUp({ card: '2' })).body['code']).toBe('CustomerUnknown');
  });

  it('lets exactly one of many have a card they all ask for at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => enrol({ card: '9001', name: `Nr ${n}` })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body['code'] === 'IdentityTaken')).toHaveLength(19);
  });

  it.each([1, 2, 3, 4, 5])('enrols one person when the command is sent %i times at once', async (times) => {
    const answers = await Promise.all(Array.from({ length: times }, () => enrol(ana, 'enrol-1')));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const events = await gather(product.store.readAll({ filter: { categories: ['customer'], tenant } }));
    expect(events).toHaveLength(1);
  });

  it('answers a command that is sent again as the first time, and tells another body', async () => {
    const first = await enrol(ana, 'enrol-1');
    product = await product.reopen();
    const again = await enrol(ana, 'enrol-1');
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await enrol({ ...ana, name: 'Ana' }, 'enrol-1')).toMatchObject({
      status: 409,
      body: { code: 'DifferentBody' },
    });
    const otherCommand = await send('PUT', '/v1/outlets/manila-1', { body: manila, key: 'enrol-1' });
    expect(otherCommand).toMatchObject({ status: 409, body: { code: 'DifferentBody' } });
    await send('PUT', '/v1/outlets/manila-1', { body: manila, key: 'outlet-1' });
    expect((await enrol({ card: '2' }, 'outlet-1')).body['code']).toBe('DifferentBody');
    // Nobody can tell bodies apart once the person is erased: then it counts as the same.
    await product.keys.erasePersonKey(tenant, first.body['customerId'] as CustomerId);
    expect((await enrol({ ...ana, name: 'Ana' }, 'enrol-1')).text).toBe(first.text);
  });

  it.each([
    ['IdentityRequired', undefined, { name: 'Ana' }],
    ['IdentityMalformed', '/phone', { card: '1', phone: '0917' }],
    ['OutletUnknown', '/outlet', { card: '1', outlet: 'cebu' }],
  ])('refuses with %s at %s and keeps no key of a person', async (code, pointer, body) => {
    const before = await product.keys.verify();
    const refused = await enrol(body);
    expect(refused).toMatchObject({ status: 422, body: { code, ...(pointer && { errors: [{ pointer }] }) } });
    expect(await product.keys.verify()).toEqual(before);
  });

  it('shows what is personal to staff, managers and admins only', async () => {
    await send('PUT', '/v1/outlets/manila-1', { body: manila });
    const staff = await keyOf('staff', ['manila-1']);
    const analyst = await keyOf('analyst');
    const { body } = await enrol(ana, 'enrol-1', staff);
    const path = `/v1/customers/${String(body['customerId'])}`;
    const full = await send('GET', path, { as: staff });
    expect(full.body).toMatchObject({
      customerId: body['customerId'],
      outlet: 'manila-1',
      language: 'en',
      name: ana.name,
      birthday: ana.birthday,
      identities: [
        { kind: 'card', value: ana.card },
        { kind: 'phone', value: '+639175550101' },
        { kind: 'email', value: 'ana.reyes@example.org' },
      ],
    });
    const bare = await send('GET', path, { as: analyst });
    expect(bare.body).toMatchObject({ customerId: body['customerId'], identities: [{ kind: 'card' }, {}, {}] });
    for (const secret of personal) expect(bare.text).not.toContain(secret);
    expect((await send('GET', path, { as: await keyOf('till', ['manila-1']) })).status).toBe(403);
    expect((await send('GET', path, { as: await keyOf('service') })).status).toBe(403);
  });

  it('lets staff enrol at their own outlets only', async () => {
    await send('PUT', '/v1/outlets/manila-1', { body: manila });
    await send('PUT', '/v1/outlets/manila-2', { body: manila });
    const staff = await keyOf('staff', ['manila-1']);
    expect((await enrol({ card: '1', outlet: 'manila-2' }, undefined, staff)).body['code']).toBe('OutletNotYours');
    expect((await enrol({ card: '1', outlet: 'manila-1' }, undefined, staff)).status).toBe(201);
  });

  it('knows nobody of another tenant', async () => {
    const { body } = await enrol();
    const as = await ownerOf('harbour');
    expect((await lookUp({ card: ana.card }, as)).body['code']).toBe('CustomerUnknown');
    const path = `/v1/customers/${String(body['customerId'])}`;
    expect((await send('GET', path, { as })).body['code']).toBe('CustomerNotFound');
    expect((await enrol(ana, undefined, as)).status).toBe(201);
  });

  it('answers 404 for an id that nobody has', async () => {
    const unknown = 'cus_019a9f3e-5d00-7a10-8b2c-3f4d5e6f7a80';
    for (const id of [unknown, 'cus_1', '9001']) {
      expect((await send('GET', `/v1/customers/${id}`)).body['code']).toBe('CustomerNotFound');
    }
  });

  it('leaves nothing personal that can be read in any file', async () => {
    await enrol(ana, 'enrol-1');
    await lookUp({ card: ana.card });
    await enrol({ card: ana.card });
    product = await product.reopen();
    const files = filesIn(product.directory);
    expect(files.some((file) => file.includes('/log/'))).toBe(true);
    const hashes = [
      fingerprintOf({ operation: 'enrolCustomer', path: {}, body: ana }),
      ...personal.map((text) => Buffer.from(text).toString('base64url')),
    ];
    for (const file of files) {
      const bytes = readFileSync(file);
      for (const text of [...personal, ...hashes]) expect([file, bytes.includes(text)]).toEqual([file, false]);
    }
  });

  it('finds the same customers after the index was lost, except the erased', async () => {
    const kept = await enrol();
    const erased = await enrol({ card: '666' });
    await product.keys.erasePersonKey(tenant, erased.body['customerId'] as CustomerId);
    product = await product.reopen({ withoutIndex: true });
    expect((await lookUp({ card: ana.card })).body['customerId']).toBe(kept.body['customerId']);
    expect((await lookUp({ card: '666' })).body['code']).toBe('CustomerUnknown');
    const bare = await send('GET', `/v1/customers/${String(erased.body['customerId'])}`);
    expect(bare).toMatchObject({ status: 200, body: { identities: [{ kind: 'card' }] } });
    expect(bare.text).not.toContain('666');
  });
});

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile());
}
