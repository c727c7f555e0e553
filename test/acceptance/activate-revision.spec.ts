import type { JsonObject } from '../../libs/kernel/json';
import { OPENED_AT, purchaseOf, RunningProduct, textOf } from './running-product';

let product: RunningProduct;
beforeAll(async () => {
  product = await RunningProduct.open();
});
afterAll(() => product.close());

const second: JsonObject = {
  language: 1,
  name: 'Second',
  currency: 'PHP',
  timeZone: 'Asia/Manila',
  wallets: [{ id: 'stars', name: 'stars', rounding: { mode: 'floor', scope: 'basket' } }],
  rules: [{ id: 'visit', kind: 'perVisit', wallet: 'stars', points: '1' }],
};

describe('the first purchase of a tenant against activations that reach back', () => {
  it('is decided by every programme that was activated before it, and by no other', async () => {
    for (let round = 0; round < 6; round++) {
      const tenant = `race${round}`;
      const made = await product.send('POST', '/v1/tenants', { body: { tenant } });
      expect(made.status).toBe(201);
      const as = textOf(made.body['secret']);
      const outlet = { name: 'M', timeZone: 'Asia/Manila', currency: 'PHP', numbering: 'forever' };
      await product.send('PUT', '/v1/outlets/manila-1', { as, body: outlet });
      await product.send('POST', '/v1/customers', { as, body: { card: '1' } });
      for (const id of ['one', 'two']) {
        await product.send('PUT', `/v1/programmes/${id}/draft`, { as, body: second });
        await product.send('POST', `/v1/programmes/${id}/revisions`, { as, body: {} });
      }
      const activate = (id: string) =>
        product.send('POST', `/v1/programmes/${id}/revisions/1/activation`, {
          as,
          body: { effectiveFrom: '1970-01-01T00:00:00Z' },
        });
      const purchases = ['a', 'b', 'c'].map((receipt) =>
        product.send('POST', '/v1/purchases', { as, body: purchaseOf(receipt, 10, 5, '1') }),
      );
      const [one, two, ...bought] = await Promise.all([activate('one'), activate('two'), ...purchases]);
      expect(bought.map(({ status }) => status)).toEqual([201, 201, 201]);
      const inForce = [one, two].filter(({ status }) => status === 201).length;
      for (const refused of [one, two].filter(({ status }) => status !== 201)) {
        expect(refused).toMatchObject({ status: 422, body: { code: 'AccountsOpened' } });
      }
      for (const { body } of bought) expect((body['balances'] as unknown[]).length).toBe(inForce);
    }
  });
});

describe('a revision activated forwards', () => {
  it('decides what occurs from then on, and nothing that occurred before', async () => {
    await product.enrol('forward');
    const twice = {
      ...second,
      wallets: [{ id: 'points', name: 'points', rounding: { mode: 'floor', scope: 'basket' } }],
      rules: [{ id: 'base', kind: 'perAmount', wallet: 'points', points: '2', amount: '1.00' }],
    };
    await product.send('PUT', '/v1/programmes/main/draft', { body: twice });
    await product.send('POST', '/v1/programmes/main/revisions', { body: {} });
    const activate = (minutes: number) =>
      product.send('POST', '/v1/programmes/main/revisions/2/activation', {
        body: { effectiveFrom: new Date(OPENED_AT + minutes * 60_000).toISOString() },
      });
    expect(await activate(3)).toMatchObject({ status: 422, body: { code: 'ActivationTooEarly' } });
    expect((await activate(10)).status).toBe(201);
    const buy = async (receipt: string, minutesAgo: number): Promise<unknown> =>
      (await product.send('POST', '/v1/purchases', { body: purchaseOf(receipt, 10, minutesAgo, 'forward') })).body[
        'balances'
      ];
    expect(await buy('before', 0)).toMatchObject([{ available: 10 }]);
    product.passTime(15 * 60_000);
    expect(await buy('after', -12)).toMatchObject([{ available: 30 }]);
    expect(await buy('late', -9)).toMatchObject([{ available: 40 }]);
  });
});
