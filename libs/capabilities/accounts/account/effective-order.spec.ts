import type { ReceiptKey } from '../../../kernel/ids';
import { atOnce } from '../../../kernel/sliced';
import {
  adjusted,
  bought,
  claimed,
  confirmed,
  receiptKey,
  redemptionId,
  released,
  reserved,
  returned,
  usedOffline,
  voided,
} from '../../../testing/account-facts';
import { did, honoured } from '../../../testing/model/told-facts';
import { always, onePointPer, programme, terms } from '../../../testing/rule-sketches';
import type { ReturnTerms, Terms } from '../../programmes';
import { arrangeFacts, type ArrangedFacts } from './arrange-facts';
import { decidedAt, factKey, type AccountFact } from './effective-order';

const zone = { timeZone: 'UTC' };
const base = onePointPer('1.00');
const plain = always({ ...zone, rules: [base] });
const returning = (returns: ReturnTerms): Terms => always({ ...zone, rules: [base], returns });
const at = '2026-01-10T10:00:00.000Z';

const arranged = (facts: readonly AccountFact[], rules: Terms = plain): ArrangedFacts =>
  atOnce(arrangeFacts(facts, rules));

const names = ({ acts }: ArrangedFacts): readonly string[] => acts.map(({ fact }) => factKey(fact.event));

/** Told as they are and the other way round. */
function expectOrder(facts: readonly AccountFact[], expected: readonly string[]): void {
  expect(names(arranged(facts))).toEqual(expected);
  expect(names(arranged([...facts].reverse()))).toEqual(expected);
}

/** What acts, when, as it is arranged. */
const timed = (acts: ArrangedFacts) =>
  acts.acts.map(({ kind, fact, place }) => {
    expect(place.effectiveAt).toBe(fact.effectiveAt);
    return [factKey(fact.event), kind, new Date(place.effectiveAt).toISOString()];
  });

describe('S4 within one instant', () => {
  it('kinds have an order: purchase, claim, activity, return and void, adjustment and honour, end, redemption', () => {
    const anonymous = bought('claim', { at, amount: 10, anonymous: true });
    expectOrder(
      [
        reserved('asked', { at, cost: 5 }),
        usedOffline('taken', { at, cost: 5 }),
        released('let', { at }),
        confirmed('held', { at }),
        honoured('cause', 5, at),
        adjusted('a', 5, { at }),
        returned('back', { at, amount: 5 }),
        voided('gone', { at }),
        did('review', 'act', at),
        claimed(anonymous, { at: '2026-01-12' }),
        bought('buy', { at, amount: 10 }),
      ],
      [
        'manila-1~2~buy',
        'manila-1~2~claim',
        'activity~act',
        'void~void-gone',
        'return~manila-1~2~back',
        'adjustment~a',
        'honour~cause~main~points',
        'confirm~red_held',
        'release~red_let',
        'red_asked',
        'red_taken',
      ],
    );
  });

  it('an earlier instant comes before any order of kinds', () => {
    const [before, after] = ['2026-01-10T09:59:59.999Z', '2026-01-10T10:00:00.001Z'];
    expectOrder(
      [bought('1', { at: after, amount: 1 }), adjusted('a', 5, { at }), reserved('r', { at: before, cost: 1 })],
      ['red_r', 'adjustment~a', 'manila-1~2~1'],
    );
  });

  it('of one kind come by outlet, till, receipt and name, bytewise', () => {
    const numberedDaily = (day: string): AccountFact => {
      const fact = bought('7', { at, amount: 1 });
      if (fact.event.type !== 'PurchaseRecorded') throw new Error('a purchase was told');
      const data = { ...fact.event.data, receiptKey: `${receiptKey('7')}~${day}` as ReceiptKey };
      return { ...fact, event: { ...fact.event, data } };
    };
    expectOrder(
      [
        bought('1', { at, amount: 1, outlet: 'b', till: '1' }),
        bought('2', { at, amount: 1, outlet: 'a', till: '9' }),
        bought('3', { at, amount: 1, outlet: 'a', till: '10' }),
        bought('10', { at, amount: 1, outlet: 'a', till: '10' }),
        numberedDaily('2026-01-10'),
        numberedDaily('2026-01-09'),
        adjusted('b', 5, { at }),
        adjusted('a', 5, { at }),
      ],
      [
        'a~10~10',
        'a~10~3',
        'a~9~2',
        'b~1~1',
        'manila-1~2~7~2026-01-09',
        'manila-1~2~7~2026-01-10',
        'adjustment~a',
        'adjustment~b',
      ],
    );
  });

  it('redemptions come by outlet before they come by name', () => {
    const from = (outlet: string, fact: AccountFact): AccountFact => {
      if (fact.event.type !== 'RedemptionReserved') throw new Error('a reservation was told');
      return { ...fact, event: { ...fact.event, data: { ...fact.event.data, outlet } } };
    };
    expectOrder(
      [
        from('cebu-1', reserved('b', { at, cost: 1 })),
        from('cebu-1', reserved('a', { at, cost: 1 })),
        from('baguio-1', reserved('z', { at, cost: 1 })),
      ],
      ['red_z', 'red_a', 'red_b'],
    );
  });

  it('what ends a reservation comes right after it, before the next one', () => {
    expectOrder(
      [
        released('b', { at }),
        confirmed('a', { at }),
        reserved('b', { at, cost: 5 }),
        reserved('a', { at, cost: 5 }),
        reserved('c', { at, cost: 5 }),
      ],
      ['red_a', 'confirm~red_a', 'red_b', 'release~red_b', 'red_c'],
    );
  });
});

describe('S3 what is decided online', () => {
  const newest = { effectiveAt: 2_000, rank: 7, outlet: '', till: '', receipt: '', key: '' };

  it('acts now, or with the newest of the account where a till’s clock runs ahead', () => {
    expect(decidedAt(1_000, null)).toBe(1_000);
    expect(decidedAt(3_000, newest)).toBe(3_000);
    expect(decidedAt(1_000, newest)).toBe(2_000);
  });
});

describe('where a fact acts', () => {
  it('S25 an end that is told of before its reservation acts with it; a later one at its own time', () => {
    const reservation = reserved('r', { at, cost: 5 });
    const early = confirmed('r', { at: '2026-01-10T09:58:00.000Z' });
    const [, end] = arranged([early, reservation]).acts;
    expect(end?.fact).toEqual({ ...early, effectiveAt: reservation.effectiveAt });
    expect(end?.place).toMatchObject({ effectiveAt: reservation.effectiveAt, receipt: redemptionId('r'), key: 'end' });
    const later = '2026-01-10T10:02:00.000Z';
    expectOrder(
      [reservation, confirmed('r', { at: later }), reserved('s', { at: later, cost: 1 })],
      ['red_r', 'confirm~red_r', 'red_s'],
    );
  });

  it('S27 a return acts after every purchase it names, wherever the clocks put it', () => {
    const purchases = [
      bought('1', { at: '2026-01-10T10:00:00Z', amount: 100 }),
      bought('2', { at: '2026-01-10T11:00:00Z', amount: 100 }),
    ];
    const both = returned('3', {
      at: '2026-01-10T10:30:00Z',
      lines: [
        { amount: 10, of: receiptKey('1') },
        { amount: 10, of: receiptKey('2') },
      ],
    });
    expect(timed(arranged([both, ...purchases]))).toEqual([
      ['manila-1~2~1', 'fact', '2026-01-10T10:00:00.000Z'],
      ['manila-1~2~2', 'fact', '2026-01-10T11:00:00.000Z'],
      ['return~manila-1~2~3', 'fact', '2026-01-10T11:00:00.000Z'],
      ['return~manila-1~2~3', 'settlement', '2026-02-24T10:30:00.000Z'],
    ]);
  });

  it('S27 a return waits 45 days from when it was recorded; one of no purchase, or of history taken over, does not', () => {
    const told = { at: '2026-01-10T10:00:00Z', recordedAt: '2026-01-12T10:00:00Z', amount: 10 };
    expect(timed(arranged([returned('3', { ...told, of: '1' })])).slice(1)).toEqual([
      ['return~manila-1~2~3', 'settlement', '2026-02-26T10:00:00.000Z'],
    ]);
    expect(arranged([returned('3', told)]).acts).toHaveLength(1);
    expect(arranged([returned('3', { ...told, of: '1', source: 'import' })]).acts).toHaveLength(1);
    // One line that names a purchase is enough.
    const mixed = returned('3', { ...told, lines: [{ amount: 1 }, { amount: 1, of: receiptKey('1') }] });
    expect(arranged([mixed]).acts).toHaveLength(2);
  });

  it('S27 is settled after its purchase, and among the returns of its instant', () => {
    // The purchase claims to be of later than the return is waited on.
    const purchase = bought('1', { at: '2026-03-10T10:00:00Z', recordedAt: '2026-01-10T10:00:00Z', amount: 10 });
    const back = returned('3', { at: '2026-01-10T10:00:00Z', of: '1', amount: 10 });
    expect(timed(arranged([back, purchase])).slice(1)).toEqual([
      ['return~manila-1~2~3', 'fact', '2026-03-10T10:00:00.000Z'],
      ['return~manila-1~2~3', 'settlement', '2026-03-10T10:00:00.000Z'],
    ]);
    const due = '2026-02-24T10:00:00Z';
    const settled = arranged([
      adjusted('a', 1, { at: due }),
      bought('9', { at: due, amount: 1 }),
      returned('3', { at: '2026-01-10T10:00:00Z', of: '1', amount: 10 }),
    ]);
    expect(names(settled).slice(1)).toEqual(['manila-1~2~9', 'return~manila-1~2~3', 'adjustment~a']);
  });

  it('S27 a purchase that comes after its return was settled does not move it, unless it is waited on for ever', () => {
    const back = returned('3', { at: '2026-01-10T10:00:00Z', of: '1', amount: 10 });
    const sale = (recordedAt: string) => bought('1', { at: '2026-01-10T11:00:00Z', recordedAt, amount: 10 });
    const actsAt = (recordedAt: string, rules: Terms): string | undefined =>
      timed(arranged([back, sale(recordedAt)], rules)).find(
        ([name, kind]) => name?.startsWith('return') === true && kind === 'fact',
      )?.[2];
    const settling = returning({ basis: 'rerate', unmatched: 'ownInvoice' });
    expect(actsAt('2026-02-24T09:59:59.999Z', settling)).toBe('2026-01-10T11:00:00.000Z');
    expect(actsAt('2026-02-24T10:00:00Z', settling)).toBe('2026-01-10T10:00:00.000Z');
    for (const lasting of [returning({ basis: 'rerate', unmatched: 'wait' }), returning({ basis: 'ownInvoice' })]) {
      expect(actsAt('2026-02-24T10:00:00Z', lasting)).toBe('2026-01-10T11:00:00.000Z');
    }
  });

  it('S27 whether it waits for ever is said by the revision of when it happened', () => {
    const documentOf = (returns: ReturnTerms) => programme({ ...zone, rules: [base], returns });
    const revisions = terms({
      main: {
        '2026-01-01': documentOf({ basis: 'rerate', unmatched: 'wait' }),
        '2026-02-01': documentOf({ basis: 'rerate', unmatched: 'ignore' }),
      },
    });
    const back = returned('3', { at: '2026-01-10T10:00:00Z', of: '1', amount: 10 });
    const late = bought('1', { at: '2026-01-10T11:00:00Z', recordedAt: '2026-03-24T10:00:00Z', amount: 10 });
    expect(names(arranged([back, late], revisions)).slice(0, 2)).toEqual(['manila-1~2~1', 'return~manila-1~2~3']);
  });

  it('S7 a void acts not before its purchase, bought or claimed, which gives nothing', () => {
    const purchase = bought('1', { at, amount: 100 });
    const early = voided('1', { at: '2026-01-10T09:00:00Z' });
    const expected = [
      ['manila-1~2~1', 'voidedPurchase', at],
      ['void~void-1', 'fact', at],
    ];
    expect(timed(arranged([early, purchase]))).toEqual(expected);
    expect(timed(arranged([early, claimed(purchase, { at: '2026-01-12' })]))).toEqual(expected);
    expect(arranged([early, purchase]).voided).toEqual(new Set([receiptKey('1')]));
  });

  it('S36 what had been returned before the claim comes with it, and counts as known since', () => {
    const anonymous = bought('1', { at, amount: 100, anonymous: true });
    const back = returned('3', { at: '2026-01-11T10:00:00.000Z', of: '1', amount: 30 });
    const claim = claimed(anonymous, { at: '2026-01-12T10:00:00.000Z' }, back);
    const acts = arranged([claim]);
    expect(timed(acts)).toEqual([
      ['manila-1~2~1', 'fact', at],
      ['return~manila-1~2~3', 'fact', '2026-01-11T10:00:00.000Z'],
      ['return~manila-1~2~3', 'settlement', '2026-02-26T10:00:00.000Z'],
    ]);
    expect(acts.acts[1]?.fact).toEqual({ ...back, recordedAt: claim.recordedAt });
  });

  it('S27 purchases that are named and not known are awaited, once each', () => {
    const back = (receipt: string) => returned(receipt, { at, of: '1', amount: 10 });
    const known = [bought('4', { at, amount: 100 }), returned('5', { at, of: '4', amount: 10 }), voided('4', { at })];
    expect(arranged([back('2'), back('3'), voided('9', { at }), ...known]).awaited).toEqual([
      receiptKey('1'),
      receiptKey('9'),
    ]);
  });
});
