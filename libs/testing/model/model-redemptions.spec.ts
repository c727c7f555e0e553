import type { ModelFact, ModelProgramme } from './ledger-model';
import { base, day, document, expectPoints, under } from './model-sketches';
import {
  claimed,
  confirmed,
  receiptKey,
  redemption,
  redemptionId,
  released,
  reported,
  reserved,
  returned,
  sold,
  voided,
} from './told-facts';

describe('the model: redemptions and unmatched returns', () => {
  const programmes = under({ wallet: { expiry: { kind: 'fixed', after: { unit: 'day', count: 1 } } } });
  const held = [
    sold({ receipt: '1', at: day('2026-01-01') }),
    reserved(redemption('a', 100), day('2026-01-02', '23:58'), day('2026-01-03', '00:03')),
  ];

  it('the model: reserved points do not expire; left alone they do when it lapses (S25)', () => {
    expectPoints(programmes, held, { reserved: 100, expired: 0 }, day('2026-01-03', '00:02'));
    expectPoints(programmes, [...held, confirmed('a', day('2026-01-03', '00:02'))], { spent: 100, expired: 0 });
    expectPoints(programmes, held, { reserved: 0, expired: 100 }, day('2026-01-03', '00:03'));
    expectPoints(programmes, [...held, released('a', day('2026-01-03', '00:01'))], { expired: 100 });
    expectPoints(
      programmes,
      [...held, released('a', day('2026-01-02', '23:59'))],
      { available: 100 },
      day('2026-01-02', '23:59'),
    );
    expectPoints(programmes, [...held, confirmed('a', day('2026-01-03', '00:03'))], { spent: 0, expired: 100 });
  });

  it('the model: an offline overdraft is debt (S26)', () => {
    const facts = [
      sold({ receipt: '1', at: day('2026-01-01') }),
      reported(redemption('a', 100), { at: day('2026-01-02') }),
      reported(redemption('b', 100), { at: day('2026-01-02') }),
    ];
    expectPoints(under({}), facts, { spent: 100, debt: 100, available: 0 });
  });

  it('the model: points owed for a redemption pay its debt when it is undone (S20, S26)', () => {
    const facts = [
      reported(redemption('a', 100), { at: day('2026-01-01') }),
      sold({
        receipt: '1',
        at: day('2026-01-01'),
        payments: [{ kind: 'points', amount: 10_000, redemption: redemptionId('a') }],
      }),
      voided('1', day('2026-01-02')),
    ];
    expectPoints(under({}), facts, { debt: 0, available: 0 });
    const paid = sold({ receipt: '2', at: day('2026-01-01', '12:00') });
    expectPoints(under({}), [...facts, paid], { debt: 0, available: 100, paidToDebt: 100, spent: -100 });
  });

  it('the model: a return before its purchase waits at nothing, then counts (S27)', () => {
    const back = returned({ receipt: '2', of: '1', amounts: [4_000], at: day('2026-01-01') });
    expectPoints(under({}), [back], { earned: 0, reversed: 0, debt: 0 });
    const sale = sold({ receipt: '1', at: day('2026-01-02') });
    expectPoints(under({}), [back, sale], { available: 60, reversed: 40, debtIncurred: 0 });
  });

  it('the model: unmatched after 45 days it is settled by policy, and a purchase later earns in full (S27)', () => {
    const back = returned({ receipt: '2', of: '1', amounts: [4_000], at: day('2026-01-01') });
    const imported = returned({ receipt: '2', of: '1', amounts: [4_000], at: day('2026-01-01'), source: 'import' });
    const late = sold({ receipt: '1', at: day('2026-02-20') });
    const intime = sold({ receipt: '1', at: day('2026-02-01') });
    const policy = (unmatched: 'wait' | 'ownInvoice' | 'ignore'): ModelProgramme[] =>
      under({ returns: { basis: 'rerate', unmatched } });
    expectPoints(policy('ownInvoice'), [back], { debt: 0 }, day('2026-02-15', '09:59'));
    expectPoints(policy('ownInvoice'), [back], { debt: 40 }, day('2026-02-15'));
    expectPoints(policy('ownInvoice'), [back, late], { earned: 100, available: 60, paidToDebt: 40, reversed: 0 });
    expectPoints(policy('ownInvoice'), [back, intime], { available: 60, reversed: 40, debtIncurred: 0 });
    expectPoints(policy('ownInvoice'), [imported], { debt: 40 }, day('2026-01-01'));
    expectPoints(policy('ownInvoice'), [imported, late], { available: 60, reversed: 40, debtIncurred: 0 });
    expectPoints(policy('ignore'), [back, late], { available: 100 });
    expectPoints(policy('wait'), [back, late], { available: 60 });
  });

  it('the model: more than was bought, or after the window, counts nothing (S27, S28)', () => {
    const sale = sold({ receipt: '1', at: day('2026-01-01') });
    const twice = returned({ receipt: '2', of: '1', amounts: [4_000, 4_000], at: day('2026-01-02') });
    expectPoints(under({}), [sale, twice], { available: 100, reversed: 0 });
    const window = under({ returns: { basis: 'rerate', window: { unit: 'day', count: 7 } } });
    const back = (at: string): ModelFact => returned({ receipt: '2', of: '1', at });
    expectPoints(window, [sale, back(day('2026-01-08', '23:59'))], { reversed: 100 });
    expectPoints(window, [sale, back(day('2026-01-09', '00:00'))], { reversed: 0, available: 100 });
  });

  const twoRevisions: ModelProgramme[] = [
    {
      programme: 'main',
      revisions: [
        { from: 0, document: document() },
        { from: Date.parse('2026-01-05'), document: document({ rules: [{ ...base, points: '2' }] }) },
      ],
    },
  ];

  it('the model: a return goes by the revision of its purchase (S28)', () => {
    const facts = [
      sold({ receipt: '1', at: day('2026-01-01') }),
      returned({ receipt: '2', of: '1', at: day('2026-01-06') }),
    ];
    expectPoints(twoRevisions, facts, { earned: 100, reversed: 100, debt: 0 });
  });

  it('the model: a claimed purchase earns at its own day, net of what was returned (S36)', () => {
    const told = { receipt: '1', amounts: [7_000, 3_000] };
    const claim = claimed(told, day('2026-01-01'), day('2026-01-07'), [
      {
        receipt: '2',
        of: '1',
        amounts: [3_000],
        at: day('2026-01-02'),
        lines: [{ sku: 'A', quantity: 1, amount: 3_000, of: receiptKey('1'), line: 1 }],
      },
    ]);
    expectPoints(twoRevisions, [claim], { available: 70 });
    expectPoints(twoRevisions, [claimed(told, day('2026-01-01'), day('2026-01-07'))], { available: 100 });
    expectPoints(programmes, [claim], { available: 70 }, day('2026-02-06', '23:59'));
    expectPoints(programmes, [claim], { expired: 70 }, day('2026-02-07', '00:00'));
    const anonymous = sold({ ...told, at: day('2026-01-01'), more: {} });
    if (anonymous.event.type !== 'PurchaseRecorded') throw new Error('a sale is a purchase');
    const { presented: _, ...unknown } = anonymous.event.data;
    const event = { ...anonymous.event, data: unknown };
    expectPoints(under({}), [{ ...anonymous, event }], { earned: 0 });
  });
});
