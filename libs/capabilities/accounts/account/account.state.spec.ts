import { adjusted, bought, released, reserved } from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { always, onePointPer, programme, terms } from '../../../testing/rule-sketches';
import type { ProgrammeDocument, StampCard, Terms, WalletTerms } from '../../programmes';
import { lapsesNext } from './account.ledger';

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

  it('S35 visits in the order of their programmes, whichever was there first', () => {
    const rules = terms({ main: { '2026-01-02': everySecond }, sub: { '2026-01-01': everySecond } });
    const story = new AccountStory(rules).deliver(
      bought('1', { at: '2026-01-01', amount: 10 }),
      bought('2', { at: '2026-01-02', amount: 10 }),
    );
    expect(story.account.visits.map(({ programme: of, count }) => [of, count])).toEqual([
      ['main', 1],
      ['sub', 2],
    ]);
  });

  it('S35 wallets and cards of each programme by themselves, however alike the names are', () => {
    const named = (wallets: string, cards: string): ProgrammeDocument =>
      programme({
        ...zone,
        wallets: [wallet(wallets)],
        rules: [{ ...base, wallet: wallets }],
        stampCards: [card(cards)],
        rewards: [{ id: 'free', name: 'free', kind: 'service' }],
      });
    const rules = terms({ a: { '2026-01-01': named('bc', 'bc') }, ab: { '2026-01-01': named('c', 'c') } });
    const { account } = new AccountStory(rules).deliver(bought('1', { at: '2026-01-01', amount: 10 }));
    expect(account.wallets.map((held) => [held.programme, held.wallet, held.totals.available])).toEqual([
      ['a', 'bc', 10],
      ['ab', 'c', 10],
    ]);
    expect(account.cards.map((held) => [held.programme, held.card, held.milli])).toEqual([
      ['a', 'bc', 1000],
      ['ab', 'c', 1000],
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

describe('S28 points that are held while a rolling wallet earns', () => {
  const rolling = { kind: 'rolling', after: { unit: 'day', count: 30 } } as const;
  const points = (expiry?: WalletTerms['expiry']) => wallet('points', expiry && { expiry });
  const held = (rules: Terms) =>
    new AccountStory(rules).deliver(
      adjusted('a', 100, { at: '2026-01-01' }),
      reserved('r', { at: '2026-01-20T10:00:00Z', cost: 100 }),
      bought('1', { at: '2026-01-20T10:02:00Z', amount: 10 }),
      released('r', { at: '2026-01-20T10:03:00Z' }),
    );
  const from = (first: WalletTerms['expiry']): Terms =>
    terms({
      main: {
        '2026-01-01': programme({ ...zone, wallets: [points(first)], rules: [base] }),
        '2026-01-20': programme({ ...zone, wallets: [points(rolling)], rules: [base] }),
      },
    });

  it('end no later when another wallet earns, or the same one of another programme', () => {
    const star = { id: 'star', kind: 'perVisit', wallet: 'stars', points: '1' } as const;
    const story = held(
      terms({
        main: {
          '2026-01-01': programme({
            ...zone,
            wallets: [points(rolling), wallet('stars', { expiry: rolling })],
            rules: [star],
          }),
        },
        sub: { '2026-01-01': programme({ ...zone, wallets: [points(rolling)], rules: [base] }) },
      }),
    );
    expect(story.totals('points', '2026-01-31T23:59:59Z').available).toBe(100);
    expect(story.shown('points', '2026-02-01T00:00:00Z')).toEqual({ adjustedUp: 100, expired: 100 });
  });

  it('never begin to end', () => {
    expect(held(from(undefined)).shown('points', '2126-01-01')).toEqual({
      earned: 10,
      adjustedUp: 100,
      available: 100,
      expired: 10,
    });
  });

  it('and what is earned then, end with those that end later already', () => {
    const lasting = { kind: 'rolling', after: { unit: 'day', count: 60 } } as const;
    const story = new AccountStory(from(lasting)).deliver(
      bought('0', { at: '2026-01-01', amount: 100 }),
      bought('1', { at: '2026-01-25', amount: 10 }),
    );
    expect(story.totals('points', '2026-03-02T23:59:59Z').available).toBe(110);
    expect(story.shown('points', '2026-03-03T00:00:00Z')).toEqual({ earned: 110, expired: 110 });
  });

  it('end when they would have, if that is later', () => {
    const story = held(from({ kind: 'fixed', after: { unit: 'day', count: 60 } }));
    expect(story.totals('points', '2026-03-02T23:59:59Z').available).toBe(100);
    expect(story.totals('points', '2026-03-03T00:00:00Z').available).toBe(0);
  });
});

describe('when time alone changes an account next', () => {
  const next = (story: AccountStory, rules: Terms): string | number => {
    const at = lapsesNext(story.account, rules);
    return at === Infinity ? at : new Date(at).toISOString();
  };
  const rules = always({
    ...zone,
    wallets: [
      wallet('points', {
        pending: { unit: 'day', count: 5 },
        expiry: { kind: 'fixed', after: { unit: 'day', count: 20 } },
      }),
    ],
    rules: [base],
    stampCards: [{ ...card('tea'), every: 1 }],
    rewards: [{ id: 'free', name: 'free', kind: 'service', validity: { unit: 'day', count: 7 } }],
  });

  it('S4 is when a reservation lapses, points become active or end, or a reward ends, whichever is first', () => {
    const story = new AccountStory(rules);
    expect(next(story, rules)).toBe(Infinity);
    story.deliver(bought('1', { at: '2026-01-01', amount: 100 }));
    expect(next(story, rules)).toBe('2026-01-07T00:00:00.000Z');
    story.deliver(adjusted('a', 1, { at: '2026-01-07' }));
    expect(next(story, rules)).toBe('2026-01-09T00:00:00.000Z');
    story.deliver(adjusted('b', 1, { at: '2026-01-09' }));
    expect(next(story, rules)).toBe('2026-01-22T00:00:00.000Z');
    story.deliver(reserved('r', { at: '2026-01-21T23:50:00Z', cost: 10 }));
    expect(next(story, rules)).toBe('2026-01-21T23:55:00.000Z');
  });

  it('is never where all that it holds has no end', () => {
    const endless = always({ ...zone, rules: [base] });
    const story = new AccountStory(endless).deliver(bought('1', { at: '2026-01-01', amount: 100 }));
    expect(next(story, endless)).toBe(Infinity);
  });

  it('is by itself for every wallet', () => {
    const slow = always({
      ...zone,
      wallets: [wallet('points'), wallet('stars', { pending: { unit: 'day', count: 5 } })],
      rules: [base, { id: 'star', kind: 'perVisit', wallet: 'stars', points: '1' }],
    });
    const story = new AccountStory(slow).deliver(bought('1', { at: '2026-01-01', amount: 10 }));
    expect(story.shown('stars', '2026-01-06T23:59:59Z')).toEqual({ earned: 1, pending: 1 });
    expect(story.shown('stars', '2026-01-07T00:00:00Z')).toEqual({ earned: 1, available: 1 });
    expect(story.shown('points', '2026-01-07T00:00:00Z')).toEqual({ earned: 10, available: 10 });
  });

  it('S4 what falls on one instant comes in this order: reservations, rewards and points that end, points that begin', () => {
    const twenty = { unit: 'day', count: 20 } as const;
    const story = new AccountStory(
      always({
        ...zone,
        wallets: [wallet('points', { pending: { unit: 'day', count: 5 }, expiry: { kind: 'fixed', after: twenty } })],
        rules: [base],
        stampCards: [{ ...card('tea'), every: 2 }],
        rewards: [{ id: 'free', name: 'free', kind: 'service', validity: twenty }],
      }),
    ).deliver(
      bought('1', { at: '2026-01-01', lines: [{ quantity: 2, amount: 100 }] }),
      bought('2', { at: '2026-01-16', amount: 50 }),
      reserved('r', { at: '2026-01-21T23:55:00Z', cost: 30, minutes: 5 }),
      adjusted('a', 1, { at: '2026-01-23' }),
    );
    expect(story.lastEvents()).toEqual([
      'PointsAdjusted',
      'PointsReleased',
      'PointsExpired',
      'RewardExpired',
      'PointsExpired',
      'PointsActivated',
      'PointsGranted',
    ]);
    const ended = story.drafts.at(-1)?.events.flatMap(({ type, data }) => (type === 'PointsExpired' ? [data] : []));
    expect(ended?.map(({ points }) => points)).toEqual([30, 70]);
    expect(story.shown()).toEqual({ earned: 150, adjustedUp: 1, available: 51, expired: 100 });
  });
});
