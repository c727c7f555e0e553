import {
  adjusted,
  bought,
  confirmed,
  redemptionId,
  released,
  reserved,
  returned,
  usedOffline,
  voided,
} from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { did, honoured } from '../../../testing/model/told-facts';
import { always, onePointPer, programme, terms, type ProgrammeSketch } from '../../../testing/rule-sketches';
import type { EarningRule, WalletTerms } from '../../programmes';
import type { AccountFact } from './effective-order';
import { recordInOrder } from './record-fact';

const zone = { timeZone: 'UTC' };
const base = onePointPer('1.00');
const plain = always({ ...zone, rules: [base] });
const forgiving = always({ ...zone, rules: [base], debt: 'forgive' });
const days = (count: number) => ({ kind: 'fixed', after: { unit: 'day', count } }) as const;
const wallet = (id: string, more: Partial<WalletTerms> = {}): WalletTerms => ({
  id,
  name: id,
  rounding: { mode: 'floor', scope: 'basket' },
  ...more,
});
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);
const endsOf = ({ account }: AccountStory, id = 'points') =>
  account.wallets
    .filter((held) => held.wallet === id)
    .flatMap(({ lots }) => [...lots].map(({ expiresAt }) => expiresAt));

describe('S11 S25 a confirmation is final', () => {
  const sale = bought('1', { at: '2026-01-01', amount: 100 });

  it('though it acts when the reservation has lapsed: the points are spent at once', () => {
    const lapsed = new AccountStory(plain).deliver(sale, reserved('r', { at: '2026-01-02T10:00:00Z', cost: 80 }));
    const late = confirmed('r', { at: '2026-01-02T10:06:00Z' });
    // What has lapsed has left the account: only the history knows what it cost.
    expect(recordInOrder(lapsed.account, late, plain)).toBeUndefined();
    lapsed.deliver(late);
    expect(lapsed.shown()).toEqual({ earned: 100, spent: 80, available: 20 });
    expect(lapsed.lastEvents()).toEqual(['RedemptionConfirmed', 'PointsReleased', 'PointsSpent']);
    // And come back with what was paid with them.
    const payments = [{ kind: 'points' as const, amount: 80, redemption: redemptionId('r') }];
    lapsed.deliver(
      bought('paid', { at: '2026-01-02T10:07:00Z', amount: 80, payments }),
      returned('2', { at: '2026-01-03', of: 'paid', amount: 80 }),
    );
    expect(lapsed.shown()).toEqual({ earned: 100, available: 100 });
  });

  it('though a late return has taken the points since: they are owed, whatever the programme forgives', () => {
    for (const rules of [plain, forgiving]) {
      const story = new AccountStory(rules).deliver(
        sale,
        reserved('r', { at: '2026-01-03T10:00:00Z', cost: 80, minutes: 6_000 }),
        returned('2', { at: '2026-01-02', recordedAt: '2026-01-03T10:01:00Z', of: '1', amount: 50 }),
        confirmed('r', { at: '2026-01-03T10:02:00Z' }),
      );
      expect(story.shown()).toEqual({ earned: 100, reversed: 50, spent: 50, debt: 30, debtIncurred: 30 });
      expect(story.account.wallets[0]?.debts).toEqual([{ cause: redemptionId('r'), points: 30 }]);
    }
  });

  it('S26 an offline use of more than there is is owed, whatever the programme forgives', () => {
    const story = new AccountStory(forgiving).deliver(sale, usedOffline('r', { at: '2026-01-02', cost: 130 }));
    expect(story.shown()).toEqual({ earned: 100, spent: 100, debt: 30, debtIncurred: 30 });
    expect(story.account.wallets[0]?.debts).toEqual([{ cause: redemptionId('r'), points: 30 }]);
  });
});

describe('S25 a release', () => {
  it('of what has lapsed changes nothing any more', () => {
    const story = new AccountStory(plain).deliver(
      bought('1', { at: '2026-01-01', amount: 100 }),
      reserved('r', { at: '2026-01-02T10:00:00Z', cost: 80 }),
    );
    const late = released('r', { at: '2026-01-02T10:06:00Z' });
    expect(recordInOrder(story.account, late, plain)).toBeUndefined();
    expect(story.deliver(late).shown()).toEqual({ earned: 100, available: 100 });
    expect(story.lastEvents()).toEqual(['RedemptionReleased', 'PointsReleased']);
  });
});

describe('a reward that costs no points', () => {
  it('touches no wallet, held or used', () => {
    const held = new AccountStory(plain).deliver(
      reserved('r', { at: '2026-01-02T10:00:00Z', cost: 0 }),
      reserved('s', { at: '2026-01-02T10:00:00Z', issued: 'main~card~1~1' }),
    );
    expect(held.account.wallets).toEqual([]);
    held.deliver(confirmed('s', { at: '2026-01-02T10:01:00Z' }));
    expect(held.account.wallets).toEqual([]);
    const used = new AccountStory(plain).deliver(
      usedOffline('t', { at: '2026-01-03', cost: 0 }),
      usedOffline('u', { at: '2026-01-03', issued: 'main~card~1~1' }),
    );
    expect(used.account.wallets).toEqual([]);
  });
});

describe('a reward that is points', () => {
  const shop: ProgrammeSketch = {
    ...zone,
    rules: [base],
    wallets: [wallet('points'), wallet('stars', { expiry: days(10) })],
  };

  it('gives them when it is handed over, with the end of points that are earned then', () => {
    const gives = { wallet: 'stars', points: 50 };
    const story = new AccountStory(always(shop)).deliver(
      bought('1', { at: '2026-01-01', amount: 100 }),
      reserved('r', { at: '2026-01-02T10:00:00Z', cost: 80, gives }),
    );
    expect(story.totals('stars').earned).toBe(0);
    story.deliver(confirmed('r', { at: '2026-01-02T10:01:00Z' }));
    expect(story.shown('stars')).toEqual({ earned: 50, available: 50 });
    expect(endsOf(story, 'stars')).toEqual([day('2026-01-13')]);
    expect(story.lastEvents()).toEqual(['RedemptionConfirmed', 'PointsSpent', 'PointsGranted']);
    story.deliver(usedOffline('s', { at: '2026-01-05', cost: 20, gives }));
    expect(story.shown('stars')).toEqual({ earned: 100, available: 100 });
  });
});

describe('L.7 an adjustment', () => {
  it('ends with points of its own programme and wallet that are earned then; under no programme, never', () => {
    const two = terms({
      coffee: { '2026-01-01': programme({ ...zone, rules: [base], expiry: days(5) }) },
      main: {
        '2026-01-01': programme({
          ...zone,
          rules: [base],
          wallets: [wallet('stars', { expiry: days(7) }), wallet('points', { expiry: days(10) })],
        }),
      },
    });
    expect(endsOf(new AccountStory(two).deliver(adjusted('a', 50, { at: '2026-01-02' })))).toEqual([day('2026-01-13')]);
    expect(endsOf(new AccountStory(two).deliver(adjusted('a', 50, { at: '2025-12-31' })))).toEqual([null]);
    const without = always({ ...zone, rules: [], wallets: [wallet('stars', { expiry: days(7) })] });
    expect(endsOf(new AccountStory(without).deliver(adjusted('a', 50, { at: '2026-01-02' })))).toEqual([null]);
  });

  it('of more than there is is owed, whatever the programme forgives', () => {
    const story = new AccountStory(forgiving).deliver(
      adjusted('a', 20, { at: '2026-01-01' }),
      adjusted('b', -50, { at: '2026-01-02' }),
    );
    expect(story.shown()).toEqual({ adjustedUp: 20, adjustedDown: 20, debt: 30, debtIncurred: 30 });
    expect(story.account.wallets[0]?.debts).toEqual([{ cause: 'adjustment~b', points: 30 }]);
  });
});

describe('S8 an honoured entitlement that is told', () => {
  it('is a lot of its own; consumed, only it is taken, and no more than is left of it', () => {
    const story = new AccountStory(plain).deliver(
      bought('1', { at: '2026-01-01', amount: 100 }),
      honoured('cause', 50, '2026-01-02T12:00:00Z'),
    );
    expect(story.shown()).toEqual({ earned: 100, honoured: 50, available: 150 });
    story.deliver(honoured('other', -30, '2026-01-03T12:00:00Z'));
    expect(story.shown()).toEqual({ earned: 100, honoured: 20, available: 120 });
    story.deliver(honoured('third', -30, '2026-01-04T12:00:00Z'));
    expect(story.shown()).toEqual({ earned: 100, available: 100 });
  });
});

describe('an activity', () => {
  const review = (when?: EarningRule['when']): EarningRule => ({
    id: 'review',
    kind: 'perActivity',
    wallet: 'points',
    points: '5',
    activity: 'review',
    ...(when && { when }),
  });
  const here = always({ ...zone, rules: [review({ outlets: ['manila-1'] })] });
  const at = '2026-01-02T12:00:00Z';
  const reviewedAt = (outlet: string) => {
    const fact = did('review', 'act', at);
    if (fact.event.type !== 'ActivityRecorded') throw new Error('an activity was told');
    return { ...fact, event: { ...fact.event, data: { ...fact.event.data, outlet } } };
  };

  it('gives what its rule says at the outlet it was done at', () => {
    expect(new AccountStory(here).deliver(reviewedAt('manila-1')).totals().earned).toBe(5);
    expect(new AccountStory(here).deliver(reviewedAt('cebu-1')).totals().earned).toBe(0);
    expect(new AccountStory(here).deliver(did('review', 'act', at)).totals().earned).toBe(0);
  });

  it('that no rule counts touches no wallet', () => {
    const rules = always({ ...zone, rules: [review()] });
    expect(new AccountStory(rules).deliver(did('visit', 'act', at)).account.wallets).toEqual([]);
  });
});

describe('L.1 rolling expiry', () => {
  const rolling = always({ ...zone, rules: [base], expiry: { kind: 'rolling', after: { unit: 'day', count: 10 } } });
  const until = (...more: readonly AccountFact[]) =>
    endsOf(new AccountStory(rolling).deliver(bought('1', { at: '2026-01-01', amount: 100 }), ...more));

  it('goes on with what earns a point, not with what earns none or is void', () => {
    expect(until()).toEqual([day('2026-01-12')]);
    expect(until(bought('2', { at: '2026-01-05', amount: 1 }))).toEqual([day('2026-01-16'), day('2026-01-16')]);
    expect(until(bought('2', { at: '2026-01-05', amount: 0.99 }))).toEqual([day('2026-01-12')]);
    const mistake = bought('2', { at: '2026-01-05', amount: 50 });
    expect(until(mistake, voided('2', { at: '2026-01-05T13:00:00Z' }))).toEqual([day('2026-01-12')]);
  });
});
