import type { JsonObject } from '../../libs/kernel/json';
import { ICE_CREAM, purchaseOf, RunningProduct, textOf } from './running-product';

let product: RunningProduct;
beforeAll(async () => {
  product = await RunningProduct.open();
});
afterAll(() => product.close());

const buy = (body: object) => product.send('POST', '/v1/purchases', { body });
const at = <Value>(body: JsonObject, name: string): Value => body[name] as Value;

async function accountOf(customer: string, position: unknown): Promise<JsonObject> {
  return (await product.send('GET', `/v1/customers/${customer}/account?position=${String(position)}`)).body;
}

describe('a purchase', () => {
  it('earns by the programme in force, and the account shows it at once', async () => {
    const customerId = await product.enrol('9001');
    const { status, body } = await buy(ICE_CREAM);
    expect(status).toBe(201);
    expect(body).toEqual({
      purchaseId: 'pur_478dad47-e18d-52ba-bde6-abdf936a5931',
      customerId,
      position: expect.any(String),
      earned: [
        {
          programme: 'main',
          wallet: 'points',
          points: 135,
          because: [
            {
              lot: expect.stringMatching(/^lot_/),
              points: 135,
              revision: 1,
              rule: 'base',
              counted: '135',
              exact: '135',
            },
          ],
        },
      ],
      balances: [{ programme: 'main', wallet: 'points', available: 135, pending: 0, reserved: 0, debt: 0 }],
      stamps: [],
      rewardsIssued: [],
      flags: [],
      receiptLines: ['points earned: +135', 'points balance: 135'],
    });
    expect(await accountOf(customerId, body['position'])).toMatchObject({ balances: body['balances'] });
    const entries = await product.send('GET', `/v1/customers/${customerId}/entries`);
    const [entry] = at<JsonObject[]>(entries.body, 'entries') as [JsonObject];
    expect(entry).toMatchObject({ kind: 'purchase', points: 135, cause: 'manila-1~2~000123' });
    const why = await product.send('GET', `/v1/customers/${customerId}/entries/${textOf(entry['id'])}/why`);
    expect(why).toMatchObject({ status: 200, body: { explanation: { points: 135, rule: { id: 'base' } } } });
    expect(at<string[]>(why.body, 'sentences').join(' ')).toContain('receipt 000123 of till 2 at manila-1');
    const inTamil = await product.send('GET', `/v1/customers/${customerId}/entries/${textOf(entry['id'])}/why`, {
      headers: { 'accept-language': 'ta-IN, en;q=0.5' },
    });
    expect([why, inTamil].map(({ headers }) => [headers.get('content-language'), headers.get('vary')])).toEqual([
      ['en', 'Accept-Language'],
      ['ta', 'Accept-Language'],
    ]);
    expect(at<string[]>(inTamil.body, 'sentences')[0]).toMatch(/^points: \+135; கடை manila-1, கல்லா 2, ரசீது 000123/);
    expect((await product.send('GET', '/v1/purchases/manila-1~2~000123')).text).toBe((await buy(ICE_CREAM)).text);
  });

  it('sent again is answered as the first time, another body under its receipt is refused', async () => {
    await product.enrol('9002');
    const first = await buy({ ...ICE_CREAM, receipt: 'again' });
    const again = await buy({ ...ICE_CREAM, receipt: 'again' });
    expect([again.status, again.headers.get('idempotency-replayed'), again.text]).toEqual([200, 'true', first.text]);
    const end = await product.endPosition();
    const others = [
      { ...ICE_CREAM, receipt: 'again', currency: 'USD' },
      { ...ICE_CREAM, receipt: 'again', customer: { card: '9002' } },
      { ...ICE_CREAM, receipt: 'again', customer: { card: 'nobody' } },
      { ...ICE_CREAM, receipt: 'again', customer: undefined },
    ];
    for (const body of others) {
      const refused = await buy(body);
      expect(refused).toMatchObject({ status: 409, body: { code: 'DifferentBody', retryable: false } });
      expect(at<JsonObject>(refused.body, 'holder')['fingerprint']).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(await product.endPosition()).toBe(end);
  });

  it('of the same customer by another name is the same purchase', async () => {
    const { body } = await product.send('POST', '/v1/customers', { body: { card: '9003', email: 'nine@example.org' } });
    const first = await buy({ ...ICE_CREAM, receipt: 'named', customer: { card: '9003' } });
    for (const customer of [{ email: 'Nine@Example.org' }, { id: body['customerId'] }]) {
      expect(await buy({ ...ICE_CREAM, receipt: 'named', customer })).toMatchObject({ status: 200, text: first.text });
    }
  });

  it('of an unknown customer claims nothing and may be sent again after enrolling', async () => {
    const purchase = { ...ICE_CREAM, receipt: 'early', customer: { card: 'later-1' } };
    expect(await buy(purchase)).toMatchObject({ status: 422, body: { code: 'CustomerUnknown', retryable: true } });
    await product.enrol('later-1');
    expect((await buy(purchase)).status).toBe(201);
  });

  it('of nobody waits to be claimed', async () => {
    const { status, body } = await buy(purchaseOf('anonymous', 50, 5));
    expect(status).toBe(201);
    expect(body).toMatchObject({ customerId: null, earned: [], balances: [] });
    expect(body['claimable']).toMatchObject([{ programme: 'main', wallet: 'points', points: 50 }]);
  });

  it('numbers its receipts by the business day where the outlet does', async () => {
    const outlet = { name: 'Kiosk', timeZone: 'Asia/Manila', currency: 'PHP', numbering: 'daily' };
    expect((await product.send('PUT', '/v1/outlets/kiosk', { body: outlet })).status).toBe(200);
    const purchase = { ...ICE_CREAM, outlet: 'kiosk', receipt: '1' };
    expect(await buy(purchase)).toMatchObject({ status: 422, body: { code: 'BusinessDayRequired' } });
    expect((await buy({ ...purchase, businessDay: '2026-11-20' })).status).toBe(201);
    expect((await buy({ ...purchase, businessDay: '2026-11-21' })).status).toBe(201);
    expect((await buy({ ...purchase, businessDay: '2026-11-20' })).status).toBe(200);
    expect(await buy({ ...ICE_CREAM, receipt: 'd', businessDay: '2026-11-20' })).toMatchObject({
      status: 422,
      body: { code: 'BusinessDayUnexpected' },
    });
  });

  it('A.8 that comes late is put where it belongs, with one correction and one net line', async () => {
    const customer = await product.enrol('late-1');
    await buy(purchaseOf('l-2', 20, 10, 'late-1'));
    await buy(purchaseOf('l-3', 30, 5, 'late-1'));
    const late = await buy(purchaseOf('l-1', 10, 20, 'late-1'));
    expect(late.status).toBe(201);
    expect(late.body).toMatchObject({
      flags: ['late'],
      earned: [{ programme: 'main', wallet: 'points', points: 10, because: [{ rule: 'base', points: 10 }] }],
      balances: [{ available: 60 }],
    });
    expect(at<string[]>(late.body, 'receiptLines')[0]).toBe('Receipt l-1 arrived late: points +10');
    const { body } = await product.send(
      'GET',
      `/v1/customers/${customer}/entries?position=${textOf(late.body['position'])}`,
    );
    const corrections = at<JsonObject[]>(body, 'entries').filter(({ kind }) => kind === 'correction');
    const [earned] = at<{ because: { lot: string }[] }[]>(late.body, 'earned');
    const [{ lot } = { lot: '' }] = earned?.because ?? [];
    expect(lot).toMatch(/^lot_/);
    expect(corrections).toMatchObject([
      { points: 10, cause: 'manila-1~1~l-1', because: { entries: [{ lot, fact: 'manila-1~1~l-1', after: 10 }] } },
    ]);
    const why = `/v1/customers/${customer}/entries/${textOf(corrections[0]?.['id'])}/why`;
    expect((await product.send('GET', why)).text).toContain('Receipt l-1 arrived late');
  });
});

describe('reads', () => {
  it('answer 304 to who has the newest, and page with cursors', async () => {
    const customer = await product.enrol('reader');
    let position: unknown;
    for (const receipt of ['r1', 'r2', 'r3'])
      position = (await buy(purchaseOf(receipt, 10, 1, 'reader'))).body['position'];
    const path = `/v1/customers/${customer}/account?position=${String(position)}`;
    const etag = (await product.send('GET', path)).headers.get('etag') ?? '';
    expect((await product.send('GET', path, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const first = await product.send('GET', `/v1/customers/${customer}/entries?limit=2`);
    const second = await product.send(
      'GET',
      `/v1/customers/${customer}/entries?limit=2&cursor=${textOf(first.body['next'])}`,
    );
    expect([first, second].map(({ body }) => at<unknown[]>(body, 'entries').length)).toEqual([2, 1]);
    expect(second.body['next']).toBeUndefined();
    expect(await product.send('GET', `/v1/customers/${customer}/entries?cursor=x`)).toMatchObject({
      status: 400,
      body: { code: 'CursorInvalid' },
    });
  });

  it('say that a position is not reached rather than answer with less', async () => {
    const customer = await product.enrol('ahead');
    const ahead = ((await product.endPosition()) + 1000).toString(36);
    expect(await product.send('GET', `/v1/customers/${customer}/account?position=${ahead}`)).toMatchObject({
      status: 503,
      body: { code: 'PositionNotReached', retryable: true },
    });
  });
});
