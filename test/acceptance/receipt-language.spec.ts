import { boughtOf, by, minutesAgo, returnOf } from './returned-goods';
import { customerWith, openRewardShop, redemptionOf, TILL } from './reward-shop';
import { RunningProduct, textOf, type Answer } from './running-product';

let product: RunningProduct;
beforeAll(async () => {
  product = await RunningProduct.open();
  await openRewardShop(product);
});
afterAll(() => product.close());

const OUTLET = { name: 'Manila 1', timeZone: 'Asia/Manila', currency: 'PHP', numbering: 'forever' } as const;
const speak = (language?: string, id = 'manila-1') =>
  product.send('PUT', `/v1/outlets/${id}`, { body: { ...OUTLET, ...(language !== undefined && { language }) } });
const post = (path: string, body: object, more: object = {}) => product.send('POST', path, { body, ...more });
const linesOf = ({ status, body }: Answer): string => {
  expect(status).toBeLessThan(300);
  return (body['receiptLines'] as readonly string[]).join('\n');
};

describe("receipt lines are in the outlet's language", () => {
  beforeEach(() => speak());

  it('of whatever a till may send', async () => {
    await speak('fil');
    const customer = await customerWith(product, 100);
    const bought = await post('/v1/purchases', boughtOf('fil-1', [50], by('nobody-yet')));
    expect(bought.status).toBe(422);
    await product.enrol('fil');
    expect(linesOf(await post('/v1/purchases', boughtOf('fil-1', [50], by('fil'))))).toMatch(
      /^Nakuhang points: \+50\n[^]*Balanse ng points: 50\n/,
    );
    expect(linesOf(await post('/v1/purchases', boughtOf('fil-2', [30])))).toContain('na makukuha bago ang');
    const back = await post('/v1/returns', returnOf('fil-3', [{ purchase: 'manila-1~1~fil-1' }]));
    expect(linesOf(back)).toContain('Binawing points: -50\nBalanse ng points: 0\n');
    const { receipt: _, ...quoted } = boughtOf('fil-4', [20], by('fil'));
    expect(linesOf(await post('/v1/quotes', quoted))).toContain('Balanse ng points: 20');
    const held = await post('/v1/redemptions', redemptionOf(customer, 'cone-for-points'));
    expect(linesOf(held)).toContain('Balanse ng points: 100');
    const path = `/v1/redemptions/${textOf(held.body['redemptionId'])}`;
    expect(linesOf(await post(`${path}/confirm`, {}))).toContain('Balanse ng points: 80');
    const activity = { customer: { id: customer }, activity: 'review', occurredAt: minutesAgo(1), ...TILL };
    expect(linesOf(await post('/v1/activities', { ...activity, till: undefined }))).toBe('Nakuhang points: +25');
    expect(linesOf(await post('/v1/purchases/manila-1~1~fil-2/claim', by('fil')))).toContain('Nakuhang points: +30');
    const voided = { outlet: 'manila-1', till: '1', occurredAt: minutesAgo(1) };
    expect(linesOf(await post('/v1/purchases/manila-1~1~fil-2/void', voided))).toContain(
      'Na-void ang resibo fil-2\nBinawing points: -30',
    );
  });

  it('as it is rendered once: a repeated answer is the first one, whatever the outlet speaks since', async () => {
    await product.enrol('twice');
    await speak('ta');
    const purchase = boughtOf('ta-1', [50], by('twice'));
    const first = await post('/v1/purchases', purchase);
    expect(linesOf(first)).toMatch(/^பெற்ற points: \+50\n[^]*points இருப்பு: 50\n/);
    await speak('vi');
    const again = await post('/v1/purchases', purchase);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(linesOf(await post('/v1/purchases', boughtOf('vi-1', [5], by('twice'))))).toMatch(
      /^Nhận được points: \+5\n[^]*Số dư points: 55\n/,
    );
  });

  it('of where the command came from: the outlet that is named, else that of a key for one outlet, else English', async () => {
    const id = await product.enrol('adjusted');
    await speak('vi');
    await speak('fil', 'cebu-1');
    const adjust = (as: string) =>
      post(
        '/v1/adjustments',
        { customer: { id }, programme: 'main', wallet: 'points', points: 5, reason: 'late' },
        { as },
      );
    expect(linesOf(await adjust(product.admin))).toContain('points balance: 5');
    const one = await product.key('staff', { outlets: ['cebu-1'] });
    const two = await product.key('staff', { outlets: ['cebu-1', 'manila-1'] });
    for (const receipt of ['one', 'two']) await post('/v1/purchases', boughtOf(receipt, [7]));
    const claim = (receipt: string, as: string) =>
      post(`/v1/purchases/manila-1~1~${receipt}/claim`, { customer: { id } }, { as });
    expect(linesOf(await claim('one', one))).toContain('Nakuhang points: +7');
    expect(linesOf(await claim('two', two))).toContain('Nhận được points: +7');
  });

  it('of an outlet, shown where it was said; one nobody speaks is refused', async () => {
    expect((await speak('fil')).body).toMatchObject({ outlet: 'manila-1', language: 'fil' });
    expect((await product.send('GET', '/v1/outlets/manila-1')).body['language']).toBe('fil');
    expect((await speak()).body).not.toHaveProperty('language');
    const end = await product.endPosition();
    for (const unknown of ['tl', 'EN', '', 'en-PH'])
      expect(await speak(unknown)).toMatchObject({
        status: 400,
        body: { code: 'InvalidRequest', errors: [{ pointer: '/language' }] },
      });
    expect(await product.endPosition()).toBe(end);
  });
});
