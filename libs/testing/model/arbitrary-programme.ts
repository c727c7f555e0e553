import fc from 'fast-check';
import type {
  Cap,
  EarningRule,
  ProgrammeDocument,
  ReturnTerms,
  Reward,
  RuleConditions,
  StampCard,
  WalletTerms,
} from '../../capabilities/programmes/language/programme-document';
import type { ModelProgramme } from './timeline';

/**
 * Programmes that use all of the rule language, valid by construction. Wallets are "points" and "stars", cards "card" and
 * "visits", rewards "gift" (points) and "free" (issued) and "bonus" (gives points), so that facts can name them unseen.
 */
export const GIFT_COST = 5;
export const BONUS = { cost: 4, gives: 6 };

/** When histories begin; later revisions come into force within the days after it. */
export const START = Date.parse('2026-01-28T00:00:00Z');
const dayMs = 86_400_000;

const some = <T>(arbitrary: fc.Arbitrary<T>, weight = 2): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: weight });

/** Leaves out what is undefined, as documents do. */
const compact = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;

const decimals = fc.constantFrom('1', '2', '0.5', '0.333333', '1.25');
const amounts = fc.constantFrom('1', '1', '10', '3');
const wallet = fc.constantFrom('points', 'points', 'points', 'stars');

const ofTheDay = {
  outlets: fc.constantFrom(['o'], ['o', 'p'], ['p']),
  channels: fc.constantFrom(['shop'], ['web']),
  weekdays: fc.constantFrom([1, 2, 3, 4, 5], [6, 7], [3]),
  hours: fc.constantFrom({ from: '09:00', until: '12:00' }, { from: '22:00', until: '06:00' }),
};
const ofDates = fc.constantFrom<Pick<RuleConditions, 'from' | 'until'>[]>(
  {},
  {},
  {},
  { from: '2026-01-30' },
  { until: '2026-02-02' },
  { from: '2026-01-29', until: '2026-02-01' },
);
const ofLines = {
  categories: fc.constantFrom(['food'], ['home'], ['food', 'home']),
  skus: fc.constantFrom(['A'], ['B', 'C']),
};
const ofPurchases = {
  minimumAmount: fc.constantFrom('1', '2.50', '0.01'),
  everyVisit: fc.constantFrom(2, 3),
  firstOf: fc.constantFrom('day' as const, 'week' as const, 'month' as const, 'year' as const),
};

/** At most two conditions: more hardly ever hold. */
function conditionsOf(model: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<RuleConditions | undefined> {
  const one = fc.oneof(
    ...Object.entries(model).map(([name, values]) => values.map((value): RuleConditions => ({ [name]: value }))),
  );
  return fc.tuple(some(one, 1), some(one, 1), ofDates).map(([first, second, dates]) => {
    const when = { ...first, ...second, ...dates };
    return Object.keys(when).length === 0 ? undefined : when;
  });
}

const ofAny = conditionsOf({ ...ofTheDay, ...ofLines, ...ofPurchases });
const ofActivities = conditionsOf(ofTheDay);

const rule = (id: string): fc.Arbitrary<EarningRule> => {
  const head = { id: fc.constant(id), when: ofAny };
  const given = fc.oneof(
    fc.record({ ...head, kind: fc.constant('perAmount' as const), wallet, points: decimals, amount: amounts }),
    fc.record({ ...head, kind: fc.constantFrom('perVisit' as const, 'perItem' as const), wallet, points: decimals }),
    fc.record({
      ...head,
      when: ofActivities,
      kind: fc.constant('perActivity' as const),
      wallet,
      points: decimals,
      activity: fc.constantFrom('review', 'visit'),
    }),
    fc.record({ ...head, kind: fc.constant('multiplier' as const), wallet, factor: fc.constantFrom('2', '1.5') }),
    fc.record({
      ...head,
      when: conditionsOf(ofLines).map((when) => when ?? { skus: ['C'] }),
      kind: fc.constant('exclusion' as const),
      wallets: some(fc.constantFrom(['points'], ['stars']), 1),
    }),
  );
  return given.map((told) => compact(told) as EarningRule);
};

const walletTerms = (id: string): fc.Arbitrary<WalletTerms> =>
  fc
    .record({
      id: fc.constant(id),
      name: fc.constant(id),
      rounding: fc.record({
        mode: fc.constantFrom('floor' as const, 'floor' as const, 'half-even' as const, 'ceiling' as const),
        scope: fc.constantFrom('basket' as const, 'line' as const, 'account' as const),
      }),
      pending: some(fc.constantFrom({ unit: 'day' as const, count: 1 }, { unit: 'day' as const, count: 2 }), 1),
      expiry: some(
        fc.oneof(
          fc.record({
            kind: fc.constantFrom('fixed' as const, 'rolling' as const),
            after: fc.constantFrom({ unit: 'day' as const, count: 3 }, { unit: 'month' as const, count: 1 }),
          }),
          fc.record({
            kind: fc.constant('endOfPeriod' as const),
            period: fc.constantFrom('month' as const, 'quarter' as const),
            extra: fc.constantFrom(0, 1),
          }),
        ),
      ),
    })
    .map((told) => compact(told) as WalletTerms);

const gives = (one: EarningRule, wallet: string): boolean =>
  one.kind !== 'multiplier' && one.kind !== 'exclusion' && one.wallet === wallet;

/** Leaves out rules that could have no effect of their own: a repeated one, or what multiplies nothing. */
function meaningful(rules: readonly EarningRule[]): EarningRule[] {
  const text = ({ id: _id, ...rest }: EarningRule): string => JSON.stringify(rest, Object.keys(rest).sort());
  return rules.filter((one, index) => {
    if (rules.slice(0, index).some((earlier) => text(earlier) === text(one))) return false;
    if (one.kind !== 'multiplier') return true;
    return rules.some((other) => gives(other, one.wallet) && other.kind !== 'perActivity' && other.when === undefined);
  });
}

const pers = ['basket', 'day', 'week', 'month', 'year', 'ever'] as const;

/** At most one for short and one for long, the longer one allowing more, on wallets that do not round by account. */
const caps = (rules: readonly EarningRule[], wallets: readonly WalletTerms[]): fc.Arbitrary<Cap[] | undefined> =>
  fc
    .record({
      wallet: fc.constantFrom('points', 'points', 'stars'),
      every: fc.boolean(),
      short: some(fc.constantFrom(0, 1, 1, 2)),
      long: some(fc.constantFrom(3, 4, 5), 1),
      which: fc.nat({ max: 3 }),
    })
    .map(({ wallet, every, short, long, which }) => {
      const giving = rules.filter((one) => gives(one, wallet));
      const named = giving[which % Math.max(1, giving.length)];
      const byAccount = wallets.some(({ id, rounding }) => id === wallet && rounding.scope === 'account');
      if (named === undefined || byAccount) return undefined;
      const chosen = [short, long].filter((per) => per !== undefined);
      if (chosen.length === 0) return undefined;
      return chosen.map((per): Cap => ({
        id: `cap-${per}`,
        wallet,
        ...(!every && { rules: [named.id] }),
        points: [2, 5, 8, 10, 15, 20][per] ?? 0,
        per: pers[per] ?? 'ever',
      }));
    });

const stampCard = (id: string, collect: StampCard['collect']): fc.Arbitrary<StampCard> =>
  fc
    .record({
      id: fc.constant(id),
      name: fc.constant(id),
      collect: fc.constant(collect),
      every: fc.constant(collect === 'unit' ? 3 : 2),
      reward: fc.constant('free'),
      when: fc.oneof(fc.constant(undefined), ofAny),
      returns: some(fc.constantFrom('reverse' as const, 'keep' as const), 1),
    })
    .map((told) => compact(told) as StampCard);

const rewards: fc.Arbitrary<Reward[]> = some(fc.constantFrom(1, 4)).map((validity): Reward[] => [
  { id: 'gift', name: 'gift', kind: 'product', cost: { wallet: 'points', points: GIFT_COST } },
  { id: 'free', name: 'free', kind: 'service', ...(validity && { validity: { unit: 'day', count: validity } }) },
  {
    id: 'bonus',
    name: 'bonus',
    kind: 'points',
    cost: { wallet: 'points', points: BONUS.cost },
    wallet: 'stars',
    points: BONUS.gives,
  },
]);

const window = some(fc.constantFrom({ unit: 'day' as const, count: 2 }, { unit: 'month' as const, count: 1 }), 1);
const unmatched = some(fc.constantFrom('wait' as const, 'ownInvoice' as const, 'ignore' as const));
const returns: fc.Arbitrary<ReturnTerms> = fc
  .oneof(
    { weight: 2, arbitrary: fc.record({ basis: fc.constant('rerate' as const), unmatched, window }) },
    { weight: 1, arbitrary: fc.record({ basis: fc.constant('ownInvoice' as const), window }) },
  )
  .map((told) => compact(told) as ReturnTerms);

const base: EarningRule = { id: 'base', kind: 'perAmount', wallet: 'points', points: '1', amount: '1' };

export const arbitraryDocument: fc.Arbitrary<ProgrammeDocument> = fc
  .tuple(
    fc.tuple(some(rule('rule-1')), some(rule('rule-2')), some(rule('rule-3'), 1)),
    walletTerms('points'),
    walletTerms('stars'),
  )
  .chain(([more, ...wallets]) => {
    const rules = meaningful([base, ...more.filter((one) => one !== undefined)]);
    return fc
      .record({
        language: fc.constant(1 as const),
        name: fc.constant('Suki'),
        currency: fc.constant('PHP'),
        timeZone: fc.constantFrom('UTC', 'Asia/Manila', 'America/New_York'),
        wallets: fc.constant(wallets),
        rules: fc.constant(rules),
        caps: caps(rules, wallets),
        stampCards: fc.tuple(stampCard('card', 'unit'), stampCard('visits', 'visit')),
        rewards,
        returns: some(returns),
        debt: some(fc.constantFrom('carry' as const, 'forgive' as const), 1),
      })
      .map((told) => compact(told) as ProgrammeDocument);
  });

/** One programme "main" of one or two revisions, now and then another one beside it. */
export const arbitraryProgrammes: fc.Arbitrary<readonly ModelProgramme[]> = fc
  .record({
    first: arbitraryDocument,
    second: some(fc.tuple(fc.integer({ min: 0, max: 6 }), arbitraryDocument)),
    other: some(arbitraryDocument, 1),
  })
  .map(({ first, second, other }) => [
    {
      programme: 'main',
      revisions: [
        { from: 0, document: first },
        ...(second === undefined ? [] : [{ from: START + second[0] * dayMs, document: second[1] }]),
      ],
    },
    ...(other === undefined ? [] : [{ programme: 'other', revisions: [{ from: 0, document: other }] }]),
  ]);
