import { given, type SaleSketch } from '../../../testing/given-when-then';
import { always, onePointPer, programme, terms } from '../../../testing/rule-sketches';
import type { EarningRule, Terms } from '../../programmes';

const base = onePointPer('1.00');
const line = (sku: string, amount: number, quantity = 1, category?: string) => ({
  sku,
  quantity,
  amount,
  ...(category === undefined ? {} : { category }),
});
const multiplier = (id: string, factor: string, when?: EarningRule['when']): EarningRule => ({
  id,
  kind: 'multiplier',
  wallet: 'points',
  factor,
  ...(when && { when }),
});

describe('F1.2 earning by rule', () => {
  it('per amount: points for every so much money, in proportion', () => {
    given(always({ rules: [onePointPer('10.00')] }))
      .when({ amounts: [13_500] })
      .thenEarned({ 'main.points': 13 });
  });

  it('per category: only lines of the categories count', () => {
    const rule = onePointPer('1.00', { when: { categories: ['ice-cream'] } });
    given(always({ rules: [rule] }))
      .when({ lines: [line('CONE', 9_000, 2, 'ice-cream'), line('SOAP', 5_000, 1, 'home'), line('PEN', 100)] })
      .thenEarned({ 'main.points': 90 });
  });

  it('per visit: once a purchase, if at least one minor unit of a matching line was paid in money', () => {
    const visit: EarningRule = { id: 'visit', kind: 'perVisit', wallet: 'points', points: '5' };
    const rules = always({ rules: [visit] });
    given(rules)
      .when({ amounts: [100, 100, 100] })
      .thenEarned({ 'main.points': 5 });
    given(rules)
      .when({ amounts: [0, 0] })
      .thenEarned({});
    given(rules)
      .when({ amounts: [100], payments: [{ kind: 'points', amount: 100 }] })
      .thenEarned({});
    given(rules)
      .when({
        amounts: [100, 100],
        payments: [
          { kind: 'reward', amount: 199 },
          { kind: 'cash', amount: 1 },
        ],
      })
      .thenEarned({ 'main.points': 5 });
    const choosy = always({ rules: [{ ...visit, when: { skus: ['CONE'] } }] });
    given(choosy)
      .when({ lines: [line('CONE', 0), line('SOAP', 500)] })
      .thenEarned({});
    given(choosy)
      .when({ lines: [line('CONE', 1), line('SOAP', 500)] })
      .thenEarned({ 'main.points': 5 });
  });

  it('per item: every unit on a paid line, with the decimals of its quantity', () => {
    const rules = always({ rules: [{ id: 'item', kind: 'perItem', wallet: 'points', points: '2' }] });
    given(rules)
      .when({ lines: [line('CONE', 13_500, 3), line('FREE', 0, 7), line('RICE', 5_000, 1.25)] })
      .thenEarned({ 'main.points': 8 });
    given(rules)
      .when({ lines: [line('CONE', 13_500, 3)], payments: [{ kind: 'points', amount: 13_500 }] })
      .thenEarned({});
  });

  it('a multiplier belongs to the lots of what it multiplies; several multiply each other', () => {
    const rules = always({ rules: [base, multiplier('double', '2'), multiplier('cones', '1.5', { skus: ['CONE'] })] });
    const { decided } = given(rules).when({ lines: [line('CONE', 1_000), line('SOAP', 1_000)] });
    expect(decided).toMatchObject({
      events: [
        { type: 'PurchaseRecorded' },
        {
          type: 'PointsEarned',
          data: {
            points: 50,
            lot: 'manila-1~2~000123~base~main~points',
            because: {
              rule: 'base',
              counted: '20',
              exact: '50',
              multipliers: [
                { rule: 'double', factor: '2' },
                { rule: 'cones', factor: '1.5' },
              ],
            },
          },
        },
      ],
    });
  });

  it('a visit belongs to no line, so a multiplier of lines leaves it alone', () => {
    const visit: EarningRule = { id: 'visit', kind: 'perVisit', wallet: 'points', points: '5' };
    const elsewhere = { ...base, when: { outlets: ['elsewhere'] } };
    given(always({ rules: [visit, elsewhere, multiplier('cones', '3', { skus: ['CONE'] })] }))
      .when({ lines: [line('CONE', 1_000)] })
      .thenEarned({ 'main.points': 5 });
    given(always({ rules: [visit, multiplier('triple', '3')] }))
      .when({ lines: [line('CONE', 1_000)] })
      .thenEarned({ 'main.points': 15 });
  });

  it('an exclusion takes its lines out of the named wallets, or of all', () => {
    const wallets = ['points', 'stars'].map((id) => ({
      id,
      name: id,
      rounding: { mode: 'floor', scope: 'basket' } as const,
    }));
    const rules: EarningRule[] = [base, { ...base, id: 'stars', wallet: 'stars' }];
    const sold = { lines: [line('CONE', 10_000), line('CARD', 50_000, 1, 'gift-card')] };
    const excluding = (exclusion: EarningRule) => always({ wallets, rules: [...rules, exclusion] });
    given(excluding({ id: 'none', kind: 'exclusion', when: { categories: ['gift-card'] } }))
      .when(sold)
      .thenEarned({ 'main.points': 100, 'main.stars': 100 });
    given(excluding({ id: 'none', kind: 'exclusion', wallets: ['stars'], when: { categories: ['gift-card'] } }))
      .when(sold)
      .thenEarned({ 'main.points': 600, 'main.stars': 100 });
    given(excluding({ id: 'none', kind: 'exclusion', when: { outlets: ['manila-1'] } }))
      .when(sold)
      .thenEarned({});
  });

  it('conditions of the purchase: outlet, channel, least amount', () => {
    const under = (when: NonNullable<EarningRule['when']>) => given(always({ rules: [{ ...base, when }] }));
    under({ outlets: ['manila-2'] })
      .when({})
      .thenEarned({});
    under({ outlets: ['manila-2', 'manila-1'] })
      .when({})
      .thenEarned({ 'main.points': 135 });
    under({ channels: ['web'] })
      .when({})
      .thenEarned({});
    under({ channels: ['web'] })
      .when({ channel: 'web' })
      .thenEarned({ 'main.points': 135 });
    under({ minimumAmount: '135.01' }).when({}).thenEarned({});
    under({ minimumAmount: '135' }).when({}).thenEarned({ 'main.points': 135 });
    under({ minimumAmount: '135' })
      .when({
        payments: [
          { kind: 'cash', amount: 13_499 },
          { kind: 'points', amount: 1 },
        ],
      })
      .thenEarned({});
  });

  it('a purchase in another currency earns nothing and says so', () => {
    const { decided, thenEarned } = given(always({ rules: [base] })).when({ currency: 'USD' });
    thenEarned({});
    expect(decided).toMatchObject({ outcome: { flags: ['currencyEarnsNothing'] } });
  });

  it('no programme in force: the purchase is recorded and earns nothing', () => {
    const { decided, thenEarned } = given(terms({ main: { '2026-11-21': programme({ rules: [base] }) } })).when({});
    thenEarned({});
    expect(decided).toMatchObject({ outcome: { flags: [], balances: [] } });
  });
});

describe('calendar conditions', () => {
  const double = (when: EarningRule['when']) => always({ rules: [base, multiplier('double', '2', when)] });
  const earns = (rules: Terms, at: string, more: SaleSketch = {}) =>
    given(rules).when({ at, amounts: [10_000], ...more }).thenEarned;

  it('S6 follow the outlet’s day: 2026-11-20T16:30Z is the 21st in Manila', () => {
    const day = double({ from: '2026-11-21', until: '2026-11-22' });
    earns(day, '2026-11-20T16:30:00Z')({ 'main.points': 200 });
    earns(day, '2026-11-20T15:59:59.999Z')({ 'main.points': 100 });
    earns(day, '2026-11-21T15:59:59.999Z')({ 'main.points': 200 });
    earns(day, '2026-11-21T16:00:00Z')({ 'main.points': 100 });
    earns(day, '2026-11-20T16:30:00Z', { offsetMinutes: 0 })({ 'main.points': 100 });
  });

  it('weekdays are the outlet’s, happy hours half-open, and run over midnight', () => {
    earns(double({ weekdays: [6] }), '2026-11-20T16:30:00Z')({ 'main.points': 200 });
    earns(double({ weekdays: [5] }), '2026-11-20T16:30:00Z')({ 'main.points': 100 });
    const night = double({ hours: { from: '22:00', until: '02:00' } });
    earns(night, '2026-11-20T22:00:00+08:00')({ 'main.points': 200 });
    earns(night, '2026-11-21T01:59:00+08:00')({ 'main.points': 200 });
    earns(night, '2026-11-21T02:00:00+08:00')({ 'main.points': 100 });
    earns(night, '2026-11-20T21:59:59+08:00')({ 'main.points': 100 });
  });
});

describe('S17 one rounding, at the scope the wallet names', () => {
  const rounding = (scope: 'line' | 'basket' | 'account', mode: 'floor' | 'half-even' | 'ceiling' = 'floor') =>
    always({ rounding: { scope, mode }, rules: [base] });
  const three = { amounts: [3_340, 3_340, 3_340] };

  it('3 × 33.40: by line 99, by basket 100', () => {
    given(rounding('line')).when(three).thenEarned({ 'main.points': 99 });
    given(rounding('basket')).when(three).thenEarned({ 'main.points': 100 });
    given(rounding('line', 'ceiling')).when(three).thenEarned({ 'main.points': 102 });
    given(rounding('basket', 'ceiling')).when(three).thenEarned({ 'main.points': 101 });
    given(rounding('basket', 'half-even'))
      .when({ amounts: [250] })
      .thenEarned({ 'main.points': 2 });
    given(rounding('basket', 'half-even'))
      .when({ amounts: [350] })
      .thenEarned({ 'main.points': 4 });
  });

  it('by account the running total is rounded, so small change adds up', () => {
    const change = { amounts: [60] };
    given(rounding('account'))
      .when({ receipt: '1', ...change })
      .thenEarned({});
    const { decided, thenEarned, thenHolds } = given(rounding('account'), { receipt: '1', ...change }).when({
      receipt: '2',
      at: '2026-11-20T10:16:00+08:00',
      ...change,
    });
    thenEarned({ 'main.points': 1 });
    thenHolds({ 'main.points': 1 });
    expect(decided).toMatchObject({
      events: [{}, { data: { because: { exact: '0.6', runningTotal: { before: '0.6', after: '1.2' } } } }],
    });
  });

  it('all rules of a wallet are summed before it, multipliers included, and share by largest remainder', () => {
    const visit: EarningRule = { id: 'visit', kind: 'perVisit', wallet: 'points', points: '0.3' };
    const { decided } = given(always({ rules: [base, visit, multiplier('half', '1.5')] })).when({ amounts: [110] });
    // 1.65 + 0.45 = 2.1, floor 2: 1 and 0, and the unit left over to .65.
    expect(decided).toMatchObject({
      events: [{}, { data: { points: 2, because: { rule: 'base', exact: '1.65' } } }],
    });
  });

  it('a revision that rounds the same running total to less takes nothing away', () => {
    const up = programme({ rounding: { scope: 'account', mode: 'ceiling' }, rules: [base] });
    const down = programme({ rounding: { scope: 'account', mode: 'floor' }, rules: [base] });
    const { thenEarned, thenHolds } = given(terms({ main: { '2026-01-01': up, '2026-11-01': down } }), {
      receipt: '1',
      at: '2026-10-31T00:00:00Z',
      amounts: [110],
    }).when({ receipt: '2', at: '2026-11-02T00:00:00Z', amounts: [20] });
    thenEarned({});
    thenHolds({ 'main.points': 2 });
  });
});

describe('S19 what earns', () => {
  it('is the part not paid with points, spread over the lines: A 60, B 40, paid 30.00 in points: 42 + 28', () => {
    const rules = always({
      rules: [
        onePointPer('1.00', { id: 'a', when: { skus: ['A'] } }),
        onePointPer('1.00', { id: 'b', when: { skus: ['B'] } }),
      ],
    });
    const { decided } = given(rules).when({
      lines: [line('A', 6_000), line('B', 4_000)],
      payments: [
        { kind: 'points', amount: 3_000 },
        { kind: 'cash', amount: 7_000 },
      ],
    });
    expect(decided).toMatchObject({
      events: [
        {},
        { data: { points: 42, because: { rule: 'a', counted: '42' } } },
        { data: { points: 28, because: { rule: 'b', counted: '28' } } },
      ],
    });
  });

  it('is net of the discount; a gift card pays like money', () => {
    given(always({ rules: [base] }))
      .when({
        lines: [{ sku: 'CONE', quantity: 2, unitPrice: 5_000, discount: 1_000, amount: 9_000 }],
        payments: [{ kind: 'giftCard', amount: 9_000 }],
      })
      .thenEarned({ 'main.points': 90 });
  });
});

describe('S35 several programmes', () => {
  it('decide in the order of their ids, each in its own wallets: 50.00 = 50 X + 1 Y', () => {
    const x = programme({ rules: [base] });
    const y = programme({ rules: [{ id: 'stamp', kind: 'perVisit', wallet: 'points', points: '1' }] });
    const { decided, thenHolds } = given(terms({ y: { '1970-01-01': y }, x: { '1970-01-01': x } })).when({
      amounts: [5_000],
    });
    thenHolds({ 'x.points': 50, 'y.points': 1 });
    expect(decided).toMatchObject({
      events: [{}, { data: { programme: 'x', points: 50 } }, { data: { programme: 'y', points: 1 } }],
    });
  });
});
