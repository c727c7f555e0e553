import {
  adjusted,
  bought,
  claimed,
  receiptKey,
  returned,
  usedOffline,
  voided,
  type ToldPurchase,
} from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { did } from '../../../testing/model/told-facts';
import { always, onePointPer, programme, terms, type ProgrammeSketch } from '../../../testing/rule-sketches';
import type { EarningRule, Terms, WalletTerms } from '../../programmes';
import type { EntitlementHonoured } from './account.events';

const zone = { timeZone: 'UTC' };
const base = onePointPer('1.00');
/** The first sale of a day counts twice; nothing shows better what an earlier sale takes from a later one. */
const first = (wallet = 'points'): EarningRule => ({
  id: `first-${wallet}`,
  kind: 'multiplier',
  wallet,
  factor: '2',
  when: { firstOf: 'day' },
});
const firstOfDay = (more: Partial<ProgrammeSketch> = {}): Terms => always({ ...zone, rules: [base, first()], ...more });
const plain = firstOfDay();

const at = (hour: number): string => `2026-01-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
const sold = (receipt: string, hour: number, amount: number, more: Partial<ToldPurchase> = {}) =>
  bought(receipt, { at: at(hour), amount, ...more });
/** Told at 20:00, as all late ones are unless they say otherwise. */
const late = (receipt: string, hour: number, amount: number, more: Partial<ToldPurchase> = {}) =>
  sold(receipt, hour, amount, { recordedAt: at(20), ...more });

/** What the last fact honoured, or consumed where negative. */
const honoursOf = (story: AccountStory): readonly EntitlementHonoured['data'][] =>
  (story.drafts.at(-1)?.events ?? []).flatMap((event) => (event.type === 'EntitlementHonoured' ? [event.data] : []));

const pointsOf = (story: AccountStory): readonly (readonly [string, number])[] =>
  honoursOf(story).map(({ wallet, points }) => [wallet, points]);

describe('S8 what was shown is honoured', () => {
  it('as a fact of the account: for what, where, until when, since when, and by which outlet', () => {
    const story = new AccountStory(plain).deliver(sold('2', 12, 100), late('1', 10, 10, { outlet: 'cebu-1' }));
    expect(honoursOf(story)).toEqual([
      {
        cause: 'cebu-1~2~1',
        programme: 'main',
        wallet: 'points',
        points: 80,
        expiresAt: null,
        effectiveAt: Date.parse(at(20)),
        outlet: 'cebu-1',
      },
    ]);
    expect(story.lastEvents()).toEqual(['PurchaseRecorded', 'EntitlementHonoured', 'LedgerCorrected']);
    const lot = [...(story.account.wallets[0]?.lots ?? [])].find(({ honoured }) => honoured);
    expect(lot).toMatchObject({ points: 80, earnedAt: Date.parse(at(20)), expiresAt: null });
  });

  it('S3 since the newest fact, where a till’s clock is ahead of its report', () => {
    const story = new AccountStory(plain).deliver(sold('2', 12, 100), sold('3', 21, 1), late('1', 10, 10));
    expect(honoursOf(story)).toMatchObject([{ points: 80, effectiveAt: Date.parse(at(21)) }]);
  });

  it('never more than is missing: what the late sale brings itself makes it good', () => {
    const withLate = (amount: number) => new AccountStory(plain).deliver(sold('2', 12, 100), late('1', 10, amount));
    expect(pointsOf(withLate(49))).toEqual([['points', 2]]);
    expect(pointsOf(withLate(50))).toEqual([]);
    expect(withLate(50).totals().available).toBe(200);
  });

  it('what a claim brings makes good what it takes, and the claimed purchase’s outlet bears the rest', () => {
    const anonymous = bought('1', { at: at(10), amount: 10, anonymous: true, outlet: 'cebu-1' });
    const story = new AccountStory(plain).deliver(sold('2', 12, 100), claimed(anonymous, { at: at(20) }));
    expect(honoursOf(story)).toMatchObject([{ cause: 'cebu-1~2~1', points: 80, outlet: 'cebu-1' }]);
  });

  it('an activity that fills a cap first takes nothing from what was shown', () => {
    const review = { id: 'review', kind: 'perActivity', wallet: 'points', points: '30', activity: 'review' } as const;
    const capped = always({
      ...zone,
      rules: [base, review],
      caps: [{ id: 'daily', wallet: 'points', points: 100, per: 'day' }],
    });
    const story = new AccountStory(capped).deliver(sold('1', 12, 100), did('review', 'act', at(10)));
    expect(story.derived()).toBe(100);
    expect(pointsOf(story)).toEqual([]);
    expect(story.shown()).toEqual({ earned: 100, available: 100 });
  });

  it('by wallet and by programme', () => {
    const wallet = (id: string): WalletTerms => ({ id, name: id, rounding: { mode: 'floor', scope: 'basket' } });
    const stars = onePointPer('10.00', { id: 'stars', wallet: 'stars' });
    const wallets = [wallet('points'), wallet('stars')];
    const document = (rules: readonly EarningRule[]) => programme({ ...zone, rules, wallets });
    const two = terms({
      coffee: { '1970-01-01': document([base, stars]) },
      main: { '1970-01-01': document([base, stars, first('stars')]) },
    });
    const story = new AccountStory(two).deliver(sold('2', 12, 100), late('1', 10, 10));
    expect(honoursOf(story)).toMatchObject([{ programme: 'main', wallet: 'stars', points: 8 }]);
    expect(
      story.account.wallets.map(({ programme: of, wallet: name, totals }) => [of, name, totals.available]),
    ).toEqual([
      ['coffee', 'points', 110],
      ['coffee', 'stars', 11],
      ['main', 'points', 110],
      ['main', 'stars', 20],
    ]);
  });
});

describe('S8 what is spent is no loss', () => {
  it('of what was shown: debt that a redemption leaves is told apart', () => {
    const story = new AccountStory(plain).deliver(
      sold('2', 12, 100),
      usedOffline('r', { at: at(13), cost: 250 }),
      late('1', 10, 10),
    );
    expect(pointsOf(story)).toEqual([['points', 80]]);
    expect(story.shown()).toMatchObject({ earned: 120, honoured: 80, debt: 50 });
  });

  it('nor is what has expired: a wallet’s total is what was earned, whatever became of it', () => {
    const short = firstOfDay({ expiry: { kind: 'fixed', after: { unit: 'day', count: 5 } } });
    const story = new AccountStory(short).deliver(
      sold('2', 12, 100),
      bought('3', { at: '2026-01-20T12:00:00Z', amount: 1 }),
      late('1', 10, 10, { recordedAt: '2026-01-21T12:00:00Z' }),
    );
    expect(honoursOf(story)).toMatchObject([{ points: 80, expiresAt: Date.parse('2026-01-07T00:00:00Z') }]);
    expect(story.shown()).toEqual({ earned: 122, honoured: 80, expired: 200, available: 2 });
  });
});

describe('S8 what lowers a wallet by its own points only', () => {
  it('a return that comes late takes what it takes', () => {
    const story = new AccountStory(plain).deliver(
      sold('1', 10, 100),
      sold('2', 12, 100),
      returned('3', { at: at(11), recordedAt: at(20), of: '1', amount: 40 }),
    );
    expect(pointsOf(story)).toEqual([]);
    expect(story.shown()).toEqual({ earned: 300, reversed: 80, available: 220 });
  });

  it('a void takes the purchase and its returns; what others lose by it is honoured', () => {
    const everySecond = { ...first(), when: { everyVisit: 2 } } as EarningRule;
    const story = new AccountStory(always({ ...zone, rules: [base, everySecond] })).deliver(
      sold('1', 10, 100),
      returned('3', { at: at(11), of: '1', amount: 40 }),
      sold('2', 12, 100),
    );
    expect(story.shown()).toEqual({ earned: 300, reversed: 40, available: 260 });
    story.deliver(voided('1', { at: at(20) }));
    // 60 were left of receipt 1; receipt 2 is the first visit now and derives 100.
    expect(honoursOf(story)).toMatchObject([{ cause: 'void~void-1', points: 100, outlet: 'manila-1' }]);
    expect(story.totals().available).toBe(200);
  });

  it('a late spend that finds points which a later return took: nobody’s points are less', () => {
    const story = new AccountStory(plain).deliver(
      sold('1', 10, 100),
      returned('2', { at: at(12), of: '1', amount: 100 }),
      usedOffline('r', { at: at(11), recordedAt: at(20), cost: 150 }),
    );
    expect(pointsOf(story)).toEqual([]);
    expect(story.shown()).toEqual({ earned: 200, spent: 150, reversed: 50, debt: 150, debtIncurred: 150 });
  });

  it('S27 the return that waited for a late sale takes its own points from it', () => {
    const story = new AccountStory(plain).deliver(
      sold('2', 12, 100),
      returned('3', { at: at(13), of: '1', amount: 40 }),
      late('1', 11, 40, { recordedAt: at(20) }),
    );
    // Receipt 1 is the first of the day, of which nothing is kept; receipt 2 keeps 100 of 200.
    expect(story.derived()).toBe(100);
    expect(pointsOf(story)).toEqual([['points', 100]]);
  });
});

describe('S8 honoured points end with what they stand for', () => {
  const lasting = (count: number) => ({ kind: 'fixed', after: { unit: 'day', count } }) as const;

  it('with the latest of the lots that lost points', () => {
    // Lots last longer under later revisions.
    const twoEnds = terms({
      main: {
        '2026-01-01': programme({ ...zone, rules: [base, first()], expiry: lasting(10) }),
        '2026-01-02': programme({ ...zone, rules: [base, first()], expiry: lasting(20) }),
        '2026-01-03': programme({ ...zone, rules: [base], expiry: lasting(90) }),
      },
    });
    const story = new AccountStory(twoEnds).deliver(
      bought('2', { at: '2026-01-01T12:00:00Z', amount: 100 }),
      bought('3', { at: '2026-01-03T12:00:00Z', amount: 500 }),
      bought('1', { at: '2026-01-01T10:00:00Z', recordedAt: '2026-01-04', amount: 10 }),
    );
    // Only receipt 2 lost anything: 1 January + 10 days, to the end of the day.
    expect(honoursOf(story)).toMatchObject([{ points: 80, expiresAt: Date.parse('2026-01-12T00:00:00Z') }]);
  });

  it('of several, with the one that ends last; where one never ends, never', () => {
    const seconds = (expiry?: ReturnType<typeof lasting>) =>
      programme({
        ...zone,
        rules: [base, { ...first(), when: { everyVisit: 2 } }],
        ...(expiry && { expiry }),
      });
    const honouredUntil = (...ends: readonly (number | undefined)[]): number | null | undefined => {
      const revisions = Object.fromEntries(
        ends.map((count, index) => [
          `2026-01-0${index + 1}`,
          seconds(count === undefined ? undefined : lasting(count)),
        ]),
      );
      const story = new AccountStory(terms({ main: revisions }));
      // Two sales a day: the second counts twice, until a first one is put before them all.
      for (const day of ends.keys()) {
        story.deliver(
          bought(`${day}a`, { at: `2026-01-0${day + 1}T10:00:00Z`, amount: 10 }),
          bought(`${day}b`, { at: `2026-01-0${day + 1}T12:00:00Z`, amount: 100 }),
        );
      }
      story.deliver(bought('0', { at: '2026-01-01T09:00:00Z', recordedAt: '2026-01-05', amount: 0.5 }));
      return honoursOf(story)[0]?.expiresAt;
    };
    expect(honouredUntil(10, 20)).toBe(Date.parse('2026-01-23T00:00:00Z'));
    expect(honouredUntil(20, 10)).toBe(Date.parse('2026-01-22T00:00:00Z'));
    expect(honouredUntil(10, undefined, 20)).toBeNull();
    expect(honouredUntil(undefined, 10)).toBeNull();
  });
});

describe('S8 honoured points end with what they stand for, wallet by wallet', () => {
  it('and programme by programme, whatever came back of the purchase', () => {
    const wallet = (id: string, count: number): WalletTerms => ({
      id,
      name: id,
      rounding: { mode: 'floor', scope: 'basket' },
      expiry: { kind: 'fixed', after: { unit: 'day', count } },
    });
    const stars = onePointPer('10.00', { id: 'stars', wallet: 'stars' });
    const two = terms({
      coffee: { '1970-01-01': programme({ ...zone, rules: [base, first()], wallets: [wallet('points', 30)] }) },
      main: {
        '1970-01-01': programme({
          ...zone,
          rules: [base, stars, first(), first('stars')],
          wallets: [wallet('points', 10), wallet('stars', 20)],
        }),
      },
    });
    const story = new AccountStory(two).deliver(
      bought('2', { at: at(12), lines: [{ quantity: 4, amount: 100 }] }),
      returned('3', { at: at(13), of: '2', lines: [{ quantity: 1, amount: 20 }] }),
      late('1', 10, 10),
    );
    // Of receipt 2 are kept 80 points and 8 stars, which counted twice; receipt 1 brings 20 and 2.
    expect(
      honoursOf(story).map(({ programme: of, wallet: id, points, expiresAt }) => [of, id, points, expiresAt]),
    ).toEqual([
      ['coffee', 'points', 60, Date.parse('2026-02-01T00:00:00Z')],
      ['main', 'points', 60, Date.parse('2026-01-12T00:00:00Z')],
      ['main', 'stars', 6, Date.parse('2026-01-22T00:00:00Z')],
    ]);
  });
});

describe('S8 a rise of others consumes what was honoured', () => {
  /** 100 at noon, of which a late sale of 10 takes 100 and brings 20: 80 are honoured. */
  const honouring = () => new AccountStory(plain).deliver(sold('2', 12, 100), late('1', 10, 10));

  it('as a fact of the account that takes points away, and ends nothing', () => {
    const story = honouring().deliver(voided('1', { at: at(21) }));
    expect(honoursOf(story)).toEqual([
      {
        cause: 'void~void-1',
        programme: 'main',
        wallet: 'points',
        points: -80,
        expiresAt: null,
        effectiveAt: Date.parse(at(21)),
        outlet: 'manila-1',
      },
    ]);
    expect(story.shown()).toEqual({ earned: 220, reversed: 20, available: 200 });
  });

  it('only as far as it is not spent', () => {
    const spending = (cost: number) =>
      honouring().deliver(
        usedOffline('r', { at: at(21), cost }),
        bought('3', { at: '2026-01-02T10:00:00Z', amount: 10 }),
        bought('4', { at: '2026-01-02T12:00:00Z', amount: 100 }),
        voided('3', { at: '2026-01-02T13:00:00Z' }),
      );
    // Receipt 4 rises by 100. Spent were the 20, the 100 and then 30 of the 80, or all of them.
    expect(pointsOf(spending(150))).toEqual([['points', -50]]);
    expect(spending(150).shown()).toEqual({ earned: 340, honoured: 30, reversed: 20, spent: 150, available: 200 });
    expect(pointsOf(spending(200))).toEqual([]);
  });

  it('only as far as others rise: what the fact brings itself is the customer’s', () => {
    const story = honouring().deliver(sold('9', 22, 1_000), late('0', 11, 500, { recordedAt: at(23) }));
    expect(pointsOf(story)).toEqual([]);
    expect(story.totals().honoured).toBe(80);
    const raising = new AccountStory(plain).deliver(
      sold('2', 12, 100),
      late('1', 10, 10),
      returned('5', { at: at(21), of: '2', amount: 70 }),
      voided('1', { at: at(22) }),
    );
    // Receipt 2 keeps 30, and counts twice again: it rises by 30.
    expect(pointsOf(raising)).toEqual([['points', -30]]);
  });

  it('whatever a return takes of what the late purchase itself brings', () => {
    const everySecond = always({ ...zone, rules: [base, { ...first(), when: { everyVisit: 2 } }] });
    const honoured = () =>
      new AccountStory(everySecond).deliver(sold('a', 10, 100), sold('b', 11, 100), voided('a', { at: at(12) }));
    expect(honoured().shown()).toMatchObject({ honoured: 100, available: 200 });
    const back = returned('3', { at: at(13), lines: [{ amount: 40, of: receiptKey('c') }, { amount: 1 }] });
    const c = { at: at(9), amount: 50 };
    // Receipt b is the second visit again: it rises by the 100 that were honoured. Of receipt c 10 are kept.
    const told = honoured().deliver(back, bought('c', { ...c, recordedAt: at(20) }));
    const asClaim = honoured().deliver(claimed(bought('c', { ...c, anonymous: true }), { at: at(20) }, back));
    for (const story of [told, asClaim]) {
      expect(pointsOf(story)).toEqual([['points', -100]]);
      expect(story.totals()).toMatchObject({ honoured: 0, available: 210 });
    }
  });

  it('and nothing where nothing was honoured, in that wallet and programme', () => {
    const story = new AccountStory(plain).deliver(
      sold('1', 10, 10),
      sold('2', 12, 100),
      adjusted('a', 50, { at: at(13) }),
      voided('1', { at: at(21) }),
    );
    expect(pointsOf(story)).toEqual([]);
    expect(story.shown()).toEqual({ earned: 220, reversed: 20, adjustedUp: 50, available: 250 });
    expect(story.lastEvents()).toEqual(['PurchaseVoided', 'LedgerCorrected']);
  });

  it('of its own wallet and programme', () => {
    const wallet = (id: string): WalletTerms => ({ id, name: id, rounding: { mode: 'floor', scope: 'basket' } });
    const stars = onePointPer('10.00', { id: 'stars', wallet: 'stars' });
    const wallets = [wallet('points'), wallet('stars')];
    const document = (rules: readonly EarningRule[]) => programme({ ...zone, rules, wallets });
    const two = terms({
      coffee: { '1970-01-01': document([base, first()]) },
      main: { '1970-01-01': document([base, stars, first(), first('stars')]) },
    });
    const story = new AccountStory(two).deliver(sold('2', 12, 50), late('1', 10, 10), voided('1', { at: at(21) }));
    expect(honoursOf(story).map(({ programme: of, wallet: name, points }) => [of, name, points])).toEqual([
      ['coffee', 'points', -30],
      ['main', 'points', -30],
      ['main', 'stars', -3],
    ]);
  });
});
