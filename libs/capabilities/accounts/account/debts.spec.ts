import {
  bought,
  redemptionId,
  released,
  reserved,
  returned,
  usedOffline,
  voided,
} from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { always, onePointPer, type ProgrammeSketch } from '../../../testing/rule-sketches';
import type { LedgerDecision } from './account-decisions.events';

const rules = (more: Partial<ProgrammeSketch> = {}) =>
  always({ timeZone: 'UTC', rules: [onePointPer('1.00')], ...more });
const days = (count: number) => ({ kind: 'fixed', after: { unit: 'day', count } }) as const;

const decisionsOf = (story: AccountStory): readonly LedgerDecision[] =>
  story.derivedLedger().entries.flatMap(({ decisions }) => decisions);
const forgivenIn = (story: AccountStory) =>
  decisionsOf(story).flatMap(({ type, data }) => (type === 'DebtForgiven' ? [data] : []));

describe('S20 what is returned was paid with points that had become debt', () => {
  /** 60 of the 100 are there, 40 become debt; 20 more are owed for something else. */
  const paid = () =>
    new AccountStory(rules()).deliver(
      bought('1', { at: '2026-01-01', amount: 60 }),
      usedOffline('r', { at: '2026-01-02T10:00:00Z', cost: 100 }),
      bought('paid', {
        at: '2026-01-02T10:01:00Z',
        lines: [{ quantity: 4, amount: 100 }],
        payments: [{ kind: 'points', amount: 100, redemption: redemptionId('r') }],
      }),
      usedOffline('s', { at: '2026-01-03', cost: 20 }),
    );
  const back = (receipt: string, at: string, quantity: number) =>
    returned(receipt, { at, of: 'paid', lines: [{ quantity, amount: 25 * quantity }] });
  const debts = (story: AccountStory) => story.account.wallets[0]?.debts;

  it('that debt is forgiven first and in part, and no other', () => {
    const story = paid().deliver(back('2', '2026-01-04', 1));
    expect(debts(story)).toEqual([
      { cause: redemptionId('r'), points: 15 },
      { cause: redemptionId('s'), points: 20 },
    ]);
    expect(story.shown()).toEqual({ earned: 60, spent: 60, debt: 35, debtIncurred: 60, debtForgiven: 25 });
    expect(forgivenIn(story)).toEqual([{ programme: 'main', wallet: 'points', points: 25, cause: redemptionId('r') }]);
    story.deliver(bought('3', { at: '2026-01-05', amount: 18 }));
    expect(debts(story)).toEqual([{ cause: redemptionId('s'), points: 17 }]);
  });

  it('then the points that had been there come back, and pay what else is owed', () => {
    const story = paid().deliver(back('2', '2026-01-04', 2));
    expect(debts(story)).toEqual([{ cause: redemptionId('s'), points: 10 }]);
    expect(story.shown()).toEqual({
      earned: 60,
      spent: 50,
      paidToDebt: 10,
      debt: 10,
      debtIncurred: 60,
      debtForgiven: 40,
    });
  });

  it('what others have paid of that debt comes back as points, and only the rest is forgiven', () => {
    const story = paid().deliver(
      bought('3', { at: '2026-01-04', amount: 30 }),
      voided('paid', { at: '2026-01-05' }),
      bought('4', { at: '2026-01-06', amount: 1 }),
    );
    expect(forgivenIn(story).map(({ points }) => points)).toEqual([10]);
    const restored = decisionsOf(story).flatMap(({ type, data }) => (type === 'PointsRestored' ? [data] : []));
    expect(restored.map(({ points, of, redemption }) => [points, of === undefined, redemption])).toEqual([
      [30, true, redemptionId('r')],
      [60, false, redemptionId('r')],
    ]);
    // The 20 that are owed for something else are paid of the 30.
    expect(story.shown()).toEqual({
      earned: 91,
      paidToDebt: 20,
      available: 71,
      debtIncurred: 30,
      debtForgiven: 10,
    });
  });

  it('an older debt for something else stays, however much is forgiven', () => {
    const owing = (quantity: number) =>
      new AccountStory(rules()).deliver(
        usedOffline('s', { at: '2026-01-01', cost: 20 }),
        usedOffline('r', { at: '2026-01-02T10:00:00Z', cost: 100 }),
        bought('paid', {
          at: '2026-01-02T10:01:00Z',
          lines: [{ quantity: 4, amount: 100 }],
          payments: [{ kind: 'points', amount: 100, redemption: redemptionId('r') }],
        }),
        back('2', '2026-01-03', quantity),
      );
    expect(debts(owing(1))).toEqual([
      { cause: redemptionId('s'), points: 20 },
      { cause: redemptionId('r'), points: 75 },
    ]);
    expect(debts(owing(4))).toEqual([{ cause: redemptionId('s'), points: 20 }]);
    expect(decisionsOf(owing(4)).map(({ type }) => type)).toEqual(['DebtIncurred', 'DebtIncurred', 'DebtForgiven']);
  });

  it('nothing is forgiven where others have paid it all', () => {
    const story = paid().deliver(
      bought('3', { at: '2026-01-04', amount: 60 }),
      back('2', '2026-01-05', 4),
      bought('4', { at: '2026-01-06', amount: 1 }),
    );
    expect(forgivenIn(story)).toEqual([]);
    expect(story.shown()).toEqual({ earned: 121, paidToDebt: 20, available: 101, debtIncurred: 20 });
  });
});

describe('S25 points that end while they are held', () => {
  const held = () =>
    new AccountStory(rules({ expiry: days(9) })).deliver(
      // They end on 11 January 00:00.
      bought('1', { at: '2026-01-01', amount: 100 }),
      reserved('r', { at: '2026-01-10T23:50:00Z', cost: 80, minutes: 15 }),
      usedOffline('s', { at: '2026-01-10T23:51:00Z', cost: 50 }),
    );
  const ended = { earned: 100, spent: 20, expired: 80, debt: 30, debtIncurred: 30 };

  it('pay no debt when they are free again, neither at that very instant nor later', () => {
    expect(held().shown('points', '2026-01-11T00:05:00Z')).toEqual(ended);
    expect(
      held()
        .deliver(released('r', { at: '2026-01-11T00:00:00Z' }))
        .shown(),
    ).toEqual(ended);
  });

  it('pay it when they are free again before', () => {
    const story = held().deliver(released('r', { at: '2026-01-10T23:59:59.999Z' }));
    expect(story.shown()).toEqual({ earned: 100, spent: 20, paidToDebt: 30, available: 50, debtIncurred: 30 });
  });
});

describe('S21 what has expired counts as taken', () => {
  it('once: lot 100, 70 spent, 30 expired; returned by halves: debt 20, then 70', () => {
    const story = new AccountStory(rules({ expiry: days(1) })).deliver(
      bought('1', { at: '2026-01-01', lines: [{ quantity: 2, amount: 100 }] }),
      usedOffline('r', { at: '2026-01-02', cost: 70 }),
    );
    const half = (receipt: string, at: string) =>
      returned(receipt, { at, of: '1', lines: [{ quantity: 1, amount: 50 }] });
    expect(story.deliver(half('2', '2026-01-09')).totals().debt).toBe(20);
    expect(story.deliver(half('3', '2026-01-10')).totals().debt).toBe(70);
    expect(story.totals().expired).toBe(30);
  });

  it('of all that the purchase gave: two lots of 50 and 10 that have expired, all returned: no debt', () => {
    const visit = { id: 'visit', kind: 'perVisit', wallet: 'points', points: '10' } as const;
    const story = new AccountStory(rules({ expiry: days(1), rules: [onePointPer('1.00'), visit] })).deliver(
      bought('1', { at: '2026-01-01', amount: 50 }),
      returned('2', { at: '2026-01-09', of: '1', amount: 50 }),
    );
    expect(story.shown()).toEqual({ earned: 60, expired: 60 });
  });
});

describe('S7 S21 a void purchase', () => {
  it('gives pending points and takes them back where they are', () => {
    const story = new AccountStory(rules({ pending: { unit: 'day', count: 5 } })).deliver(
      bought('1', { at: '2026-01-01', amount: 50 }),
      voided('1', { at: '2026-01-02' }),
    );
    const reversed = decisionsOf(story).flatMap(({ type, data }) => (type === 'PointsReversed' ? [data] : []));
    expect(reversed.map(({ points, from }) => [points, from])).toEqual([[50, 'pending']]);
    expect(story.shown()).toEqual({ earned: 50, reversed: 50 });
  });
});
