import type { JsonObject } from '../../libs/kernel/json';
import { customerWith, holding, openRewardShop, redemptionOf, REWARD_SHOP, TILL } from './reward-shop';
import { RunningProduct, textOf } from './running-product';

let product: RunningProduct;
beforeAll(async () => {
  product = await RunningProduct.open();
  await openRewardShop(product);
});
afterAll(() => product.close());

const adjustmentOf = (customer: string, points: number, more: object = {}): JsonObject => ({
  customer: { id: customer },
  programme: 'shop',
  wallet: 'points',
  points,
  reason: 'The till was down',
  ...more,
});
const adjust = (body: JsonObject, more: { readonly as?: string; readonly headers?: Record<string, string> } = {}) =>
  product.send('POST', '/v1/adjustments', { body, ...more });

const refuses: RunningProduct['refuses'] = (...asked) => product.refuses(...asked);

describe('L.7 an adjustment', () => {
  it('adds points or takes them, for a reason, and says what is left', async () => {
    const customer = await customerWith(product, 10);
    const added = await adjust(adjustmentOf(customer, 40));
    expect(added).toMatchObject({
      status: 201,
      body: { customerId: customer, points: 40, reason: 'The till was down' },
    });
    expect(holding(added.body)).toEqual([50, 0, 0]);
    const taken = await adjust(adjustmentOf(customer, -50));
    expect(holding(taken.body)).toEqual([0, 0, 0]);
    const account = `/v1/customers/${customer}/account?position=${textOf(taken.body['position'])}`;
    expect(holding((await product.send('GET', account)).body)).toEqual([0, 0, 0]);
  });

  it('is limited by the role: a manager to 1,000, an admin to none, others may not at all', async () => {
    const customer = await customerWith(product, 0);
    const [manager, staff, till] = [
      await product.key('manager'),
      await product.key('staff', { outlets: ['manila-1'] }),
      await product.key('till', { outlets: ['manila-1'] }),
    ];
    expect((await adjust(adjustmentOf(customer, 1000), { as: manager })).status).toBe(201);
    expect((await adjust(adjustmentOf(customer, -1000), { as: manager })).status).toBe(201);
    const large = await refuses(() => adjust(adjustmentOf(customer, 1001), { as: manager }), 422, 'AdjustmentTooLarge');
    expect(large.body['detail']).toBe('The role manager may adjust by at most 1000 points at once, not by 1001.');
    await refuses(() => adjust(adjustmentOf(customer, -1001), { as: manager }), 422, 'AdjustmentTooLarge');
    await refuses(() => adjust(adjustmentOf(customer, 1), { as: staff }), 422, 'AdjustmentTooLarge');
    await refuses(() => adjust(adjustmentOf(customer, 1), { as: till }), 403, 'Forbidden');
    expect((await adjust(adjustmentOf(customer, 1_000_000))).status).toBe(201);
  });

  it('sent again is answered as the first time, byte for byte, and adds nothing', async () => {
    const customer = await customerWith(product, 0);
    const headers = { 'idempotency-key': 'adjust-once' };
    const first = await adjust(adjustmentOf(customer, 7), { headers });
    const again = await adjust(adjustmentOf(customer, 7), { headers });
    expect([again.status, again.text]).toEqual([200, first.text]);
    await refuses(() => adjust(adjustmentOf(customer, 8), { headers }), 409, 'DifferentBody');
    expect(holding((await adjust(adjustmentOf(customer, 1))).body)).toEqual([8, 0, 0]);
  });

  it('is the same command however its customer is named, and another one for another customer', async () => {
    const [customer, other] = [await product.enrol('adjusted-1'), await product.enrol('adjusted-2')];
    const headers = { 'idempotency-key': 'adjust-by-card' };
    const byCard = (card: string) => adjust({ ...adjustmentOf('', 7), customer: { card } }, { headers });
    const first = await byCard('adjusted-1');
    expect(first).toMatchObject({ status: 201, body: { customerId: customer } });
    expect((await adjust(adjustmentOf(customer, 7), { headers })).text).toBe(first.text);
    await refuses(() => adjust(adjustmentOf(other, 7), { headers }), 409, 'DifferentBody');
    await refuses(() => byCard('adjusted-2'), 409, 'DifferentBody');
    await refuses(() => adjust({ ...adjustmentOf('', 7), customer: {} }), 400, 'InvalidRequest');
    const nobody = { ...adjustmentOf('', 7), customer: { card: 'nobody' } };
    await refuses(() => adjust(nobody), 422, 'CustomerUnknown');
  });

  it('takes no more than can be spent: what is reserved is not', async () => {
    const customer = await customerWith(product, 100);
    await product.send('POST', '/v1/redemptions', { body: redemptionOf(customer, 'five-off') });
    const refused = await refuses(() => adjust(adjustmentOf(customer, -51)), 422, 'InsufficientPoints');
    expect(refused.body['detail']).toBe('Only 50 points can be taken from points, not 51.');
    expect((await adjust(adjustmentOf(customer, -50))).status).toBe(201);
  });

  it('that cannot be is refused, and records nothing', async () => {
    const customer = await customerWith(product, 10);
    await refuses(() => adjust(adjustmentOf(customer, 1, { wallet: 'none' })), 422, 'WalletUnknown');
    await refuses(() => adjust(adjustmentOf(customer, 1, { programme: 'none' })), 422, 'WalletUnknown');
    await refuses(() => adjust(adjustmentOf('cus_none', 1)), 422, 'CustomerUnknown');
    await refuses(() => adjust(adjustmentOf(customer, 0)), 400, 'InvalidRequest');
    await refuses(() => adjust(adjustmentOf(customer, 1, { reason: '' })), 400, 'InvalidRequest');
    await refuses(() => adjust(adjustmentOf(customer, 1, { reason: 'x'.repeat(501) })), 400, 'InvalidRequest');
    const most = adjustmentOf(customer, Number.MAX_SAFE_INTEGER);
    await refuses(() => adjust(most), 422, 'PointsTooMany');
  });

  it('pays debt first', async () => {
    const customer = await customerWith(product, 0);
    const occurredAt = '2026-11-25T10:59:00+08:00';
    const body = {
      customer: { id: customer },
      ...TILL,
      reward: { programme: 'shop', id: 'five-off' },
      offline: true,
      occurredAt,
    };
    const owed = await product.send('POST', '/v1/redemptions', { body });
    expect([owed.body['flags'], holding(owed.body)]).toEqual([['overdrawn'], [0, 0, 50]]);
    expect(holding((await adjust(adjustmentOf(customer, 80))).body)).toEqual([30, 0, 0]);
  });
});

describe('L.7 a programme that names who may adjust', () => {
  let strict: RunningProduct;
  beforeAll(async () => {
    strict = await RunningProduct.open();
    await openRewardShop(strict, { ...REWARD_SHOP, adjustments: { staff: 20, manager: 100 } });
  });
  afterAll(() => strict.close());

  it('lets nobody else, however high the role', async () => {
    const customer = await customerWith(strict, 0);
    const staff = await strict.key('staff', { outlets: ['manila-1'] });
    const send = (points: number, as?: string) =>
      strict.send('POST', '/v1/adjustments', { body: adjustmentOf(customer, points), ...(as && { as }) });
    expect((await send(20, staff)).status).toBe(201);
    expect(await send(21, staff)).toMatchObject({ status: 422, body: { code: 'AdjustmentTooLarge' } });
    expect(await send(1)).toMatchObject({ status: 422, body: { code: 'AdjustmentTooLarge' } });
  });

  it('of more than a wallet counts is refused; sums of accounts that numbers cannot tell are refused, not rounded', async () => {
    const [one, other] = [await customerWith(product, 0), await customerWith(product, 0)];
    expect((await adjust(adjustmentOf(one, 9e15))).status).toBe(201);
    await refuses(() => adjust(adjustmentOf(one, 9e15)), 422, 'PointsTooMany');
    const totals = () => product.send('GET', '/v1/insights/ledger-totals');
    const { wallets } = (await totals()).body as { readonly wallets: readonly JsonObject[] };
    expect(wallets.map(({ balance }) => Number(balance) >= 9e15)).toEqual([false, true]);
    expect((await adjust(adjustmentOf(other, 9e15))).status).toBe(201);
    expect(await totals()).toMatchObject({ status: 422, body: { code: 'PointsTooMany' } });
  });
});
