import type { JsonObject } from '../../libs/kernel/json';
import { customerWith, holding, openRewardShop, REWARD_SHOP } from './reward-shop';
import { OPENED_AT, RunningProduct } from './running-product';

const DAY = 86_400_000;

let product: RunningProduct;
beforeAll(async () => {
  product = await RunningProduct.open();
  await openRewardShop(product, {
    ...REWARD_SHOP,
    rules: [
      ...REWARD_SHOP.rules,
      { id: 'survey', kind: 'perActivity', wallet: 'stars', points: '1', activity: 'survey' },
      { id: 'night', kind: 'perActivity', wallet: 'stars', points: '5', activity: 'survey', when: NIGHT },
    ],
  });
});
afterAll(() => product.close());

const NIGHT = { hours: { from: '22:00', until: '06:00' } };

const at = (text: string): string => new Date(Date.parse(text)).toISOString();
const activityOf = (customer: string, more: object = {}): JsonObject => ({
  customer: { id: customer },
  activity: 'review',
  occurredAt: at('2026-11-25T10:00:00+08:00'),
  ...more,
});
const report = (body: JsonObject, headers: Readonly<Record<string, string>> = {}, as?: string) =>
  product.send('POST', '/v1/activities', { body, headers, ...(as !== undefined && { as }) });

const refuses: RunningProduct['refuses'] = (...asked) => product.refuses(...asked);

describe('F1.2 a custom event', () => {
  it('earns what the rules that name it give, without any purchase', async () => {
    const customer = await customerWith(product, 0);
    const { status, body } = await report(activityOf(customer));
    expect(status).toBe(201);
    expect(body).toMatchObject({ customerId: customer, activity: 'review', flags: [] });
    expect(body['earned']).toEqual([{ programme: 'shop', wallet: 'points', points: 25 }]);
    expect(body['receiptLines']).toEqual(['points earned: +25']);
    expect(holding(body)).toEqual([25, 0, 0]);
  });

  it('that no rule names is kept, and earns nothing', async () => {
    const { status, body } = await report(activityOf(await customerWith(product, 0), { activity: 'yawn' }));
    expect([status, body['earned']]).toEqual([201, []]);
  });

  it('sent again is answered as the first time, byte for byte', async () => {
    const customer = await customerWith(product, 0);
    const headers = { 'idempotency-key': 'review-once' };
    const first = await report(activityOf(customer), headers);
    const again = await report(activityOf(customer), headers);
    expect([again.status, again.text]).toEqual([200, first.text]);
    await refuses(() => report(activityOf(customer, { activity: 'survey' }), headers), 409, 'DifferentBody');
  });

  it('S6 is judged by the clock of the outlet, and without one by that of the programme', async () => {
    const customer = await customerWith(product, 0);
    const outlet = { name: 'Berlin', timeZone: 'Europe/Berlin', currency: 'EUR', numbering: 'forever' };
    await product.send('PUT', '/v1/outlets/berlin-1', { body: outlet });
    const survey = { activity: 'survey', occurredAt: at('2026-11-24T23:00:00+08:00') };
    const earned = async (more: object) => (await report(activityOf(customer, { ...survey, ...more }))).body['earned'];
    expect(await earned({})).toEqual([{ programme: 'shop', wallet: 'stars', points: 6 }]);
    expect(await earned({ outlet: 'manila-1' })).toEqual([{ programme: 'shop', wallet: 'stars', points: 6 }]);
    expect(await earned({ outlet: 'berlin-1' })).toEqual([{ programme: 'shop', wallet: 'stars', points: 1 }]);
  });

  it('S2 that comes late is put where it belongs, and after 45 days counts from its report', async () => {
    const customer = await customerWith(product, 10);
    const early = await report(activityOf(customer, { occurredAt: new Date(OPENED_AT - DAY).toISOString() }));
    expect(early.body).toMatchObject({ flags: ['late'], earned: [{ points: 25 }] });
    const older = await report(activityOf(customer, { occurredAt: new Date(OPENED_AT - 46 * DAY).toISOString() }));
    expect(older.body).toMatchObject({ flags: ['beyondHorizon'], earned: [{ points: 25 }] });
    expect(holding(older.body)).toEqual([60, 0, 0]);
  });

  it('of nobody we know, or of an outlet that is not the key’s, is refused', async () => {
    const customer = await customerWith(product, 0);
    await refuses(() => report(activityOf('cus_none')), 422, 'CustomerUnknown');
    await refuses(() => report(activityOf(customer, { outlet: 'nowhere' })), 422, 'OutletUnknown');
    const outlet = { name: 'Cebu', timeZone: 'Asia/Manila', currency: 'PHP', numbering: 'forever' };
    await product.send('PUT', '/v1/outlets/cebu-1', { body: outlet });
    const till = await product.key('till', { outlets: ['cebu-1'] });
    await refuses(() => report(activityOf(customer, { outlet: 'manila-1' }), {}, till), 403, 'OutletNotYours');
  });
});
