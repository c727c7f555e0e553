import { DAY_MS } from '../../libs/kernel/time';
import { availableIn, boughtOf, by, minutesAgo, pointsIn, refused, returnOf } from './returned-goods';
import { RunningProduct, textOf } from './running-product';

let product: RunningProduct;
beforeAll(async () => {
  product = await RunningProduct.open();
});
afterAll(() => product.close());

const buy = (body: object) => product.send('POST', '/v1/purchases', { body });
const bringBack = (body: object) => product.send('POST', '/v1/returns', { body });
const claim = (receipt: string, card: string, headers = {}) =>
  product.send('POST', `/v1/purchases/manila-1~1~${receipt}/claim`, { body: by(card), headers });

describe('a claim', () => {
  it('S36 gives an anonymous purchase to its customer net of returns: 100 - 30 is 70', async () => {
    const customerId = await product.enrol('claim-1');
    const bought = await buy(boughtOf('hundred', [70, 30]));
    await bringBack(returnOf('hundred-1', [{ purchase: 'manila-1~1~hundred', sku: 'SKU-2' }]));
    const claimed = await claim('hundred', 'claim-1');
    expect(claimed.status).toBe(201);
    expect(claimed.body).toMatchObject({
      purchaseId: bought.body['purchaseId'],
      receiptKey: 'manila-1~1~hundred',
      customerId,
      earned: [{ wallet: 'points', points: 100, because: [{ rule: 'base' }] }],
      reversed: [{ wallet: 'points', points: 30 }],
      balances: [{ available: 70, debt: 0 }],
      flags: [],
    });
    const account = await product.send(
      'GET',
      `/v1/customers/${customerId}/account?position=${textOf(claimed.body['position'])}`,
    );
    expect(account.body['balances']).toMatchObject(claimed.body['balances'] as object[]);
  });

  it('later returns and voids follow it', async () => {
    const customerId = await product.enrol('claim-2');
    await buy(boughtOf('follow', [60, 40]));
    await claim('follow', 'claim-2');
    const back = await bringBack(returnOf('follow-1', [{ purchase: 'manila-1~1~follow' }]));
    expect(back.body).toMatchObject({ customerId, reversed: [{ points: 60 }] });
    const voided = await product.send('POST', '/v1/purchases/manila-1~1~follow/void', {
      body: { outlet: 'manila-1', till: '1', occurredAt: minutesAgo(1) },
    });
    expect(voided.body).toMatchObject({ customerId, balances: [{ available: 0, debt: 0 }] });
  });

  it('changes no answer that was given before it', async () => {
    await product.enrol('claim-9');
    const purchase = boughtOf('before', [60, 40]);
    const goods = returnOf('before-1', [{ purchase: 'manila-1~1~before' }]);
    const answers = [await buy(purchase), await bringBack(goods)];
    expect((await claim('before', 'claim-9')).body).toMatchObject({ balances: [{ available: 40 }] });
    const again = [await buy(purchase), await bringBack(goods)];
    expect(again.map(({ status, text }) => [status, text])).toEqual(answers.map(({ text }) => [200, text]));
  });

  it('of a purchase older than others is put where it belongs', async () => {
    await product.enrol('claim-3');
    await buy(boughtOf('newer', [10], { ...by('claim-3'), occurredAt: minutesAgo(10) }));
    await buy(boughtOf('older', [50]));
    const claimed = await claim('older', 'claim-3');
    expect(claimed.body).toMatchObject({ earned: [{ points: 50 }], flags: ['late'] });
    expect(availableIn(claimed)).toBe(60);
  });

  it('L.12 by somebody else is refused, by the same customer under another key too; under its own key it is answered again', async () => {
    await product.enrol('claim-4');
    await product.enrol('claim-5');
    await buy(boughtOf('twice', [10]));
    const key = { 'idempotency-key': 'claim-twice' };
    const first = await claim('twice', 'claim-4', key);
    const again = await claim('twice', 'claim-4', key);
    expect([again.status, again.headers.get('idempotency-replayed'), again.text]).toEqual([200, 'true', first.text]);
    const path = '/v1/purchases/manila-1~1~twice/claim';
    const others = await refused(product, path, by('claim-5'));
    expect(others).toMatchObject({ status: 409, body: { code: 'PurchaseClaimedAlready' } });
    expect(others.body['detail']).toContain('somebody else');
    const own = await refused(product, path, by('claim-4'));
    expect(own).toMatchObject({ status: 409, body: { code: 'PurchaseClaimedAlready' } });
    expect(own.body['detail']).toContain('this very customer');
    const end = await product.endPosition();
    expect(await claim('twice', 'claim-5', key)).toMatchObject({ status: 409, body: { code: 'DifferentBody' } });
    expect(await product.endPosition()).toBe(end);
  });

  it('L.12 of two customers at once: one wins', async () => {
    for (const round of ['a', 'b', 'c', 'd']) {
      const cards = [1, 2, 3, 4].map((number) => `race-${round}-${number}`);
      await Promise.all(cards.map((card) => product.enrol(card)));
      await buy(boughtOf(`raced-${round}`, [10]));
      const answers = await Promise.all(cards.map((card) => claim(`raced-${round}`, card)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
      for (const { status, body } of answers) if (status === 409) expect(body['code']).toBe('PurchaseClaimedAlready');
    }
  });

  it('S36 while goods are brought back: whichever comes first, the claimant keeps what he kept', async () => {
    for (let round = 0; round < 12; round++) {
      const customerId = await product.enrol(`both-${round}`);
      await buy(boughtOf(`both-${round}`, [70, 30]));
      const purchase = `manila-1~1~both-${round}`;
      const returns = ['SKU-1', 'SKU-2'].map((sku) => bringBack(returnOf(`both-${round}-${sku}`, [{ purchase, sku }])));
      const [claimed, ...back] = await Promise.all([claim(`both-${round}`, `both-${round}`), ...returns]);
      expect(back.map(({ status }) => status)).toEqual([201, 201]);
      if (claimed.status === 422) {
        expect(claimed.body['code']).toBe('PurchaseReturned');
        continue;
      }
      expect(claimed.status).toBe(201);
      const end = (await product.endPosition()).toString(36);
      const { body } = await product.send('GET', `/v1/customers/${customerId}/account?position=${end}`);
      expect(body['balances']).toMatchObject([{ available: 0, debt: 0 }]);
      const later = back.filter(({ body: answer }) => answer['customerId'] === customerId);
      const taken = [claimed, ...later].reduce((sum, answer) => sum + pointsIn(answer, 'reversed'), 0);
      expect(taken).toBe(100);
    }
  });

  it('after an exchange of nobody: the new purchase and the old one are claimed apart', async () => {
    await product.enrol('claim-6');
    await buy(boughtOf('old', [60, 5]));
    await buy(
      boughtOf('new', [80], {
        occurredAt: minutesAgo(20),
        returns: [{ sku: 'SKU-1', quantity: 1, purchase: 'manila-1~1~old' }],
      }),
    );
    expect(availableIn(await claim('new', 'claim-6'))).toBe(80);
    expect(availableIn(await claim('old', 'claim-6'))).toBe(85);
    const back = await bringBack(returnOf('new-1', [{ purchase: 'manila-1~1~new' }]));
    expect(availableIn(back)).toBe(5);
  });

  it('is refused for what has its customer, for nobody known, for nothing there and for what was all returned', async () => {
    await product.enrol('claim-7');
    await buy(boughtOf('owned', [10], by('claim-7')));
    const owned = await refused(product, '/v1/purchases/manila-1~1~owned/claim', by('claim-7'));
    expect(owned).toMatchObject({ status: 422, body: { code: 'PurchaseNotAnonymous' } });
    await buy(boughtOf('free', [10]));
    const nobody = await refused(product, '/v1/purchases/manila-1~1~free/claim', by('nobody'));
    expect(nobody).toMatchObject({
      status: 422,
      body: { code: 'CustomerUnknown', retryable: true, errors: [{ pointer: '/customer/card' }] },
    });
    const never = await refused(product, '/v1/purchases/manila-1~1~never/claim', by('claim-7'));
    expect(never).toMatchObject({ status: 404, body: { code: 'PurchaseNotFound' } });
    const two = await refused(product, '/v1/purchases/manila-1~1~free/claim', { customer: { card: 'a', email: 'b' } });
    expect(two).toMatchObject({ status: 400, body: { code: 'InvalidRequest' } });
    await bringBack(returnOf('free-1', [{ purchase: 'manila-1~1~free' }]));
    const gone = await refused(product, '/v1/purchases/manila-1~1~free/claim', by('claim-7'));
    expect(gone).toMatchObject({ status: 422, body: { code: 'PurchaseReturned' } });
  });

  it('S36 is in time until 30 days have passed, not after', async () => {
    await product.enrol('claim-8');
    await buy(boughtOf('old-1', [10]));
    await buy(boughtOf('old-2', [10]));
    product.passTime(30 * DAY_MS - 90 * 60_000);
    expect((await claim('old-1', 'claim-8')).status).toBe(201);
    product.passTime(60 * 60_000);
    const late = await refused(product, '/v1/purchases/manila-1~1~old-2/claim', by('claim-8'));
    expect(late).toMatchObject({ status: 422, body: { code: 'ClaimTooLate' } });
  });
});
