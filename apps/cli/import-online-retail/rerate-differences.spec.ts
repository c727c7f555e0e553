import type { Invoice, InvoiceLine } from './invoice';
import { matchReturns } from './match-returns';
import { rateReturnsBothWays, rerateDifferences, type RatedCustomer } from './rerate-differences';

/** Pounds with four decimals. */
const line = (quantity: number, unitPrice: bigint, stockCode = '22143'): InvoiceLine => ({
  stockCode,
  description: '',
  quantity,
  unitPrice,
  time: '',
  country: 'United Kingdom',
});
const invoice = (number: string, minute: number, ...lines: InvoiceLine[]): Invoice => ({
  number,
  customer: '15362',
  lines: lines.map((one) => ({ ...one, time: `2010-01-05 10:0${minute}:00` })),
});

function rated(purchases: Invoice[], ...returns: Invoice[]): RatedCustomer | undefined {
  return rateReturnsBothWays(purchases, matchReturns(purchases, returns))[0];
}

describe('S18 a return that is rated with what is kept of its purchase', () => {
  const bought = invoice('1', 1, line(3, 334_000n));

  test('takes 34, 33 and 33 of a hundred points, where each document by itself is 33', () => {
    const back = [2, 3, 4].map((minute) => invoice(`C${minute}`, minute, line(-1, 334_000n)));
    expect(rated([bought], ...back)).toEqual({
      card: '15362',
      ownInvoice: 1,
      rerated: 0,
      reasons: ['C2 takes 34 instead of 33: its pence are rounded with its purchase'],
    });
  });

  test('takes no more than its goods had cost, however much was given back for them', () => {
    expect(rated([bought], invoice('C2', 2, line(-1, 1_500_000n)))).toMatchObject({
      ownInvoice: -50,
      rerated: 0,
      reasons: ['C2 takes 100 instead of 150: it gave back 150.00 for goods that had cost 100.20'],
    });
  });

  test('of several purchases is rounded with each of them', () => {
    const earlier = invoice('0', 0, line(1, 5_000n));
    expect(rated([earlier, bought], invoice('C2', 2, line(-4, 250_000n)))).toMatchObject({
      reasons: ['C2 takes 75 instead of 100: it gave back 100.00 for goods that had cost 75.50'],
    });
    const cheap = [invoice('0', 0, line(1, 7_000n)), invoice('1', 1, line(1, 7_000n))];
    expect(rated(cheap, invoice('C2', 2, line(-2, 7_000n)))).toMatchObject({
      ownInvoice: -1,
      rerated: 0,
      reasons: ['C2 takes 0 instead of 1: its pence are rounded with its 2 purchases'],
    });
  });

  test('that belongs to no purchase, or only in part, is valued by itself as far as it does', () => {
    const back = invoice('C2', 2, line(-1, 5_000n, 'M'), line(-1, 334_000n));
    expect(rated([bought], invoice('C2', 2, line(-1, 55_000n, 'M')))).toMatchObject({ rerated: 95, reasons: [] });
    expect(rated([bought], back)).toMatchObject({
      ownInvoice: 67,
      rerated: 66,
      reasons: ['C2 takes 34 instead of 33: its pence are rounded with its purchase and its part without a purchase'],
    });
  });
});

test('whoever differs is listed with the reason, and what is not explained says so', () => {
  const customer = (card: string, ownInvoice: number, rerated: number): RatedCustomer => ({
    card,
    ownInvoice,
    rerated,
    reasons: ownInvoice === rerated ? [] : ['C1 takes 2 instead of 1: because'],
  });
  const ledger = new Map([
    ['1', 10],
    ['2', 19],
    ['3', 28],
  ]);
  const csv = rerateDifferences([customer('1', 10, 10), customer('2', 20, 19), customer('3', 30, 29)], (card) =>
    ledger.get(card),
  );
  expect(csv.split('\n')).toEqual([
    'customer_id,points_own_invoice,points_rerate,reason',
    '2,20,19,"C1 takes 2 instead of 1: because"',
    '3,30,28,"C1 takes 2 instead of 1: because; not explained: the invoices make it 29"',
    '',
  ]);
});
