import { parseDecimal, rational } from '../../../kernel/rational';
import { activity, basket, type BasketSketch } from '../../../testing/basket-sketches';
import { onePointPer, programme, type ProgrammeSketch } from '../../../testing/rule-sketches';
import { compileZone } from '../programme/zone-table';
import type { Visit } from './basket';
import { compileProgramme } from './compile-programme';
import { WHOLE_PURCHASE } from './compiled-programme';
import type { EarningRule, RuleConditions } from './programme-document';

function wallet(sketch: ProgrammeSketch) {
  const document = programme(sketch);
  const [compiled] = compileProgramme('main', 1, document, compileZone(document.timeZone)).wallets;
  if (compiled === undefined) throw new Error('no wallet');
  return compiled;
}

const doubled = (when: RuleConditions) =>
  ({ id: 'double', kind: 'multiplier', wallet: 'points', factor: '2', when }) satisfies EarningRule;

const visit = (ordinal: number, firstOf: Partial<Visit['firstOf']> = {}): BasketSketch => ({
  visit: { ordinal, firstOf: { day: false, week: false, month: false, year: false, ...firstOf } },
});

describe('F1.2 rules that ask which visit it is', () => {
  const pointsOf = (when: RuleConditions, told: BasketSketch) => {
    const [given] = wallet({ rules: [onePointPer('1.00'), doubled(when)] }).rate(basket(told));
    return [given?.exact, given?.countsVisits];
  };

  it('every n-th visit: doubles the third, the sixth, and none that is no visit', () => {
    const ordinals = [0, 1, 2, 3, 4, 5, 6];
    expect(ordinals.filter((ordinal) => pointsOf({ everyVisit: 3 }, visit(ordinal))[1])).toEqual([3, 6]);
    expect(pointsOf({ everyVisit: 3 }, visit(6))).toEqual([rational(200), true]);
    expect(pointsOf({ everyVisit: 3 }, visit(5))).toEqual([rational(100), false]);
  });

  it.each(['day', 'week', 'month', 'year'] as const)('the first visit of the %s', (period) => {
    expect(pointsOf({ firstOf: period }, visit(4, { [period]: true }))).toEqual([rational(200), true]);
    expect(pointsOf({ firstOf: period }, visit(4))).toEqual([rational(100), false]);
  });

  it('count visits by themselves too', () => {
    const rules = [{ id: 'fifth', kind: 'perVisit', wallet: 'points', points: '50', when: { everyVisit: 5 } }] as const;
    const { rate } = wallet({ rules });
    expect(rate(basket(visit(5)))).toMatchObject([{ rule: 'fifth', exact: rational(50), countsVisits: true }]);
    expect(rate(basket(visit(4)))).toEqual([]);
  });

  it('leave others alone: what asks for no visit counts none', () => {
    const [given] = wallet({ rules: [onePointPer('1.00')] }).rate(basket(visit(5, { day: true })));
    expect(given?.countsVisits).toBe(false);
  });
});

describe('S6 rules of the outlet’s own time of day', () => {
  const holdsAt = (when: RuleConditions, ...clocks: readonly string[]) => {
    const { rate } = wallet({ rules: [onePointPer('1.00', { when })] });
    return clocks.filter((clock) => rate(basket({ at: `2026-11-20T${clock}` })).length > 0);
  };

  it('are half-open: happy hours from 15:00 until 17:00 end at 16:59', () => {
    const hours = { from: '15:00', until: '17:00' };
    const clocks = ['00:00', '14:59', '15:00', '16:59', '17:00', '23:59'];
    expect(holdsAt({ hours }, ...clocks)).toEqual(['15:00', '16:59']);
  });

  it('may run over midnight: from 22:00 until 02:00', () => {
    const hours = { from: '22:00', until: '02:00' };
    const clocks = ['00:00', '01:59', '02:00', '12:00', '21:59', '22:00', '23:59'];
    expect(holdsAt({ hours }, ...clocks)).toEqual(['00:00', '01:59', '22:00', '23:59']);
  });
});

describe('what a rule gives for a basket', () => {
  const two = { lines: [{ amount: 5_000 }, { amount: 0 }, { amount: 2_500, category: 'ice-cream' }] };

  it('is nothing at all, not 0, where nothing of it is paid in money', () => {
    const { rate } = wallet({
      rules: [onePointPer('1.00'), { id: 'each', kind: 'perItem', wallet: 'points', points: '3' }],
    });
    expect(rate(basket({ paidInMoney: 0 }))).toEqual([]);
    expect(rate(basket({ lines: [{ amount: 0 }] }))).toEqual([]);
    expect(rate(basket({ currency: 'USD' }))).toEqual([]);
  });

  it('S17 is told line by line only where the wallet rounds by line, and of a line that gives nothing not at all', () => {
    const scoped = (scope: 'line' | 'basket') => {
      const iceCream = doubled({ categories: ['ice-cream'] });
      return wallet({ rules: [onePointPer('1.00'), iceCream], rounding: { scope } }).rate(basket(two))[0];
    };
    expect(scoped('basket')).toMatchObject({ exact: rational(100), byLine: [] });
    expect(scoped('line')).toMatchObject({
      exact: rational(100),
      byLine: [
        { line: 0, exact: rational(50) },
        { line: 2, exact: rational(50) },
      ],
    });
  });
});

describe('F1.2 custom events', () => {
  const review = (when?: RuleConditions): EarningRule => ({
    id: 'review',
    kind: 'perActivity',
    wallet: 'points',
    points: '10.5',
    activity: 'review-written',
    ...(when && { when }),
  });
  const exact = parseDecimal('10.5');

  it('earn what the rules for their name give, and nothing else does', () => {
    const { rate, rateActivity } = wallet({ rules: [onePointPer('1.00'), review()] });
    expect(rateActivity(activity('review-written'))).toEqual([
      { rule: 'review', exact, byLine: [], counted: rational(1), multipliers: [], countsVisits: false },
    ]);
    expect(rateActivity(activity('friend-brought'))).toEqual([]);
    expect(rate(basket()).map(({ rule }) => rule)).toEqual(['base']);
  });

  it('are multiplied by what asks nothing of a purchase', () => {
    const { rateActivity } = wallet({ rules: [onePointPer('1.00'), review(), doubled({ weekdays: [5] })] });
    expect(rateActivity(activity('review-written', { at: '2026-11-20T12:00' }))).toMatchObject([
      { exact: rational(21), multipliers: [{ rule: 'double', factor: '2' }] },
    ]);
    expect(rateActivity(activity('review-written', { at: '2026-11-21T12:00' }))).toMatchObject([{ exact }]);
  });

  it('are multiplied in their own wallet, by all that apply, and by none of another', () => {
    const stars = { id: 'stars', name: 'stars', rounding: { mode: 'floor', scope: 'basket' } } as const;
    const star: EarningRule = {
      id: 'star',
      kind: 'perActivity',
      wallet: 'stars',
      points: '1',
      activity: 'review-written',
    };
    const { wallets } = compileProgramme(
      'main',
      1,
      programme({
        wallets: [{ ...stars, id: 'points', name: 'points' }, stars],
        rules: [
          review(),
          star,
          doubled({}),
          { ...doubled({ channels: ['app'] }), id: 'app', factor: '1.5' },
          { ...doubled({}), id: 'half', wallet: 'stars', factor: '0.5' },
        ],
      }),
      compileZone('Asia/Manila'),
    );
    const given = wallets.map(({ rateActivity }) => rateActivity(activity('review-written')));
    expect(given).toMatchObject([
      [
        {
          rule: 'review',
          exact: parseDecimal('31.5'),
          multipliers: [{ rule: 'double' }, { rule: 'app', factor: '1.5' }],
        },
      ],
      [{ rule: 'star', exact: parseDecimal('0.5'), multipliers: [{ rule: 'half' }] }],
    ]);
  });

  it.each<RuleConditions>([
    { skus: ['CONE'] },
    { categories: ['ice-cream'] },
    { minimumAmount: '1' },
    { everyVisit: 2 },
    { firstOf: 'day' },
  ])('never meet a condition that asks for lines, money or visits: %j', (when) => {
    const { rateActivity } = wallet({ rules: [onePointPer('1.00'), review(), doubled(when)] });
    expect(rateActivity(activity('review-written'))).toMatchObject([{ exact, multipliers: [] }]);
  });

  it('meet the conditions of where and when; one at no outlet is at none that is named', () => {
    const { rateActivity } = wallet({ rules: [review({ outlets: ['north'], channels: ['app'] })] });
    const given = (told: { outlet?: string; channel?: string }) =>
      rateActivity(activity('review-written', told)).length;
    expect([given({ outlet: 'north' }), given({}), given({ outlet: 'north', channel: 'web' })]).toEqual([1, 0, 0]);
  });

  it('S17 are rounded as a part of no line where the wallet rounds by line', () => {
    const { rateActivity } = wallet({ rules: [review()], rounding: { scope: 'line' } });
    expect(rateActivity(activity('review-written'))[0]?.byLine).toEqual([{ line: WHOLE_PURCHASE, exact }]);
  });
});

describe('S22 caps', () => {
  it('cover the rules they name, or all, and belong to their wallet', () => {
    const points = { id: 'points', name: 'points', rounding: { mode: 'floor', scope: 'basket' } } as const;
    const document = programme({
      wallets: [points, { ...points, id: 'stars' }],
      rules: [
        onePointPer('1.00'),
        { id: 'visit', kind: 'perVisit', wallet: 'points', points: '5' },
        onePointPer('2.00', { id: 'star', wallet: 'stars' }),
      ],
      caps: [
        { id: 'day', wallet: 'points', points: 100, per: 'day' },
        { id: 'visits', wallet: 'points', rules: ['visit'], points: 20, per: 'week' },
        { id: 'stars', wallet: 'stars', points: 5, per: 'basket' },
      ],
    });
    const { wallets } = compileProgramme('main', 1, document, compileZone(document.timeZone));
    const told = wallets.map(({ caps }) =>
      caps.map(({ terms, covers }) => [terms.id, ['base', 'visit'].filter((rule) => covers(rule))]),
    );
    expect(told).toEqual([
      [
        ['day', ['base', 'visit']],
        ['visits', ['visit']],
      ],
      [['stars', ['base', 'visit']]],
    ]);
  });
});
