import fc from 'fast-check';
import { classifyInvoice } from './classify-invoice';
import type { Invoice, InvoiceLine } from './invoice';

const line = (changes: Partial<InvoiceLine> = {}): InvoiceLine => ({
  stockCode: '22143',
  description: 'CHRISTMAS CRAFT HEART DECORATIONS',
  quantity: 6,
  unitPrice: 21_000n,
  time: '2009-12-01 09:08:00',
  country: 'United Kingdom',
  ...changes,
});
const free = line({ unitPrice: 0n });
const guest = (number: string, ...lines: InvoiceLine[]): Invoice => ({ number, lines });
const identified = (number: string, ...lines: InvoiceLine[]): Invoice => ({ number, customer: '15362', lines });

describe('what becomes of an invoice', () => {
  test('goods sold at a price are a purchase, with or without a customer', () => {
    expect(classifyInvoice(identified('489437', line()))).toBe('purchase');
    expect(classifyInvoice(guest('489464', line()))).toBe('purchase');
  });

  test('a free line beside a paid one belongs to the purchase', () => {
    expect(classifyInvoice(guest('536156', free, line()))).toBe('purchase');
  });

  test('an invoice C… of a customer is a return, goods or not; nobody’s is not posted', () => {
    expect(classifyInvoice(identified('C536265', line({ quantity: -2 })))).toBe('return');
    expect(classifyInvoice(identified('C489449', line({ quantity: -1, stockCode: 'M' })))).toBe('return');
    expect(classifyInvoice(identified('C489449', line({ quantity: -1, unitPrice: 0n })))).toBe('return');
    expect(classifyInvoice(guest('C496350', line({ quantity: 1 })))).toBe('guest-return');
  });

  test('an invoice C… that takes nothing back, or at a negative price, is not posted', () => {
    const back = line({ quantity: -2 });
    expect(classifyInvoice(identified('C1', back, line({ quantity: 1 })))).toBe('odd-return');
    expect(classifyInvoice(identified('C1', line({ quantity: 0 })))).toBe('odd-return');
    expect(classifyInvoice(identified('C1', back, line({ quantity: -1, unitPrice: -1n })))).toBe('odd-return');
  });

  test('an invoice A… or a negative price is a correction of bad debt', () => {
    expect(classifyInvoice(guest('A528059', line({ quantity: 1, unitPrice: -383_424_200n })))).toBe('bad-debt');
    expect(classifyInvoice(guest('528059', line({ unitPrice: -1n })))).toBe('bad-debt');
  });

  test('a negative quantity without C is stock written off', () => {
    expect(classifyInvoice(guest('489464', line({ quantity: -96, unitPrice: 0n })))).toBe('write-off');
  });

  test('price 0 only is a purchase of an identified customer and nobody’s otherwise', () => {
    expect(classifyInvoice(identified('497843', free))).toBe('purchase');
    expect(classifyInvoice(guest('536121', free))).toBe('price-0-only');
  });

  test('the order of the lines decides nothing', () => {
    const lines = fc.array(
      fc.record({ quantity: fc.integer({ min: -5, max: 5 }), unitPrice: fc.bigInt({ min: -2n, max: 2n }) }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(lines, fc.constantFrom('1', 'C1', 'A1'), (all, number) => {
        for (const invoice of [guest(number, ...all.map(line)), identified(number, ...all.map(line))]) {
          expect(classifyInvoice({ ...invoice, lines: [...invoice.lines].reverse() })).toBe(classifyInvoice(invoice));
        }
      }),
    );
  });
});
