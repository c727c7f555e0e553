import fc from 'fast-check';
import type { ReceiptKey } from '../../../kernel/ids';
import { deliver, decideOn, sale, tell, untold, type SaleSketch } from '../../../testing/given-when-then';
import { always, onePointPer } from '../../../testing/rule-sketches';
import type { Return } from '../account/account.events';
import { exchangeDecider } from '../record-purchase/exchange-goods.decide';
import { purchaseDecider } from '../record-purchase/record-purchase.decide';
import type { UnpricedLine } from './return-amounts';
import { returnDecider, type ReturnGoods } from './return-goods.decide';
import { takenBack } from './taken-back';

const rules = always({ rules: [onePointPer('1.00')] });

/** Goods of receipt 1, brought back a day later. */
function goods(
  receipt: string,
  lines: readonly UnpricedLine[],
  told: { at?: string; recordedAt?: string } = {},
): ReturnGoods {
  const occurredAt = Date.parse(told.at ?? '2026-11-21T10:00:00+08:00');
  return {
    document: {
      receiptKey: `manila-1~9~${receipt}` as ReceiptKey,
      outlet: 'manila-1',
      till: '9',
      receipt,
      currency: 'PHP',
      decimals: 2,
      channel: 'shop',
      offsetMinutes: 480,
      source: 'till',
    },
    lines,
    linesAt: '/lines',
    occurredAt,
    now: told.recordedAt === undefined ? occurredAt + 1_000 : Date.parse(told.recordedAt),
    anonymous: false,
  };
}

const of = 'manila-1~2~1' as ReceiptKey;
const one: UnpricedLine = { sku: 'SKU-1', quantity: 1, of };
const sold = (told: SaleSketch = {}) => sale({ receipt: '1', ...told });

function returned(told: ReturnType<typeof deliver>, command: ReturnGoods): Return {
  const draft = decideOn(rules, returnDecider(command), told);
  if (draft.kind === 'refused') throw new Error(`${draft.code}: ${draft.detail}`);
  const [fact] = draft.facts;
  if (fact?.event.type !== 'PurchaseReturned') throw new Error('no return');
  return fact.event.data;
}

describe('the amount of a return that states none', () => {
  it('L.3 adds up to what the line had cost, however it is returned', () => {
    const parts = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(parts, fc.integer({ min: 0, max: 1_000_000 }), (millis, amount) => {
        const whole = millis.reduce((sum, milli) => sum + milli, 0);
        let told = deliver(rules, [sold({ lines: [{ sku: 'SKU-1', quantity: whole / 1000, amount }] })]);
        let sum = 0;
        for (const [index, milli] of millis.entries()) {
          const command = goods(String(index), [{ ...one, quantity: milli / 1000 }]);
          sum += returned(told, command).lines[0]?.amount ?? NaN;
          told = tell(rules, told, returnDecider(command));
        }
        expect(sum).toBe(amount);
      }),
      { numRuns: 100 },
    );
  });

  it('takes lines of the article first to last, or the one that is named', () => {
    const lines = [
      { sku: 'SKU-1', quantity: 1, amount: 1_000 },
      { sku: 'SKU-1', quantity: 2, amount: 1_800 },
    ];
    const told = deliver(rules, [sold({ lines })]);
    const amounts = (...unpriced: UnpricedLine[]) =>
      returned(told, goods('r', unpriced)).lines.map((line) => line.amount);
    expect(amounts({ ...one, quantity: 2 })).toEqual([1_900]);
    expect(amounts({ ...one, line: 1 })).toEqual([900]);
    expect(amounts(one, one, one)).toEqual([1_000, 900, 900]);
    expect(amounts({ ...one, amount: 950 }, one)).toEqual([950, 900]);
  });

  it('is half-even', () => {
    const told = deliver(rules, [sold({ lines: [{ sku: 'SKU-1', quantity: 2, amount: 5 }] })]);
    expect(returned(told, goods('r', [one])).lines[0]?.amount).toBe(2);
  });
});

describe('a return to an account of nobody', () => {
  it('owes nothing, for nothing was given there, now or when it has waited in vain', () => {
    for (const returns of [{ basis: 'ownInvoice' }, { basis: 'rerate', unmatched: 'ownInvoice' }] as const) {
      const own = always({ rules: [onePointPer('1.00')], returns });
      const nobody = { anonymous: true };
      const lines = [
        { ...one, amount: 100_00 },
        { sku: 'SKU-2', quantity: 1, amount: 100_00 },
      ];
      const told = tell(own, untold, returnDecider({ ...goods('r', lines), ...nobody }));
      const later = goods('s', [{ sku: 'SKU-2', quantity: 1, amount: 1 }], { at: '2027-02-01T10:00:00+08:00' });
      expect(tell(own, told, returnDecider({ ...later, ...nobody })).account.wallets).toEqual([]);
    }
  });
});

describe('what a return is stamped with', () => {
  it('S27 of a purchase nobody knows: it waits, and its amount must be stated', () => {
    expect(decideOn(rules, returnDecider(goods('r', [one])), untold)).toMatchObject({
      kind: 'refused',
      code: 'ReturnAmountNeeded',
      errors: [{ pointer: '/lines/0/amount' }],
    });
    expect(returned(untold, goods('r', [{ ...one, amount: 100 }])).flags).toEqual(['purchaseUnknown']);
  });

  it('S28 outside the window: it reverses nothing', () => {
    const week = always({
      rules: [onePointPer('1.00')],
      returns: { basis: 'rerate', window: { unit: 'day', count: 7 } },
    });
    const told = deliver(week, [sold()]);
    for (const [at, flags, reversed] of [
      ['2026-11-27T23:59:59+08:00', [], 135],
      ['2026-11-28T00:00:00+08:00', ['outsideWindow'], 0],
    ] as const) {
      const draft = decideOn(week, returnDecider(goods('r', [one], { at })), told);
      if (draft.kind === 'refused') throw new Error(draft.code);
      expect(draft.facts[0]?.event.data).toMatchObject({ flags });
      expect(draft.outcome).toMatchObject({ flags });
      expect(takenBack(draft.events).reversed.reduce((sum, { points }) => sum + points, 0)).toBe(reversed);
    }
  });

  it('S27 whether a late one exceeds what was left is told by the ledger, not by what is left today', () => {
    const told = tell(
      rules,
      deliver(rules, [sold({ lines: [{ sku: 'SKU-1', quantity: 2, amount: 200 }] })]),
      returnDecider(goods('later', [{ ...one, quantity: 2 }], { at: '2026-11-22T10:00:00+08:00' })),
    );
    const late = goods('late', [one], { recordedAt: '2026-11-22T11:00:00+08:00' });
    const draft = decideOn(rules, returnDecider(late), told);
    expect(draft).toMatchObject({ kind: 'draft', outcome: { flags: ['late'] } });
    expect(returned(told, late)).toMatchObject({ flags: ['late'], lines: [{ amount: 100 }] });
  });
});

describe('L.14 an exchange', () => {
  it('is two facts of one append, the purchase first: 60.00 for 80.00 is +20, no debt', () => {
    const told = deliver(rules, [sold({ amounts: [6_000] })]);
    const at = '2026-11-21T10:00:00+08:00';
    const bought = sale({ receipt: '2', at, amounts: [8_000] });
    const draft = decideOn(rules, exchangeDecider(bought, { ...goods('2', [one], { at }), linesAt: '/returns' }), told);
    if (draft.kind === 'refused') throw new Error(draft.code);
    expect(draft.facts.map(({ event }) => event.type)).toEqual(['PurchaseRecorded', 'PurchaseReturned']);
    expect(draft.next.wallets).toMatchObject([
      { totals: { earned: 140, reversed: 60, available: 80, debtIncurred: 0 } },
    ]);
    expect(draft.outcome).toMatchObject({ balances: [{ available: 80, debt: 0 }], returned: { flags: [] } });
  });

  it('is refused for whatever is wrong with either half', () => {
    const told = deliver(rules, [sold()]);
    const wrong = sale({ receipt: '2', payments: [{ kind: 'cash', amount: 1 }] });
    const half = { ...goods('2', [one]), linesAt: '/returns' } as const;
    expect(decideOn(rules, exchangeDecider(wrong, half), told)).toMatchObject({ code: 'PaymentsDoNotAddUp' });
    const unknown = { ...half, lines: [{ ...one, of: 'a~b~c' as ReceiptKey }] };
    expect(decideOn(rules, exchangeDecider(sale({ receipt: '2' }), unknown), told)).toMatchObject({
      code: 'ReturnAmountNeeded',
      errors: [{ pointer: '/returns/0/amount' }],
    });
    expect(decideOn(rules, purchaseDecider(sale({ receipt: '2' })), told).kind).toBe('draft');
  });
});
