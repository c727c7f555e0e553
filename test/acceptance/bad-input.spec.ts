import { ICE_CREAM, RunningProduct, type Request } from './running-product';

const [LINE] = ICE_CREAM.lines;
const big = 2 ** 53;

const purchase = (change: object): Request => ({ body: { ...ICE_CREAM, ...change } });
const line = (change: object): Request => purchase({ lines: [{ ...LINE, ...change }], payments: undefined });

/** What is wrong, the status and code it is answered with, and where it points. */
const WRONG: readonly (readonly [string, Request, number, string, string | undefined])[] = [
  ['no body', {}, 400, 'InvalidRequest', ''],
  ['no JSON', { raw: '{"outlet":' }, 400, 'MalformedJson', '/outlet'],
  ['an array', { raw: '[]' }, 400, 'InvalidRequest', ''],
  ['a member twice', { raw: '{"till":"1","till":"2"}' }, 400, 'DuplicateMember', '/till'],
  ['__proto__', { raw: '{"lines":[{"__proto__":{}}]}' }, 400, 'ForbiddenMember', '/lines/0/__proto__'],
  ['constructor', { raw: '{"constructor":{}}' }, 400, 'ForbiddenMember', '/constructor'],
  ['half a character', { raw: '{"till":"\\ud83c"}' }, 400, 'LoneSurrogate', '/till'],
  ['bytes that are no text', { raw: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'InvalidUtf8', undefined],
  ['a pit of brackets', { raw: '['.repeat(40) + ']'.repeat(40) }, 400, 'TooDeep', undefined],
  ['too many bytes', { raw: `"${'x'.repeat(1024 * 1024)}"` }, 413, 'BodyTooLarge', undefined],
  ['a form', { raw: 'a=1', headers: { 'content-type': 'text/plain' } }, 415, 'MediaTypeUnsupported', undefined],
  ['an unknown member', purchase({ tip: 5 }), 400, 'InvalidRequest', '/tip'],
  ['an unknown member of a line', line({ colour: 'red' }), 400, 'InvalidRequest', '/lines/0/colour'],
  ['a missing member', purchase({ till: undefined }), 400, 'InvalidRequest', '/till'],
  ['null', purchase({ payments: null }), 400, 'InvalidRequest', '/payments'],
  ['a number for a text', purchase({ receipt: 123 }), 400, 'InvalidRequest', '/receipt'],
  ['~ in a name', purchase({ receipt: 'a~b' }), 400, 'InvalidRequest', '/receipt'],
  ['a long name', purchase({ receipt: 'x'.repeat(65) }), 400, 'InvalidRequest', '/receipt'],
  ['a time without offset', purchase({ occurredAt: '2026-11-20T10:15:00' }), 400, 'InvalidRequest', '/occurredAt'],
  ['a day that is none', purchase({ occurredAt: '2026-02-30T10:15:00Z' }), 400, 'InvalidRequest', '/occurredAt'],
  ['a time before 1970', purchase({ occurredAt: '1969-12-31T23:59:59Z' }), 400, 'InvalidRequest', '/occurredAt'],
  ['two customers', purchase({ customer: { card: '1', id: '2' } }), 400, 'InvalidRequest', '/customer'],
  ['no customer in it', purchase({ customer: {} }), 400, 'InvalidRequest', '/customer'],
  ['no lines', purchase({ lines: [] }), 400, 'InvalidRequest', '/lines'],
  ['too many lines', purchase({ lines: Array(1001).fill(LINE) }), 400, 'InvalidRequest', '/lines'],
  ['a negative amount', line({ amount: -1 }), 400, 'InvalidRequest', '/lines/0/amount'],
  ['half a cent', line({ amount: 0.5 }), 400, 'InvalidRequest', '/lines/0/amount'],
  ['a negative quantity', line({ quantity: -1 }), 400, 'InvalidRequest', '/lines/0/quantity'],
  [
    'an unknown payment',
    purchase({ payments: [{ kind: 'shells', amount: 1 }] }),
    400,
    'InvalidRequest',
    '/payments/0/kind',
  ],
  ['an unknown outlet', purchase({ outlet: 'moon-1' }), 422, 'OutletUnknown', '/outlet'],
  ['an unknown customer', purchase({ customer: { card: 'nobody' } }), 422, 'CustomerUnknown', '/customer/card'],
  ['a phone number that is none', purchase({ customer: { phone: '12' } }), 422, 'CustomerUnknown', '/customer/phone'],
  ['an unknown currency', purchase({ currency: 'XXZ' }), 422, 'CurrencyUnknown', '/currency'],
  ['five decimals', purchase({ decimals: 5 }), 422, 'DecimalsTooMany', '/decimals'],
  ['a quantity too fine', line({ quantity: 0.0001 }), 422, 'QuantityTooFine', '/lines/0/quantity'],
  [
    'a quantity too large',
    line({ quantity: 1e10, unitPrice: undefined }),
    422,
    'QuantityTooLarge',
    '/lines/0/quantity',
  ],
  ['an amount over 2^53−1', line({ amount: big, unitPrice: undefined }), 422, 'AmountTooLarge', '/lines'],
  ['a line that does not add up', line({ amount: 13400 }), 422, 'LineAmountMismatch', '/lines/0/amount'],
  [
    'payments that do not',
    purchase({ payments: [{ kind: 'cash', amount: 1 }] }),
    422,
    'PaymentsDoNotAddUp',
    '/payments',
  ],
];

describe('bad input', () => {
  let product: RunningProduct;
  beforeAll(async () => {
    product = await RunningProduct.open();
    await product.enrol('9001');
  });
  afterAll(() => product.close());

  it.each(WRONG)('%s is named and nothing is stored', async (_, request, status, code, pointer) => {
    const end = await product.endPosition();
    const refused = await product.send('POST', '/v1/purchases', request);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.body).toMatchObject({
      status,
      code,
      type: `urn:suki:problem:${code}`,
      title: expect.any(String),
      detail: expect.any(String),
      retryable: code === 'CustomerUnknown',
      instance: `urn:suki:request:${refused.headers.get('x-correlation-id')}`,
    });
    expect(refused.status).toBe(status);
    const pointers = (refused.body['errors'] as { readonly pointer: string }[] | undefined)?.map(
      (error) => error.pointer,
    );
    if (pointer !== undefined) expect(pointers).toContain(pointer);
    expect(await product.endPosition()).toBe(end);
  });

  it('of a programme is named by path, what and how to fix', async () => {
    const document = {
      language: 1,
      name: 'P',
      currency: 'PHP',
      timeZone: 'Mars/Base',
      wallets: [],
      rules: [{ kind: 'gift' }],
    };
    const end = await product.endPosition();
    const refused = await product.send('PUT', '/v1/programmes/p/draft', { body: document });
    expect(refused).toMatchObject({ status: 422, body: { code: 'ProgrammeInvalid' } });
    const pointers = (refused.body['errors'] as { readonly pointer: string }[]).map((error) => error.pointer);
    expect(pointers.some((pointer) => pointer.startsWith('/rules/0'))).toBe(true);
    expect(await product.endPosition()).toBe(end);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('of a programme that calls a wallet %s is refused', async (id) => {
    const wallet = { id, name: 'W', rounding: { mode: 'floor', scope: 'basket' } };
    const body = {
      language: 1,
      name: 'P',
      currency: 'PHP',
      timeZone: 'Asia/Manila',
      wallets: [wallet],
      rules: [{ id: 'visit', kind: 'perVisit', wallet: id, points: '1' }],
    };
    const refused = await product.send('PUT', '/v1/programmes/p/draft', { body });
    expect(refused).toMatchObject({ status: 422, body: { code: 'ProgrammeInvalid' } });
    const pointers = (refused.body['errors'] as { readonly pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers).toEqual(expect.arrayContaining(['/wallets/0/id', '/rules/0/wallet']));
  });

  it.each(['re\u0000view', 're\nview', '\u007f', 'a\u0085b'])(
    'of an activity called %j is refused',
    async (activity) => {
      const body = { customer: { card: '9001' }, activity, occurredAt: ICE_CREAM.occurredAt };
      const refused = await product.send('POST', '/v1/activities', { body });
      expect(refused).toMatchObject({
        status: 400,
        body: { code: 'InvalidRequest', errors: [{ pointer: '/activity' }] },
      });
    },
  );

  it('of a customer nobody knows is named in one way: 422 by a reference, 404 in a path', async () => {
    const customer = { card: 'nobody' };
    const { outlet, till, occurredAt, currency, lines } = ICE_CREAM;
    const points = { programme: 'main', wallet: 'points', points: 1, reason: 'x' };
    const returned = {
      outlet,
      till,
      receipt: 'r',
      occurredAt,
      currency,
      customer,
      lines: [{ ...LINE, unitPrice: undefined }],
    };
    const bodies: readonly (readonly [string, object])[] = [
      ['/v1/purchases', { ...ICE_CREAM, customer }],
      ['/v1/quotes', { outlet, currency, lines, customer }],
      ['/v1/returns', returned],
      ['/v1/redemptions', { customer, outlet, till, reward: { programme: 'main', id: 'any' } }],
      ['/v1/adjustments', { customer, ...points }],
      ['/v1/activities', { customer, activity: 'review', occurredAt }],
    ];
    for (const [path, body] of bodies) {
      const refused = await product.send('POST', path, { body });
      expect([path, refused.status, refused.body]).toMatchObject([
        path,
        422,
        { code: 'CustomerUnknown', retryable: true, errors: [{ pointer: '/customer/card' }] },
      ]);
    }
    expect(await product.send('POST', '/v1/customers/lookup', { body: customer })).toMatchObject({
      status: 422,
      body: { code: 'CustomerUnknown', retryable: true, errors: [{ pointer: '/card' }] },
    });
    const id = 'cus_00000000-0000-7000-8000-000000000000';
    expect(await product.send('GET', `/v1/rewards?customer=${id}`)).toMatchObject({
      status: 422,
      body: { code: 'CustomerUnknown', retryable: true, errors: [{ pointer: '/customer' }] },
    });
    for (const path of ['', '/account', '/entries', '/entries/0.0/why']) {
      const missing = await product.send('GET', `/v1/customers/${id}${path}`);
      expect([path, missing]).toMatchObject([
        path,
        { status: 404, body: { code: 'CustomerNotFound', retryable: false } },
      ]);
    }
  });

  it('never breaks the good purchase that follows', async () => {
    expect((await product.send('POST', '/v1/purchases', { body: ICE_CREAM })).status).toBe(201);
  });
});
