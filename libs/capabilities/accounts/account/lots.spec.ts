import {
  adjusted,
  bought,
  confirmed,
  honoured,
  redemptionId,
  released,
  reserved,
  returned,
  usedOffline,
  voided,
} from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { always, onePointPer, programme, terms } from '../../../testing/rule-sketches';
import type { EarningRule, ProgrammeDocument, WalletTerms } from '../../programmes';

const base = onePointPer('1.00');
const zone = { timeZone: 'UTC' };
const points = (more: Partial<WalletTerms> = {}): WalletTerms => ({
  id: 'points',
  name: 'points',
  rounding: { mode: 'floor', scope: 'basket' },
  ...more,
});
const plain = always({ ...zone, rules: [base] });
const expiring = (expiry: NonNullable<WalletTerms['expiry']>, more: Partial<WalletTerms> = {}) =>
  always({ ...zone, rules: [base], wallets: [points({ expiry, ...more })] });
const days = (count: number) => ({ kind: 'fixed', after: { unit: 'day', count } }) as const;
const months = (count: number) => ({ kind: 'fixed', after: { unit: 'month', count } }) as const;

describe('S15 what is spent first', () => {
  it('what expires first: A 50 (31 Mar), B 50 (28 Feb), C 50 pending; spend 60: B 50, A 10', () => {
    // Lots of one wallet end apart because their revisions say so.
    const lasting = (count: number): ProgrammeDocument =>
      programme({ ...zone, rules: [base], wallets: [points({ expiry: months(count) })] });
    const pending = programme({
      ...zone,
      rules: [base],
      wallets: [points({ pending: { unit: 'day', count: 60 }, expiry: months(12) })],
    });
    const revisions = terms({
      main: { '2026-01-01': lasting(2), '2026-01-31': lasting(1), '2026-02-01': pending },
    });
    const story = new AccountStory(revisions).deliver(
      bought('A', { at: '2026-01-30', amount: 50 }),
      bought('B', { at: '2026-01-31', amount: 50 }),
      bought('C', { at: '2026-02-02', amount: 50 }),
      usedOffline('r', { at: '2026-02-03', cost: 60 }),
    );
    expect(story.shown()).toEqual({ earned: 150, pending: 50, available: 40, spent: 60 });
    const spent = story.drafts.at(-1)?.events.flatMap(({ type, data }) => (type === 'PointsSpent' ? [data] : []));
    expect(spent?.map(({ lot, points: part }) => [lot.split('~')[2], part])).toEqual([
      ['B', 50],
      ['A', 10],
    ]);
  });
});

describe('S16 where points are', () => {
  const slow = always({
    ...zone,
    rules: [base],
    wallets: [points({ pending: { unit: 'day', count: 10 } })],
  });

  it('debt 30, lot 100 pending: -30; activated: 70', () => {
    const story = new AccountStory(slow).deliver(
      usedOffline('r', { at: '2026-03-01', cost: 30 }),
      bought('1', { at: '2026-03-02', amount: 100 }),
    );
    const balance = (at?: string): number => {
      const { available, reserved: held, debt } = story.totals('points', at);
      return available + held - debt;
    };
    expect(balance()).toBe(-30);
    expect(balance('2026-03-12T23:59:59.999Z')).toBe(-30);
    expect(balance('2026-03-13T00:00:00Z')).toBe(70);
    expect(story.shown('points', '2026-03-13T00:00:00Z')).toEqual({
      earned: 100,
      available: 70,
      paidToDebt: 30,
      debtIncurred: 30,
    });
  });

  it('debt is paid by the oldest first, and is never more than was incurred', () => {
    const story = new AccountStory(plain).deliver(
      usedOffline('r', { at: '2026-03-01', cost: 30 }),
      usedOffline('s', { at: '2026-03-02', cost: 20 }),
      bought('1', { at: '2026-03-03', amount: 40 }),
    );
    const [wallet] = story.account.wallets;
    expect(wallet?.debts).toEqual([{ cause: redemptionId('s'), points: 10 }]);
    expect([...(wallet?.lots ?? [])]).toEqual([]);
    expect(story.shown()).toEqual({ earned: 40, paidToDebt: 40, debt: 10, debtIncurred: 50 });
  });

  it('a wallet holds at most 9,000,000,000,000,000 points, those that are pending included', () => {
    const story = () =>
      new AccountStory(
        always({
          ...zone,
          rules: [{ ...base, points: '1000000' }],
          wallets: [points({ pending: { unit: 'day', count: 10 } })],
        }),
      ).deliver(bought('1', { at: '2026-03-01', amount: 8_999_999_999 }));
    expect(story().shown()).toEqual({ earned: 8_999_999_999_000_000, pending: 8_999_999_999_000_000 });
    const full = story().deliver(adjusted('a', 1_000_000, { at: '2026-03-02' }));
    expect(full.totals().available + full.totals().pending).toBe(9_000_000_000_000_000);
    expect(() => full.deliver(adjusted('b', 1, { at: '2026-03-03' }))).toThrow('PointsTooMany');
  });

  it('a programme that forgives asks for nothing', () => {
    const kind = always({ ...zone, rules: [base], debt: 'forgive' });
    const story = new AccountStory(kind).deliver(
      bought('1', { at: '2026-03-01', amount: 100 }),
      usedOffline('r', { at: '2026-03-02', cost: 100 }),
      returned('2', { at: '2026-03-03', of: '1', amount: 100 }),
    );
    expect(story.shown()).toEqual({ earned: 100, spent: 100, debtIncurred: 100, debtForgiven: 100 });
  });
});

describe('L.1 the life of a lot', () => {
  it('S6 31 Jan + 1 month: usable through 28 Feb', () => {
    const story = new AccountStory(expiring(months(1))).deliver(bought('1', { at: '2026-01-31', amount: 100 }));
    expect(story.totals('points', '2026-02-28T23:59:59.999Z').available).toBe(100);
    expect(story.shown('points', '2026-03-01T00:00:00Z')).toEqual({ earned: 100, expired: 100 });
  });

  it('a rolling wallet lives on with whatever earns; what is held lives with it', () => {
    const rolling = expiring({ kind: 'rolling', after: { unit: 'day', count: 30 } });
    const story = new AccountStory(rolling).deliver(
      bought('1', { at: '2026-01-01', amount: 100 }),
      bought('2', { at: '2026-01-20', amount: 10 }),
    );
    expect(story.totals('points', '2026-02-19T23:59:59Z').available).toBe(110);
    expect(story.totals('points', '2026-02-20T00:00:00Z').expired).toBe(110);
    story.deliver(bought('3', { at: '2026-02-25', amount: 1 }));
    expect(story.shown()).toEqual({ earned: 111, expired: 110, available: 1 });
  });

  it('what was earned in a year ends with it, or a year later', () => {
    const endOfNext = expiring({ kind: 'endOfPeriod', period: 'year', extra: 1 });
    const story = new AccountStory(endOfNext).deliver(bought('1', { at: '2026-03-01', amount: 100 }));
    expect(story.totals('points', '2027-12-31T23:59:59Z').available).toBe(100);
    expect(story.totals('points', '2028-01-01T00:00:00Z').expired).toBe(100);
  });

  it('future balance: nothing has to run for what time alone does, and it is told with the next fact', () => {
    const story = new AccountStory(expiring(days(20), { pending: { unit: 'day', count: 5 } })).deliver(
      bought('1', { at: '2026-01-01', amount: 100 }),
    );
    expect(story.shown('points', '2026-01-06T12:00:00Z')).toEqual({ earned: 100, pending: 100 });
    expect(story.shown('points', '2026-01-07T00:00:00Z')).toEqual({ earned: 100, available: 100 });
    expect(story.shown('points', '2026-01-22T00:00:00Z')).toEqual({ earned: 100, expired: 100 });
    story.deliver(bought('2', { at: '2026-02-01', amount: 1 }));
    expect(story.lastEvents()).toEqual(['PurchaseRecorded', 'PointsActivated', 'PointsExpired', 'PointsEarned']);
  });
});

describe('S12 a late spend', () => {
  it('revives expired lots: 100 expired 31 Jan, an offline spend of 30 Jan arrives 3 Feb: spent 100, no debt', () => {
    const story = new AccountStory(expiring(days(20))).deliver(
      bought('1', { at: '2026-01-10', amount: 100 }),
      bought('2', { at: '2026-02-01', amount: 1 }),
      usedOffline('r', { at: '2026-01-30', recordedAt: '2026-02-03', cost: 100 }),
    );
    expect(story.shown()).toEqual({ earned: 101, spent: 100, available: 1 });
  });
});

describe('S25 what is held', () => {
  const midnight = expiring(days(9));
  const held = () =>
    new AccountStory(midnight).deliver(
      bought('1', { at: '2026-01-01', amount: 100 }),
      // The lot ends on 11 January 00:00.
      reserved('r', { at: '2026-01-10T23:58:00Z', cost: 100 }),
    );

  it('does not expire: expiry 00:00, reserved 23:58 for 5 min: confirm at 00:02 spends 100', () => {
    const story = held();
    expect(story.shown('points', '2026-01-11T00:02:59Z')).toEqual({ earned: 100, reserved: 100 });
    story.deliver(confirmed('r', { at: '2026-01-11T00:02:00Z' }));
    expect(story.shown()).toEqual({ earned: 100, spent: 100 });
  });

  it('left alone, at 00:03 they expire', () => {
    expect(held().shown('points', '2026-01-11T00:03:00Z')).toEqual({ earned: 100, expired: 100 });
  });

  it('a late confirm that occurred in time counts', () => {
    const story = held().deliver(
      bought('2', { at: '2026-01-11T00:10:00Z', amount: 1 }),
      confirmed('r', { at: '2026-01-11T00:02:00Z', recordedAt: '2026-01-11T00:11:00Z' }),
    );
    expect(story.shown()).toEqual({ earned: 101, spent: 100, available: 1 });
  });

  it('of two that are held the one that is named is confirmed', () => {
    const story = new AccountStory(plain).deliver(
      bought('1', { at: '2026-01-01', amount: 100 }),
      reserved('r', { at: '2026-01-02T10:00:00Z', cost: 30 }),
      reserved('s', { at: '2026-01-02T10:01:00Z', cost: 50 }),
      confirmed('s', { at: '2026-01-02T10:02:00Z' }),
    );
    expect(story.shown()).toEqual({ earned: 100, reserved: 30, spent: 50, available: 20 });
  });

  it('released in time can be spent again, and pays debt first', () => {
    const story = new AccountStory(plain).deliver(
      bought('1', { at: '2026-01-01', amount: 100 }),
      reserved('r', { at: '2026-01-02T10:00:00Z', cost: 80 }),
      usedOffline('s', { at: '2026-01-02T10:01:00Z', cost: 50 }),
      released('r', { at: '2026-01-02T10:02:00Z' }),
    );
    expect(story.shown()).toEqual({ earned: 100, spent: 20, paidToDebt: 30, available: 50, debtIncurred: 30 });
  });
});

describe('S26 two tills that are cut off', () => {
  it('balance 100, each takes 100: spent 100, debt 100', () => {
    const story = new AccountStory(plain).deliver(
      bought('1', { at: '2026-01-01', amount: 100 }),
      usedOffline('a', { at: '2026-01-02T10:00:00Z', cost: 100 }),
      usedOffline('b', { at: '2026-01-02T10:01:00Z', cost: 100 }),
    );
    expect(story.shown()).toEqual({ earned: 100, spent: 100, debt: 100, debtIncurred: 100 });
  });
});

describe('S11 what was accepted is final', () => {
  it('redeem 100 of 100; late return -100: the reward stays, debt 100', () => {
    const story = new AccountStory(plain).deliver(
      bought('1', { at: '2026-01-01', amount: 100 }),
      usedOffline('r', { at: '2026-01-03', cost: 100 }),
      returned('2', { at: '2026-01-02', recordedAt: '2026-01-04', of: '1', amount: 100 }),
    );
    expect(story.shown()).toEqual({ earned: 100, reversed: 100, debt: 100, debtIncurred: 100 });
  });
});

describe('L.7 an adjustment', () => {
  it('adds a lot, or takes in spend order', () => {
    const story = new AccountStory(plain).deliver(
      bought('1', { at: '2026-01-01', amount: 100 }),
      adjusted('a', 50, { at: '2026-01-02' }),
      adjusted('b', -120, { at: '2026-01-03' }),
    );
    expect(story.shown()).toEqual({ earned: 100, adjustedUp: 50, adjustedDown: 120, available: 30 });
  });
});

describe('S7 S8 S9 late facts, voids and what was shown', () => {
  const second = always({
    ...zone,
    rules: [base, { id: 'second', kind: 'multiplier', wallet: 'points', factor: '2', when: { everyVisit: 2 } }],
  });
  const firstOfDayRules: readonly EarningRule[] = [
    base,
    { id: 'first', kind: 'multiplier', wallet: 'points', factor: '2', when: { firstOf: 'day' } },
  ];
  const firstOfDay = always({ ...zone, rules: firstOfDayRules });
  const visits = () =>
    new AccountStory(second).deliver(
      bought('1', { at: '2026-01-01', amount: 100 }),
      bought('2', { at: '2026-01-02', amount: 100 }),
    );

  it('S7 every second visit ×2: P1 100, P2 of 100 earns 200; return P1: P2 keeps 200', () => {
    const story = visits();
    expect(story.shown()).toEqual({ earned: 300, available: 300 });
    story.deliver(returned('3', { at: '2026-01-03', of: '1', amount: 100 }));
    expect(story.shown()).toEqual({ earned: 300, reversed: 100, available: 200 });
  });

  it('S7 void P1: P2 derives 100, shown 200', () => {
    const story = visits().deliver(voided('1', { at: '2026-01-03' }));
    expect(story.derived()).toBe(100);
    expect(story.totals().available).toBe(200);
    expect(story.totals().honoured).toBe(100);
  });

  it('S8 first sale of the day ×2: P2 100.00 = 200; then late P1 10.00: derived 20 + 100, honoured 80, shown 200', () => {
    const story = new AccountStory(firstOfDay).deliver(
      bought('2', { at: '2026-01-01T12:00:00Z', amount: 100 }),
      bought('1', { at: '2026-01-01T10:00:00Z', recordedAt: '2026-01-01T13:00:00Z', amount: 10 }),
    );
    expect(story.derived()).toBe(120);
    expect(story.shown()).toEqual({ earned: 120, honoured: 80, available: 200 });
  });

  it('S9 in both orders derived 120; shown 120 or 200', () => {
    const [first, later] = [
      bought('1', { at: '2026-01-01T10:00:00Z', amount: 10 }),
      bought('2', { at: '2026-01-01T12:00:00Z', amount: 100 }),
    ];
    const stories = [
      [first, later],
      [later, first],
    ].map((facts) => new AccountStory(firstOfDay).deliver(...facts));
    expect(stories.map((story) => story.derived())).toEqual([120, 120]);
    expect(stories.map((story) => story.totals().available)).toEqual([120, 200]);
  });

  it('S8 a later upward correction consumes what was honoured first', () => {
    const story = new AccountStory(firstOfDay).deliver(
      bought('2', { at: '2026-01-01T12:00:00Z', amount: 100 }),
      bought('1', { at: '2026-01-01T10:00:00Z', recordedAt: '2026-01-01T13:00:00Z', amount: 10 }),
      voided('1', { at: '2026-01-01T14:00:00Z' }),
    );
    expect(story.derived()).toBe(200);
    // Its own 20 are gone; P2 rises by 100 again, of which 80 are what was honoured.
    expect(story.totals().honoured).toBe(0);
    expect(story.totals().available).toBe(200);
  });

  it('S8 what is honoured ends when what was lost would have: at once, where that is past', () => {
    const short = always({ ...zone, rules: firstOfDayRules, wallets: [points({ expiry: days(1) })] });
    const story = new AccountStory(short).deliver(
      bought('2', { at: '2026-01-01T12:00:00Z', amount: 100 }),
      bought('1', { at: '2026-01-01T10:00:00Z', recordedAt: '2026-01-10T10:00:00Z', amount: 10 }),
    );
    expect(story.shown()).toEqual({ earned: 120, honoured: 80, expired: 200 });
  });

  it('S8 consumes it lot by lot as far as it is not spent, and never what was earned', () => {
    const story = new AccountStory(plain).deliver(
      honoured('a', 50, { at: '2026-01-01' }),
      honoured('b', 30, { at: '2026-01-02' }),
      bought('1', { at: '2026-01-03', amount: 100 }),
      usedOffline('r', { at: '2026-01-04', cost: 20 }),
    );
    const lots = () => [...(story.account.wallets[0]?.lots ?? [])].map(({ points: held }) => held);
    expect(lots()).toEqual([30, 30, 100]);
    story.deliver(honoured('c', -10, { at: '2026-01-05' }));
    expect(lots()).toEqual([20, 30, 100]);
    expect(story.lastEvents()).toEqual(['EntitlementHonoured', 'PointsWithdrawn']);
    story.deliver(honoured('d', -25, { at: '2026-01-06' }));
    expect(lots()).toEqual([25, 100]);
    story.deliver(honoured('e', -40, { at: '2026-01-07' }));
    expect(story.shown()).toEqual({ earned: 100, honoured: 20, spent: 20, available: 100 });
  });

  it('S8 what a later return had left as debt and can take now is no loss of the customer: nothing is honoured', () => {
    const own = always({ ...zone, rules: [base], returns: { basis: 'ownInvoice' } });
    const story = new AccountStory(own).deliver(
      returned('8', { at: '2026-01-05', amount: 100 }),
      bought('2', { at: '2026-01-06', amount: 100 }),
      returned('9', { at: '2026-01-07', amount: 100 }),
    );
    expect(story.shown()).toEqual({ earned: 100, paidToDebt: 100, debt: 100, debtIncurred: 200 });
    story.deliver(bought('1', { at: '2026-01-01', recordedAt: '2026-01-08', amount: 100 }));
    expect(story.shown()).toEqual({ earned: 200, reversed: 200 });
  });

  it('S3 till A runs 4 min fast: earns 100 stamped 10:04; B redeems at 10:02: effective 10:04, balance 0, no debt', () => {
    const story = new AccountStory(plain).deliver(
      bought('1', { at: '2026-01-01T10:04:00Z', recordedAt: '2026-01-01T10:00:00Z', amount: 100 }),
      usedOffline('b', { at: '2026-01-01T10:02:00Z', effectiveAt: '2026-01-01T10:04:00Z', cost: 100 }),
    );
    expect(story.shown()).toEqual({ earned: 100, spent: 100 });
  });

  it('S4 sale and its return both at 10:00: 0 points, no debt', () => {
    const at = '2026-01-01T10:00:00Z';
    const [sale, back] = [bought('9', { at, amount: 100 }), returned('1', { at, of: '9', amount: 100 })];
    for (const facts of [
      [sale, back],
      [back, sale],
    ]) {
      const story = new AccountStory(plain).deliver(...facts);
      expect(story.shown()).toEqual({ earned: 100, reversed: 100 });
    }
  });
});
