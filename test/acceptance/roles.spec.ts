import { CONTROLLERS } from '../../libs/capabilities/product.module';
import { PERMISSIONS, ROLES, type Role } from '../../libs/capabilities/tenants';
import { servedOperations, type ServedOperation } from '../../libs/platform/http/openapi';
import { returnOf } from './returned-goods';
import { idOf, openRewardShop, redemptionOf } from './reward-shop';
import { ICE_CREAM, purchaseOf, RunningProduct, type Request, textOf } from './running-product';

const PROGRAMME = {
  language: 1,
  name: 'Other',
  currency: 'PHP',
  timeZone: 'Asia/Manila',
  wallets: [{ id: 'w', name: 'w', rounding: { mode: 'floor', scope: 'basket' } }],
  rules: [{ id: 'visit', kind: 'perVisit', wallet: 'w', points: '1' }],
};

/** A request that is right for every operation, but perhaps for who sends it; ids of the tenant `main` unless `id` is new. */
const SAMPLES: Readonly<Record<string, Request & { readonly query?: string; readonly id?: string }>> = {
  recordPurchase: { body: ICE_CREAM },
  getPurchase: {},
  returnGoods: { body: returnOf('roles-1', [{ pesos: 1 }]) },
  returnPurchase: { body: returnOf('roles-2', [{ pesos: 1 }]) },
  voidPurchase: { body: { outlet: 'manila-1', till: '1', occurredAt: '2026-11-25T10:00:00+08:00' } },
  claimPurchase: { body: { customer: { card: '9001' } } },
  quotePurchase: { body: { outlet: ICE_CREAM.outlet, currency: ICE_CREAM.currency, lines: ICE_CREAM.lines } },
  readLedgerTotals: {},
  listRewards: {},
  reserveRedemption: { body: redemptionOf('{customer}', 'star') },
  confirmRedemption: { body: {} },
  releaseRedemption: { body: {} },
  getRedemption: {},
  adjustPoints: {
    body: { customer: { id: '{customer}' }, programme: 'shop', wallet: 'points', points: 1, reason: 'x' },
  },
  recordActivity: { body: { customer: { id: '{customer}' }, activity: 'review', occurredAt: ICE_CREAM.occurredAt } },
  getAccount: {},
  listEntries: {},
  explainEntry: {},
  enrolCustomer: { body: { card: '9001' } },
  lookUpCustomer: { body: { card: '9001' } },
  getCustomer: {},
  draftProgramme: { id: 'new', body: PROGRAMME },
  getProgrammeDraft: {},
  publishRevision: { body: {} },
  activateRevision: { body: { effectiveFrom: '2030-01-01T00:00:00Z' } },
  listProgrammes: {},
  getProgramme: {},
  createTenant: { body: { tenant: 'third' } },
  setOutlet: { id: 'new-1', body: { name: 'M', timeZone: 'Asia/Manila', currency: 'PHP', numbering: 'forever' } },
  listOutlets: {},
  getOutlet: {},
  issueKey: { body: { name: 'x', role: 'analyst' } },
  revokeKey: {},
  listKeys: {},
  readFeed: {},
  registerWebhook: { body: { url: 'http://127.0.0.1:9/' } },
  listWebhooks: {},
  getWebhook: {},
  changeWebhook: { body: { url: 'http://127.0.0.1:9/', paused: true } },
  rotateWebhookSecret: { body: {} },
  testWebhook: {},
  listDeadLetters: {},
  replayWebhook: { body: { deadLetters: true } },
  deleteWebhook: {},
  readMonthlyPurchases: { query: '?currency=PHP' },
  readCustomerValues: { query: '?currency=PHP' },
};

/** Operations whose path names something of the tenant that must be there. */
const NAMES_SOMETHING = [
  'getPurchase',
  'returnPurchase',
  'voidPurchase',
  'claimPurchase',
  'confirmRedemption',
  'releaseRedemption',
  'getRedemption',
  'getAccount',
  'listEntries',
  'explainEntry',
  'getCustomer',
]
  .concat(['getProgrammeDraft', 'publishRevision', 'activateRevision', 'getProgramme', 'getOutlet', 'revokeKey'])
  .concat(['getWebhook', 'changeWebhook', 'rotateWebhookSecret', 'testWebhook', 'listDeadLetters', 'replayWebhook'])
  .concat(['deleteWebhook']);

/** What the others answer strangers, whose requests are right in the tenant `main`: with their own tenant's, or not at all. */
const STRANGERS: Readonly<Record<string, readonly number[]>> = {
  recordPurchase: [403, 422],
  returnGoods: [403, 422],
  quotePurchase: [403, 422],
  readLedgerTotals: [200],
  listRewards: [200],
  reserveRedemption: [403, 422],
  adjustPoints: [422],
  recordActivity: [422],
  enrolCustomer: [409],
  lookUpCustomer: [200],
  draftProgramme: [200],
  listProgrammes: [200],
  createTenant: [403],
  setOutlet: [200],
  listOutlets: [200],
  issueKey: [201],
  listKeys: [200],
  readFeed: [200],
  registerWebhook: [201],
  listWebhooks: [200],
  readMonthlyPurchases: [200],
  readCustomerValues: [200],
};

const operations = servedOperations(CONTROLLERS).filter(({ terms }) => terms.open !== true);

describe('S.4 who may do what', () => {
  let product: RunningProduct;
  let ids: Readonly<Record<string, string>>;
  const keys = new Map<Role, string>();
  const strangers = new Map<Role, string>();

  beforeAll(async () => {
    product = await RunningProduct.open(undefined, { webhooksAllowPrivate: true });
    await openRewardShop(product);
    const customer = await product.enrol('9001');
    const bought = await product.send('POST', '/v1/purchases', { body: ICE_CREAM });
    await product.send('PUT', '/v1/programmes/main/draft', { body: PROGRAMME });
    const { body: entries } = await product.send(
      'GET',
      `/v1/customers/${customer}/entries?position=${textOf(bought.body['position'])}`,
    );
    const [entry] = entries['entries'] as { readonly id: string }[];
    const { body: spare } = await product.send('POST', '/v1/keys', { body: { name: 'spare', role: 'analyst' } });
    const handedOver = { offline: true, occurredAt: ICE_CREAM.occurredAt };
    const redeemed = await product.send('POST', '/v1/redemptions', {
      body: redemptionOf(customer, 'star', handedOver),
    });
    ids = {
      customers: customer,
      redemptions: idOf(redeemed),
      entry: entry?.id ?? '',
      purchase: 'manila-1~2~000123',
      outlets: 'manila-1',
      programmes: 'main',
      revision: '1',
      keys: textOf(spare['key']),
      webhooks: await registeredWebhook(),
    };
    const { body: other } = await product.send('POST', '/v1/tenants', { body: { tenant: 'other' } });
    const otherAdmin = textOf(other['secret']);
    const outlet = { name: 'O', timeZone: 'Asia/Manila', currency: 'PHP', numbering: 'forever' };
    await product.send('PUT', '/v1/outlets/other-1', { as: otherAdmin, body: outlet });
    await product.send('POST', '/v1/customers', { as: otherAdmin, body: { card: '9001' } });
    for (const role of ROLES) {
      const needsOutlet = role === 'till' || role === 'staff';
      keys.set(role, await product.key(role, needsOutlet ? { outlets: ['manila-1'] } : {}));
      strangers.set(role, await product.key(role, needsOutlet ? { outlets: ['other-1'] } : {}, otherAdmin));
    }
  });
  afterAll(() => product.close());

  async function registeredWebhook(): Promise<string> {
    const { body } = await product.send('POST', '/v1/webhooks', { body: { url: 'http://127.0.0.1:9/' } });
    return textOf(body['webhook']);
  }

  function send({ terms, method, path }: ServedOperation, as: string) {
    const collection = path.split('/')[2] ?? '';
    const { query = '', id = ids[collection], ...sample } = SAMPLES[terms.id] ?? {};
    const text = JSON.stringify(sample).replaceAll('{customer}', ids['customers'] ?? '');
    const request = JSON.parse(text) as Request;
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'id' ? id : ids[name]) ?? name);
    return product.send(method, filled + query, { ...request, as });
  }

  it('is told for every operation, and tried here', () => {
    const served = operations.map(({ terms }) => terms.id).sort();
    expect(Object.keys(PERMISSIONS).sort()).toEqual(served);
    expect(Object.keys(SAMPLES).sort()).toEqual(served);
  });

  it.each(operations.map((operation) => [operation.terms.id, operation] as const))('%s', async (id, operation) => {
    const allowed: readonly Role[] = PERMISSIONS[id as keyof typeof PERMISSIONS];
    expect((await send(operation, 'nobody')).status).toBe(401);
    for (const role of ROLES) {
      if (allowed.includes(role)) continue;
      const end = await product.endPosition();
      const refused = await send(operation, keys.get(role) ?? '');
      expect({ role, status: refused.status, code: refused.body['code'] }).toEqual({
        role,
        status: 403,
        code: 'Forbidden',
      });
      expect(await product.endPosition()).toBe(end);
    }
    const strange = new Set<number>();
    for (const role of allowed) {
      const { status, text } = await send(operation, strangers.get(role) ?? '');
      strange.add(status);
      // A 404 repeats the path it was asked for, and nothing else.
      if (status !== 404) expect(text).not.toContain(ids['customers']);
    }
    expect([...strange]).toEqual(NAMES_SOMETHING.includes(id) ? [404] : STRANGERS[id]);
    for (const role of allowed) {
      // One that a role has deleted is gone for the next.
      if (operation.path.startsWith('/v1/webhooks/')) ids = { ...ids, webhooks: await registeredWebhook() };
      const answer = await send(operation, keys.get(role) ?? '');
      expect({ role, status: answer.status, text: answer.text }).not.toMatchObject({ status: 401 });
      expect({ role, status: answer.status, text: answer.text }).not.toMatchObject({ status: 403 });
      expect({ role, status: answer.status, text: answer.text }).not.toMatchObject({ status: 404 });
      expect(answer.status).toBeLessThan(500);
    }
  });

  it('binds tills and staff to their outlets', async () => {
    const outlet = { name: 'Cebu', timeZone: 'Asia/Manila', currency: 'PHP', numbering: 'forever' };
    await product.send('PUT', '/v1/outlets/cebu-1', { body: outlet });
    const receipt = await product.send('POST', '/v1/purchases', {
      body: { ...purchaseOf('theirs', 1, 1), outlet: 'cebu-1' },
    });
    expect(receipt.status).toBe(201);
    const end = await product.endPosition();
    for (const role of ['till', 'staff'] as const) {
      const path = '/v1/purchases/cebu-1~1~theirs';
      const unread = await product.send('GET', path, { as: keys.get(role) ?? '' });
      expect(unread).toMatchObject({ status: 404, body: { code: 'PurchaseNotFound' } });
      const missing = await product.send('GET', '/v1/purchases/cebu-1~1~nobodys', { as: keys.get(role) ?? '' });
      expect(missing).toMatchObject({ status: 404, body: { code: 'PurchaseNotFound' } });
      expect((await product.send('GET', path, { as: keys.get('manager') ?? '' })).text).toBe(receipt.text);
      const body = { ...purchaseOf('x', 1, 1), outlet: 'cebu-1' };
      const refused = await product.send('POST', '/v1/purchases', { as: keys.get(role) ?? '', body });
      expect(refused).toMatchObject({ status: 403, body: { code: 'OutletNotYours' } });
    }
    expect(await product.endPosition()).toBe(end);
  });

  it('ends with the revocation of a key', async () => {
    const { body } = await product.send('POST', '/v1/keys', { body: { name: 'brief', role: 'analyst' } });
    const as = textOf(body['secret']);
    expect((await product.send('GET', '/v1/outlets', { as })).status).toBe(200);
    await product.send('DELETE', `/v1/keys/${textOf(body['key'])}`);
    expect((await product.send('GET', '/v1/outlets', { as })).status).toBe(401);
  });
});
