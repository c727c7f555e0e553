import { words } from '../../../kernel/words/words';
import { documentOf, onePointPer, programme } from '../../../testing/rule-sketches';
import { explainCard, explainReward } from './explain-reward';
import { explainRule } from './explain-rule';
import { explainCap, explainExpiry, explainReturns } from './explain-terms';
import type { ReturnTerms, WalletTerms } from './programme-document';

const english = words('en');

const cost = { wallet: 'points', points: 100 };
const club = programme({
  rules: [
    onePointPer('1.00', { when: { firstOf: 'week' } }),
    {
      id: 'review',
      kind: 'perActivity',
      wallet: 'points',
      points: '20',
      activity: 'review',
      when: { channels: ['app'] },
    },
    { id: 'fifth', kind: 'multiplier', wallet: 'points', factor: '3', when: { everyVisit: 5 } },
  ],
  caps: [
    { id: 'daily', wallet: 'points', points: 500, per: 'day' },
    { id: 'reviews', wallet: 'points', points: 60, per: 'ever', rules: ['review'] },
    { id: 'receipt', wallet: 'points', points: 300, per: 'basket', rules: ['base', 'review'] },
  ],
  stampCards: [
    { id: 'cones', name: 'Cones', collect: 'unit', every: 10, reward: 'cone', when: { skus: ['CONE', 'CUP'] } },
    {
      id: 'visits',
      name: 'Visits',
      collect: 'visit',
      every: 1,
      reward: 'off',
      when: { categories: ['cake'], outlets: ['manila-1'] },
      returns: 'keep',
    },
  ],
  rewards: [
    { id: 'cone', name: 'Free cone', kind: 'product', skus: ['CONE'], validity: { unit: 'day', count: 30 } },
    { id: 'off', name: 'Ten off', kind: 'percentOff', percent: '10', cost, stock: 50 },
    { id: 'less', name: 'Less', kind: 'amountOff', amount: '5.00', cost, from: '2026-12-01', until: '2027-01-01' },
    { id: 'cut', name: 'Haircut', kind: 'service', cost },
    { id: 'swap', name: 'Swap', kind: 'points', wallet: 'points', points: 10, cost },
    { id: 'mug', name: 'Mug', kind: 'catalogue', description: 'a mug of blue clay', cost },
  ],
});

describe('a programme explains itself in sentences', () => {
  it('its rules about visits and activities', () => {
    expect(club.rules.map((rule) => explainRule(rule, club, english))).toEqual([
      'points: +1 for every 1.00 PHP spent, on the first visit of the week.',
      'points: +20 for every activity “review”, by app.',
      'points ×3, on the last of every 5 visits.',
    ]);
  });

  it('its caps', () => {
    expect(club.caps?.map((cap) => explainCap(cap, club, english))).toEqual([
      'points: at most 500 a day.',
      'points: at most 60 in all, from the rule review.',
      'points: at most 300 a purchase, from the rules base and review together.',
    ]);
  });

  it('its cards, with what returns do', () => {
    expect(club.stampCards?.map((card) => explainCard(card, club, english))).toEqual([
      '“Free cone” for every 10 units paid for of article CONE or CUP. Returns take stamps back.',
      '“Ten off” for 1 paid visit with cake, at manila-1. Returns take no stamps back.',
    ]);
    const byThemselves = documentOf({ ...club, returns: { basis: 'ownInvoice' } });
    expect(club.stampCards?.map((card) => explainCard(card, byThemselves, english))[0]).toMatch(
      / Only returns that name their purchase take stamps back\.$/,
    );
  });

  it('its rewards', () => {
    expect(club.rewards?.map((reward) => explainReward(reward, club, english))).toEqual([
      '“Free cone”: a product (article CONE). A full card “Cones” gives it. It can be used within 30 days of its issue.',
      '“Ten off”: 10% off the receipt. Cost in points: 100. A full card “Visits” gives it. Limited to 50 in all.',
      '“Less”: 5.00 PHP off the receipt, from 2026-12-01 on, before 2027-01-01. Cost in points: 100.',
      '“Haircut”: a service. Cost in points: 100.',
      '“Swap”: points +10. Cost in points: 100.',
      '“Mug”: a mug of blue clay. Cost in points: 100.',
    ]);
  });

  it.each<readonly [ReturnTerms | undefined, 'carry' | 'forgive', string]>([
    [
      undefined,
      'carry',
      'A return takes back what the purchase would not have earned without the returned goods. One whose purchase is still unknown after 45 days goes on waiting for it. Points that were spent before they are taken back become a debt, which later points pay.',
    ],
    [
      { basis: 'rerate', unmatched: 'ignore', window: { unit: 'day', count: 30 } },
      'forgive',
      'A return takes back what the purchase would not have earned without the returned goods. One whose purchase is still unknown after 45 days takes nothing back. One later than 30 days after the purchase takes nothing back. Points that were spent before they are taken back are forgiven.',
    ],
    [
      { basis: 'rerate', unmatched: 'ownInvoice' },
      'forgive',
      'A return takes back what the purchase would not have earned without the returned goods. One whose purchase is still unknown after 45 days takes back what its own amount would earn. Points that were spent before they are taken back are forgiven.',
    ],
    [
      { basis: 'ownInvoice' },
      'forgive',
      'A return takes back what its own amount would earn. Points that were spent before they are taken back are forgiven.',
    ],
  ])('what it does with returns: %j, %s', (returns, debt, said) => {
    expect(explainReturns(documentOf({ rules: [], debt, ...(returns && { returns }) }), english)).toBe(said);
  });

  it.each<readonly [Pick<WalletTerms, 'pending' | 'expiry'>, string]>([
    [{}, 'points: can be used as soon as earned. They never expire.'],
    [
      { pending: { unit: 'day', count: 1 }, expiry: { kind: 'fixed', after: { unit: 'year', count: 2 } } },
      'points: can be used from the end of the day 1 day after being earned. They expire at the end of the day 2 years after being earned.',
    ],
    [
      { expiry: { kind: 'rolling', after: { unit: 'month', count: 6 } } },
      'points: can be used as soon as earned. All of them expire together, at the end of the day 6 months after any were earned last.',
    ],
    [
      { expiry: { kind: 'endOfPeriod', period: 'quarter' } },
      'points: can be used as soon as earned. They expire at the end of the quarter in which they are earned.',
    ],
    [
      { expiry: { kind: 'endOfPeriod', period: 'year', extra: 1 } },
      'points: can be used as soon as earned. They expire 1 year after the end of the year in which they are earned.',
    ],
  ])('how long points live: %j', (life, said) => {
    expect(documentOf({ rules: [], ...life }).wallets.map((wallet) => explainExpiry(wallet, english))).toEqual([said]);
  });
});
