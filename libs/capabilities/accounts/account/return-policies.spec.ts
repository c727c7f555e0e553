import { bought, receiptKey, returned, usedOffline, voided, type ToldReturn } from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { always, onePointPer, programme, terms, type ProgrammeSketch } from '../../../testing/rule-sketches';
import type { EarningRule, ReturnTerms, Terms, WalletTerms } from '../../programmes';
import type { ReturnOutcome } from './past';

const zone = { timeZone: 'UTC' };
const base = onePointPer('1.00');
const shop = (sketch: Partial<ProgrammeSketch> = {}) => programme({ ...zone, rules: [base], ...sketch });
const returning = (returns: ReturnTerms): Terms => always({ ...zone, rules: [base], returns });
const plain = always({ ...zone, rules: [base] });
const settling = returning({ basis: 'rerate', unmatched: 'ownInvoice' });
const own = returning({ basis: 'ownInvoice' });
const wallet = (id: string, more: Partial<WalletTerms> = {}): WalletTerms => ({
  id,
  name: id,
  rounding: { mode: 'floor', scope: 'basket' },
  ...more,
});
const at = (day: string) => `2026-01-${day}T12:00:00Z`;

/** What came of a return document, as its answer flags it. */
const outcomeOf = (story: AccountStory, receipt: string): ReturnOutcome | undefined =>
  story.derivedLedger().past.returns.get(`return~${receiptKey(receipt)}`);

const balances = ({ account }: AccountStory) =>
  account.wallets.map(({ programme: of, wallet: id, totals: { available, debt } }) => [of, id, available - debt]);

describe('what came of a return', () => {
  const outcome = (rules: Terms, told: Omit<ToldReturn, 'at'>, day = '02', anonymous = false) => {
    const purchase = bought('1', { at: at('01'), lines: [{ amount: 60 }, { amount: 40 }], anonymous });
    return outcomeOf(new AccountStory(rules).deliver(purchase, returned('2', { at: at(day), ...told })), '2');
  };
  const window = returning({ basis: 'rerate', window: { unit: 'day', count: 5 } });

  it('S27 says that a purchase it names is not known, not that it names none', () => {
    expect(outcome(plain, { of: '1', amount: 60 })).toEqual([]);
    expect(outcome(plain, { amount: 60 })).toEqual([]);
    expect(outcome(plain, { of: 'unknown', amount: 60 })).toEqual(['purchaseUnknown']);
    const lines = [
      { amount: 60, of: receiptKey('1') },
      { amount: 1, of: receiptKey('unknown') },
    ];
    expect(outcome(plain, { lines })).toEqual(['purchaseUnknown']);
  });

  it('S27 says that more is returned than there was', () => {
    expect(outcome(plain, { of: '1', lines: [{ amount: 60, quantity: 2 }] })).toEqual(['quantityExceeded']);
  });

  it('S28 says that it is after the window; of what gave nothing there is no window', () => {
    expect(outcome(window, { of: '1', amount: 60 }, '06')).toEqual([]);
    expect(outcome(window, { of: '1', amount: 60 }, '07')).toEqual(['outsideWindow']);
    expect(outcome(window, { of: '1', amount: 60 }, '07', true)).toEqual([]);
  });

  it('S28 every programme has a window of its own, to the instant: only after the last one it is outside', () => {
    const long = { unit: 'day', count: 20 } as const;
    const two = terms({
      coffee: { '1970-01-01': shop({ returns: { basis: 'rerate', window: { unit: 'day', count: 5 } } }) },
      main: { '1970-01-01': shop({ returns: { basis: 'rerate', window: long } }) },
    });
    const story = (back: string) =>
      new AccountStory(two).deliver(
        bought('1', { at: at('01'), amount: 100 }),
        returned('2', { at: back, of: '1', amount: 100 }),
      );
    expect(balances(story('2026-01-06T23:59:59.999Z')).map(([, , points]) => points)).toEqual([0, 0]);
    const later = story('2026-01-07T00:00:00Z');
    expect(balances(later).map(([, , points]) => points)).toEqual([100, 0]);
    expect(outcomeOf(later, '2')).toEqual([]);
    expect(outcomeOf(story('2026-01-22T00:00:00Z'), '2')).toEqual(['outsideWindow']);
  });
});

describe('S27 a return whose purchase is not known', () => {
  const waiting = { at: at('02'), amount: 40 };
  const has = (story: AccountStory, when?: string) => story.totals('points', when).available;
  const known = (rules: Terms) => new AccountStory(rules).deliver(bought('0', { at: at('01'), amount: 100 }));

  it('is settled line by line: what was found, or names nothing, or is void, has had its turn', () => {
    const story = known(settling).deliver(
      bought('gone', { at: at('01'), amount: 100 }),
      voided('gone', { at: '2026-01-01T13:00:00Z' }),
      returned('2', {
        at: at('02'),
        lines: [
          { sku: 'SKU-1', amount: 10, of: receiptKey('0') },
          { sku: 'X', amount: 20 },
          { sku: 'SKU-1', amount: 30, of: receiptKey('gone') },
          { sku: 'X', amount: 5, of: receiptKey('unknown') },
        ],
      }),
    );
    // The first two at once, the last after 45 days.
    expect(has(story)).toBe(70);
    expect(has(story, '2026-02-16T11:59:59.999Z')).toBe(70);
    expect(has(story, '2026-02-16T12:00:00Z')).toBe(65);
  });

  it('counts nothing for ever where more was returned than there was', () => {
    const story = known(settling).deliver(
      returned('2', {
        at: at('02'),
        lines: [
          { sku: 'SKU-1', quantity: 2, amount: 10, of: receiptKey('0') },
          { sku: 'X', amount: 5, of: receiptKey('unknown') },
        ],
      }),
    );
    expect(has(story, '2026-02-16T12:00:00Z')).toBe(100);
  });

  it('is valued once, where documents are valued by themselves', () => {
    const story = known(own).deliver(returned('2', { ...waiting, of: 'unknown' }));
    expect(has(story)).toBe(60);
    expect(has(story, '2026-03-16T12:00:00Z')).toBe(60);
  });

  it('of no purchase at all is valued at once where the policy says so, else never', () => {
    expect(has(known(settling).deliver(returned('2', waiting)))).toBe(60);
    for (const unmatched of ['wait', 'ignore'] as const) {
      const story = known(returning({ basis: 'rerate', unmatched })).deliver(returned('2', waiting));
      expect(has(story, '2026-03-16T12:00:00Z')).toBe(100);
    }
  });

  it('what was settled stays, though history taken over brings the purchase afterwards', () => {
    const late = bought('1', { at: at('01'), recordedAt: '2026-03-01T12:00:00Z', amount: 100, source: 'import' });
    const story = known(settling).deliver(returned('2', { ...waiting, of: '1' }), late);
    expect(story.shown('points', '2026-02-16T12:00:00Z')).toEqual({ earned: 200, reversed: 40, available: 160 });
    const forever = known(returning({ basis: 'rerate', unmatched: 'wait' })).deliver(
      returned('2', { ...waiting, of: '1' }),
      late,
    );
    expect(forever.shown()).toEqual({ earned: 200, reversed: 40, available: 160 });
    expect(outcomeOf(forever, '2')).toEqual([]);
    expect(outcomeOf(story, '2')).toEqual(['purchaseUnknown']);
    // One programme that has settled it is enough: documents are matched for all programmes, or for none.
    const two = terms({
      coffee: { '1970-01-01': shop({ returns: { basis: 'rerate', unmatched: 'ignore' } }) },
      main: { '1970-01-01': shop() },
    });
    expect(outcomeOf(known(two).deliver(returned('2', { ...waiting, of: '1' }), late), '2')).toEqual([
      'purchaseUnknown',
    ]);
  });

  it('of history taken over is settled at once, and matched as soon as its purchase comes, however late', () => {
    const imported = returned('2', { ...waiting, of: '1', source: 'import' });
    const story = known(settling).deliver(imported);
    expect(has(story)).toBe(60);
    story.deliver(bought('1', { at: at('01'), recordedAt: '2026-06-01', lines: [{ amount: 50 }], source: 'import' }));
    // 50 more, of which 40 came back; the 40 that were taken from others meanwhile are theirs again.
    expect(has(story)).toBe(110);
    expect(outcomeOf(story, '2')).toEqual([]);
  });
});

describe('whose a return is', () => {
  const anonymous = { at: at('02'), anonymous: true };
  const has = (story: AccountStory) => story.totals().available - story.totals().debt;
  const mine = bought('1', { at: at('01'), amount: 100 });
  const nobodys = bought('9', { at: at('01'), amount: 100, anonymous: true });

  it('nobody’s takes nothing: not of goods of no purchase, nor of a purchase of nobody', () => {
    for (const of of [undefined, '9', 'unknown']) {
      const told = { ...anonymous, amount: 40, ...(of !== undefined && { of }) };
      const story = new AccountStory(own).deliver(mine, nobodys, returned('2', told));
      expect([of, has(story)]).toEqual([of, 100]);
    }
    const waited = new AccountStory(settling).deliver(
      mine,
      returned('2', { ...anonymous, amount: 40, of: 'unknown' }),
      bought('3', { at: '2026-04-01', amount: 1 }),
    );
    expect(has(waited)).toBe(101);
  });

  it('is the customer’s where he names himself, or a purchase of his on any line', () => {
    expect(has(new AccountStory(own).deliver(mine, returned('2', { at: at('02'), amount: 40 })))).toBe(60);
    const lines = [
      { sku: 'X', amount: 5 },
      { sku: 'SKU-1', amount: 40, of: receiptKey('1') },
    ];
    expect(has(new AccountStory(own).deliver(mine, returned('2', { ...anonymous, lines })))).toBe(55);
  });
});

describe('S18 a document valued by itself', () => {
  it('by every programme for itself: one by what is kept, another by the document', () => {
    const two = terms({
      coffee: { '1970-01-01': shop({ rules: [onePointPer('2.00')], returns: { basis: 'ownInvoice' } }) },
      main: { '1970-01-01': shop() },
    });
    const story = new AccountStory(two).deliver(
      bought('1', { at: at('01'), lines: [{ quantity: 2, amount: 5 }] }),
      returned('2', { at: at('02'), of: '1', lines: [{ quantity: 1, amount: 3 }] }),
    );
    // Of 5.00 / 2 = 2 points the document takes 3.00 / 2 = 1; main keeps 2 of 5.
    expect(balances(story)).toEqual([
      ['coffee', 'points', 1],
      ['main', 'points', 2],
    ]);
  });

  it('only the lines that are: what was matched is rated by what is kept', () => {
    const story = new AccountStory(settling).deliver(
      bought('1', { at: at('01'), amount: 100 }),
      returned('2', {
        at: at('02'),
        lines: [
          { sku: 'SKU-1', amount: 100, of: receiptKey('1') },
          { sku: 'X', amount: 7 },
        ],
      }),
    );
    expect(story.shown()).toEqual({ earned: 100, reversed: 100, debt: 7, debtIncurred: 7 });
  });

  it('takes nothing by a programme that came after the purchase it names', () => {
    const later = terms({
      coffee: { '2026-01-01': shop() },
      main: { '2026-01-05': shop({ returns: { basis: 'ownInvoice' } }) },
    });
    const story = new AccountStory(later).deliver(
      bought('1', { at: at('01'), amount: 100 }),
      returned('2', { at: at('06'), of: '1', amount: 100 }),
    );
    expect(balances(story)).toEqual([['coffee', 'points', 0]]);
  });

  it('touches no wallet in which it is worth nothing', () => {
    const stars = {
      rules: [base],
      wallets: [wallet('points'), wallet('stars', { rounding: { mode: 'floor', scope: 'account' } })],
    };
    const some = onePointPer('1.00', { id: 'stars', wallet: 'stars', when: { skus: ['TEA'] } });
    const rules = always({ ...zone, ...stars, rules: [base, some], returns: { basis: 'ownInvoice' } });
    const worth = (amount: number) =>
      new AccountStory(rules).deliver(returned('2', { at: at('02'), lines: [{ sku: 'X', amount }] }));
    expect(balances(worth(5))).toEqual([['main', 'points', -5]]);
    expect(balances(worth(0.5))).toEqual([]);
  });

  it('takes the points of the purchase it names before others', () => {
    const rolling = always({ ...zone, rules: [base], returns: { basis: 'ownInvoice' } });
    const story = new AccountStory(rolling).deliver(
      bought('0', { at: at('01'), amount: 100 }),
      bought('1', { at: at('02'), amount: 100 }),
      returned('2', { at: at('03'), of: '1', amount: 40 }),
    );
    const lots = [...(story.account.wallets[0]?.lots ?? [])].map(({ fact, points }) => [fact, points]);
    expect(lots).toEqual([
      [receiptKey('0'), 100],
      [receiptKey('1'), 60],
    ]);
  });
});

describe('S21 expired points of the purchase count as taken', () => {
  it('in their own wallet and programme alone: what was spent elsewhere is owed', () => {
    const expiry = { kind: 'fixed', after: { unit: 'day', count: 5 } } as const;
    const stars = onePointPer('10.00', { id: 'stars', wallet: 'stars' });
    const two = terms({
      main: { '1970-01-01': shop({ rules: [base, stars], wallets: [wallet('points'), wallet('stars', { expiry })] }) },
      tea: { '1970-01-01': shop({ expiry }) },
    });
    const story = new AccountStory(two).deliver(
      bought('1', { at: at('01'), amount: 100 }),
      usedOffline('r', { at: at('02'), cost: 100 }),
      returned('2', { at: at('20'), of: '1', amount: 100 }),
    );
    expect(
      story.account.wallets.map(({ programme: of, wallet: id, totals }) => [of, id, totals.expired, totals.debt]),
    ).toEqual([
      ['main', 'points', 0, 100],
      ['main', 'stars', 10, 0],
      ['tea', 'points', 100, 0],
    ]);
  });
});

describe('S18 what is kept is rated with the room it had', () => {
  it('S22 in the cap of then, which covers the rules it covers', () => {
    const more: EarningRule = onePointPer('1.00', { id: 'more', when: { channels: ['shop'] } });
    const capped = always({
      ...zone,
      rules: [base, more],
      caps: [{ id: 'daily', wallet: 'points', points: 100, per: 'day', rules: ['base'] }],
    });
    const story = new AccountStory(capped).deliver(
      bought('1', { at: at('01'), amount: 80 }),
      bought('2', { at: '2026-01-01T13:00:00Z', lines: [{ quantity: 2, amount: 60 }] }),
    );
    // 80 and 80; then base has room for 20, and the other rule gives 60.
    expect(story.totals().available).toBe(240);
    story.deliver(returned('3', { at: at('02'), of: '2', lines: [{ quantity: 1, amount: 30 }] }));
    // Of 30 that are kept: 20 and 30.
    expect(story.shown()).toEqual({ earned: 240, reversed: 30, available: 210 });
  });

  it('S17 by account: a return takes what the running total falls by, and keeps it where it takes nothing', () => {
    const rounding = { mode: 'floor', scope: 'account' } as const;
    const story = new AccountStory(always({ ...zone, rules: [base], rounding })).deliver(
      bought('1', { at: at('01'), lines: [{ amount: 1.5 }] }),
      returned('2', { at: at('02'), of: '1', lines: [{ quantity: 0.2, amount: 0.3 }] }),
      bought('3', { at: at('03'), amount: 0.7 }),
    );
    // 1.5, 1.2, 1.9: one point all along.
    expect(story.shown()).toEqual({ earned: 1, available: 1 });
    story.deliver(returned('4', { at: at('04'), of: '1', lines: [{ quantity: 0.8, amount: 1.2 }] }));
    expect(story.shown()).toEqual({ earned: 1, reversed: 1 });
    expect(story.deliver(bought('5', { at: at('05'), amount: 0.3 })).totals().available).toBe(1);
  });

  it('S17 a return gives nothing, not even where its revision rounds the same total to more', () => {
    const rounded = (mode: 'ceiling' | 'floor') => shop({ rounding: { mode, scope: 'account' } });
    const story = new AccountStory(
      terms({ main: { '2026-01-01': rounded('ceiling'), '2026-01-02': rounded('floor') } }),
    ).deliver(
      bought('1', { at: at('01'), lines: [{ amount: 0.5 }, { sku: 'BAG', amount: 0 }] }),
      bought('2', { at: at('02'), amount: 0.7 }),
      returned('3', { at: at('03'), of: '1', lines: [{ sku: 'BAG', amount: 0 }] }),
    );
    // 0.5 was one point; 1.2 is still one, though two when rounded up.
    expect(story.shown()).toEqual({ earned: 1, available: 1 });
    expect(story.deliver(bought('4', { at: at('04'), amount: 0.8 })).shown()).toEqual({ earned: 2, available: 2 });
  });

  it('S19 what is kept was paid in money to the same part as the whole', () => {
    const story = new AccountStory(plain).deliver(
      bought('0', { at: at('01'), amount: 100 }),
      usedOffline('r', { at: '2026-01-02T10:00:00Z', cost: 50 }),
      bought('1', {
        at: at('02'),
        lines: [{ quantity: 4, amount: 40 }],
        payments: [
          { kind: 'points', amount: 10 },
          { kind: 'cash', amount: 30 },
        ],
      }),
      returned('2', { at: at('03'), of: '1', lines: [{ quantity: 1, amount: 10 }] }),
    );
    // 30 of 40 in money, then 22.50 of 30.
    expect(story.totals()).toMatchObject({ earned: 130, reversed: 8 });
  });
});
