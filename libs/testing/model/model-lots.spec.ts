import type { EarningRule } from '../../capabilities/programmes/language/programme-document';
import { base, day, document, double, expectPoints, pointsOf, under } from './model-sketches';
import { adjusted, did, receiptKey, redemption, redemptionId, reported, returned, sold, voided } from './told-facts';

describe('the model: lots and money', () => {
  it('the model: what ends first is spent first, what is pending not at all (S15)', () => {
    const programmes = [
      {
        programme: 'main',
        revisions: [
          { from: 0, document: document({ wallet: { expiry: { kind: 'endOfPeriod', period: 'quarter' } } }) },
          {
            from: Date.parse('2026-01-02T00:00:00Z'),
            document: document({ wallet: { expiry: { kind: 'endOfPeriod', period: 'month', extra: 1 } } }),
          },
          {
            from: Date.parse('2026-01-03T00:00:00Z'),
            document: document({ wallet: { pending: { unit: 'day', count: 9 } } }),
          },
        ],
      },
    ];
    const facts = [1, 2, 3].map((nth) => sold({ receipt: `${nth}`, amounts: [5_000], at: day(`2026-01-0${nth}`) }));
    const spent = [...facts, reported(redemption('a', 60), { at: day('2026-01-04') })];
    const { lots, totals } = pointsOf(programmes, spent, day('2026-01-05'));
    expect(lots.map(({ available, pending, spent: used }) => [available, pending, used])).toEqual([
      [40, 0, 10],
      [0, 0, 50],
      [0, 50, 0],
    ]);
    expect(totals).toMatchObject({ available: 40, pending: 50, spent: 60 });
  });

  it('the model: debt is paid when points become active (S16)', () => {
    const programmes = under({ wallet: { pending: { unit: 'day', count: 2 } } });
    const facts = [
      reported(redemption('a', 30), { at: day('2026-01-01') }),
      sold({ receipt: '1', at: day('2026-01-02') }),
    ];
    expectPoints(programmes, facts, { debt: 30, pending: 100, available: 0 }, day('2026-01-03'));
    expectPoints(programmes, facts, { debt: 0, pending: 0, available: 70, paidToDebt: 30, debtIncurred: 30 });
    const forgiving = under({ debt: 'forgive' });
    const taken = [
      sold({ receipt: '1', at: day('2026-01-01') }),
      reported(redemption('a', 30), { at: day('2026-01-02') }),
      returned({ receipt: '2', of: '1', at: day('2026-01-03') }),
      sold({ receipt: '3', at: day('2026-01-04') }),
    ];
    expectPoints(forgiving, taken, { debt: 0, debtForgiven: 30, debtIncurred: 30, available: 100 });
  });

  it('the model: one rounding, by line 99, by basket 100 (S17)', () => {
    const three = sold({ receipt: '1', amounts: [3_340, 3_340, 3_340], at: day('2026-01-01') });
    expectPoints(under({ wallet: { rounding: { mode: 'floor', scope: 'line' } } }), [three], { earned: 99 });
    expectPoints(under({}), [three], { earned: 100 });
  });

  it('the model: by account the running total is rounded, nothing below zero (S17)', () => {
    const account = under({
      wallet: { rounding: { mode: 'floor', scope: 'account' } },
      returns: { basis: 'ownInvoice' },
    });
    const facts = [
      returned({ receipt: '1', amounts: [540], at: day('2026-01-01') }),
      sold({ receipt: '2', amounts: [1_000], at: day('2026-01-02') }),
    ];
    expectPoints(account, facts, { earned: 4, available: 4, debtIncurred: 0 });
    const change = [1, 2].map((nth) => sold({ receipt: `${nth}`, amounts: [60], at: day(`2026-01-0${nth}`) }));
    expectPoints(account, change, { earned: 1 });
    const basket = under({ returns: { basis: 'ownInvoice' } });
    expectPoints(basket, [sold({ receipt: '2', at: day('2026-01-01') }), facts[0]!], { earned: 100 });
    const after = returned({ receipt: '3', amounts: [540], at: day('2026-01-03') });
    expectPoints(basket, [sold({ receipt: '2', at: day('2026-01-02') }), after], { available: 95, reversed: 5 });
  });

  it('the model: what is kept is rated anew, and the difference goes (S18)', () => {
    const three = sold({ receipt: '1', amounts: [3_340, 3_340, 3_340], at: day('2026-01-01') });
    const back = [2, 3, 4].map((nth) =>
      returned({ receipt: `${nth}`, of: '1', amounts: [3_340], at: day(`2026-01-0${nth}`) }),
    );
    const left = [1, 2, 3].map((returns) => pointsOf(under({}), [three, ...back.slice(0, returns)]).totals.available);
    expect(left).toEqual([66, 33, 0]);
    const bonus: EarningRule = {
      id: 'bonus',
      kind: 'perVisit',
      wallet: 'points',
      points: '50',
      when: { minimumAmount: '100' },
    };
    expectPoints(under({ rules: [base, bonus] }), [three, back[0]!], { earned: 150, reversed: 84 });
  });

  it('the model: A 60, B 40, paid 3,000 points and 70 cash; B comes back (S19)', () => {
    const programmes = under({});
    const at = day('2026-01-02');
    const facts = [
      adjusted('a', 3_000, day('2026-01-01')),
      reported(redemption('r', 3_000), { at }),
      sold({
        receipt: '1',
        at,
        lines: [
          { sku: 'A', quantity: 1, amount: 6_000 },
          { sku: 'B', quantity: 1, amount: 4_000 },
        ],
        payments: [
          { kind: 'points', amount: 3_000, redemption: redemptionId('r') },
          { kind: 'cash', amount: 7_000 },
        ],
      }),
    ];
    expectPoints(programmes, facts, { earned: 70, spent: 3_000, available: 70 });
    const back = returned({
      receipt: '2',
      at: day('2026-01-03'),
      lines: [{ sku: 'B', quantity: 1, amount: 4_000, of: receiptKey('1') }],
    });
    expectPoints(programmes, [...facts, back], { reversed: 28, spent: 1_800, available: 1_242 });
  });

  it('the model: restored points live 30 days more, and pay debt first (S20)', () => {
    const programmes = under({ wallet: { expiry: { kind: 'endOfPeriod', period: 'year' } } });
    const paid = {
      receipt: '2',
      payments: [{ kind: 'points', amount: 10_000, redemption: redemptionId('r') }] as const,
    };
    const facts = [
      sold({ receipt: '1', at: day('2025-12-01') }),
      reported(redemption('r', 100), { at: day('2025-12-15') }),
      sold({ ...paid, at: day('2025-12-15') }),
    ];
    const back = returned({ receipt: '3', of: '2', at: day('2026-01-10') });
    expectPoints(programmes, [...facts, back], { available: 100, spent: 0 }, day('2026-02-09', '23:59'));
    expectPoints(programmes, [...facts, back], { expired: 100 }, day('2026-02-10', '00:00'));
    const earlier = returned({ receipt: '4', of: '1', at: day('2026-01-09') });
    const later = returned({ receipt: '4', of: '1', at: day('2026-01-11') });
    expectPoints(programmes, [...facts, back, earlier], { available: 0, debt: 0, paidToDebt: 100, spent: 0 });
    expectPoints(programmes, [...facts, back, later], { available: 0, debt: 0, reversed: 100, spent: 0 });
  });

  it('the model: a return that comes before the spending it undoes gives it back as it is spent (S4, S20)', () => {
    const at = day('2026-01-02');
    const facts = [
      sold({ receipt: '1', at: day('2026-01-01') }),
      sold({
        receipt: '2',
        at,
        payments: [{ kind: 'points', amount: 10_000, redemption: redemptionId('r') }],
      }),
      reported(redemption('r', 100), { at }),
      returned({ receipt: '3', of: '2', at }),
    ];
    expectPoints(under({}), facts, { available: 100, spent: 0, debtIncurred: 0 });
  });

  it('the model: a reversal takes its own points, then others, then makes debt; expired ones are taken already (S21)', () => {
    const lines = { lines: [1, 2].map(() => ({ sku: 'A', quantity: 1, amount: 5_000 })) };
    const facts = [
      sold({ receipt: '1', at: day('2026-01-01'), ...lines }),
      reported(redemption('a', 30), { at: day('2026-01-02') }),
    ];
    const half = returned({ receipt: '2', of: '1', amounts: [5_000], at: day('2026-01-03') });
    const all = returned({ receipt: '2', of: '1', amounts: [5_000, 5_000], at: day('2026-01-03') });
    expectPoints(under({}), [...facts, half], { available: 20, reversed: 50, debt: 0 });
    expectPoints(under({}), [...facts, all], { available: 0, reversed: 70, debt: 30 });
    const expiring = under({ wallet: { expiry: { kind: 'fixed', after: { unit: 'day', count: 1 } } } });
    const sale = facts[0]!;
    expectPoints(expiring, [sale, all], { available: 0, expired: 100, reversed: 0, debt: 0 });
    expectPoints(expiring, [sale, voided('1', day('2026-01-03'))], { expired: 0, reversed: 100, debt: 0 });
  });

  it('the model: caps fill in effective order, and a return frees no room (S22)', () => {
    const programmes = under({ caps: [{ id: 'daily', wallet: 'points', points: 100, per: 'day' }] });
    const p2 = sold({ receipt: '2', amounts: [8_000], at: day('2026-01-01', '15:00') });
    const p1 = sold({ receipt: '1', amounts: [5_000], at: day('2026-01-01', '10:00'), recorded: day('2026-01-02') });
    expectPoints(programmes, [p2], { earned: 80 });
    const { lots } = pointsOf(programmes, [p2, p1]);
    expect(lots.map(({ points }) => points)).toEqual([50, 50]);
    const back = returned({ receipt: '3', of: '1', amounts: [5_000], at: day('2026-01-01', '16:00') });
    expectPoints(programmes, [p2, p1, back], { available: 50, reversed: 50 });
    const more = sold({ receipt: '4', at: day('2026-01-01', '17:00') });
    expectPoints(programmes, [p2, p1, back, more], { available: 50 });
    const next = sold({ receipt: '4', at: day('2026-01-02', '00:00') });
    expectPoints(programmes, [p2, p1, back, next], { available: 150 });
  });

  it('the model: what a cap kept back of a purchase is not taken with it (S18, S22)', () => {
    const caps = [{ id: 'basket', wallet: 'points', points: 60, per: 'basket' }] as const;
    const facts = [
      sold({ receipt: '1', amounts: [5_000, 5_000], at: day('2026-01-01') }),
      returned({ receipt: '2', of: '1', amounts: [5_000], at: day('2026-01-02') }),
    ];
    expectPoints(under({ caps }), facts, { earned: 60, reversed: 10, available: 50 });
    const account = { rounding: { mode: 'floor', scope: 'account' } } as const;
    expectPoints(under({ caps, wallet: account }), facts, { earned: 60, reversed: 10, available: 50 });
  });

  it('the model: activities and every kind of condition earn', () => {
    const review: EarningRule = {
      id: 'review',
      kind: 'perActivity',
      wallet: 'points',
      points: '5',
      activity: 'review',
    };
    const programmes = under({ rules: [review, double({ channels: ['web'] })] });
    const facts = [did('review', 'a', day('2026-01-01')), did('other', 'b', day('2026-01-01'))];
    expectPoints(programmes, facts, { earned: 10 });
  });
});
