import fc from 'fast-check';
import type { ReceiptKey } from '../../../kernel/ids';
import { deliver, decideOn, sale, tell, untold, type SaleSketch } from '../../../testing/given-when-then';
import { always, onePointPer } from '../../../testing/rule-sketches';
import type { Return } from '../account/account.events';
import { dividedAtReturn, exchangeDecider } from '../record-purchase/exchange-goods.decide';
import { purchaseDecider } from '../record-purchase/record-purchase.decide';
import { voidDecider } from '../void-purchase/void-purchase.decide';
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

describe('a return that is refused', () => {
  const lines = [
    { sku: 'SKU-1', quantity: 1, amount: 10_000 },
    { sku: 'SKU-2', quantity: 2, amount: 3_500 },
  ];
  const held = deliver(rules, [sold({ lines })]);
  const most = Number.MAX_SAFE_INTEGER;
  const loose = { sku: 'SKU-9', quantity: 1, amount: 1 };
  const oneOf = (more: Partial<UnpricedLine>): UnpricedLine => ({ ...one, ...more });

  /** Code, detail, and of everything that is wrong where it is and what to do; `accepted` where nothing is. */
  const said = (
    told: readonly UnpricedLine[],
    document: Partial<ReturnGoods['document']> = {},
    linesAt: ReturnGoods['linesAt'] = '/lines',
    on = held,
  ): readonly string[] => {
    const command = goods('r', told);
    const decided = decideOn(
      rules,
      returnDecider({ ...command, linesAt, document: { ...command.document, ...document } }),
      on,
    );
    if (decided.kind !== 'refused') return ['accepted'];
    const { code, detail, errors = [] } = decided;
    return [code, detail, ...errors.map((error) => `${error.pointer}: ${error.detail}`)];
  };

  it('for decimals there cannot be', () => {
    const refused = (decimals: number) => [
      'DecimalsTooMany',
      `Amounts have at most 4 decimals, not ${decimals}.`,
      '/decimals: Give 0 to 4.',
    ];
    for (const decimals of [5, -1, 1.5]) expect(said([loose], { decimals })).toEqual(refused(decimals));
    for (const decimals of [0, 4]) expect(said([loose], { decimals })).toEqual(['accepted']);
  });

  it('for more than a thousand lines', () => {
    const many = (length: number) => Array.from({ length }, () => loose);
    expect(said(many(1000))).toEqual(['accepted']);
    expect(said(many(1001), {}, '/returns')).toEqual([
      'TooManyLines',
      'A return has at most 1000 lines, not 1001.',
      '/returns: Split the return over several receipts.',
    ]);
  });

  it('for a quantity beyond counting, or finer than a thousandth', () => {
    const of = (quantity: number): readonly string[] => said([loose, { ...loose, quantity }]);
    expect(of(1_000_000_001)).toEqual([
      'QuantityTooLarge',
      'A quantity is at most a thousand million.',
      '/lines/1/quantity: Give at most 1000000000, not 1000000001.',
    ]);
    expect(of(0.0001)).toEqual([
      'QuantityTooFine',
      'A quantity has at most three decimals.',
      '/lines/1/quantity: Round 0.0001 to three decimals, 0 or more.',
    ]);
    expect([of(1_000_000_000), of(0.001)]).toEqual([['accepted'], ['accepted']]);
  });

  it('for amounts that sum beyond what stays exact', () => {
    const of = (...amounts: readonly number[]): readonly string[] =>
      said(amounts.map((amount) => ({ ...loose, amount })));
    expect(of(most - 1, 1)).toEqual(['accepted']);
    expect(of(most, 1)).toEqual([
      'AmountTooLarge',
      'The amounts sum to more than 2^53-1 minor units.',
      '/lines: Give fewer decimals or split the return.',
    ]);
  });

  it('for a currency or decimals that are not its purchase’s, but for goods of no purchase any will do', () => {
    const differs = (currency: string, decimals: number): string =>
      `The purchase is in PHP with 2 decimals, the return in ${currency} with ${decimals}.`;
    expect(said([loose, one], { currency: 'USD' })).toEqual([
      'CurrencyDiffers',
      differs('USD', 2),
      '/currency: Give those of the purchase.',
    ]);
    expect(said([one], { decimals: 3 })).toEqual([
      'CurrencyDiffers',
      differs('PHP', 3),
      '/decimals: Give those of the purchase.',
    ]);
    expect(said([loose], { currency: 'USD' })).toEqual(['accepted']);
    expect(said([{ ...loose, of: 'a~b~c' as ReceiptKey }], { currency: 'USD' })).toEqual(['accepted']);
  });

  it('for a purchase that was voided', () => {
    const voiding = voidDecider({
      voided: { receiptKey: of, outlet: 'manila-1', till: '2', source: 'till' },
      occurredAt: Date.parse('2026-11-20T11:00:00+08:00'),
      now: Date.parse('2026-11-20T11:00:00+08:00'),
      anonymous: false,
    });
    const after = tell(rules, held, voiding);
    expect(said([loose, one], {}, '/lines', after)).toEqual([
      'PurchaseVoided',
      `The purchase ${of} was voided: nothing of it can be returned any more.`,
    ]);
    expect(said([loose], {}, '/lines', after)).toEqual(['accepted']);
  });

  it('for a line that was not bought, but not for one of a purchase nobody knows', () => {
    const refused = (index: number, why: string) => [
      'ReturnLineUnknown',
      'A line of a return names a line that was not bought.',
      `/returns/${index}/line: ${why}; correct it, or leave the line out.`,
    ];
    const naming = (...told: readonly UnpricedLine[]) => said(told, {}, '/returns');
    expect(naming(oneOf({ line: 0 }), oneOf({ sku: 'SKU-2', line: 1 }))).toEqual(['accepted']);
    expect(naming(one, oneOf({ line: 1 }))).toEqual(refused(1, `Line 1 of ${of} is not of SKU-1`));
    expect(naming(oneOf({ line: 2 }))).toEqual(refused(0, `Line 2 of ${of} is not of SKU-1`));
    expect(naming({ ...loose, line: 0 })).toEqual(refused(0, 'No purchase is named'));
    expect(naming({ ...loose, line: 5, of: 'a~b~c' as ReceiptKey })).toEqual(['accepted']);
  });

  it('where nobody can tell what the goods had cost, naming every line that does not say', () => {
    expect(said([{ sku: 'SKU-8', quantity: 1 }, one, { sku: 'SKU-9', quantity: 1 }], {}, '/returns')).toEqual([
      'ReturnAmountNeeded',
      'What the goods had cost is not known: state the amounts.',
      '/returns/0/amount: Say what was given back for SKU-8.',
      '/returns/2/amount: Say what was given back for SKU-9.',
    ]);
  });
});

describe('what a return is stamped with', () => {
  it('S27 that its purchase is not known; of goods of no purchase nothing is', () => {
    const told = deliver(rules, [sold()]);
    expect(returned(told, goods('r', [{ ...one, amount: 1, of: 'a~b~c' as ReceiptKey }])).flags).toEqual([
      'purchaseUnknown',
    ]);
    expect(returned(told, goods('r', [{ sku: 'SKU-9', quantity: 1, amount: 1 }])).flags).toEqual([]);
  });

  it('S27 that more comes back than was bought: all of it counts 0', () => {
    const week = always({
      rules: [onePointPer('1.00')],
      returns: { basis: 'rerate', window: { unit: 'day', count: 7 } },
    });
    const told = deliver(week, [sold({ lines: [{ sku: 'SKU-1', quantity: 2, amount: 20_000 }] })]);
    const back = (quantity: number, at = '2026-11-21T10:00:00+08:00') =>
      decideOn(week, returnDecider(goods('r', [{ ...one, quantity }], { at })), told);
    expect(back(2)).toMatchObject({ outcome: { flags: [], balances: [{ available: 0 }] } });
    expect(back(2.001)).toMatchObject({
      facts: [{ event: { data: { flags: ['quantityExceeded'] } } }],
      outcome: { flags: ['quantityExceeded'], balances: [{ available: 200 }] },
    });
    // That it is outside the window as well is not told beside it; a purchase nobody knows is.
    const mixed = goods('r', [
      { ...one, quantity: 3 },
      { ...one, amount: 1, of: 'a~b~c' as ReceiptKey },
    ]);
    expect(returned(told, mixed).flags).toEqual(['purchaseUnknown', 'quantityExceeded']);
    expect(back(3, '2026-12-21T10:00:00+08:00')).toMatchObject({ outcome: { flags: ['quantityExceeded'] } });
  });

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

  it('tells the goods first, then what was bought; of what a decision made, each half its own', () => {
    const told = deliver(rules, [sold({ amounts: [6_000] })]);
    const at = '2026-11-21T10:00:00+08:00';
    const exchange = (bought: number, back: readonly UnpricedLine[]) =>
      decideOn(
        rules,
        exchangeDecider(sale({ receipt: '2', at, amounts: [bought] }), {
          ...goods('2', back, { at }),
          linesAt: '/returns',
        }),
        told,
      );
    expect(exchange(8_000, [one])).toMatchObject({
      outcome: { receiptLines: ['points taken back: -60', 'points earned: +80', 'points balance: 80'] },
    });
    const unknown = { ...one, of: 'a~b~c' as ReceiptKey, amount: 100 };
    expect(exchange(8_000, [unknown])).toMatchObject({
      outcome: {
        receiptLines: ['points earned: +80', 'points balance: 140'],
        returned: { flags: ['purchaseUnknown'] },
      },
    });
  });

  it('is told apart at its return: of a purchase alone, nothing is of goods', () => {
    const [bought, earned] = [{ type: 'PurchaseRecorded' }, { type: 'PointsEarned' }];
    const [returned, reversed] = [{ type: 'PurchaseReturned' }, { type: 'PointsReversed' }];
    expect(dividedAtReturn([bought, earned, returned, reversed])).toEqual([
      [bought, earned],
      [returned, reversed],
    ]);
    expect(dividedAtReturn([bought, earned])).toEqual([[bought, earned], []]);
    expect(dividedAtReturn([returned, reversed])).toEqual([[], [returned, reversed]]);
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
