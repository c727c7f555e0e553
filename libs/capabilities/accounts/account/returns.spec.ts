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
} from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { always, onePointPer, programme, terms } from '../../../testing/rule-sketches';
import type { ReturnTerms } from '../../programmes';
import type { ReturnLine } from './account.events';

const base = onePointPer('1.00');
const zone = { timeZone: 'UTC' };
const plain = always({ ...zone, rules: [base] });
const returning = (returns: ReturnTerms) => always({ ...zone, rules: [base], returns });
const three = [{ amount: 33.4 }, { amount: 33.4 }, { amount: 33.4 }];
const one = (index: number) => [{ sku: `SKU-${index}`, amount: 33.4 }];

describe('S18 a return rates again what is kept', () => {
  it('3 × 33.40 = 100, returned one by one: 34, 33, 33', () => {
    const story = new AccountStory(plain).deliver(bought('1', { at: '2026-01-01', lines: three }));
    const reversals = [1, 2, 3].map((index) => {
      const before = story.totals().reversed;
      story.deliver(returned(`r${index}`, { at: `2026-01-0${index + 1}`, of: '1', lines: one(index) }));
      return story.totals().reversed - before;
    });
    expect(reversals).toEqual([34, 33, 33]);
  });

  it('a +50 bonus from 100.00: the first return reverses 84', () => {
    const bonus = {
      id: 'bonus',
      kind: 'perVisit',
      wallet: 'points',
      points: '50',
      when: { minimumAmount: '100.00' },
    } as const;
    const story = new AccountStory(always({ ...zone, rules: [base, bonus] })).deliver(
      bought('1', { at: '2026-01-01', lines: three }),
      returned('r', { at: '2026-01-02', of: '1', lines: one(1) }),
    );
    expect(story.shown()).toEqual({ earned: 150, reversed: 84, available: 66 });
  });

  it('by quantity: one of three of a line', () => {
    const story = new AccountStory(plain).deliver(
      bought('1', { at: '2026-01-01', lines: [{ quantity: 3, amount: 90 }] }),
      returned('r', { at: '2026-01-02', of: '1', lines: [{ quantity: 1, amount: 30 }] }),
    );
    expect(story.totals().available).toBe(60);
  });

  it('of lines of one article the one it names, or else one after the other', () => {
    const pairs = [
      { sku: 'A', quantity: 2, amount: 60 },
      { sku: 'A', quantity: 1, amount: 40 },
    ];
    const left = (...documents: readonly Omit<ReturnLine, 'sku'>[]): number =>
      documents
        .reduce(
          (story, line, index) =>
            story.deliver(
              returned(`r${index}`, { at: `2026-01-0${index + 2}`, of: '1', lines: [{ sku: 'A', ...line }] }),
            ),
          new AccountStory(plain).deliver(bought('1', { at: '2026-01-01', lines: pairs })),
        )
        .totals().available;
    expect(left({ line: 1, quantity: 1, amount: 40 })).toBe(60);
    expect(left({ quantity: 2, amount: 60 })).toBe(40);
    expect(left({ quantity: 2, amount: 60 }, { quantity: 1, amount: 40 })).toBe(0);
    expect(left({ quantity: 3, amount: 100 })).toBe(0);
    expect(left({ quantity: 3, amount: 70 })).toBe(30);
    expect(left({ quantity: 2, amount: 70 })).toBe(40);
    expect(left({ quantity: 2, amount: 50 }, { quantity: 1, amount: 60 })).toBe(10);
    expect(left({ line: 0, quantity: 3, amount: 100 })).toBe(100);
    expect(left({ line: 2, quantity: 1, amount: 40 })).toBe(100);
  });

  it('by the money that was given back, but no line is worth less than nothing', () => {
    const left = (amount: number): number =>
      new AccountStory(plain)
        .deliver(
          bought('1', { at: '2026-01-01', lines: [{ quantity: 2, amount: 60 }, { amount: 40 }] }),
          returned('r', { at: '2026-01-02', of: '1', lines: [{ quantity: 1, amount }] }),
        )
        .totals().available;
    expect(left(10)).toBe(90);
    expect(left(60)).toBe(40);
    expect(left(90)).toBe(40);
  });

  it('of two purchases on one document from each its own, and of one that is void nothing', () => {
    const both = () =>
      new AccountStory(plain).deliver(
        bought('1', { at: '2026-01-01', amount: 100 }),
        bought('2', { at: '2026-01-02', amount: 60 }),
      );
    const back = returned('r', {
      at: '2026-01-04',
      lines: [
        { sku: 'SKU-1', of: receiptKey('1'), amount: 100 },
        { sku: 'SKU-1', of: receiptKey('2'), amount: 60 },
      ],
    });
    expect(both().deliver(back).shown()).toEqual({ earned: 160, reversed: 160 });
    const story = both().deliver(voided('1', { at: '2026-01-03' }), adjusted('a', 30, { at: '2026-01-03' }), back);
    expect(story.shown()).toEqual({ earned: 160, adjustedUp: 30, reversed: 160, available: 30 });
  });

  it('S17 own invoices by account: net -5.40 then +10.00: 4; by basket -5.40 counts -5', () => {
    const told = (scope: 'account' | 'basket') =>
      new AccountStory(
        always({ ...zone, rules: [base], rounding: { scope }, returns: { basis: 'ownInvoice' } }),
      ).deliver(returned('r', { at: '2026-01-01', amount: 5.4 }), bought('1', { at: '2026-01-02', amount: 10 }));
    expect(told('account').totals().available).toBe(4);
    expect(told('basket').shown()).toEqual({ earned: 10, available: 5, paidToDebt: 5, debtIncurred: 5 });
  });
});

describe('S19 what was paid with points', () => {
  it('A 60, B 40, paid 3,000 points (30.00) + 70 cash: 42 + 28; return B: 1,200 points back, 28 reversed', () => {
    const story = new AccountStory(plain).deliver(
      bought('0', { at: '2026-01-01', amount: 3000 }),
      usedOffline('r', { at: '2026-01-02T10:00:00Z', cost: 3000 }),
      bought('1', {
        at: '2026-01-02T10:01:00Z',
        lines: [
          { sku: 'A', amount: 60 },
          { sku: 'B', amount: 40 },
        ],
        payments: [
          { kind: 'points', amount: 30, redemption: redemptionId('r') },
          { kind: 'cash', amount: 70 },
        ],
      }),
    );
    expect(story.shown()).toEqual({ earned: 3070, spent: 3000, available: 70 });
    story.deliver(returned('2', { at: '2026-01-03', of: '1', lines: [{ sku: 'B', amount: 40 }] }));
    expect(story.shown()).toEqual({ earned: 3070, spent: 1800, reversed: 28, available: 1242 });
  });
});

describe('S20 restored points', () => {
  const tenDays = always({
    ...zone,
    rules: [base],
    wallets: [
      {
        id: 'points',
        name: 'points',
        rounding: { mode: 'floor', scope: 'basket' },
        expiry: { kind: 'fixed', after: { unit: 'day', count: 10 } },
      },
    ],
  });
  const paidWith = (name: string, at: string) =>
    bought('paid', {
      at,
      amount: 100,
      payments: [{ kind: 'points', amount: 100, redemption: redemptionId(name) }],
    });

  it('expired 1 Jan, restored 10 Jan: usable through 9 Feb', () => {
    const story = new AccountStory(tenDays).deliver(
      bought('1', { at: '2025-12-21', amount: 100 }),
      usedOffline('r', { at: '2025-12-22T10:00:00Z', cost: 100 }),
      paidWith('r', '2025-12-22T10:01:00Z'),
      returned('2', { at: '2026-01-10', of: 'paid', amount: 100 }),
    );
    expect(story.totals('points', '2026-02-09T23:59:59Z').available).toBe(100);
    expect(story.shown('points', '2026-02-10T00:00:00Z')).toEqual({ earned: 100, expired: 100 });
  });

  it('L.3 earn 100, spend 100, return both in either order: 0, debt 0', () => {
    const start = () =>
      new AccountStory(plain).deliver(
        bought('1', { at: '2026-01-01', amount: 100 }),
        reserved('r', { at: '2026-01-02T10:00:00Z', cost: 100 }),
        confirmed('r', { at: '2026-01-02T10:01:00Z' }),
        paidWith('r', '2026-01-02T10:01:00Z'),
      );
    const [earned, spent] = [
      returned('2', { at: '2026-01-03T10:00:00Z', of: '1', amount: 100 }),
      returned('3', { at: '2026-01-03T11:00:00Z', of: 'paid', amount: 100 }),
    ];
    const first = start().deliver(earned, spent);
    expect(first.shown()).toEqual({ earned: 100, paidToDebt: 100, debtIncurred: 100 });
    const other = start().deliver({ ...spent, effectiveAt: earned.effectiveAt - 1 }, earned);
    expect(other.shown()).toEqual({ earned: 100, reversed: 100 });
  });

  it('of a void come back too, and of what was owed for nothing is asked any more', () => {
    const story = new AccountStory(plain).deliver(
      bought('1', { at: '2026-01-01', amount: 60 }),
      usedOffline('r', { at: '2026-01-02T10:00:00Z', cost: 100 }),
      paidWith('r', '2026-01-02T10:01:00Z'),
      voided('paid', { at: '2026-01-02T10:05:00Z' }),
    );
    expect(story.shown()).toEqual({ earned: 60, available: 60, debtIncurred: 40, debtForgiven: 40 });
  });
});

describe('S21 what a reversal takes', () => {
  const spent = () =>
    new AccountStory(plain).deliver(
      bought('1', { at: '2026-01-01', lines: [{ quantity: 2, amount: 100 }] }),
      usedOffline('r', { at: '2026-01-02', cost: 30 }),
    );
  const half = (receipt: string, at: string) =>
    returned(receipt, { at, of: '1', lines: [{ quantity: 1, amount: 50 }] });

  it('lot 100, 30 spent: return half: 20 left; return all of it: 70 reversed, debt 30', () => {
    expect(spent().deliver(half('2', '2026-01-03')).totals().available).toBe(20);
    const all = spent().deliver(returned('2', { at: '2026-01-03', of: '1', lines: [{ quantity: 2, amount: 100 }] }));
    expect(all.shown()).toEqual({ earned: 100, spent: 30, reversed: 70, debt: 30, debtIncurred: 30 });
  });

  it('other lots before there is debt', () => {
    const story = spent().deliver(
      bought('9', { at: '2026-01-03', amount: 50 }),
      returned('2', { at: '2026-01-04', of: '1', lines: [{ quantity: 2, amount: 100 }] }),
    );
    expect(story.shown()).toEqual({ earned: 150, spent: 30, reversed: 100, available: 20 });
  });

  it('lot 100 all expired, return all: 0, debt 0', () => {
    const short = always({
      ...zone,
      rules: [base],
      wallets: [
        {
          id: 'points',
          name: 'points',
          rounding: { mode: 'floor', scope: 'basket' },
          expiry: { kind: 'fixed', after: { unit: 'day', count: 1 } },
        },
      ],
    });
    const story = new AccountStory(short).deliver(
      bought('1', { at: '2026-01-01', amount: 100 }),
      returned('2', { at: '2026-01-09', of: '1', amount: 100 }),
    );
    expect(story.shown()).toEqual({ earned: 100, expired: 100 });
    expect(story.deliver(voided('1', { at: '2026-01-10' })).shown()).toEqual({ earned: 100, reversed: 100 });
  });
});

describe('S22 caps', () => {
  const capped = always({
    ...zone,
    rules: [base],
    caps: [{ id: 'daily', wallet: 'points', points: 100, per: 'day' }],
  });

  it('cap 100 a day: P2 (15:00) 80, then late P1 (10:00) 50: P2 becomes 50, net +20; return P1: 50 left', () => {
    const story = new AccountStory(capped).deliver(
      bought('2', { at: '2026-01-01T15:00:00Z', amount: 80 }),
      bought('1', { at: '2026-01-01T10:00:00Z', recordedAt: '2026-01-01T16:00:00Z', amount: 50 }),
    );
    expect(story.totals().available).toBe(100);
    const [correction] = story.drafts.at(-1)?.events.filter(({ type }) => type === 'LedgerCorrected') ?? [];
    expect(correction?.data).toMatchObject({ deltas: [{ points: 20 }] });
    story.deliver(returned('3', { at: '2026-01-01T17:00:00Z', of: '1', amount: 50 }));
    expect(story.shown()).toEqual({ earned: 100, reversed: 50, available: 50 });
  });

  it('a return frees no room for others, and the next day has room of its own', () => {
    const story = new AccountStory(capped).deliver(
      bought('1', { at: '2026-01-01T10:00:00Z', amount: 100 }),
      returned('2', { at: '2026-01-01T11:00:00Z', of: '1', amount: 100 }),
      bought('3', { at: '2026-01-01T12:00:00Z', amount: 70 }),
      bought('4', { at: '2026-01-02T12:00:00Z', amount: 170 }),
    );
    expect(story.shown()).toEqual({ earned: 200, reversed: 100, available: 100 });
  });
});

describe('S27 a return before its purchase', () => {
  const early = returned('2', { at: '2026-01-01T09:00:00Z', of: '1', amount: 40 });

  it('return 40 before its sale of 100: 0, then 60', () => {
    const story = new AccountStory(plain).deliver(early);
    expect(story.shown()).toEqual({});
    story.deliver(bought('1', { at: '2026-01-01T10:00:00Z', amount: 100 }));
    expect(story.shown()).toEqual({ earned: 100, reversed: 40, available: 60 });
  });

  it('waits in vain: what a shop settles by the document itself is taken after 45 days, and stays', () => {
    const rules = returning({ basis: 'rerate', unmatched: 'ownInvoice' });
    const story = new AccountStory(rules).deliver(bought('0', { at: '2026-01-01T08:00:00Z', amount: 100 }), early);
    expect(story.totals('points', '2026-02-15T08:59:59Z').available).toBe(100);
    expect(story.totals('points', '2026-02-15T09:00:00Z').available).toBe(60);
    story.deliver(bought('1', { at: '2026-02-20', amount: 100 }));
    expect(story.shown()).toEqual({ earned: 200, reversed: 40, available: 160 });
  });

  it('S7 S14 valued by itself, it counts nothing any more once its purchase is void, known or not', () => {
    const story = new AccountStory(returning({ basis: 'ownInvoice' })).deliver(
      bought('0', { at: '2026-01-01T08:00:00Z', amount: 100 }),
      early,
    );
    expect(story.shown()).toEqual({ earned: 100, reversed: 40, available: 60 });
    story.deliver(voided('1', { at: '2026-01-02' }));
    expect(story.shown()).toEqual({ earned: 100, available: 100 });
    expect(story.lastEvents()).toEqual(['PurchaseVoided', 'LedgerCorrected']);
  });

  it('ignored, or waited on for ever, it takes nothing', () => {
    for (const unmatched of ['ignore', 'wait'] as const) {
      const story = new AccountStory(returning({ basis: 'rerate', unmatched })).deliver(
        bought('0', { at: '2026-01-01T08:00:00Z', amount: 100 }),
        early,
        bought('9', { at: '2026-03-20', amount: 1 }),
      );
      expect(story.totals().available).toBe(101);
    }
  });

  it('quantity over what was bought: the whole document counts 0', () => {
    const story = new AccountStory(plain).deliver(
      bought('1', { at: '2026-01-01', lines: [{ amount: 60 }, { amount: 40 }] }),
      returned('2', { at: '2026-01-02', of: '1', lines: [{ amount: 60 }, { quantity: 2, amount: 80 }] }),
    );
    expect(story.shown()).toEqual({ earned: 100, available: 100 });
  });
});

describe('S28 by the revision of the purchase', () => {
  const revisions = terms({
    main: {
      '2026-01-01': programme({ ...zone, rules: [base] }),
      '2026-02-01': programme({ ...zone, rules: [onePointPer('0.50')] }),
    },
  });

  it('R1 1 point, R2 2 points: a sale of 100 under R1 returned under R2 reverses 100', () => {
    const story = new AccountStory(revisions).deliver(
      bought('1', { at: '2026-01-20', amount: 100 }),
      bought('2', { at: '2026-02-10', amount: 100 }),
      returned('3', { at: '2026-02-20', of: '1', amount: 100 }),
    );
    expect(story.shown()).toEqual({ earned: 300, reversed: 100, available: 200 });
  });

  it('a return outside the window reverses nothing', () => {
    const month = returning({ basis: 'rerate', window: { unit: 'day', count: 30 } });
    const back = (at: string) =>
      new AccountStory(month)
        .deliver(bought('1', { at: '2026-01-01', amount: 100 }), returned('2', { at, of: '1', amount: 100 }))
        .totals().available;
    expect(back('2026-01-31T23:59:59Z')).toBe(0);
    expect(back('2026-02-01T00:00:00Z')).toBe(100);
  });
});
