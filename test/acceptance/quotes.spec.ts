import fc from 'fast-check';
import type { JsonObject } from '../../libs/kernel/json';
import { OPENED_AT, RunningProduct, textOf } from './running-product';

let product: RunningProduct;
let receipts = 0;

beforeAll(async () => {
  product = await RunningProduct.open();
  await product.enrol('9001');
});
afterAll(() => product.close());

const basket = (more: object = {}): JsonObject => ({
  outlet: 'manila-1',
  currency: 'PHP',
  customer: { card: '9001' },
  lines: [{ sku: 'ICE-CONE', quantity: 3, unitPrice: 4_500, amount: 13_500 }],
  ...more,
});
const quote = (body: JsonObject) => product.send('POST', '/v1/quotes', { body });
const buy = (body: JsonObject, more: object = {}) =>
  product.send('POST', '/v1/purchases', {
    body: { till: '1', receipt: `q-${receipts++}`, occurredAt: new Date(OPENED_AT).toISOString(), ...body, ...more },
  });

/** What both tell, but for what names the receipt: its lots. */
const told = ({ earned, balances, stamps, rewardsIssued, receiptLines }: JsonObject) => ({
  earned: (earned as readonly JsonObject[]).map(({ because, ...points }) => ({
    ...points,
    because: (because as readonly JsonObject[]).map(({ lot: _, ...reason }) => reason),
  })),
  balances,
  stamps,
  rewardsIssued,
  receiptLines,
});

describe('L.10 a quote', () => {
  it('says what a purchase would earn and hold, and stores nothing', async () => {
    const before = await product.endPosition();
    const { status, body } = await quote(basket());
    expect(status).toBe(200);
    expect(body).toMatchObject({
      earned: [{ programme: 'main', wallet: 'points', points: 135 }],
      balances: [{ wallet: 'points', available: 135 }],
      flags: [],
      applicableRewards: [],
      receiptLines: ['points earned: +135', 'points balance: 135'],
      token: expect.any(String),
    });
    expect(await product.endPosition()).toBe(before);
    expect(Date.parse(textOf(body['validUntil'])) - OPENED_AT).toBeGreaterThanOrEqual(15 * 60_000);
  });

  it('S31 is the purchase at an unchanged position', async () => {
    const line = fc.record({ sku: fc.constantFrom('A', 'B'), quantity: fc.nat(5), amount: fc.nat(100_000) });
    const bodies = fc.record({
      lines: fc.array(line, { minLength: 1, maxLength: 4 }),
      minutesAgo: fc.nat(60 * 24 * 40),
      known: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(bodies, async ({ lines, minutesAgo, known }) => {
        const occurredAt = new Date(OPENED_AT - minutesAgo * 60_000).toISOString();
        const { customer, ...anonymous } = basket({ lines, occurredAt });
        const named = { till: '1', receipt: `p-${receipts++}` };
        const body = { ...anonymous, ...named, ...(known && { customer }) } as JsonObject;
        const quoted = await quote(body);
        const bought = await buy(body);
        expect([quoted.status, bought.status]).toEqual([200, 201]);
        expect(told(quoted.body)).toEqual(told(bought.body));
        expect(quoted.body['flags']).toEqual(bought.body['flags']);
      }),
      { numRuns: 40 },
    );
  });

  it('S31 keeps the revision of its time for 15 minutes, and is flagged and ignored after', async () => {
    const key = await product.key('till', { outlets: ['manila-1'] });
    const quoted = await product.send('POST', '/v1/quotes', { as: key, body: basket() });
    const token = textOf(quoted.body['token']);
    const kept = await buy(basket(), { quote: token });
    expect(kept).toMatchObject({ status: 201, body: { flags: [], earned: [{ points: 135 }] } });
    product.passTime(16 * 60_000);
    const expired = await buy(basket(), { quote: token });
    expect(expired).toMatchObject({ status: 201, body: { earned: [{ points: 135 }] } });
    expect(expired.body['flags']).toContain('quoteExpired');
  });

  it('is refused where the purchase would be, and where the token is none of ours', async () => {
    expect(await quote(basket({ outlet: 'nowhere' }))).toMatchObject({ status: 422, body: { code: 'OutletUnknown' } });
    expect(await quote(basket({ customer: { card: 'x' } }))).toMatchObject({ body: { code: 'CustomerUnknown' } });
    expect(await quote(basket({ payments: [{ kind: 'cash', amount: 1 }] }))).toMatchObject({
      status: 422,
      body: { code: 'PaymentsDoNotAddUp' },
    });
    expect(await buy(basket(), { quote: 'a.b' })).toMatchObject({ status: 422, body: { code: 'QuoteUnknown' } });
  });
});
