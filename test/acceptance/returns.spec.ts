import { putInForce } from '../../apps/local/starter';
import { SukiApi } from '../../libs/client';
import { availableIn, boughtOf, by, minutesAgo, pointsIn, refused, returnOf } from './returned-goods';
import { RunningProduct, textOf } from './running-product';

let product: RunningProduct;
beforeAll(async () => {
  product = await RunningProduct.open();
  await putInForce(new SukiApi(product.url, product.admin), 'shoes', {
    language: 1,
    name: 'Shoes',
    currency: 'PHP',
    timeZone: 'Asia/Manila',
    wallets: [{ id: 'soles', name: 'soles', rounding: { mode: 'floor', scope: 'basket' } }],
    rules: [{ id: 'base', kind: 'perAmount', wallet: 'soles', points: '1', amount: '1.00', when: { skus: ['LACES'] } }],
    stampCards: [
      { id: 'pairs', name: 'Pairs', collect: 'unit', every: 5, reward: 'pair', when: { categories: ['shoes'] } },
    ],
    rewards: [
      { id: 'pair', name: 'Free pair', kind: 'product', skus: ['PAIR'] },
      { id: 'off', name: '100 off', kind: 'amountOff', amount: '100.00', cost: { wallet: 'soles', points: 100 } },
    ],
  });
});
afterAll(() => product.close());

const buy = (body: object) => product.send('POST', '/v1/purchases', { body });
const bringBack = (body: object) => product.send('POST', '/v1/returns', { body });
const idOf = async (receipt: string): Promise<string> =>
  textOf((await product.send('GET', `/v1/purchases/manila-1~1~${receipt}`)).body['purchaseId']);

describe('a return', () => {
  it('S18 L.3 by line: 3 × 33.40 = 100, returned one by one, amounts left out: 34, 33, 33', async () => {
    const customerId = await product.enrol('returns-1');
    await buy(boughtOf('three', [33.4, 33.4, 33.4], by('returns-1')));
    const purchase = 'manila-1~1~three';
    const first = await bringBack(returnOf('three-1', [{ purchase }]));
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      receiptKey: 'manila-1~9~three-1',
      customerId,
      lines: [{ sku: 'SKU-1', quantity: 1, amount: 3340, of: purchase }],
      reversed: [{ programme: 'main', wallet: 'points', points: 34 }],
      restored: [],
      debtIncurred: [],
      rewardsRevoked: [],
      flags: [],
      receiptLines: ['points taken back: -34', 'points balance: 66', 'soles balance: 0'],
    });
    const second = await bringBack(returnOf('three-2', [{ sku: 'SKU-2' }], { purchase }));
    const path = `/v1/purchases/${await idOf('three')}/returns`;
    const third = await product.send('POST', path, { body: returnOf('three-3', [{ sku: 'SKU-3' }]) });
    expect([second, third].map((answer) => pointsIn(answer, 'reversed'))).toEqual([33, 33]);
    expect(availableIn(third)).toBe(0);
    const account = await product.send(
      'GET',
      `/v1/customers/${customerId}/account?position=${textOf(third.body['position'])}`,
    );
    expect(account.body['balances']).toMatchObject(third.body['balances'] as object[]);
  });

  it('L.3 by quantity: parts are priced half-even, the last unit at all that is left', async () => {
    await product.enrol('returns-2');
    await buy(
      boughtOf('parts', [], { ...by('returns-2'), lines: [{ sku: 'SKU-1', quantity: 3, unit: 'kg', amount: 10000 }] }),
    );
    const purchase = 'manila-1~1~parts';
    const amounts: unknown[] = [];
    for (const [index, quantity] of [1, 1.5, 0.5].entries()) {
      const answer = await bringBack(returnOf(`parts-${index}`, [{ purchase, quantity }]));
      const [line] = answer.body['lines'] as { readonly amount: number }[];
      amounts.push(line?.amount);
    }
    expect(amounts).toEqual([3333, 5000, 1667]);
  });

  it('sent again is answered as the first time, under either name of its purchase; another body is refused', async () => {
    await product.enrol('returns-3');
    await product.enrol('returns-4');
    await buy(boughtOf('again', [80], by('returns-3')));
    const key = 'manila-1~1~again';
    const id = await idOf('again');
    const body = returnOf('again-1', [{}]);
    const first = await bringBack({ ...body, purchase: key });
    expect(first.status).toBe(201);
    const repeats = [
      await bringBack({ ...body, purchase: key }),
      await bringBack({ ...body, purchase: id }),
      await product.send('POST', `/v1/purchases/${key}/returns`, { body }),
      await product.send('POST', `/v1/purchases/${id}/returns`, { body }),
    ];
    for (const { status, headers, text } of repeats) {
      expect([status, headers.get('idempotency-replayed'), text]).toEqual([200, 'true', first.text]);
    }
    const others = [
      { ...body },
      { ...body, purchase: key, currency: 'USD' },
      { ...body, purchase: key, ...by('returns-4') },
      { ...body, purchase: key, ...by('nobody') },
      { ...returnOf('again-1', [{ quantity: 0.5 }]), purchase: key },
    ];
    for (const other of others) {
      expect(await refused(product, '/v1/returns', other)).toMatchObject({
        status: 409,
        body: { code: 'DifferentBody' },
      });
    }
    const asPurchase = { ...boughtOf('again-1', [1]), till: '9' };
    expect(await refused(product, '/v1/purchases', asPurchase)).toMatchObject({ status: 409 });
    expect((await product.send('GET', '/v1/purchases/manila-1~9~again-1')).status).toBe(404);
  });

  it('names its purchase by the business day too where numbering is daily', async () => {
    const outlet = { name: 'Kiosk', timeZone: 'Asia/Manila', currency: 'PHP', numbering: 'daily' };
    await product.send('PUT', '/v1/outlets/kiosk', { body: outlet });
    await product.enrol('returns-11');
    const kiosk = { outlet: 'kiosk', businessDay: '2026-11-25' };
    const bought = await buy(boughtOf('1', [10], { ...kiosk, ...by('returns-11') }));
    for (const name of ['kiosk~1~2026-11-25~1', textOf(bought.body['purchaseId'])]) {
      expect((await product.send('GET', `/v1/purchases/${name}`)).text).toBe(bought.text);
    }
    const back = await bringBack(returnOf('2', [{ purchase: 'kiosk~1~2026-11-25~1' }], kiosk));
    expect(back.body).toMatchObject({ receiptKey: 'kiosk~9~2026-11-25~2', reversed: [{ points: 10 }] });
    expect(await refused(product, '/v1/returns', returnOf('3', [{ pesos: 1 }], { outlet: 'kiosk' }))).toMatchObject({
      status: 422,
      body: { code: 'BusinessDayRequired' },
    });
  });

  it('S27 of 40 before its sale of 100: 0, then 60', async () => {
    await product.enrol('returns-5');
    const early = await bringBack(returnOf('early-1', [{ purchase: 'manila-1~1~early', pesos: 40 }], by('returns-5')));
    expect(early.body).toMatchObject({ reversed: [], flags: ['purchaseUnknown'] });
    const bought = await buy(
      boughtOf('early', [], { ...by('returns-5'), lines: [{ sku: 'SKU-1', quantity: 5, amount: 10000 }] }),
    );
    expect(bought.status).toBe(201);
    expect(availableIn(bought)).toBe(60);
  });

  it('of goods that no purchase is named for is recorded for its customer, or for nobody', async () => {
    const customerId = await product.enrol('returns-6');
    const named = await bringBack(returnOf('none-1', [{ pesos: 10 }], by('returns-6')));
    expect(named.body).toMatchObject({ customerId, reversed: [], flags: [] });
    const nobody = await bringBack(returnOf('none-2', [{ pesos: 10 }]));
    expect(nobody.body).toMatchObject({ customerId: null, reversed: [], balances: [], receiptLines: [] });
  });

  it('S27 of more than was bought is flagged and counts nothing', async () => {
    await product.enrol('returns-7');
    await buy(boughtOf('more', [50], by('returns-7')));
    const much = await bringBack(returnOf('more-1', [{ purchase: 'manila-1~1~more', quantity: 2 }]));
    expect(much.body).toMatchObject({ reversed: [], flags: ['quantityExceeded'], lines: [{ amount: 10000 }] });
    expect(availableIn(much)).toBe(50);
  });

  it('S27 two at once of the same goods: one counts, the other is flagged and counts nothing', async () => {
    const customerId = await product.enrol('returns-8');
    await buy(boughtOf('race', [70], by('returns-8')));
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        bringBack(returnOf(`race-${index}`, [{ purchase: 'manila-1~1~race' }], { till: String(index) })),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect(answers.filter((answer) => pointsIn(answer, 'reversed') === 70)).toHaveLength(1);
    const others = answers.filter((answer) => pointsIn(answer, 'reversed') === 0);
    expect(others).toHaveLength(7);
    // Of the same minute the lower till comes first, whichever was sent first: one that comes late counts in the other's place.
    for (const { body } of others) expect(['quantityExceeded', 'late']).toContain((body['flags'] as string[])[0]);
    const { body: account } = await product.send('GET', `/v1/customers/${customerId}/account`);
    expect(account['balances']).toMatchObject([{ available: 0, debt: 0 }, {}]);
  });

  it('S7 that comes late acts at its own time, flagged', async () => {
    await product.enrol('returns-9');
    await buy(boughtOf('late', [100], { ...by('returns-9'), occurredAt: minutesAgo(90) }));
    await buy(boughtOf('later', [10], { ...by('returns-9'), occurredAt: minutesAgo(10) }));
    const late = await bringBack(returnOf('late-1', [{ purchase: 'manila-1~1~late' }], { occurredAt: minutesAgo(50) }));
    expect(late.body).toMatchObject({ flags: ['late'] });
    expect([pointsIn(late, 'reversed'), availableIn(late)]).toEqual([100, 10]);
  });

  it('L.3 S20 of what was paid with points gives them back: earn 100, spend 100, return both: 0, debt 0', async () => {
    const customer = await product.enrol('returns-12');
    const laces = [{ sku: 'LACES', quantity: 1, amount: 100_00 }];
    await buy(boughtOf('laces', [], { ...by('returns-12'), lines: laces }));
    const held = await product.send('POST', '/v1/redemptions', {
      body: { customer: { id: customer }, outlet: 'manila-1', till: '1', reward: { programme: 'shoes', id: 'off' } },
    });
    const redemption = textOf(held.body['redemptionId']);
    expect((await product.send('POST', `/v1/redemptions/${redemption}/confirm`, { body: {} })).status).toBe(200);
    const paid = { ...by('returns-12'), occurredAt: minutesAgo(-1), lines: laces };
    const spent = await buy(
      boughtOf('paid', [], { ...paid, payments: [{ kind: 'points', amount: 100_00, redemption }] }),
    );
    expect(spent.body).toMatchObject({ earned: [], balances: [{}, { wallet: 'soles', available: 0 }] });
    const back = (receipt: string, minutes: number) =>
      bringBack(
        returnOf(`${receipt}-1`, [{ sku: 'LACES', purchase: `manila-1~1~${receipt}` }], {
          occurredAt: minutesAgo(minutes),
        }),
      );
    const first = await back('paid', -2);
    expect(first.body).toMatchObject({ restored: [{ programme: 'shoes', wallet: 'soles', points: 100 }] });
    expect(first.body['receiptLines']).toContain('soles given back: +100');
    const second = await back('laces', -3);
    expect(second.body['balances']).toMatchObject([{ available: 0 }, { wallet: 'soles', available: 0, debt: 0 }]);
  });

  it('F1.3 of the fifth pair takes the free pair back', async () => {
    await product.enrol('returns-10');
    const pairs = (quantity: number) => [{ sku: 'SKU-1', category: 'shoes', quantity, amount: quantity * 1000 }];
    const full = await buy(boughtOf('pairs', [], { ...by('returns-10'), lines: pairs(5) }));
    expect(full.body['rewardsIssued']).toMatchObject([{ reward: 'pair' }]);
    const back = await bringBack(returnOf('pairs-1', [{ purchase: 'manila-1~1~pairs' }]));
    expect(back.body).toMatchObject({
      rewardsRevoked: [{ programme: 'shoes', reward: 'pair' }],
      stamps: [{ card: 'pairs', stamps: 4, every: 5 }],
      rewards: [],
    });
  });
});

describe('a return is refused', () => {
  beforeAll(async () => {
    await product.enrol('refused-1');
    await product.enrol('refused-2');
    await buy(boughtOf('one', [10, 20], by('refused-1')));
    await buy(boughtOf('two', [10], by('refused-2')));
    await buy(boughtOf('nobodys', [10]));
    await bringBack(returnOf('is-a-return', [{ pesos: 1 }]));
    await buy(boughtOf('void', [10], by('refused-1')));
    await product.send('POST', '/v1/purchases/manila-1~1~void/void', {
      body: { outlet: 'manila-1', till: '1', occurredAt: minutesAgo(5) },
    });
  });

  const purchase = 'manila-1~1~one';
  const unknownId = 'pur_00000000-0000-5000-8000-000000000000';

  it.each([
    ['whose amount cannot be known', [{}], {}, 'ReturnAmountNeeded', '/lines/0/amount'],
    ['of an article that was not bought', [{ purchase, sku: 'OTHER' }], {}, 'ReturnAmountNeeded', '/lines/0/amount'],
    ['of a line that is of another article', [{ purchase, line: 1 }], {}, 'ReturnLineUnknown', '/lines/0/line'],
    ['of a line without a purchase', [{ line: 0, pesos: 1 }], {}, 'ReturnLineUnknown', '/lines/0/line'],
    ['of two customers', [{ purchase }, { purchase: 'manila-1~1~two' }], {}, 'PurchasesOfTwoAccounts', '/lines'],
    ['of another customer', [{ purchase }], by('refused-2'), 'CustomerDiffers', '/customer'],
    [
      'by a customer of a purchase of nobody',
      [{ purchase: 'manila-1~1~nobodys' }],
      by('refused-2'),
      'CustomerDiffers',
      '/customer',
    ],
    ['by a customer nobody knows', [{ pesos: 1 }], by('nobody'), 'CustomerUnknown', '/customer/card'],
    [
      'by an id that is not known yet',
      [{ purchase: unknownId, pesos: 1 }],
      {},
      'PurchaseIdUnknown',
      '/lines/0/purchase',
    ],
    [
      'of a receipt that is a return',
      [{ purchase: 'manila-1~9~is-a-return', pesos: 1 }],
      {},
      'ReceiptIsNoPurchase',
      '/lines/0/purchase',
    ],
    ['in another currency', [{ purchase }], { currency: 'USD' }, 'CurrencyDiffers', '/currency'],
    ['with other decimals', [{ purchase }], { decimals: 0 }, 'CurrencyDiffers', '/decimals'],
    ['in a currency that is none', [{ purchase }], { currency: 'XXX' }, 'CurrencyUnknown', '/currency'],
    ['with too fine a quantity', [{ purchase, quantity: 0.0015 }], {}, 'QuantityTooFine', '/lines/0/quantity'],
    ['at an outlet there is not', [{ purchase }], { outlet: 'nowhere' }, 'OutletUnknown', '/outlet'],
    ['with a business day', [{ purchase }], { businessDay: '2026-11-25' }, 'BusinessDayUnexpected', '/businessDay'],
  ])('%s', async (_, lines, more, code, pointer) => {
    const answer = await refused(product, '/v1/returns', returnOf('no', lines, more));
    expect(answer).toMatchObject({ status: 422, body: { code } });
    expect(answer.body['errors']).toMatchObject([{ pointer }]);
  });

  it('of a purchase that is void', async () => {
    const answer = await refused(product, '/v1/returns', returnOf('no', [{ purchase: 'manila-1~1~void' }]));
    expect(answer).toMatchObject({ status: 422, body: { code: 'PurchaseVoided' } });
  });

  it('by a path that names no purchase, by receipt or id or anything', async () => {
    for (const name of ['manila-1~1~never', unknownId, 'manila-1~9~is-a-return', 'what']) {
      const answer = await refused(product, `/v1/purchases/${name}/returns`, returnOf('no', [{ pesos: 1 }]));
      expect(answer).toMatchObject({ status: 404, body: { code: 'PurchaseNotFound' } });
      expect((await product.send('GET', `/v1/purchases/${name}`)).status).toBe(404);
    }
  });

  it('with nothing, or a name that can be no purchase', async () => {
    for (const lines of [[], [{ purchase: 'a~b', pesos: 1 }], [{ purchase, quantity: 0 }]]) {
      const answer = await refused(product, '/v1/returns', returnOf('no', lines));
      expect(answer).toMatchObject({ status: 400, body: { code: 'InvalidRequest' } });
    }
  });
});

describe('an exchange on one receipt', () => {
  const exchange = (receipt: string, pesos: number, of: string, more: object) =>
    boughtOf(receipt, [pesos], {
      occurredAt: minutesAgo(20),
      returns: [{ sku: 'SKU-1', quantity: 1, purchase: of }],
      ...more,
    });

  it('L.14 60.00 exchanged for 80.00: +20, no debt', async () => {
    await product.enrol('exchange-1');
    await buy(boughtOf('sixty', [60], by('exchange-1')));
    const body = exchange('eighty', 80, 'manila-1~1~sixty', by('exchange-1'));
    const first = await buy(body);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      earned: [{ wallet: 'points', points: 80 }],
      balances: [{ available: 80, debt: 0 }, { wallet: 'soles' }],
      returned: {
        lines: [{ sku: 'SKU-1', quantity: 1, amount: 6000, of: 'manila-1~1~sixty' }],
        reversed: [{ wallet: 'points', points: 60 }],
        debtIncurred: [],
        flags: [],
      },
    });
    const again = await buy(body);
    expect([again.status, again.text]).toEqual([200, first.text]);
    const id = await idOf('sixty');
    expect((await buy(exchange('eighty', 80, id, by('exchange-1')))).text).toBe(first.text);
    expect((await product.send('GET', '/v1/purchases/manila-1~1~eighty')).text).toBe(first.text);
    for (const other of [{ ...body, returns: undefined }, exchange('eighty', 80, 'manila-1~1~two', by('exchange-1'))]) {
      expect(await refused(product, '/v1/purchases', other)).toMatchObject({ status: 409 });
    }
  });

  it('F1.3 of a pair for a pair leaves a full card and its reward as they are', async () => {
    await product.enrol('exchange-2');
    const pairs = (quantity: number) => ({
      ...by('exchange-2'),
      lines: [{ sku: 'SKU-1', category: 'shoes', quantity, amount: quantity * 1000 }],
    });
    await buy(boughtOf('full', [], pairs(5)));
    const swapped = await buy(exchange('swapped', 0, 'manila-1~1~full', pairs(1)));
    expect(swapped.body).toMatchObject({
      stamps: [{ card: 'pairs', stamps: 0, every: 5 }],
      rewardsIssued: [],
      returned: { rewardsRevoked: [] },
    });
  });

  it('is refused like a return, with pointers of its own', async () => {
    const body = exchange('no', 80, 'manila-1~1~sixty', {});
    expect(await refused(product, '/v1/purchases', body)).toMatchObject({
      status: 422,
      body: { code: 'CustomerDiffers', errors: [{ pointer: '/customer' }] },
    });
    const unknown = { ...body, returns: [{ sku: 'SKU-1', quantity: 1 }] };
    expect(await refused(product, '/v1/purchases', unknown)).toMatchObject({
      status: 422,
      body: { code: 'ReturnAmountNeeded', errors: [{ pointer: '/returns/0/amount' }] },
    });
    const till = await product.key('till', { outlets: ['manila-1'] });
    expect(await refused(product, '/v1/purchases', body, till)).toMatchObject({
      status: 403,
      body: { code: 'Forbidden' },
    });
  });

  it('of nobody is recorded with the purchase of nobody', async () => {
    await buy(boughtOf('nobody-60', [60]));
    const swapped = await buy(exchange('nobody-80', 80, 'manila-1~1~nobody-60', {}));
    expect(swapped.body).toMatchObject({ customerId: null, claimable: [{ points: 80 }], returned: { reversed: [] } });
  });
});
