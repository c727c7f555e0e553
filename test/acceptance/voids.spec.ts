import { putInForce } from '../../apps/local/starter';
import { SukiApi } from '../../libs/client';
import { availableIn, boughtOf, by, minutesAgo, pointsIn, refused } from './returned-goods';
import { RunningProduct, textOf } from './running-product';

let product: RunningProduct;
beforeAll(async () => {
  product = await RunningProduct.open();
  await putInForce(new SukiApi(product.url, product.admin), 'visits', {
    language: 1,
    name: 'Visits',
    currency: 'PHP',
    timeZone: 'Asia/Manila',
    wallets: [{ id: 'stars', name: 'stars', rounding: { mode: 'floor', scope: 'basket' } }],
    rules: [
      { id: 'base', kind: 'perAmount', wallet: 'stars', points: '1', amount: '1.00' },
      { id: 'second', kind: 'multiplier', wallet: 'stars', factor: '2', when: { everyVisit: 2 } },
    ],
  });
});
afterAll(() => product.close());

const buy = (body: object) => product.send('POST', '/v1/purchases', { body });
const VOID = { outlet: 'manila-1', till: '1', occurredAt: minutesAgo(5), reason: 'keyed twice' };
const voidIt = (receipt: string, headers = {}, body: object = VOID) =>
  product.send('POST', `/v1/purchases/manila-1~1~${receipt}/void`, { body, headers });

describe('a void', () => {
  it('S7 S8 every second visit ×2: void P1, P2 derives 100 and keeps the 200 it was shown, and the receipt says so', async () => {
    const customerId = await product.enrol('void-1');
    const p1 = await buy(boughtOf('p1', [100], by('void-1')));
    const p2 = await buy(boughtOf('p2', [100], { ...by('void-1'), occurredAt: minutesAgo(30) }));
    expect(p2.body['balances']).toMatchObject([{ available: 200 }, { wallet: 'stars', available: 300 }]);
    const { status, body } = await voidIt('p1');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      purchaseId: p1.body['purchaseId'],
      receiptKey: 'manila-1~1~p1',
      customerId,
      honoured: [{ programme: 'visits', wallet: 'stars', points: 100 }],
      debtIncurred: [],
      balances: [{ available: 100 }, { wallet: 'stars', available: 200 }],
    });
    const lines = body['receiptLines'] as string[];
    expect(lines[0]).toBe('Receipt p1 was voided');
    expect(lines).toContain('stars kept as shown: +100');
    expect(lines.slice(-2)).toEqual(['points balance: 100', 'stars balance: 200']);
  });

  it('L.14 takes what the purchase had earned, and leaves a debt where that was spent', async () => {
    await product.enrol('void-2');
    await buy(boughtOf('mis-keyed', [500], by('void-2')));
    const answer = await voidIt('mis-keyed');
    expect([pointsIn(answer, 'reversed'), availableIn(answer)]).toEqual([500, 0]);
    const right = await buy(boughtOf('keyed', [50], { ...by('void-2'), occurredAt: minutesAgo(4) }));
    expect(availableIn(right)).toBe(50);
  });

  it('under its key again is answered as the first time; another body under it, and another void, are refused', async () => {
    await product.enrol('void-3');
    const bought = await buy(boughtOf('once', [10], by('void-3')));
    const key = { 'idempotency-key': 'void-once' };
    const first = await voidIt('once', key);
    const again = await voidIt('once', key);
    expect([again.status, again.headers.get('idempotency-replayed'), again.text]).toEqual([200, 'true', first.text]);
    const end = await product.endPosition();
    expect(await voidIt('once', key, { ...VOID, till: '2' })).toMatchObject({
      status: 409,
      body: { code: 'DifferentBody' },
    });
    for (const name of ['manila-1~1~once', textOf(bought.body['purchaseId'])]) {
      const other = await product.send('POST', `/v1/purchases/${name}/void`, { body: VOID });
      expect(other).toMatchObject({ status: 409, body: { code: 'PurchaseVoidedAlready' } });
    }
    expect(await product.endPosition()).toBe(end);
  });

  it('many at once: one wins', async () => {
    await product.enrol('void-4');
    await buy(boughtOf('raced', [10], by('void-4')));
    const answers = await Promise.all(Array.from({ length: 8 }, () => voidIt('raced')));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
  });

  it('of a purchase of nobody leaves nothing to claim', async () => {
    await product.enrol('void-5');
    await buy(boughtOf('nobodys', [10]));
    expect((await voidIt('nobodys')).body).toMatchObject({
      customerId: null,
      reversed: [],
      balances: [],
      receiptLines: ['Receipt nobodys was voided'],
    });
    const claim = await refused(product, '/v1/purchases/manila-1~1~nobodys/claim', by('void-5'));
    expect(claim).toMatchObject({ status: 422, body: { code: 'PurchaseVoided' } });
  });

  it('of a purchase that was returned in part gives back what is left of it', async () => {
    await product.enrol('void-6');
    await buy(boughtOf('part', [60, 40], by('void-6')));
    const back = await product.send('POST', '/v1/purchases/manila-1~1~part/returns', {
      body: { ...boughtOf('part-1', [60]), till: '9', occurredAt: minutesAgo(20) },
    });
    expect(availableIn(back)).toBe(40);
    expect(availableIn(await voidIt('part'))).toBe(0);
  });

  it('is refused where nothing is, at an outlet there is not, and by keys of other outlets', async () => {
    await buy(boughtOf('kept', [10]));
    const unknown = await refused(product, '/v1/purchases/manila-1~1~never/void', VOID);
    expect(unknown).toMatchObject({ status: 404, body: { code: 'PurchaseNotFound' } });
    const nowhere = await refused(product, '/v1/purchases/manila-1~1~kept/void', { ...VOID, outlet: 'nowhere' });
    expect(nowhere).toMatchObject({ status: 422, body: { code: 'OutletUnknown', errors: [{ pointer: '/outlet' }] } });
    const outlet = { name: 'Cebu', timeZone: 'Asia/Manila', currency: 'PHP', numbering: 'forever' };
    await product.send('PUT', '/v1/outlets/cebu-1', { body: outlet });
    const theirs = await product.key('staff', { outlets: ['cebu-1'] });
    const hidden = await refused(product, '/v1/purchases/manila-1~1~kept/void', { ...VOID, outlet: 'cebu-1' }, theirs);
    expect(hidden).toMatchObject({ status: 404, body: { code: 'PurchaseNotFound' } });
    const ours = await product.key('staff', { outlets: ['manila-1'] });
    const elsewhere = await refused(product, '/v1/purchases/manila-1~1~kept/void', { ...VOID, outlet: 'cebu-1' }, ours);
    expect(elsewhere).toMatchObject({ status: 403, body: { code: 'OutletNotYours' } });
  });
});
