import { rational } from '../../../kernel/rational';
import { bought, claimed, receiptKey, returned, voided } from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { purchaseOf, returnOf } from '../../../testing/model/told-facts';
import { always, onePointPer } from '../../../testing/rule-sketches';
import type { Payment, Purchase } from './account.events';
import { basketOf, basketOfReturn, settledByLine, type KeptLine } from './basket-of-purchase';

const noon = Date.parse('2026-01-10T12:00:00Z');
const line = (sku: string, amount: number, quantity = 1) => ({ sku, quantity, amount });
const purchase = (payments: readonly Payment[] | undefined, ...lines: Purchase['lines']): Purchase =>
  purchaseOf({ receipt: '1', lines, ...(payments && { payments }) });
const reward = (amount: number, lines?: readonly number[]): Payment => ({
  kind: 'reward',
  amount,
  ...(lines && { lines }),
});
const settled = (payments: readonly Payment[] | undefined, ...lines: Purchase['lines']) => {
  const byLine = settledByLine(purchase(payments, ...lines));
  return byLine && [...byLine];
};

describe('S19 what a reward settles', () => {
  it('of the lines it was given for: first to last, up to the amount of each', () => {
    expect(settled([reward(30, [0, 1])], line('A', 20), line('B', 40))).toEqual([
      [0, 20],
      [1, 10],
    ]);
    expect(settled([reward(30, [1, 0])], line('A', 20), line('B', 40))).toEqual([[1, 30]]);
    expect(settled([reward(90, [0, 1])], line('A', 20), line('B', 40))).toEqual([
      [0, 20],
      [1, 40],
    ]);
  });

  it('of a line that another settles a part of: the rest', () => {
    const both = [reward(15, [0]), reward(15, [0, 1])];
    expect(settled(both, line('A', 20), line('B', 40))).toEqual([
      [0, 20],
      [1, 10],
    ]);
  });

  it('of lines that are not there: nothing', () => {
    expect(settled([reward(15, [7, 0])], line('A', 20))).toEqual([[0, 15]]);
  });

  it('no single line where it was given for the whole receipt, nor is a line settled by anything else', () => {
    expect(settled(undefined, line('A', 20))).toBeUndefined();
    expect(settled([reward(15)], line('A', 20))).toBeUndefined();
    expect(settled([{ kind: 'points', amount: 15, lines: [0] }], line('A', 20))).toBeUndefined();
    const mixed: readonly Payment[] = [{ kind: 'points', amount: 5, lines: [0] }, reward(3), reward(2, [0])];
    expect(settled(mixed, line('A', 20))).toEqual([[0, 2]]);
  });
});

describe('S19 what a purchase is rated by', () => {
  const rated = (told: Purchase, kept?: readonly KeptLine[]) => {
    const { lines, total, paidInMoney, moneyShare } = basketOf(told, noon, kept);
    return { amounts: lines.map(({ amount }) => amount), total, paidInMoney, moneyShare };
  };

  it('lines less what single rewards settle; of the rest what points and rewards do not pay is money', () => {
    const told = purchase(
      [reward(20, [0]), reward(6), { kind: 'points', amount: 10 }, { kind: 'giftCard', amount: 24 }],
      line('A', 20),
      line('B', 40),
    );
    expect(rated(told)).toEqual({ amounts: [0, 40], total: 40, paidInMoney: 24, moneyShare: undefined });
    expect(rated(purchase([{ kind: 'points', amount: 70 }], line('A', 60)))).toMatchObject({ paidInMoney: 0 });
  });

  it('of what is kept the same part is money as of the whole', () => {
    const told = purchase(
      [
        { kind: 'points', amount: 10 },
        { kind: 'cash', amount: 30 },
      ],
      line('A', 40, 4),
    );
    const kept = [{ quantityMilli: 3_000, amount: 29 }];
    expect(rated(told, kept)).toEqual({ amounts: [29], total: 29, paidInMoney: 21, moneyShare: rational(3, 4) });
    const whole = { amounts: [29], total: 29, paidInMoney: 29, moneyShare: undefined };
    expect(rated(purchase(undefined, line('A', 40, 4)), kept)).toEqual(whole);
    expect(rated(purchase([{ kind: 'cash', amount: 40 }], line('A', 40, 4)), kept)).toEqual(whole);
  });

  it('where a reward settled everything, nothing that is kept is money', () => {
    const told = purchase([reward(40, [0]), { kind: 'points', amount: 5 }], line('A', 40, 4));
    expect(rated(told, [{ quantityMilli: 3_000, amount: 30 }])).toMatchObject({
      amounts: [0],
      total: 0,
      paidInMoney: 0,
    });
  });
});

describe('S18 what a return document is valued by', () => {
  it('its lines, all of them money, by its own clock; it is no visit', () => {
    const lines = [line('A', 250, 1.5), { ...line('B', 50), category: 'food' }];
    const document = { ...returnOf({ receipt: '2', lines: [] }), offsetMinutes: 480 };
    expect(basketOfReturn(document, lines, noon)).toMatchObject({
      outlet: 'o',
      channel: 'shop',
      currency: 'PHP',
      decimals: 2,
      lines: [
        { sku: 'A', quantityMilli: 1_500, amount: 250 },
        { sku: 'B', quantityMilli: 1_000, amount: 50, category: 'food' },
      ],
      total: 300,
      paidInMoney: 300,
      visit: { ordinal: 0 },
    });
    const [plain] = basketOfReturn(document, lines, noon).lines;
    expect(plain && 'category' in plain).toBe(false);
  });
});

describe('S7 S36 a claimed purchase that is void', () => {
  it('gives nothing, and what had been returned of it takes nothing', () => {
    const anonymous = bought('1', { at: '2026-01-10', amount: 100, anonymous: true });
    const back = returned('2', { at: '2026-01-11', of: '1', amount: 30 });
    const story = new AccountStory(always({ timeZone: 'UTC', rules: [onePointPer('1.00')] })).deliver(
      claimed(anonymous, { at: '2026-01-12' }, back),
      voided('1', { at: '2026-01-13' }),
    );
    expect(story.shown()).toEqual({ earned: 100, reversed: 100 });
    const gone = story.derivedLedger().entries.filter(({ act }) => act.kind === 'voidedPurchase');
    expect(gone.map(({ fact }) => fact)).toEqual([receiptKey('1')]);
  });
});
