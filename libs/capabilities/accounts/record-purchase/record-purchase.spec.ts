import { canonicalJson } from '../../../kernel/canonical-json';
import { returned } from '../../../testing/account-facts';
import { decideOn, deliver, given, sale, untold, type SaleSketch } from '../../../testing/given-when-then';
import { always, onePointPer, programme, terms } from '../../../testing/rule-sketches';
import { decideInOrder, type AccountDraft } from '../account/decide-account';
import { answerPurchase } from './record-purchase.answer';
import { purchaseDecider, type RecordPurchase } from './record-purchase.decide';

const rules = always({ rules: [onePointPer('1.00')] });
const open = given(rules);
const line = { sku: 'CONE', quantity: 1, amount: 100 };

const answer = ({ events, outcome }: Pick<AccountDraft, 'events' | 'outcome'>, customerId: string | null = 'cus_1') =>
  answerPurchase({ purchaseId: 'pur_1', customerId, position: '7', events, outcome, lotId: (lot) => `lot_${lot}` });

const answerTo = (told: SaleSketch, ...earlier: readonly SaleSketch[]) => {
  const { decided } = given(rules, ...earlier).when(told);
  if (decided.kind === 'refused') throw new Error(decided.code);
  return answer(decided, told.anonymous === true ? null : 'cus_1');
};

describe('a purchase is refused', () => {
  it('when it says it occurred before 1970', () => {
    open.when({ at: '1969-12-31T23:59:59.999Z' }).thenRefused('OccurredBefore1970', '/occurredAt');
    open.when({ at: '1970-01-01T00:00:00Z', source: 'import' }).thenEarned({ 'main.points': 135 });
  });

  it('when its amounts have more than four decimals, or a number of them there cannot be', () => {
    for (const decimals of [5, -1, 1.5, Number.NaN]) {
      open.when({ decimals }).thenRefused('DecimalsTooMany', '/decimals');
    }
    open.when({ decimals: 4 }).thenEarned({ 'main.points': 1 });
    open.when({ decimals: 0 }).thenEarned({ 'main.points': 13_500 });
  });

  it('when it has no line, or more than a thousand', () => {
    open.when({ lines: [] }).thenRefused('NoLines', '/lines');
    open.when({ lines: Array.from({ length: 1001 }, () => line) }).thenRefused('TooManyLines', '/lines');
    open.when({ lines: Array.from({ length: 1000 }, () => line) }).thenEarned({ 'main.points': 1000 });
  });

  it('when a quantity is finer than a thousandth, or beyond counting', () => {
    const refused = (quantity: number) => open.when({ lines: [line, { ...line, quantity }] });
    for (const fine of [0.0001, 1.2345, 1e-7, -1, Number.NaN]) {
      refused(fine).thenRefused('QuantityTooFine', '/lines/1/quantity');
    }
    for (const large of [1_000_000_001, 1e21]) refused(large).thenRefused('QuantityTooLarge', '/lines/1/quantity');
    for (const right of [0, 0.001, 1.255, 4.35, 999_999_999.999, 1_000_000_000]) {
      refused(right).thenEarned({ 'main.points': 2 });
    }
  });

  it('when its amounts sum beyond what stays exact', () => {
    const most = Number.MAX_SAFE_INTEGER;
    open.when({ amounts: [most, 1] }).thenRefused('AmountTooLarge', '/lines');
    const payments = [most, most].map((amount) => ({ kind: 'cash' as const, amount }));
    open.when({ amounts: [most], payments }).thenRefused('AmountTooLarge', '/payments');
    open.when({ amounts: [most] }).thenEarned({ 'main.points': Math.floor(most / 100) });
  });

  it('when a line is not quantity × unit price less discount, to within one minor unit', () => {
    const lineOf = (quantity: number, unitPrice: number, amount: number, discount?: number) =>
      open.when({
        lines: [{ sku: 'CONE', quantity, unitPrice, amount, ...(discount === undefined ? {} : { discount }) }],
      });
    lineOf(3, 4_500, 13_501).thenRefused('LineAmountMismatch', '/lines/0/amount');
    lineOf(3, 4_500, 13_499).thenRefused('LineAmountMismatch', '/lines/0/amount');
    lineOf(3, 4_500, 13_500, 1).thenRefused('LineAmountMismatch', '/lines/0/amount');
    lineOf(3, 4_500, 13_400, 100).thenEarned({ 'main.points': 134 });
    // 0.333 × 100 = 33.3: both neighbours are less than one minor unit away, the next ones are not.
    for (const near of [33, 34]) lineOf(0.333, 100, near).thenEarned({});
    for (const far of [32, 35]) lineOf(0.333, 100, far).thenRefused('LineAmountMismatch', '/lines/0/amount');
    lineOf(1_000_000_000, Number.MAX_SAFE_INTEGER, 1).thenRefused('LineAmountMismatch', '/lines/0/amount');
  });

  it('when a line is one minor unit off, however large its amounts', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const lineOf = (amount: number, { quantity = 1, unitPrice = most, discount = 0 } = {}) =>
      open.when({ lines: [{ sku: 'YACHT', quantity, unitPrice, discount, amount }] });
    lineOf(most).thenEarned({ 'main.points': Math.floor(most / 100) });
    lineOf(most - 1).thenRefused('LineAmountMismatch', '/lines/0/amount');
    lineOf(most - 7, { discount: 7 }).thenEarned({ 'main.points': Math.floor((most - 7) / 100) });
    // 22.893 × 393,447,746,243 is 9,007,199,254,740.999: less than one minor unit over, which no double can tell.
    const fine = { quantity: 22.893, unitPrice: 393_447_746_243 };
    lineOf(9_007_199_254_740, fine).thenEarned({ 'main.points': 90_071_992_547 });
    lineOf(9_007_199_254_739, fine).thenRefused('LineAmountMismatch', '/lines/0/amount');
  });

  it('when its payments do not sum to its lines', () => {
    const paid = (...amounts: readonly number[]) =>
      open.when({ amounts: [100], payments: amounts.map((amount) => ({ kind: 'cash', amount })) });
    paid(99).thenRefused('PaymentsDoNotAddUp', '/payments');
    paid(100, 1).thenRefused('PaymentsDoNotAddUp', '/payments');
    paid().thenRefused('PaymentsDoNotAddUp', '/payments');
    paid(60, 40).thenEarned({ 'main.points': 1 });
  });

  it('when a payment is said to settle a line there is not', () => {
    const settling = (...lines: readonly number[]) =>
      open.when({ amounts: [100], payments: [{ kind: 'reward', amount: 100, lines }] });
    settling(0, 1).thenRefused('PaymentLineUnknown', '/payments/0/lines');
    settling(0).thenEarned({});
  });
});

describe('a refused purchase says what is wrong, where, and what to do', () => {
  const cone = { sku: 'CONE', quantity: 3, unitPrice: 4_500, amount: 13_501 };
  const most = Number.MAX_SAFE_INTEGER;
  const cash = (amount: number) => ({ kind: 'cash', amount }) as const;
  const large = 'The amounts sum to more than 2^53-1 minor units.';
  const smaller = 'Give fewer decimals or split the purchase.';

  it.each<readonly [SaleSketch, readonly [string, string, string, string]]>([
    [
      { at: '1969-12-31T23:59:59.999Z' },
      [
        'OccurredBefore1970',
        'A purchase cannot have occurred before 1970.',
        '/occurredAt',
        'Give a time from 1970-01-01T00:00:00Z on.',
      ],
    ],
    [{ decimals: 5 }, ['DecimalsTooMany', 'Amounts have at most 4 decimals, not 5.', '/decimals', 'Give 0 to 4.']],
    [{ lines: [] }, ['NoLines', 'A purchase has at least one line.', '/lines', 'Give at least one line.']],
    [
      { lines: Array.from({ length: 1001 }, () => line) },
      [
        'TooManyLines',
        'A purchase has at most 1000 lines, not 1001.',
        '/lines',
        'Split the purchase over several receipts.',
      ],
    ],
    [
      { lines: [line, { ...line, quantity: 1_000_000_001 }] },
      [
        'QuantityTooLarge',
        'A quantity is at most a thousand million.',
        '/lines/1/quantity',
        'Give at most 1000000000, not 1000000001.',
      ],
    ],
    [
      { lines: [{ ...line, quantity: 1.2345 }] },
      [
        'QuantityTooFine',
        'A quantity has at most three decimals.',
        '/lines/0/quantity',
        'Round 1.2345 to three decimals, 0 or more.',
      ],
    ],
    [
      { lines: [cone] },
      [
        'LineAmountMismatch',
        'A line does not add up.',
        '/lines/0/amount',
        '3 × 4500 is not 13501; correct one of them.',
      ],
    ],
    [
      { lines: [{ ...cone, discount: 10 }] },
      [
        'LineAmountMismatch',
        'A line does not add up.',
        '/lines/0/amount',
        '3 × 4500 less the discount of 10 is not 13501; correct one of them.',
      ],
    ],
    [{ amounts: [most, 1] }, ['AmountTooLarge', large, '/lines', smaller]],
    [{ lines: [1, 2].map(() => ({ ...line, discount: most })) }, ['AmountTooLarge', large, '/lines', smaller]],
    [{ amounts: [100], payments: [cash(most), cash(1)] }, ['AmountTooLarge', large, '/payments', smaller]],
    [
      { amounts: [100], payments: [cash(50), { ...cash(50), lines: [0, 1] }] },
      ['PaymentLineUnknown', 'A payment names a line there is not.', '/payments/1/lines', 'There is no line 1.'],
    ],
    [
      { amounts: [100], payments: [cash(99)] },
      [
        'PaymentsDoNotAddUp',
        'The payments sum to 99, the lines to 100 minor units.',
        '/payments',
        'Give payments that sum to 100, or none at all for a purchase paid in money.',
      ],
    ],
  ])('%j', (told, [code, detail, pointer, advice]) => {
    const { decided } = open.when(told);
    expect(decided).toMatchObject({ code, detail, errors: [{ pointer, detail: advice }] });
  });
});

describe('what a purchase is stamped with', () => {
  const stamped = (more: Partial<RecordPurchase>, under = rules) => {
    const decided = decideOn(under, purchaseDecider({ ...sale({}), ...more }), untold);
    if (decided.kind === 'refused') throw new Error(decided.code);
    const event = decided.facts[0]?.event;
    if (event?.type !== 'PurchaseRecorded') throw new Error('no purchase');
    return event.data;
  };

  it('S24 that it earns nothing, where no programme in force counts in its currency', () => {
    const countingIn = (currency: string) => programme({ currency, rules: [onePointPer('1.00')] });
    const both = terms({ main: { '1970-01-01': countingIn('PHP') }, other: { '1970-01-01': countingIn('USD') } });
    const flagsIn = (currency: string, under = both) => stamped({ purchase: sale({ currency }).purchase }, under).flags;
    expect([flagsIn('PHP'), flagsIn('USD'), flagsIn('EUR')]).toEqual([[], [], ['currencyEarnsNothing']]);
    // Where no programme is in force yet, nothing is wrong with a currency.
    expect(flagsIn('EUR', terms({ main: { '2027-01-01': countingIn('PHP') } }))).toEqual([]);
  });

  it('S31 that the quote it was made on is older than its 15 minutes', () => {
    expect([stamped({ quoteExpired: true }).flags, stamped({ quoteExpired: false }).flags]).toEqual([
      ['quoteExpired'],
      [],
    ]);
  });

  it('S27 the returns that have waited for it elsewhere, or that one waits for somebody else', () => {
    expect('returnedBefore' in stamped({})).toBe(false);
    expect('returnedBefore' in stamped({ awaited: { elsewhere: false } })).toBe(false);
    expect(stamped({ awaited: { elsewhere: true } }).flags).toEqual(['returnWaitsElsewhere']);
    expect(stamped({ awaited: { elsewhere: false, returnedBefore: [] } })).toMatchObject({
      returnedBefore: [],
      flags: [],
    });
    const waited = returned('r', { at: '2026-11-20', of: '000123', lines: [{ sku: 'SKU-1', amount: 135 }] });
    if (waited.event.type !== 'PurchaseReturned') throw new Error('no return');
    const returnedBefore = [{ ...waited, data: waited.event.data }].map(({ event: _, ...told }) => told);
    expect(stamped({ awaited: { elsewhere: false, returnedBefore } })).toMatchObject({
      returnedBefore,
      flags: ['returnedBefore'],
    });
  });
});

describe('a purchase that would fill a wallet beyond what can be counted', () => {
  const generous = (scope: 'line' | 'basket' | 'account') =>
    always({
      rounding: { scope },
      rules: [
        { id: 'visit', kind: 'perVisit', wallet: 'points', points: '90000000' },
        { id: 'times', kind: 'multiplier', wallet: 'points', factor: '40000000' },
      ],
    });

  it.each(['line', 'basket', 'account'] as const)(
    'is refused, rounded by %s, and so is one that comes late',
    (scope) => {
      const rules = generous(scope);
      const [first, second] = [sale({ receipt: '1' }), sale({ receipt: '2' })];
      const told = deliver(rules, [first, second]);
      expect(told.account.wallets[0]?.totals.available).toBe(7_200_000_000_000_000);
      const decide = (sketch: SaleSketch, on = told) => decideOn(rules, purchaseDecider(sale(sketch)), on);
      expect(decide({ receipt: '3' })).toMatchObject({ code: 'PointsTooMany' });
      expect(decide({ receipt: '0', at: '2026-11-20T01:00:00+08:00' })).toMatchObject({ code: 'PointsTooMany' });
      expect(decide({ receipt: '4', anonymous: true }, untold).kind).toBe('draft');
    },
  );
});

describe('the decision on a purchase', () => {
  it('asks for the history only where a late sale needs it, and after one was met in passing', () => {
    const told = deliver(rules, [sale({ receipt: '1' })]);
    const { account, facts } = told;
    const late = purchaseDecider(sale({ receipt: '2', at: '2026-11-20T09:00:00+08:00' }));
    const later = purchaseDecider(sale({ receipt: '3', at: '2026-11-20T11:00:00+08:00' }));
    expect(decideInOrder(later, account, rules).kind).toBe('draft');
    expect(decideInOrder(late, account, rules).kind).toBe('needsHistory');
    const behind = { ...account, behind: true };
    expect(decideInOrder(later, behind, rules).kind).toBe('needsHistory');
    const refolded = decideOn(rules, later, { account: behind, facts, drafts: [] });
    expect(refolded).toMatchObject({ next: { behind: false, wallets: [{ totals: { available: 270 } }] } });
    expect(refolded).toEqual(decideInOrder(later, account, rules));
  });
});

describe('the answer to a purchase', () => {
  it('says what it earned and why, the balance, and the lines for the receipt', () => {
    expect(
      answerTo(
        {
          receipt: '2',
          lines: [{ sku: 'ICE-CONE', category: 'ice-cream', quantity: 3, unitPrice: 4_500, amount: 13_500 }],
        },
        {
          receipt: '1',
          at: '2026-11-19T10:15:00+08:00',
          amounts: [110_500],
        },
      ),
    ).toEqual({
      purchaseId: 'pur_1',
      customerId: 'cus_1',
      position: '7',
      earned: [
        {
          programme: 'main',
          wallet: 'points',
          points: 135,
          because: [
            {
              revision: 1,
              rule: 'base',
              counted: '135',
              exact: '135',
              lot: 'lot_manila-1~2~2~base~main~points',
              points: 135,
            },
          ],
        },
      ],
      balances: [{ programme: 'main', wallet: 'points', available: 1_240, pending: 0, reserved: 0, debt: 0 }],
      stamps: [],
      rewardsIssued: [],
      flags: [],
      receiptLines: ['points earned: +135', 'points balance: 1,240'],
    });
  });

  it('gathers the rules of one wallet', () => {
    const two = always({
      rules: [onePointPer('1.00'), { id: 'visit', kind: 'perVisit', wallet: 'points', points: '5' }],
    });
    const { decided } = given(two).when({});
    if (decided.kind === 'refused') throw new Error(decided.code);
    expect(answer(decided).earned).toMatchObject([
      {
        points: 140,
        because: [
          { rule: 'base', points: 135 },
          { rule: 'visit', points: 5 },
        ],
      },
    ]);
  });

  it('S14 shows a late receipt as one net line, its own points as earned', () => {
    const told = { receipt: '000123', at: '2026-11-20T09:00:00+08:00', amounts: [2_000] };
    const late = { ...told, recordedAt: '2026-11-20T10:20:00+08:00' };
    // A till whose clock is a moment behind a redemption has no news for the customer.
    expect(answerTo(told, { receipt: '1' })).toMatchObject({
      flags: ['late'],
      receiptLines: ['points earned: +20', 'points balance: 155'],
    });
    expect(answerTo(late, { receipt: '1' })).toMatchObject({
      earned: [{ points: 20 }],
      flags: ['late'],
      receiptLines: ['Receipt 000123 arrived late: points +20', 'points balance: 155'],
    });
    expect(answerTo({ ...late, amounts: [0] }, { receipt: '1' })).toMatchObject({
      earned: [],
      receiptLines: ['points balance: 135'],
    });
  });

  it('to an anonymous one names nobody and no balance', () => {
    const told = answerTo({ anonymous: true });
    expect(told).toMatchObject({ customerId: null, earned: [], balances: [], claimable: [{ points: 135 }] });
  });

  it('lists every wallet in force, also one with nothing in it, and wallets that are no longer', () => {
    const wallet = (id: string) => ({ id, name: id, rounding: { mode: 'floor', scope: 'basket' } as const });
    const changing = terms({
      main: {
        '2026-01-01': programme({ wallets: [wallet('points')], rules: [onePointPer('1.00')] }),
        '2026-11-20': programme({ wallets: [wallet('stars')], rules: [] }),
      },
    });
    const { decided } = given(changing, { receipt: '1', at: '2026-11-19T00:00:00Z' }).when({ receipt: '2' });
    expect(decided).toMatchObject({
      outcome: {
        balances: [
          { wallet: 'stars', available: 0 },
          { wallet: 'points', available: 135 },
        ],
        receiptLines: ['stars balance: 0', 'points balance: 135'],
      },
    });
  });

  it('is the same bytes from the decision and from what the log gives back', () => {
    const sketch = {
      rounding: { scope: 'account' },
      rules: [onePointPer('1.00'), { id: 'double', kind: 'multiplier', wallet: 'points', factor: '2' }],
    } as const;
    for (const anonymous of [false, true]) {
      const draft = decideOn(always(sketch), purchaseDecider(sale({ anonymous })), untold);
      if (draft.kind !== 'draft') throw new Error(draft.kind);
      const { events, outcome } = draft;
      const stored = JSON.parse(
        canonicalJson({ events: events.map(({ type, data }) => ({ type, data })), outcome }),
      ) as Pick<AccountDraft, 'events' | 'outcome'>;
      expect(JSON.stringify(answer({ ...draft, ...stored }))).toBe(JSON.stringify(answer(draft)));
    }
  });
});
