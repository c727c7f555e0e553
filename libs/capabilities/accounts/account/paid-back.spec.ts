import type { RewardKey } from '../../../kernel/ids';
import {
  adjusted,
  bought,
  confirmed,
  receiptKey,
  redemptionId,
  reserved,
  returned,
  usedOffline,
  voided,
  type ToldPurchase,
} from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { always, onePointPer, programme, terms, type ProgrammeSketch } from '../../../testing/rule-sketches';
import type { Payment } from './account.events';

const zone = { timeZone: 'UTC' };
const base = onePointPer('1.00');
const plain = always({ ...zone, rules: [base] });
const days = (count: number) => ({ kind: 'fixed', after: { unit: 'day', count } }) as const;

const points = (amount: number, name = 'r'): Payment => ({ kind: 'points', amount, redemption: redemptionId(name) });
const cash = (amount: number): Payment => ({ kind: 'cash', amount });
const paid = (told: ToldPurchase) => bought('paid', told);
const back = (receipt: string, at: string, sku: string, amount: number, quantity = 1) =>
  returned(receipt, { at, of: 'paid', lines: [{ sku, amount, quantity }] });

/** From which lots the last fact gave points back, and until when. */
const restoredTo = (story: AccountStory) =>
  (story.drafts.at(-1)?.events ?? []).flatMap((event) =>
    event.type === 'PointsRestored' ? [[event.data.of, event.data.points, event.data.expiresAt]] : [],
  );

describe('S19 points come back in the proportion in which the goods do', () => {
  it('S20 in reverse order of taking, a part at a time, and never more than there was', () => {
    const story = new AccountStory(plain).deliver(
      bought('A', { at: '2026-01-01', amount: 60 }),
      bought('B', { at: '2026-01-02', amount: 40 }),
      usedOffline('r', { at: '2026-01-03T10:00:00Z', cost: 100 }),
      paid({ at: '2026-01-03T11:00:00Z', lines: [{ sku: 'X', quantity: 10, amount: 100 }], payments: [points(100)] }),
    );
    const lot = (receipt: string) => `${receiptKey(receipt)}~base~main~points`;
    story.deliver(back('1', '2026-01-04', 'X', 20, 2));
    expect(restoredTo(story)).toEqual([[lot('B'), 20, null]]);
    story.deliver(back('2', '2026-01-05', 'X', 40, 4));
    expect(restoredTo(story)).toEqual([
      [lot('B'), 20, null],
      [lot('A'), 20, null],
    ]);
    story.deliver(back('3', '2026-01-06', 'X', 40, 4));
    expect(restoredTo(story)).toEqual([[lot('A'), 40, null]]);
    expect(story.shown()).toEqual({ earned: 100, available: 100 });
  });

  it('in whole points: what a part leaves over comes with a later one', () => {
    const story = new AccountStory(plain).deliver(
      bought('A', { at: '2026-01-01', amount: 10 }),
      usedOffline('r', { at: '2026-01-03T10:00:00Z', cost: 10 }),
      paid({ at: '2026-01-03T11:00:00Z', lines: [{ sku: 'X', quantity: 3, amount: 3 }], payments: [points(3)] }),
    );
    const spent = ['2026-01-04', '2026-01-05', '2026-01-06'].map((at, index) => {
      story.deliver(back(`${index}`, at, 'X', 1));
      return story.totals().spent;
    });
    expect(spent).toEqual([7, 4, 0]);
  });

  it('the debt that was left is asked for no more before anything is put back', () => {
    const story = new AccountStory(plain).deliver(
      bought('A', { at: '2026-01-01', amount: 60 }),
      usedOffline('r', { at: '2026-01-03T10:00:00Z', cost: 100 }),
      paid({ at: '2026-01-03T11:00:00Z', lines: [{ sku: 'X', quantity: 10, amount: 100 }], payments: [points(100)] }),
    );
    expect(story.shown()).toEqual({ earned: 60, spent: 60, debt: 40, debtIncurred: 40 });
    const after = ['30', '20', '50'].map((amount, index) => {
      story.deliver(back(`${index}`, `2026-01-0${index + 4}`, 'X', Number(amount), Number(amount) / 10));
      return story.shown();
    });
    expect(after).toEqual([
      { earned: 60, spent: 60, debt: 10, debtIncurred: 40, debtForgiven: 30 },
      { earned: 60, spent: 50, available: 10, debtIncurred: 40, debtForgiven: 40 },
      { earned: 60, available: 60, debtIncurred: 40, debtForgiven: 40 },
    ]);
  });

  it('S20 debt that other points have paid since comes back as a lot, with the end of points earned now', () => {
    const wallet = (id: string, count: number) =>
      ({ id, name: id, rounding: { mode: 'floor', scope: 'basket' }, expiry: days(count) }) as const;
    const rules = always({
      ...zone,
      rules: [base, onePointPer('1.00', { id: 'stars', wallet: 'stars' })],
      wallets: [wallet('stars', 200), wallet('points', 100)],
    });
    const story = new AccountStory(rules).deliver(
      usedOffline('r', { at: '2026-01-03T10:00:00Z', cost: 40 }),
      paid({ at: '2026-01-03T11:00:00Z', lines: [{ sku: 'X', amount: 40 }], payments: [points(40)] }),
      bought('A', { at: '2026-01-04', amount: 100 }),
      back('1', '2026-01-10', 'X', 40),
    );
    expect(restoredTo(story)).toEqual([[undefined, 40, Date.parse('2026-04-21T00:00:00Z')]]);
    expect(story.shown()).toEqual({ earned: 100, available: 100 });
    // As it was no debt that is left, it cannot come back again.
    story.deliver(voided('paid', { at: '2026-01-11' }));
    expect(story.totals().available).toBe(100);
  });

  it('a redemption that several receipts name, or one names twice, comes back once', () => {
    const story = new AccountStory(plain).deliver(
      bought('A', { at: '2026-01-01', amount: 50 }),
      usedOffline('r', { at: '2026-01-03T10:00:00Z', cost: 50 }),
      paid({ at: '2026-01-03T11:00:00Z', lines: [{ sku: 'X', amount: 50 }], payments: [points(50)] }),
      bought('also', { at: '2026-01-03T12:00:00Z', lines: [{ sku: 'X', amount: 50 }], payments: [points(50)] }),
      back('1', '2026-01-04', 'X', 50),
      returned('2', { at: '2026-01-05', of: 'also', lines: [{ sku: 'X', amount: 50 }] }),
    );
    expect(story.shown()).toEqual({ earned: 50, available: 50 });
    const ofLine = (line: number): Payment => ({
      kind: 'reward',
      amount: 10,
      redemption: redemptionId('r'),
      lines: [line],
    });
    const twice = new AccountStory(plain).deliver(
      bought('A', { at: '2026-01-01', amount: 100 }),
      usedOffline('r', { at: '2026-01-03T10:00:00Z', cost: 50 }),
      paid({
        at: '2026-01-03T11:00:00Z',
        lines: [
          { sku: 'X', amount: 10 },
          { sku: 'Y', amount: 10 },
        ],
        payments: [ofLine(0), ofLine(1)],
      }),
      back('1', '2026-01-04', 'X', 10),
      back('2', '2026-01-05', 'Y', 10),
    );
    expect(twice.shown()).toEqual({ earned: 100, available: 100 });
  });

  it('of goods that cost nothing, nothing comes back', () => {
    const story = new AccountStory(plain).deliver(
      bought('A', { at: '2026-01-01', amount: 50 }),
      usedOffline('r', { at: '2026-01-03T10:00:00Z', cost: 50 }),
      paid({ at: '2026-01-03T11:00:00Z', lines: [{ sku: 'X', amount: 0 }], payments: [points(0)] }),
      back('1', '2026-01-04', 'X', 0),
    );
    expect(story.shown()).toEqual({ earned: 50, spent: 50 });
  });

  it('S25 only of what was handed over: points that are held, or free again, were never paid', () => {
    const story = new AccountStory(plain).deliver(
      bought('A', { at: '2026-01-01', amount: 50 }),
      reserved('r', { at: '2026-01-03T10:00:00Z', cost: 50, minutes: 60 }),
      paid({ at: '2026-01-03T10:01:00Z', lines: [{ sku: 'X', amount: 50 }], payments: [points(50)] }),
      back('1', '2026-01-03T10:02:00Z', 'X', 50),
    );
    expect(story.shown()).toEqual({ earned: 50, reserved: 50 });
    story.deliver(confirmed('r', { at: '2026-01-03T10:03:00Z' }));
    expect(story.shown()).toEqual({ earned: 50, spent: 50 });
  });

  it('S28 outside the window none come back', () => {
    const month = always({ ...zone, rules: [base], returns: { basis: 'rerate', window: { unit: 'day', count: 30 } } });
    const story = new AccountStory(month).deliver(
      bought('A', { at: '2026-01-01', amount: 50 }),
      usedOffline('r', { at: '2026-01-03T10:00:00Z', cost: 50 }),
      paid({ at: '2026-01-03T11:00:00Z', lines: [{ sku: 'X', amount: 60 }], payments: [points(50), cash(10)] }),
      back('1', '2026-03-04', 'X', 60),
    );
    expect(story.shown()).toEqual({ earned: 60, spent: 50, available: 10 });
  });

  it('S20 live 30 days at least by the calendar of their own programme; what never ends still does not', () => {
    const document = (timeZone: string, expiry?: ProgrammeSketch['expiry']) =>
      programme({ rules: [base], timeZone, ...(expiry && { expiry }) });
    const story = (main: ReturnType<typeof document>) =>
      new AccountStory(
        terms({ coffee: { '1970-01-01': document('Asia/Manila', days(5)) }, main: { '1970-01-01': main } }),
      ).deliver(
        bought('A', { at: '2026-01-01', amount: 50 }),
        usedOffline('r', { at: '2026-01-03T10:00:00Z', cost: 50 }),
        paid({ at: '2026-01-03T11:00:00Z', lines: [{ sku: 'X', amount: 50 }], payments: [points(50)] }),
        back('1', '2026-01-10', 'X', 50),
      );
    expect(restoredTo(story(document('UTC', days(10))))).toMatchObject([
      [expect.any(String), 50, Date.parse('2026-02-10T00:00:00Z')],
    ]);
    expect(restoredTo(story(document('UTC', days(100))))).toMatchObject([
      [expect.any(String), 50, Date.parse('2026-04-12T00:00:00Z')],
    ]);
    expect(restoredTo(story(document('UTC')))).toMatchObject([[expect.any(String), 50, null]]);
  });
});

describe('S20 S39 a reward comes back with the last of what it was given for', () => {
  const free = { id: 'free', name: 'A free one', kind: 'service' } as const;
  const card = {
    id: 'card',
    name: 'Card',
    collect: 'unit',
    when: { skus: ['WASH'] },
    every: 5,
    reward: 'free',
  } as const;
  const washes = always({ ...zone, rules: [base], rewards: [free], stampCards: [card] });
  const issued = 'main~card~1~1' as RewardKey;
  const reward = (amount: number, lines?: readonly number[]): Payment => ({
    kind: 'reward',
    amount,
    redemption: redemptionId('r'),
    ...(lines && { lines }),
  });
  const buying = (payments: readonly Payment[], lines: NonNullable<ToldPurchase['lines']>) =>
    new AccountStory(washes).deliver(
      bought('five', { at: '2026-01-01', lines: [{ sku: 'WASH', quantity: 5, amount: 50 }] }),
      usedOffline('r', { at: '2026-01-02T10:00:00Z', issued, reward: 'free' }),
      paid({ at: '2026-01-02T11:00:00Z', lines, payments }),
    );
  const two = [
    { sku: 'WASH', quantity: 2, amount: 20 },
    { sku: 'TEA', amount: 30 },
  ];

  it('of single lines: not with others, nor with a part', () => {
    const story = buying([reward(20, [0]), cash(30)], two);
    expect(story.card(5)).toEqual([5, 1, 0, 0]);
    expect(story.deliver(back('1', '2026-01-03', 'TEA', 30)).card(5)).toEqual([5, 1, 0, 0]);
    expect(story.deliver(back('2', '2026-01-04', 'WASH', 10)).card(5)).toEqual([5, 1, 0, 0]);
    expect(story.deliver(back('3', '2026-01-05', 'WASH', 10)).card(5)).toEqual([5, 0, 1, 0]);
    expect(story.liveRewards()).toEqual([issued]);
    // It cost no points, so there is no wallet for any.
    expect(story.account.wallets.map(({ wallet }) => wallet)).toEqual(['points']);
  });

  it('of the whole receipt: with the last of its goods', () => {
    const story = buying([reward(20), cash(30)], two);
    expect(story.deliver(back('1', '2026-01-03', 'TEA', 30)).liveRewards()).toEqual([]);
    expect(story.deliver(back('2', '2026-01-04', 'WASH', 20, 2)).liveRewards()).toEqual([issued]);
  });

  it('once: used again meanwhile, it does not come back with what is left of the receipt', () => {
    const lines = [
      { sku: 'WASH', quantity: 2, amount: 20 },
      { sku: 'BAG', amount: 0 },
    ];
    const story = buying([reward(20, [0])], lines).deliver(back('1', '2026-01-03', 'WASH', 20, 2));
    expect(story.liveRewards()).toEqual([issued]);
    story.deliver(
      usedOffline('again', { at: '2026-01-04', issued, reward: 'free' }),
      back('2', '2026-01-05', 'BAG', 0),
    );
    expect(story.card(5)).toEqual([5, 1, 0, 0]);
  });

  it('a void gives it back at once', () => {
    const story = buying([reward(20, [0]), cash(30)], two).deliver(voided('paid', { at: '2026-01-03' }));
    expect(story.card(5)).toEqual([5, 0, 1, 0]);
    expect(story.liveRewards()).toEqual([issued]);
  });

  it('S26 used twice offline, it comes back with the receipt of the first use', () => {
    const story = buying([reward(20, [0]), cash(30)], two).deliver(
      usedOffline('again', { at: '2026-01-02T12:00:00Z', issued, reward: 'free' }),
      back('1', '2026-01-03', 'WASH', 20, 2),
    );
    expect(story.card(5)).toEqual([5, 0, 1, 0]);
  });

  it('not where it had not been held when it was used', () => {
    const story = new AccountStory(washes).deliver(
      usedOffline('r', { at: '2026-01-02T10:00:00Z', issued, reward: 'free' }),
      paid({ at: '2026-01-02T11:00:00Z', lines: two, payments: [reward(20, [0]), cash(30)] }),
      back('1', '2026-01-03', 'WASH', 20, 2),
    );
    expect(story.card(5)).toEqual([0, 1, 0, -1]);
  });

  it('points paid for the rest of the receipt come back with the rest alone', () => {
    const story = buying([reward(20, [0]), points(15, 'p'), cash(15)], two);
    const paying = new AccountStory(washes).deliver(
      bought('five', { at: '2026-01-01', lines: [{ sku: 'WASH', quantity: 5, amount: 50 }] }),
      adjusted('a', 100, { at: '2026-01-01T13:00:00Z' }),
      usedOffline('r', { at: '2026-01-02T10:00:00Z', issued, reward: 'free' }),
      usedOffline('p', { at: '2026-01-02T10:30:00Z', cost: 150 }),
      paid({ at: '2026-01-02T11:00:00Z', lines: two, payments: [reward(20, [0]), points(15, 'p'), cash(15)] }),
    );
    // 150 points stand for 15.00 of the tea.
    expect(paying.totals()).toMatchObject({ earned: 65, spent: 150 });
    paying.deliver(back('1', '2026-01-03', 'WASH', 20, 2));
    expect(paying.totals()).toMatchObject({ spent: 150, reversed: 0 });
    expect(paying.liveRewards()).toEqual([issued]);
    paying.deliver(back('2', '2026-01-04', 'TEA', 10, 0.5));
    expect(paying.totals()).toMatchObject({ spent: 100, reversed: 5 });
    // A redemption that nobody has told of has nothing to give back.
    story.deliver(back('1', '2026-01-03', 'TEA', 30));
    expect(story.totals()).toMatchObject({ spent: 0 });
  });
});
