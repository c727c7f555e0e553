import type { JsonObject } from '../../libs/kernel/json';
import { OPENED_AT, purchaseOf, RunningProduct, textOf } from './running-product';

let product: RunningProduct;
let customer: string;
let position: string;

const HOUR = 3_600_000;
const ago = (hours: number): string => encodeURIComponent(new Date(OPENED_AT - hours * HOUR).toISOString());
const get = (path: string) => product.send('GET', path);
const wallets = (body: JsonObject, list = 'balances') => body[list] as readonly JsonObject[];

beforeAll(async () => {
  product = await RunningProduct.open();
  customer = await product.enrol('9001');
  // 100 three hours ago, 50 an hour ago, and last, late, 20 of two hours ago.
  for (const [receipt, pesos, hours] of [
    ['a', 100, 3],
    ['b', 50, 1],
    ['c', 20, 2],
  ] as const) {
    const { status, body } = await product.send('POST', '/v1/purchases', {
      body: purchaseOf(receipt, pesos, hours * 60, '9001'),
    });
    expect(status).toBe(201);
    position = textOf(body['position']);
  }
});
afterAll(() => product.close());

describe('A.1 an account', () => {
  const available = async (query: string): Promise<unknown> =>
    wallets((await get(`/v1/customers/${customer}/account${query}`)).body)[0]?.['available'];

  it('is told as it was at any instant, by all that is known today', async () => {
    expect(await available('')).toBe(170);
    expect(await available(`?asOf=${ago(4)}`)).toBe(0);
    expect(await available(`?asOf=${ago(3)}`)).toBe(100);
    expect(await available(`?asOf=${ago(1.5)}`)).toBe(120);
  });

  it('is told strictly before an instant or a day of the programmes', async () => {
    expect(await available(`?before=${ago(3)}`)).toBe(0);
    expect(await available(`?before=${ago(2.5)}`)).toBe(100);
    expect(await available('?before=2026-11-25')).toBe(0);
    expect(await available('?before=2026-11-26')).toBe(170);
    for (const query of ['?before=2026-02-30', '?before=soon', `?asOf=${ago(1)}&before=2026-11-25`]) {
      expect(await get(`/v1/customers/${customer}/account${query}`)).toMatchObject({ status: 400 });
    }
  });

  it('S16 tells every total, and the balance', async () => {
    const { body } = await get(`/v1/customers/${customer}/account`);
    expect(wallets(body)).toEqual([
      {
        programme: 'main',
        wallet: 'points',
        balance: 170,
        earned: 170,
        available: 170,
        ...{ honoured: 0, adjustedUp: 0, pending: 0, reserved: 0, spent: 0, expired: 0, reversed: 0 },
        ...{ adjustedDown: 0, paidToDebt: 0, debt: 0, debtIncurred: 0, debtForgiven: 0 },
      },
    ]);
    expect(body).toMatchObject({ cards: [], rewards: [], reservations: [] });
  });

  it('has a journal as it was recorded, and entries as they are derived', async () => {
    const journal = await get(`/v1/customers/${customer}/entries?position=${position}`);
    expect(wallets(journal.body, 'entries').map(({ kind, points, cause }) => [kind, points, cause])).toEqual([
      ['correction', 20, 'manila-1~1~c'],
      ['purchase', 50, 'manila-1~1~b'],
      ['purchase', 100, 'manila-1~1~a'],
    ]);
    const derived = await get(`/v1/customers/${customer}/entries?asOf=${ago(0)}&limit=2`);
    expect(wallets(derived.body, 'entries').map(({ kind, points }) => [kind, points])).toEqual([
      ['purchase', 50],
      ['purchase', 20],
    ]);
    const next = `/v1/customers/${customer}/entries?asOf=${ago(0)}&limit=2&cursor=${textOf(derived.body['next'])}`;
    expect((await get(next)).body).toMatchObject({ entries: [{ points: 100, effectiveAt: expect.any(String) }] });
    expect((await get(next)).body['next']).toBeUndefined();
    expect(await get(`/v1/customers/${customer}/entries?asOf=${ago(0)}&cursor=3.0`)).toMatchObject({ status: 400 });
  });

  it('counts in the totals of all accounts', async () => {
    const other = await product.enrol('9002');
    await product.send('POST', '/v1/purchases', { body: purchaseOf('d', 7, 60, '9002') });
    const now = await get('/v1/insights/ledger-totals');
    expect(now.body).toMatchObject({ accounts: 2, wallets: [{ programme: 'main', wallet: 'points', balance: 177 }] });
    const then = await get(`/v1/insights/ledger-totals?before=${ago(1)}`);
    expect(then.body).toMatchObject({ accounts: 1, wallets: [{ balance: 120, earned: 120 }] });
    expect((await get(`/v1/insights/ledger-totals?asOf=${ago(9)}`)).body).toMatchObject({ accounts: 0, wallets: [] });
    expect(other).toMatch(/^cus_/);
  });
});
