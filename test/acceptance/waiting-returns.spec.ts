import { availableIn, boughtOf, by, minutesAgo, pointsIn, refused, returnOf } from './returned-goods';
import { RunningProduct, textOf, type Answer } from './running-product';

let product: RunningProduct;
beforeAll(async () => {
  product = await RunningProduct.open();
});
afterAll(() => product.close());

const buy = (body: object) => product.send('POST', '/v1/purchases', { body });
const bringBack = (body: object) => product.send('POST', '/v1/returns', { body });
const of = (receipt: string) => `manila-1~1~${receipt}`;
const sold = (receipt: string, more: object = {}) => boughtOf(receipt, [70, 30], more);
const back = (name: string, receipt: string, sku = 'SKU-2', pesos = 30, more: object = {}) =>
  returnOf(name, [{ purchase: of(receipt), sku, pesos }], more);

/** What the account holds today, whatever was answered before. */
async function holds(customerId: string): Promise<unknown> {
  const end = (await product.endPosition()).toString(36);
  const { body } = await product.send('GET', `/v1/customers/${customerId}/account?position=${end}`);
  return body['balances'];
}

const again = async (body: object, path: string, first: Answer) => {
  const { status, text } = await product.send('POST', path, { body });
  expect([status, text]).toEqual([200, first.text]);
};

describe('S27 a return that waits for its purchase and names no customer', () => {
  it('comes to the customer whom the purchase is recorded for, once', async () => {
    const customerId = await product.enrol('waits-1');
    const early = await bringBack(back('w1', 'one'));
    expect(early).toMatchObject({ status: 201, body: { customerId: null, flags: ['purchaseUnknown'], reversed: [] } });
    const bought = await buy(sold('one', by('waits-1')));
    expect(bought).toMatchObject({
      status: 201,
      body: {
        customerId,
        earned: [{ wallet: 'points', points: 100 }],
        balances: [{ available: 70, debt: 0 }],
        flags: ['returnedBefore'],
        receiptLines: ['points earned: +100', 'points taken back: -30', 'points balance: 70'],
      },
    });
    await again(sold('one', by('waits-1')), '/v1/purchases', bought);
    await again(back('w1', 'one'), '/v1/returns', early);
    expect(await holds(customerId)).toMatchObject([{ available: 70, debt: 0 }]);
    expect((await product.send('GET', `/v1/purchases/${of('one')}`)).text).toBe(bought.text);
    expect((await product.send('GET', `/v1/purchases/${textOf(bought.body['purchaseId'])}`)).text).toBe(bought.text);
  });

  it('leaves less to return, and goes with a void', async () => {
    const customerId = await product.enrol('waits-2');
    await bringBack(back('w2', 'two'));
    await buy(sold('two', by('waits-2')));
    const more = await bringBack(back('w2-more', 'two'));
    expect(more.body).toMatchObject({ customerId, flags: ['quantityExceeded'], reversed: [] });
    const rest = await bringBack(returnOf('w2-rest', [{ purchase: of('two') }]));
    expect([pointsIn(rest, 'reversed'), availableIn(rest)]).toEqual([70, 0]);
    const voided = await product.send('POST', `/v1/purchases/${of('two')}/void`, {
      body: { outlet: 'manila-1', till: '1', occurredAt: minutesAgo(1) },
    });
    expect(voided).toMatchObject({ status: 201, body: { customerId, balances: [{ available: 0, debt: 0 }] } });
  });

  it('is several of them, from as many tills', async () => {
    const customerId = await product.enrol('waits-3');
    const early = [back('w3-a', 'three'), back('w3-b', 'three', 'SKU-1', 70)];
    await Promise.all(early.map((body, till) => bringBack({ ...body, till: String(till) })));
    expect((await buy(sold('three', by('waits-3')))).body).toMatchObject({ balances: [{ available: 0, debt: 0 }] });
    expect(await holds(customerId)).toMatchObject([{ available: 0, debt: 0 }]);
  });

  it('gives the same points whichever comes first, or both at once from two tills', async () => {
    for (let round = 0; round < 16; round++) {
      const card = `waits-race-${round}`;
      const customerId = await product.enrol(card);
      const purchase = sold(`race-${round}`, by(card));
      const goods = ['SKU-1', 'SKU-2'].map((sku, index) =>
        back(`race-${round}-${sku}`, `race-${round}`, sku, [70, 30][index]),
      );
      const sent = [() => buy(purchase), ...goods.map((body) => () => bringBack(body)), () => buy(purchase)];
      const turned = [...sent.slice(round % 4), ...sent.slice(0, round % 4)];
      const answers = await Promise.all(turned.map((send) => send()));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 201, 201, 201]);
      expect(await holds(customerId)).toMatchObject([{ available: 0, debt: 0 }]);
      const [first, repeated] = answers.filter(({ body }) => body['purchaseId'] !== undefined);
      expect(repeated?.text).toBe(first?.text);
    }
  });

  it('counts nothing of what the purchase does not have', async () => {
    const customerId = await product.enrol('waits-4');
    await bringBack(back('w4', 'four', 'OTHER'));
    expect((await buy(sold('four', by('waits-4')))).body).toMatchObject({ balances: [{ available: 100 }] });
    expect(await holds(customerId)).toMatchObject([{ available: 100, debt: 0 }]);
  });

  it('is there for a purchase that comes late, and for one of nobody and its claimant', async () => {
    const customerId = await product.enrol('waits-5');
    await buy(boughtOf('newer', [10], { ...by('waits-5'), occurredAt: minutesAgo(10) }));
    await bringBack(back('w5', 'five'));
    const late = await buy(sold('five', by('waits-5')));
    expect(late.body).toMatchObject({ flags: ['late', 'returnedBefore'], balances: [{ available: 80, debt: 0 }] });
    await bringBack(back('w5-x', 'five-x'));
    expect((await buy(sold('five-x'))).body).toMatchObject({ customerId: null, flags: ['late'] });
    await bringBack(
      back('w5-y', 'five-x', 'SKU-1', 70, {
        lines: [{ sku: 'SKU-1', quantity: 0.5, amount: 3500, purchase: of('five-x') }],
      }),
    );
    const claimed = await product.send('POST', `/v1/purchases/${of('five-x')}/claim`, { body: by('waits-5') });
    expect(claimed).toMatchObject({ status: 201, body: { reversed: [{ points: 65 }] } });
    expect(await holds(customerId)).toMatchObject([{ available: 115, debt: 0 }]);
  });

  it('is there for an exchange of a customer, and for one of nobody, its returns and its claimant', async () => {
    const customerId = await product.enrol('waits-6');
    await buy(boughtOf('six', [40], by('waits-6')));
    await buy(boughtOf('six-nobody', [40]));
    const exchange = (receipt: string, old: string, more: object) => ({
      ...sold(receipt, more),
      returns: [{ sku: 'SKU-1', quantity: 1, purchase: of(old) }],
    });
    await bringBack(back('w6', 'six-new'));
    const body = exchange('six-new', 'six', { ...by('waits-6'), occurredAt: minutesAgo(40) });
    const exchanged = await buy(body);
    expect(exchanged).toMatchObject({
      status: 201,
      body: { flags: ['returnedBefore'], balances: [{ available: 70 }] },
    });
    await again(body, '/v1/purchases', exchanged);
    await bringBack(back('w6-x', 'six-x'));
    expect((await buy(exchange('six-x', 'six-nobody', { occurredAt: minutesAgo(40) }))).status).toBe(201);
    const half = { lines: [{ sku: 'SKU-1', quantity: 0.5, purchase: of('six-x') }] };
    expect((await bringBack({ ...back('w6-y', 'six-x'), ...half })).body).toMatchObject({
      customerId: null,
      flags: [],
    });
    const claimed = await product.send('POST', `/v1/purchases/${of('six-x')}/claim`, { body: by('waits-6') });
    expect(claimed).toMatchObject({ status: 201, body: { reversed: [{ points: 65 }] } });
    expect(await holds(customerId)).toMatchObject([{ available: 105, debt: 0 }]);
  });

  it('waits for a receipt that turns out to be a return in vain', async () => {
    await bringBack(back('w7', 'seven'));
    const document = returnOf('seven', [{ pesos: 10 }], { till: '1' });
    const first = await bringBack(document);
    expect(first.status).toBe(201);
    await again(document, '/v1/returns', first);
    expect(await refused(product, '/v1/purchases', sold('seven'))).toMatchObject({ status: 409 });
    const other = await refused(product, '/v1/returns', back('w7-b', 'seven'));
    expect(other).toMatchObject({ status: 422, body: { code: 'ReceiptIsNoPurchase' } });
  });

  it('keeps a purchase under its receipt apart from other bodies and unknown customers', async () => {
    await product.enrol('waits-8');
    await bringBack(back('w8', 'eight'));
    expect(await refused(product, '/v1/purchases', sold('eight', by('nobody')))).toMatchObject({
      status: 422,
      body: { code: 'CustomerUnknown' },
    });
    expect((await product.send('GET', `/v1/purchases/${of('eight')}`)).status).toBe(404);
    expect((await buy(sold('eight', by('waits-8')))).status).toBe(201);
    const others = [boughtOf('eight', [1], by('waits-8')), sold('eight'), sold('eight', by('nobody'))];
    for (const other of others) {
      expect(await refused(product, '/v1/purchases', other)).toMatchObject({
        status: 409,
        body: { code: 'DifferentBody' },
      });
    }
  });

  it('belongs to the customer in what is counted, and is read again as it was', async () => {
    const customerId = await product.enrol('waits-9');
    await bringBack(back('w9', 'nine'));
    const bought = await buy(sold('nine', by('waits-9')));
    const asOf = new Date(Date.parse(minutesAgo(0)) - 45 * 60_000).toISOString();
    const path = `/v1/customers/${customerId}/account?asOf=${encodeURIComponent(asOf)}&position=${textOf(bought.body['position'])}`;
    expect((await product.send('GET', path)).body['balances']).toMatchObject([{ available: 100 }]);
    const entries = await product.send(
      'GET',
      `/v1/customers/${customerId}/entries?position=${textOf(bought.body['position'])}`,
    );
    expect(entries.body['entries']).toMatchObject([{ points: -30 }, { points: 100 }]);
    const worth = `/v1/insights/customer-values?currency=PHP&top=999&position=${textOf(bought.body['position'])}`;
    const { top } = (await product.send('GET', worth)).body as { readonly top: readonly object[] };
    expect(top).toContainEqual(expect.objectContaining({ customerId, gross: '100', returned: '30', net: '70' }));
  });
});

describe('a return that names another customer than its purchase', () => {
  it('waits in vain, and the purchase says that there is one', async () => {
    const [one, other] = [await product.enrol('other-1'), await product.enrol('other-2')];
    const waits = await bringBack(back('o1', 'theirs', 'SKU-2', 30, by('other-1')));
    expect(waits.body).toMatchObject({ customerId: one, flags: ['purchaseUnknown'] });
    const bought = await buy(sold('theirs', by('other-2')));
    expect(bought.body).toMatchObject({ flags: ['returnWaitsElsewhere'], balances: [{ available: 100 }] });
    await again(sold('theirs', by('other-2')), '/v1/purchases', bought);
    expect([await holds(one), await holds(other)]).toMatchObject([[{ available: 0 }], [{ available: 100 }]]);
    const later = await refused(product, '/v1/returns', back('o2', 'theirs', 'SKU-2', 30, by('other-1')));
    expect(later).toMatchObject({ status: 422, body: { code: 'CustomerDiffers' } });
  });

  it('is told beside one of nobody, which comes along', async () => {
    await product.enrol('other-3');
    await product.enrol('other-4');
    await bringBack(back('o3', 'both', 'SKU-2', 30, by('other-3')));
    await bringBack(back('o4', 'both', 'SKU-1', 70));
    expect((await buy(sold('both', by('other-4')))).body).toMatchObject({
      flags: ['returnedBefore', 'returnWaitsElsewhere'],
      balances: [{ available: 30 }],
    });
  });

  it('is none where it is the same customer, whose return takes its part as ever', async () => {
    await product.enrol('other-5');
    await bringBack(back('o5', 'own', 'SKU-2', 30, by('other-5')));
    expect((await buy(sold('own', by('other-5')))).body).toMatchObject({
      flags: ['late'],
      balances: [{ available: 70 }],
    });
  });

  it('names many purchases that nobody knows yet', async () => {
    await product.enrol('other-6');
    const lines = Array.from({ length: 100 }, (_, index) => ({
      purchase: of(`many-${index}`),
      sku: 'SKU-2',
      pesos: 30,
    }));
    expect((await bringBack(returnOf('many', lines, by('other-6')))).status).toBe(201);
    expect((await buy(sold('many-0', by('other-6')))).body).toMatchObject({ balances: [{ available: 70 }] });
  });
});
