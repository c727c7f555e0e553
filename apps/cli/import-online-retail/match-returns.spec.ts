import fc from 'fast-check';
import type { Invoice, InvoiceLine } from './invoice';
import { countMatches, matchReturns, type MatchedLines } from './match-returns';
import { purchaseOfInvoice } from './purchase-of-invoice';
import { returnOfInvoice } from './return-of-invoice';

const line = (quantity: number, changes: Partial<InvoiceLine> = {}): InvoiceLine => ({
  stockCode: '22143',
  description: '',
  quantity,
  unitPrice: 21_000n,
  time: '2010-01-05 10:00:00',
  country: 'United Kingdom',
  ...changes,
});
const at = (minute: number): string => `2010-01-05 10:${String(minute).padStart(2, '0')}:00`;
const invoice = (number: string, minute: number, ...lines: InvoiceLine[]): Invoice => ({
  number,
  customer: '15362',
  lines: lines.map((one) => ({ ...one, time: at(minute) })),
});
const matchedOf = (purchases: Invoice[], back: Invoice): MatchedLines | undefined =>
  matchReturns(purchases, [back]).get(back);

describe('which purchase a return belongs to', () => {
  const early = invoice('1', 1, line(4));
  const late = invoice('2', 2, line(3));

  test('the most recent one of the same customer and article, then the one before it, then none', () => {
    expect(matchedOf([early, late], invoice('C3', 3, line(-2)))).toEqual([[{ quantity: 2, purchase: late }]]);
    expect(matchedOf([early, late], invoice('C3', 3, line(-9)))).toEqual([
      [{ quantity: 3, purchase: late }, { quantity: 4, purchase: early }, { quantity: 2 }],
    ]);
  });

  test('nothing that was bought later, by somebody else, or of another article', () => {
    const later = invoice('4', 4, line(5));
    const somebodys = { ...early, customer: '15363' };
    const nobodys: Invoice = { number: '5', lines: early.lines };
    const other = invoice('6', 1, line(5, { stockCode: '22144' }));
    expect(matchedOf([later, somebodys, nobodys, other], invoice('C3', 3, line(-1)))).toEqual([[{ quantity: 1 }]]);
  });

  test('what was bought at the same minute, as the ledger has it (S4)', () => {
    expect(matchedOf([late], invoice('C3', 2, line(-1)))).toEqual([[{ quantity: 1, purchase: late }]]);
  });

  test('exact duplicate lines of a purchase are bought twice, and brought back twice', () => {
    const twice = invoice('1', 1, line(4), line(4));
    expect(matchedOf([twice], invoice('C3', 3, line(-4), line(-4)))).toEqual([
      [{ quantity: 4, purchase: twice }],
      [{ quantity: 4, purchase: twice }],
    ]);
  });

  test('what one return took is not there for the next, whatever the order of the file', () => {
    const [first, second] = [invoice('C3', 3, line(-3)), invoice('C4', 4, line(-3))];
    for (const returns of [
      [first, second],
      [second, first],
    ]) {
      const matched = matchReturns([early, late], returns);
      expect(matched.get(first)).toEqual([[{ quantity: 3, purchase: late }]]);
      expect(matched.get(second)).toEqual([[{ quantity: 3, purchase: early }]]);
    }
  });

  test('lines are counted by whether all, a part or nothing of them was found', () => {
    const back = invoice('C3', 3, line(-2), line(-6), line(-1), line(-1, { stockCode: 'M' }));
    expect(countMatches(matchReturns([early, late], [back]))).toEqual({
      linesFull: 1,
      linesPartial: 1,
      linesNone: 2,
      unitsMatched: 7,
      unitsUnmatched: 3,
    });
  });

  test('nothing is taken that is not there, and every line keeps its quantity and amount', () => {
    const article = fc.constantFrom('A', 'B');
    const lines = (sign: 1 | -1) =>
      fc.array(
        fc
          .record({ quantity: fc.integer({ min: 1, max: 9 }), stockCode: article })
          .map(({ quantity, stockCode }) => line(sign * quantity, { stockCode })),
        { minLength: 1, maxLength: 4 },
      );
    const minutes = fc.nat(9);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(minutes, lines(1)), { maxLength: 6 }),
        fc.array(fc.tuple(minutes, lines(-1)), { maxLength: 6 }),
        (bought, back) => {
          const purchases = bought.map(([minute, sold], index) => invoice(String(index), minute, ...sold));
          const returns = back.map(([minute, taken], index) => invoice(`C${index}`, minute, ...taken));
          const matched = matchReturns(purchases, returns);
          const left = new Map<string, number>();
          for (const purchase of purchases) {
            for (const { sku, quantity } of purchaseOfInvoice(purchase).lines) {
              left.set(`${purchase.number}~${sku}`, (left.get(`${purchase.number}~${sku}`) ?? 0) + quantity);
            }
          }
          for (const invoiceBack of returns) {
            const body = returnOfInvoice(invoiceBack, matched.get(invoiceBack) ?? []);
            const amount = body.lines.reduce((sum, part) => sum + part.amount, 0);
            expect(amount).toBe(invoiceBack.lines.reduce((sum, { quantity }) => sum - quantity * 210, 0));
            for (const { sku, quantity, purchase } of body.lines) {
              if (purchase === undefined) continue;
              const key = `${purchase.split('~')[2] ?? ''}~${sku}`;
              left.set(key, (left.get(key) ?? 0) - quantity);
            }
          }
          expect([...left.values()].every((quantity) => quantity >= 0)).toBe(true);
        },
      ),
    );
  });
});

describe('a return as it is posted', () => {
  const bought = invoice('1', 1, line(4), line(2, { unitPrice: 5_500n }));

  test('is one document with a line for every purchase a line belongs to, at the return’s own price', () => {
    const back = invoice('C2', 2, line(-6, { unitPrice: 19_500n }), line(-1, { stockCode: 'M', unitPrice: 120_000n }));
    const body = returnOfInvoice(back, matchedOf([bought], back) ?? []);
    const { till } = purchaseOfInvoice(bought);
    expect(body).toEqual({
      outlet: 'online',
      till,
      receipt: 'C2',
      occurredAt: '2010-01-05T10:02:00+00:00',
      customer: { card: '15362' },
      channel: 'online',
      currency: 'GBP',
      decimals: 2,
      lines: [
        { sku: '22143', category: 'goods', quantity: 6, amount: 1_170, purchase: `online~${till}~1` },
        { sku: 'M', category: 'service', quantity: 1, amount: 1_200 },
      ],
    });
  });

  test('of free goods gives nothing back', () => {
    const back = invoice('C2', 2, line(-1, { unitPrice: 0n }));
    expect(returnOfInvoice(back, matchedOf([bought], back) ?? []).lines).toMatchObject([{ quantity: 1, amount: 0 }]);
  });

  test('has the decimals of its purchase; of purchases that differ it names those with the most', () => {
    const tenths = invoice('1', 1, line(2, { unitPrice: 550n }));
    const pence = invoice('0', 0, line(2));
    const back = invoice('C2', 2, line(-3));
    const { till } = purchaseOfInvoice(tenths);
    expect(returnOfInvoice(back, matchedOf([tenths], back) ?? []).decimals).toBe(3);
    expect(returnOfInvoice(back, matchedOf([pence], back) ?? []).decimals).toBe(2);
    expect(returnOfInvoice(back, matchedOf([pence, tenths], back) ?? [])).toMatchObject({
      decimals: 3,
      lines: [
        { quantity: 2, amount: 4_200, purchase: `online~${till}~1` },
        { quantity: 1, amount: 2_100 },
      ],
    });
  });
});
