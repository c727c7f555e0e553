import fc from 'fast-check';
import { documents, sales, toldDocuments } from '../../../testing/arbitrary-sales';
import { documentOf, onePointPer, terms, type ProgrammeSketch } from '../../../testing/rule-sketches';
import { basketOf } from '../../accounts/account/basket-of-purchase';
import { termsAt } from '../programme/terms';
import { checkProgramme } from './check-programme';
import type {
  Cap,
  EarningRule,
  Expiry,
  Period,
  ProgrammeDocument,
  Reward,
  RuleConditions,
  StampCard,
} from './programme-document';

const errorsOf = (document: ProgrammeDocument): readonly string[] => {
  const checked = checkProgramme(document);
  return checked.kind === 'refused' ? checked.errors.map(({ pointer, detail }) => `${pointer} ${detail}`) : [];
};

const base = onePointPer('1.00');
const doubled = (when?: RuleConditions): EarningRule => ({
  id: 'double',
  kind: 'multiplier',
  wallet: 'points',
  factor: '2',
  ...(when && { when }),
});
const visit: EarningRule = { id: 'visit', kind: 'perVisit', wallet: 'points', points: '5' };
const review = (when?: RuleConditions): EarningRule => ({
  id: 'review',
  kind: 'perActivity',
  wallet: 'points',
  points: '5',
  activity: 'review',
  ...(when && { when }),
});
const cap = (more: Partial<Cap> = {}): Cap => ({ id: 'daily', wallet: 'points', points: 100, per: 'day', ...more });
const card = (more: Partial<StampCard> = {}): StampCard => ({
  id: 'cones',
  name: 'Cones',
  collect: 'unit',
  every: 10,
  reward: 'cone',
  ...more,
});
const cone: Reward = { id: 'cone', name: 'Free cone', kind: 'product' };
const cost = { wallet: 'points', points: 100 };
const days = (count: number): Period => ({ unit: 'day', count });
const months = (count: number): Period => ({ unit: 'month', count });
const year: Period = { unit: 'year', count: 1 };
const fixed = (after: Period): Expiry => ({ kind: 'fixed', after });
const stars = { id: 'stars', name: 'stars', rounding: { mode: 'floor', scope: 'basket' } } as const;
const both = [{ ...stars, id: 'points', name: 'points' }, stars];
const givesStars: EarningRule = { id: 'item', kind: 'perItem', wallet: 'stars', points: '1' };

type Case = readonly [name: string, sketch: Partial<ProgrammeSketch>, error: string | RegExp];

describe('a programme that contradicts itself is refused', () => {
  it.each<Case>([
    [
      'a multiplier where no rule gives',
      { rules: [{ ...base, when: { outlets: ['b'] } }, doubled({ outlets: ['a'] })] },
      '/rules/1 multiplies nothing: no rule gives points to the wallet "points" where it holds; widen its "when", or remove it',
    ],
    [
      'a multiplier of lines where only visits earn',
      { rules: [visit, doubled({ skus: ['CONE'] })] },
      /^\/rules\/1 multiplies nothing/,
    ],
    [
      'a multiplier of first visits where only activities earn',
      { rules: [review(), doubled({ firstOf: 'day' })] },
      /^\/rules\/1 multiplies nothing/,
    ],
    [
      'a multiplier that ends before the rule begins',
      { rules: [{ ...base, when: { from: '2026-12-01' } }, doubled({ until: '2026-12-01' })] },
      /^\/rules\/1 multiplies nothing/,
    ],
    [
      'a multiplier in hours in which the rule does not hold',
      {
        rules: [
          { ...base, when: { hours: { from: '08:00', until: '20:00' } } },
          doubled({ hours: { from: '20:00', until: '08:00' } }),
        ],
      },
      /^\/rules\/1 multiplies nothing/,
    ],
    [
      'an exclusion of everything',
      { rules: [base, { id: 'none', kind: 'exclusion', when: {} }] },
      '/rules/1 lets no purchase earn in the whole programme; give it conditions in "when", or remove it',
    ],
    [
      'an exclusion of everything in one wallet',
      { rules: [base, { id: 'none', kind: 'exclusion', wallets: ['points'] }] },
      '/rules/1 lets no purchase earn in its wallets; give it conditions in "when", or remove it',
    ],
    [
      'one rule twice, its conditions in another order',
      {
        rules: [
          { ...base, when: { skus: ['A', 'B'], minimumAmount: '5' } },
          { ...base, id: 'again', description: 'Again', when: { minimumAmount: '5', skus: ['B', 'A'] } },
        ],
      },
      '/rules/1 says the same as /rules/0; remove one of the two, or change what it gives',
    ],
    ...(['skus', 'categories', 'minimumAmount', 'everyVisit', 'firstOf'] as const).map((condition): Case => {
      const all = { skus: ['A'], categories: ['a'], minimumAmount: '5', everyVisit: 2, firstOf: 'day' } as const;
      return [
        `an activity that asks for ${condition}`,
        { rules: [review({ [condition]: all[condition] })] },
        `/rules/0/when/${condition} never holds for an activity, which is no purchase; remove it`,
      ];
    }),
    [
      'every first visit',
      { rules: [{ ...base, when: { everyVisit: 1 } }] },
      '/rules/0/when/everyVisit is true of every visit; leave it out, or give 2 or more',
    ],
    [
      'a weekday that the dates do not have',
      { rules: [{ ...base, when: { from: '2026-11-20', until: '2026-11-22', weekdays: [7] } }] },
      '/rules/0/when/weekdays has none of the days from 2026-11-20 until 2026-11-22; name one of 5, 6',
    ],
    [
      'a cap of a wallet that rounds by account',
      { rounding: { scope: 'account' }, caps: [cap()] },
      /^\/caps\/0\/wallet names the wallet "points", which rounds by account: a cap counts the whole points of one basket/,
    ],
    ['a cap of no wallet', { caps: [cap({ wallet: 'stars' })] }, /^\/caps\/0\/wallet names the wallet "stars"/],
    [
      'a cap of no rule',
      { caps: [cap({ rules: ['bse'] })] },
      '/caps/0/rules/0 names the rule "bse", which the programme does not have; use "base"',
    ],
    [
      'a cap of a rule of another wallet',
      { wallets: both, rules: [base, givesStars], caps: [cap({ rules: ['item'] })] },
      '/caps/0/rules/0 names the rule "item", which gives to the wallet "stars" and not to "points"; use a cap for each wallet',
    ],
    [
      'a cap of a multiplier',
      { rules: [base, doubled()], caps: [cap({ rules: ['double'] })] },
      '/caps/0/rules/0 names the rule "double" of the kind "multiplier", which gives no points itself; name the rules that give them',
    ],
    [
      'a cap of a wallet in which nothing is earned',
      { wallets: both, caps: [cap({ wallet: 'stars' })] },
      '/caps/0/wallet caps the wallet "stars", to which no rule gives points; name another wallet, or remove the cap',
    ],
    [
      'a cap that another never lets be reached',
      { caps: [cap({ points: 50, per: 'month' }), cap({ id: 'receipt', per: 'basket', rules: ['base'] })] },
      '/caps/1/points is never reached: /caps/0 allows no more for at least the same rules and time; lower "points", or remove it',
    ],
    ['one cap twice', { caps: [cap(), cap({ id: 'again' })] }, /^\/caps\/1\/points is never reached: \/caps\/0/],
    [
      'two caps of one id',
      { caps: [cap(), cap({ points: 1000, per: 'month' })] },
      /^\/caps\/1\/id repeats the id "daily"/,
    ],
    [
      'a card without its reward',
      { stampCards: [card()] },
      '/stampCards/0/reward names the reward "cone", which the programme does not have',
    ],
    [
      'a card whose visits never come',
      { stampCards: [card({ when: { from: '2026-11-02', until: '2026-11-01' } })], rewards: [cone] },
      /^\/stampCards\/0\/when\/until must be after/,
    ],
    [
      'stamps that go back with returns valued by themselves',
      { stampCards: [card({ returns: 'reverse' })], rewards: [cone], returns: { basis: 'ownInvoice' } },
      /^\/stampCards\/0\/returns cannot be "reverse"/,
    ],
    [
      'a policy for unmatched returns where none is matched',
      { returns: { basis: 'ownInvoice', unmatched: 'wait' } },
      /^\/returns\/unmatched has no meaning/,
    ],
    ['a reward that nobody can have', { rewards: [cone] }, /^\/rewards\/0 can never be had/],
    [
      'two rewards of one id',
      {
        rewards: [
          { ...cone, cost },
          { ...cone, cost },
        ],
      },
      /^\/rewards\/1\/id repeats/,
    ],
    [
      'a reward that ends before it begins',
      { rewards: [{ ...cone, cost, from: '2026-12-01', until: '2026-12-01' }] },
      '/rewards/0/until must be after 2026-12-01: the day in "until" is the first one on which it can no longer be redeemed',
    ],
    [
      'a reward until no day',
      { rewards: [{ ...cone, cost, until: '2026-02-30' }] },
      '/rewards/0/until is no day of the calendar: 2026-02-30',
    ],
    [
      'a price in no wallet',
      { rewards: [{ ...cone, cost: { ...cost, wallet: 'pints' } }] },
      /^\/rewards\/0\/cost\/wallet names the wallet "pints"/,
    ],
    [
      'points in no wallet',
      { rewards: [{ id: 'bonus', name: 'Bonus', kind: 'points', wallet: 'pints', points: 5, cost }] },
      /^\/rewards\/0\/wallet names the wallet "pints"/,
    ],
    [
      'points for as many of the same',
      { rewards: [{ id: 'bonus', name: 'Bonus', kind: 'points', wallet: 'points', points: 100, cost }] },
      '/rewards/0/points gives back at least the 100 points that it costs, in the same wallet; give fewer than that',
    ],
    [
      'money that the currency cannot pay',
      { rewards: [{ id: 'off', name: 'Off', kind: 'amountOff', amount: '1.005', cost }] },
      '/rewards/0/amount has 3 decimals; PHP has 2',
    ],
    [
      'more than everything off',
      { rewards: [{ id: 'off', name: 'Off', kind: 'percentOff', percent: '101', cost }] },
      /^\/rewards\/0\/percent must be a percentage/,
    ],
    ...(
      [
        [days(30), fixed(days(30))],
        [days(28), fixed(months(1))],
        [months(12), fixed(year)],
        [year, { kind: 'rolling', after: days(366) }],
        [months(2), { kind: 'endOfPeriod', period: 'month' }],
      ] as const
    ).map(([pending, expiry], index): Case => [
      `points that expire before they are active, ${index + 1}`,
      { pending, expiry },
      '/wallets/0/pending is as long as points live, so they could never be spent; give a shorter period, or a longer "expiry"',
    ]),
  ])('%s', (_, sketch, error) => {
    const errors = errorsOf(documentOf({ rules: [base], ...sketch }));
    expect(errors).toEqual([typeof error === 'string' ? error : expect.stringMatching(error)]);
  });
});

describe('a programme that only looks as if it contradicted itself passes', () => {
  it.each<readonly [string, Partial<ProgrammeSketch>]>([
    [
      'a multiplier of one of the outlets',
      { rules: [{ ...base, when: { outlets: ['a', 'b'] } }, doubled({ outlets: ['b'] })] },
    ],
    [
      'a multiplier of a category on a rule of an article',
      { rules: [{ ...base, when: { skus: ['CONE'] } }, doubled({ categories: ['ice-cream'] })] },
    ],
    ['a multiplier of the whole purchase where only visits earn', { rules: [visit, doubled({ firstOf: 'day' })] }],
    ['a multiplier where only activities earn', { rules: [review(), doubled({ weekdays: [1] })] }],
    [
      'a multiplier in the last hour of the rule',
      {
        rules: [
          { ...base, when: { hours: { from: '22:00', until: '04:00' } } },
          doubled({ hours: { from: '03:00', until: '09:00' } }),
        ],
      },
    ],
    [
      'a multiplier on the rule’s last day',
      { rules: [{ ...base, when: { until: '2026-12-02' } }, doubled({ from: '2026-12-01' })] },
    ],
    [
      'an exclusion of a category',
      { rules: [base, { id: 'none', kind: 'exclusion', when: { categories: ['gift-card'] } }] },
    ],
    [
      'one gift under two conditions',
      {
        rules: [
          { ...base, when: { skus: ['A'] } },
          { ...base, id: 'again', when: { skus: ['A', 'B'] } },
        ],
      },
    ],
    [
      'an activity at one outlet',
      { rules: [review({ outlets: ['a'], channels: ['app'], weekdays: [1], from: '2026-11-01' })] },
    ],
    ['every second visit', { rules: [{ ...base, when: { everyVisit: 2, firstOf: 'week' } }] }],
    [
      'a weekday that the dates have',
      { rules: [{ ...base, when: { from: '2026-11-20', until: '2026-11-23', weekdays: [7] } }] },
    ],
    ['a cap on lines', { rounding: { scope: 'line' }, caps: [cap({ rules: ['base'] })] }],
    ['caps that both can be reached', { caps: [cap(), cap({ id: 'monthly', per: 'month', points: 1000 })] }],
    [
      'a week and a month, of which neither lies in the other',
      { caps: [cap({ per: 'week' }), cap({ id: 'monthly', per: 'month' })] },
    ],
    [
      'a tighter cap of fewer rules',
      { rules: [base, visit], caps: [cap(), cap({ id: 'visits', per: 'year', points: 50, rules: ['visit'] })] },
    ],
    [
      'stamps kept where returns are valued by themselves',
      { stampCards: [card({ returns: 'keep' })], rewards: [cone], returns: { basis: 'ownInvoice' } },
    ],
    [
      'stamps of which nothing is said there',
      { stampCards: [card()], rewards: [cone], returns: { basis: 'ownInvoice', window: days(30) } },
    ],
    [
      'stamps that go back',
      {
        stampCards: [card({ returns: 'reverse' })],
        rewards: [cone],
        returns: { basis: 'rerate', unmatched: 'ownInvoice' },
      },
    ],
    [
      'a reward with a price and a card',
      { stampCards: [card()], rewards: [{ ...cone, cost, from: '2026-12-01', until: '2026-12-02' }] },
    ],
    [
      'fewer points than they cost',
      { rewards: [{ id: 'bonus', name: 'Bonus', kind: 'points', wallet: 'points', points: 99, cost }] },
    ],
    [
      'points of another wallet',
      { wallets: both, rewards: [{ id: 'swap', name: 'Swap', kind: 'points', wallet: 'stars', points: 100, cost }] },
    ],
    ['all of it off', { rewards: [{ id: 'off', name: 'Off', kind: 'percentOff', percent: '100.0', cost }] }],
    ['money with zeros behind it', { rewards: [{ id: 'off', name: 'Off', kind: 'amountOff', amount: '1.500', cost }] }],
    ['days short of any month', { pending: days(27), expiry: fixed(months(1)) }],
    ['months short of a year', { pending: months(11), expiry: fixed(year) }],
    [
      'points that are pending till after some month',
      { pending: days(45), expiry: { kind: 'endOfPeriod', period: 'month', extra: 1 } },
    ],
    ['pending points that never expire', { pending: year }],
    ['no rule at all', { rules: [] }],
  ])('%s', (_, sketch) => {
    expect(errorsOf(documentOf({ rules: [base], ...sketch }))).toEqual([]);
  });

  it('as does every programme the other tests are told about', () => {
    fc.assert(fc.property(documents, (document) => expect(errorsOf(document)).toEqual([])));
  });

  it('for a multiplier that is refused changes nothing', () => {
    const rated = (document: ProgrammeDocument, told: readonly Sale[]) =>
      termsAt(terms({ main: { '1970-01-01': document } }), 0).flatMap(({ wallets }) =>
        wallets.flatMap((wallet) => told.map((sale) => wallet.rate(basketOfSale(sale)))),
      );
    fc.assert(
      fc.property(toldDocuments, sales, (document, told) => {
        const futile = errorsOf(document).flatMap(
          (error) => /^\/rules\/(\d+) multiplies nothing/.exec(error)?.[1] ?? [],
        );
        const rules = document.rules.filter((_, index) => !futile.includes(String(index)));
        expect(rated({ ...document, rules }, told)).toEqual(rated(document, told));
      }),
      { numRuns: 200 },
    );
  });
});

type Sale = typeof sales extends fc.Arbitrary<readonly (infer Told)[]> ? Told : never;

const basketOfSale = ({ purchase, occurredAt }: Sale) =>
  basketOf({ ...purchase, currency: 'PHP', flags: [] }, occurredAt);
