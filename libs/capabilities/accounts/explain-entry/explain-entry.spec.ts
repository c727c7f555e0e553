import type { LotKey } from '../../../kernel/ids';
import { deliver, sale, type SaleSketch } from '../../../testing/given-when-then';
import { onePointPer, programme, terms, type ProgrammeSketch } from '../../../testing/rule-sketches';
import type { AccountDecision } from '../account/account.events';
import { explainCorrection, explainEntry } from './explain-entry';

function why(sketch: ProgrammeSketch, told: readonly SaleSketch[], lot: string) {
  const document = programme(sketch);
  const { facts, drafts } = deliver(terms({ main: { '1970-01-01': document } }), told.map(sale));
  const decisions = drafts
    .flatMap(({ events }) => events)
    .filter((event): event is AccountDecision => event.type !== 'PurchaseRecorded');
  const fact = facts.find(({ event }) => lot.startsWith(`${event.data.receiptKey}~`)) ?? facts[0];
  if (fact === undefined) throw new Error('nothing was sold');
  const { occurredAt, effectiveAt } = fact;
  const explained = explainEntry({
    lot: lot as LotKey,
    decisions,
    purchase: fact.event.data,
    occurredAt,
    effectiveAt,
    document,
  });
  return { explained, decisions };
}

describe('why an entry holds its points', () => {
  it('names receipt, rule, what was counted, multipliers and the one rounding', () => {
    const double = {
      id: 'double',
      kind: 'multiplier',
      wallet: 'points',
      factor: '2',
      when: { weekdays: [5] },
    } as const;
    const { explained } = why(
      { rules: [onePointPer('1.00'), double] },
      [{ amounts: [3_345] }],
      'manila-1~2~000123~base~main~points',
    );
    expect(explained).toMatchObject({
      points: 66,
      revision: 1,
      rule: { id: 'base', words: '1 points for every 1.00 PHP spent.' },
      counted: '33.45 PHP',
      multipliers: [{ rule: 'double', factor: '2' }],
      exact: '66.9',
      rounding: { mode: 'floor', scope: 'basket' },
      corrections: [],
    });
    expect(explained?.sentences).toEqual([
      '66 points for receipt 000123 of till 2 at manila-1, 2026-11-20 10:15 (+08:00).',
      'Rule "base" of programme "main", revision 1: 1 points for every 1.00 PHP spent.',
      'It counted 33.45 PHP.',
      'Rule "double" multiplied it by 2: points ×2, on Fridays.',
      'That is exactly 66.9 points. All rules together, the whole basket is rounded once, down, and shared among the rules by largest remainder.',
    ]);
  });

  it('names the late receipts that changed it since', () => {
    const told = [
      { receipt: '1', at: '2026-11-20T10:10:00+08:00', amounts: [60] },
      { receipt: '0', at: '2026-11-20T10:00:00+08:00', amounts: [50] },
    ];
    const sketch: ProgrammeSketch = { rounding: { scope: 'account' }, rules: [onePointPer('1.00')] };
    const { explained, decisions } = why(sketch, told, 'manila-1~2~1~base~main~points');
    expect(explained).toMatchObject({
      points: 1,
      runningTotal: { before: '0.5', after: '1.1' },
      corrections: [{ cause: 'manila-1~2~0', before: 0, after: 1 }],
    });
    expect(explained?.sentences.slice(-2)).toEqual([
      'That is exactly 0.6 points. All rules together, the running total of the account is rounded once, down, and shared among the rules by largest remainder. It went from 0.5 to 1.1.',
      'Receipt 0 arrived late and changed it from 0 to 1.',
    ]);
    const correction = decisions.find(({ type }) => type === 'LedgerCorrected');
    if (correction?.type !== 'LedgerCorrected') throw new Error('no correction');
    expect(explainCorrection(correction.data, (_, wallet) => wallet)).toEqual([
      'Receipt 0 arrived late, after receipts it comes before: +1 points.',
      'Receipt 1 went from 0 to 1 points.',
    ]);
  });

  it('says what was counted in units and visits', () => {
    const rules = [
      { id: 'item', kind: 'perItem', wallet: 'points', points: '2' },
      { id: 'visit', kind: 'perVisit', wallet: 'points', points: '5' },
    ] as const;
    const told = [{ lines: [{ sku: 'RICE', quantity: 2.5, amount: 100 }] }];
    const countedBy = (rule: string) =>
      why({ rules }, told, `manila-1~2~000123~${rule}~main~points`).explained?.counted;
    expect([countedBy('item'), countedBy('visit')]).toEqual(['2.5 units', '1 visit']);
  });

  it('knows nothing of a lot that was never given', () => {
    expect(why({ rules: [onePointPer('1.00')] }, [{}], 'manila-1~2~9~base~main~points').explained).toBeUndefined();
  });
});
