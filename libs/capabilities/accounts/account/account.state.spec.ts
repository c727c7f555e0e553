import { bought, released, reserved } from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { always, onePointPer, programme, terms } from '../../../testing/rule-sketches';
import type { StampCard, WalletTerms } from '../../programmes';

const zone = { timeZone: 'UTC' };
const base = onePointPer('1.00');
const wallet = (id: string, more: Partial<WalletTerms> = {}): WalletTerms => ({
  id,
  name: id,
  rounding: { mode: 'floor', scope: 'basket' },
  ...more,
});
const card = (id: string): StampCard => ({ id, name: id, collect: 'unit', every: 5, reward: 'free' });
const everySecond = programme({
  ...zone,
  rules: [base, { id: 'second', kind: 'multiplier', wallet: 'points', factor: '2', when: { everyVisit: 2 } }],
});

describe('what an account keeps for its next fact', () => {
  it('wallets and cards by programme, then name, whatever order they came in', () => {
    const rules = always({
      ...zone,
      wallets: [wallet('stars'), wallet('points')],
      rules: [{ id: 'star', kind: 'perVisit', wallet: 'stars', points: '1' }, base],
      stampCards: [card('tea'), card('coffee')],
      rewards: [{ id: 'free', name: 'free', kind: 'service' }],
    });
    const { account } = new AccountStory(rules).deliver(bought('1', { at: '2026-01-01', amount: 10 }));
    expect(account.wallets.map((held) => held.wallet)).toEqual(['points', 'stars']);
    expect(account.cards.map((held) => held.card)).toEqual(['coffee', 'tea']);
  });

  it('S35 visits of every programme by themselves, from when it is in force', () => {
    const rules = terms({ sub: { '2026-01-02': everySecond }, main: { '2026-01-01': everySecond } });
    const story = new AccountStory(rules).deliver(
      bought('1', { at: '2026-01-01', amount: 10 }),
      bought('2', { at: '2026-01-02', amount: 10 }),
      bought('3', { at: '2026-01-03', amount: 10 }),
    );
    expect(story.account.visits.map(({ programme: of, count }) => [of, count])).toEqual([
      ['main', 3],
      ['sub', 2],
    ]);
    expect(story.account.wallets.map(({ programme: of, totals }) => [of, totals.earned])).toEqual([
      ['main', 40],
      ['sub', 30],
    ]);
  });

  it('S22 of each cap what it has given today and yesterday', () => {
    const rules = always({
      ...zone,
      rules: [base],
      caps: [
        { id: 'daily', wallet: 'points', points: 50, per: 'day' },
        { id: 'ever', wallet: 'points', points: 500, per: 'ever' },
      ],
    });
    const story = new AccountStory(rules).deliver(
      bought('1', { at: '2026-01-01', amount: 10 }),
      bought('2', { at: '2026-01-02', amount: 20 }),
      bought('3', { at: '2026-01-03T10:00:00Z', amount: 30 }),
      bought('4', { at: '2026-01-03T11:00:00Z', amount: 5 }),
    );
    const day = Date.parse('2026-01-03') / 86_400_000;
    const used = story.account.wallets[0]?.caps ?? [];
    expect([...used].sort((a, b) => a.points - b.points)).toEqual([
      { cap: 'daily', period: day - 1, points: 20 },
      { cap: 'daily', period: day, points: 35 },
      { cap: 'ever', period: 0, points: 65 },
    ]);
  });

  it('in a rolling wallet what is held lives on too, but of the other wallet nothing does', () => {
    const rolling = { kind: 'rolling', after: { unit: 'day', count: 30 } } as const;
    const rules = always({
      ...zone,
      wallets: [wallet('points', { expiry: rolling }), wallet('stars', { expiry: rolling })],
      rules: [base, { id: 'star', kind: 'perVisit', wallet: 'stars', points: '1', when: { channels: ['shop'] } }],
    });
    const online = bought('2', { at: '2026-01-20T10:02:00Z', amount: 10 });
    if (online.event.type !== 'PurchaseRecorded') throw new Error('a purchase is a purchase');
    const web = { ...online, event: { ...online.event, data: { ...online.event.data, channel: 'web' } } };
    const story = new AccountStory(rules).deliver(
      bought('1', { at: '2026-01-01', amount: 100 }),
      reserved('r', { at: '2026-01-20T10:00:00Z', cost: 60 }),
      web,
      released('r', { at: '2026-01-20T10:03:00Z' }),
    );
    expect(story.totals('points', '2026-02-19T23:59:59Z').available).toBe(110);
    expect(story.shown('points', '2026-02-20T00:00:00Z')).toEqual({ earned: 110, expired: 110 });
    expect(story.totals('stars', '2026-01-31T23:59:59Z').available).toBe(1);
    expect(story.shown('stars', '2026-02-01T00:00:00Z')).toEqual({ earned: 1, expired: 1 });
  });
});
