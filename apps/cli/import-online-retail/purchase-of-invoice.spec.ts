import fc from 'fast-check';
import { exactPrice, type Invoice, type InvoiceLine } from './invoice';
import { categoryOf, purchaseOfInvoice, ukTime } from './purchase-of-invoice';
import { decimalText } from './rejects-file';

const line = (changes: Partial<InvoiceLine> = {}): InvoiceLine => ({
  stockCode: '22143',
  description: '',
  quantity: 6,
  unitPrice: 21_000n,
  time: '2009-12-01 09:08:00',
  country: 'United Kingdom',
  ...changes,
});
const invoice = (...lines: InvoiceLine[]): Invoice => ({ number: '489437', customer: '15362', lines });

describe('money', () => {
  test('pence where two decimals hold every price', () => {
    const purchase = purchaseOfInvoice(invoice(line(), line({ unitPrice: 8_500n, quantity: 12 })));
    expect(purchase).toMatchObject({ currency: 'GBP', decimals: 2 });
    expect(purchase.lines.map(({ unitPrice, amount }) => [unitPrice, amount])).toEqual([
      [210, 1260],
      [85, 1020],
    ]);
  });

  test('one price of three decimals makes the whole purchase one of tenths of a penny', () => {
    const purchase = purchaseOfInvoice(invoice(line({ unitPrice: 550n, quantity: 7 }), line({ quantity: 1 })));
    expect(purchase.decimals).toBe(3);
    expect(purchase.lines.map(({ unitPrice, amount }) => [unitPrice, amount])).toEqual([
      [55, 385],
      [2100, 2100],
    ]);
  });

  test('nothing is rounded: amounts at the stated decimals are the prices times the quantities', () => {
    const priced = fc.record({ unitPrice: fc.bigInt({ min: 0n, max: 10n ** 9n }), quantity: fc.nat(20_000) });
    fc.assert(
      fc.property(fc.array(priced, { minLength: 1, maxLength: 5 }), (lines) => {
        const purchase = purchaseOfInvoice(invoice(...lines.map(line)));
        const scale = 10n ** BigInt(4 - purchase.decimals);
        expect(purchase.lines.map(({ amount }) => BigInt(amount) * scale)).toEqual(
          lines.map(({ unitPrice, quantity }) => unitPrice * BigInt(quantity)),
        );
      }),
    );
  });

  test('a price reads back as it was written, and what is no price is not read', () => {
    for (const text of ['2.1', '0', '0.055', '-53594.36', '12']) {
      expect(decimalText(exactPrice(text) ?? -1n)).toBe(text);
    }
    for (const text of ['', '1e3', '1.23456', 'NaN', '.5', '1,5', ' 1']) expect(exactPrice(text)).toBeUndefined();
  });
});

describe('time', () => {
  test('UK time carries the offset of its season', () => {
    expect(ukTime('2009-12-01 09:08:00')).toBe('2009-12-01T09:08:00+00:00');
    expect(ukTime('2010-07-07 17:25:00')).toBe('2010-07-07T17:25:00+01:00');
  });

  test('S6: of a time that happens twice the first is meant, one that is skipped moves forward', () => {
    expect(ukTime('2010-10-31 01:30:00')).toBe('2010-10-31T01:30:00+01:00');
    expect(ukTime('2010-03-28 01:30:00')).toBe('2010-03-28T02:30:00+01:00');
  });

  test('an invoice written over the turn of a minute has the time of its first line', () => {
    const lines = [line({ time: '2010-03-03 14:06:00' }), line({ time: '2010-03-03 14:07:00' })];
    expect(purchaseOfInvoice(invoice(...lines)).occurredAt).toBe('2010-03-03T14:06:00+00:00');
  });
});

describe('lines', () => {
  test('exact duplicates stay separate lines', () => {
    expect(purchaseOfInvoice(invoice(line(), line())).lines).toHaveLength(2);
  });

  test('a free line is kept with amount 0', () => {
    expect(purchaseOfInvoice(invoice(line({ unitPrice: 0n }))).lines).toMatchObject([{ unitPrice: 0, amount: 0 }]);
  });

  test('postage, fees and manual entries are services, vouchers are gift cards, the rest is goods', () => {
    expect(['POST', 'm', 'BANK CHARGES', 'DOT'].map(categoryOf)).toEqual(Array(4).fill('service'));
    expect(['gift_0001_30', 'GIFT'].map(categoryOf)).toEqual(Array(2).fill('gift-card'));
    expect(['22143', '85123A', 'DCGS0058', 'PADS', '47503J '].map(categoryOf)).toEqual(Array(5).fill('goods'));
  });
});

describe('tills', () => {
  test('all invoices of a customer go through one till, on every run', () => {
    const first = purchaseOfInvoice(invoice(line()));
    expect(purchaseOfInvoice({ ...invoice(line()), number: '500000' }).till).toBe(first.till);
    expect(purchaseOfInvoice(invoice(line()))).toEqual(first);
  });
});
