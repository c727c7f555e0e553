import { atOnce } from '../../../kernel/sliced';
import {
  adjusted,
  bought,
  claimed,
  receiptKey,
  reserved,
  returned,
  usedOffline,
  voided,
} from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { sha256 } from '../../../testing/given-when-then';
import { always, onePointPer, programme, terms } from '../../../testing/rule-sketches';
import type { EarningRule } from '../../programmes';
import type { LedgerCorrected } from './account-decisions.events';
import type { AccountEvent } from './account.events';
import { foldAccount, ledgerHash } from './account.ledger';
import type { AccountFact } from './effective-order';
import { recordInOrder, recordOnHistory, type Recording } from './record-fact';

const zone = { timeZone: 'UTC' };
const base = onePointPer('1.00');
const plain = always({ ...zone, rules: [base] });
const second = {
  id: 'second',
  kind: 'multiplier',
  wallet: 'points',
  factor: '2',
  when: { everyVisit: 2 },
} satisfies EarningRule;
const secondVisit = always({ ...zone, rules: [base, second] });
const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`);

const typesOf = ({ events }: Recording): readonly string[] => events.map(({ type }) => type);

type DecisionOf<Type extends AccountEvent['type']> = Extract<AccountEvent, { readonly type: Type }>;

/** What the last append stored of a type. */
function told<Type extends AccountEvent['type']>(story: AccountStory, type: Type): readonly DecisionOf<Type>[] {
  const events = story.drafts.at(-1)?.events ?? [];
  return events.filter((event): event is DecisionOf<Type> => event.type === type);
}

function correctionOf(story: AccountStory): LedgerCorrected['data'] {
  const [correction, ...more] = told(story, 'LedgerCorrected');
  if (correction === undefined || more.length > 0) throw new Error('one correction was expected');
  return correction.data;
}

const changesIn = ({ entries }: LedgerCorrected['data']) =>
  entries.map(({ fact, before, after }) => [fact, before, after]);

describe('a fact that comes after all others', () => {
  const before = () => new AccountStory(plain).deliver(bought('1', { at: '2026-01-10', amount: 100 }));
  const next = bought('2', { at: '2026-01-11', amount: 10 });

  it('is told with what it gave, and nothing is honoured', () => {
    const recorded = recordInOrder(before().account, next, plain);
    expect(recorded?.fact).toBe(next);
    expect(recorded && typesOf(recorded)).toEqual(['PurchaseRecorded', 'PointsEarned']);
    expect(recorded?.decisions).toEqual(recorded?.events.slice(1));
    expect(recorded?.honoured).toEqual([]);
    expect(recorded?.next.wallets[0]?.totals.available).toBe(110);
  });

  it('needs the history where what time alone did has been announced beyond it', () => {
    const announced = (at: number) => recordInOrder({ ...before().account, announced: at }, next, plain);
    expect(announced(noon('2026-01-11'))).toBeDefined();
    expect(announced(noon('2026-01-11') + 1)).toBeUndefined();
  });

  it('is corrected, not added, where an announcement has looked at an account without it', () => {
    const expiring = always({ ...zone, rules: [base], expiry: { kind: 'fixed', after: { unit: 'day', count: 5 } } });
    // The lot ends on 16 January 00:00, which is announced before a purchase of the day before is told.
    const facts = [bought('1', { at: '2026-01-10', amount: 100 })];
    const late = usedOffline('r', { at: '2026-01-15', cost: 30 });
    const on = (announced: number): Recording => atOnce(recordOnHistory({ facts, announced }, late, expiring, sha256));
    expect(typesOf(on(noon('2026-01-15')))).toEqual(['RedemptionReported', 'PointsSpent']);
    const corrected = on(noon('2026-01-16'));
    expect(typesOf(corrected)).toEqual(['RedemptionReported', 'LedgerCorrected']);
    expect(corrected.next.announced).toBe(noon('2026-01-16'));
    // At that instant 100 had been shown as expired, of which 30 were spent in time.
    expect(corrected.decisions.map(({ data }) => 'deltas' in data && data.deltas)).toEqual([
      [{ programme: 'main', wallet: 'points', points: 0, moved: { spent: 30, expired: -30 } }],
    ]);
  });

  it('S27 is told with a return that was settled before it, and nothing is told twice', () => {
    const settling = always({ ...zone, rules: [base], returns: { basis: 'rerate', unmatched: 'ownInvoice' } });
    const story = new AccountStory(settling).deliver(
      bought('1', { at: '2026-01-10', amount: 100 }),
      returned('2', { at: '2026-01-11', of: 'unknown', amount: 40 }),
      returned('3', { at: '2026-01-12', of: 'unknown', amount: 5 }),
      bought('4', { at: '2026-03-20', amount: 10 }),
    );
    expect(story.lastEvents()).toEqual(['PurchaseRecorded', 'PointsReversed', 'PointsReversed', 'PointsEarned']);
    expect(told(story, 'PointsReversed').map(({ data }) => data.points)).toEqual([40, 5]);
    expect(story.shown()).toEqual({ earned: 110, reversed: 45, available: 65 });
  });

  it('S27 is told alone while a return still waits, and where one was settled long ago', () => {
    const settling = always({ ...zone, rules: [base], returns: { basis: 'rerate', unmatched: 'ownInvoice' } });
    const story = new AccountStory(settling).deliver(
      bought('1', { at: '2026-01-10', amount: 100 }),
      returned('2', { at: '2026-01-11', of: 'unknown', amount: 40 }),
      bought('3', { at: '2026-01-12', amount: 10 }),
    );
    expect(story.lastEvents()).toEqual(['PurchaseRecorded', 'PointsEarned']);
    story.deliver(bought('4', { at: '2026-03-20', amount: 10 }));
    expect(story.lastEvents()).toEqual(['PurchaseRecorded', 'PointsReversed', 'PointsEarned']);
    story.deliver(returned('5', { at: '2026-03-21', of: '4', amount: 10 }));
    expect(story.lastEvents()).toEqual(['PurchaseReturned', 'PointsReversed']);
    expect(told(story, 'PointsReversed')).toMatchObject([{ data: { points: 10 } }]);
  });

  it('that names what is over is told as any other: a return takes back, nothing is corrected', () => {
    const story = new AccountStory(plain).deliver(
      bought('1', { at: '2026-01-10', amount: 100 }),
      bought('2', { at: '2026-01-11', amount: 10 }),
      returned('3', { at: '2026-01-12', of: '1', amount: 60 }),
    );
    expect(story.lastEvents()).toEqual(['PurchaseReturned', 'PointsReversed']);
    expect(told(story, 'PointsReversed')).toMatchObject([{ data: { points: 60 } }]);
    expect(story.drafts.at(-1)?.next.announced).toBe(-Infinity);
  });

  it('S7 corrects all the same where it unmakes a purchase, though it is the last to act', () => {
    const story = new AccountStory(plain).deliver(
      bought('1', { at: '2026-01-10', amount: 100 }),
      voided('1', { at: '2026-01-11' }),
    );
    expect(story.lastEvents()).toEqual(['PurchaseVoided', 'LedgerCorrected']);
    // Of a purchase that nobody has told of, there is nothing to correct.
    story.deliver(voided('unknown', { at: '2026-01-12' }));
    expect(story.lastEvents()).toEqual(['PurchaseVoided']);
  });
});

describe('S14 a correction tells the difference, once', () => {
  it('by wallet: what was given on the whole, and every total that moved', () => {
    const story = new AccountStory(secondVisit).deliver(
      bought('1', { at: '2026-01-10', amount: 100 }),
      usedOffline('r', { at: '2026-01-12', cost: 70 }),
      returned('2', { at: '2026-01-11', recordedAt: '2026-01-13', of: '1', amount: 50 }),
    );
    expect(correctionOf(story)).toMatchObject({
      cause: `return~${receiptKey('2')}`,
      language: 1,
      more: 0,
      entries: [],
      deltas: [
        {
          programme: 'main',
          wallet: 'points',
          points: -50,
          moved: { reversed: 50, spent: -20, available: -30, debt: 20, debtIncurred: 20 },
        },
      ],
    });
  });

  it('wallets in which nothing moved are not told of, nor those of the same name in another programme', () => {
    const document = (rules: readonly EarningRule[]) => programme({ ...zone, rules });
    const two = terms({
      coffee: { '1970-01-01': document([base]) },
      main: { '1970-01-01': document([base, second]) },
    });
    const story = new AccountStory(two).deliver(
      bought('2', { at: '2026-01-12', amount: 100 }),
      bought('3', { at: '2026-01-13', amount: 100 }),
      returned('4', { at: '2026-01-14', of: '2', amount: 100 }),
    );
    expect(story.account.wallets.map(({ totals }) => totals.available)).toEqual([100, 200]);
    story.deliver(bought('1', { at: '2026-01-11', recordedAt: '2026-01-15', amount: 0 }));
    expect(correctionOf(story).deltas).toEqual([]);
    story.deliver(bought('0', { at: '2026-01-10', recordedAt: '2026-01-15', amount: 10 }));
    // In main receipt 2 is the second visit now, of which nothing is kept, and 3 the third: 10 + 0 + 100, where 200 were shown.
    expect(correctionOf(story).deltas).toEqual([
      { programme: 'coffee', wallet: 'points', points: 10, moved: { earned: 10, available: 10 } },
      { programme: 'main', wallet: 'points', points: 0, moved: { earned: 10, honoured: 90, reversed: 100 } },
    ]);
  });

  it('a wallet that is gone with the only fact that touched it was left as if it had never been', () => {
    const own = always({ ...zone, rules: [base], returns: { basis: 'ownInvoice' } });
    const story = new AccountStory(own).deliver(
      returned('2', { at: '2026-01-10', of: '1', amount: 40 }),
      voided('1', { at: '2026-01-11' }),
    );
    expect(correctionOf(story).deltas).toEqual([
      { programme: 'main', wallet: 'points', points: 0, moved: { debt: -40, debtIncurred: -40 } },
    ]);
    expect(story.account.wallets).toEqual([]);
  });

  it('lot by lot: the fact’s own first, then by when they were given', () => {
    const story = new AccountStory(secondVisit).deliver(
      bought('2', { at: '2026-01-12', amount: 100 }),
      bought('3', { at: '2026-01-13', amount: 100 }),
      bought('4', { at: '2026-01-14', amount: 100 }),
      bought('1', { at: '2026-01-15', recordedAt: '2026-01-16', amount: 10 }),
      bought('0', { at: '2026-01-13T18:00:00Z', recordedAt: '2026-01-17', amount: 10 }),
    );
    const correction = correctionOf(story);
    // It is the third visit; the fourth is receipt 4 now, and the fifth receipt 1, which gives 10 less.
    expect(changesIn(correction)).toEqual([
      [receiptKey('0'), 0, 10],
      [receiptKey('4'), 100, 200],
      [receiptKey('1'), 20, 10],
    ]);
    expect(correction.entries[0]).toMatchObject({
      lot: `${receiptKey('0')}~base~main~points`,
      programme: 'main',
      wallet: 'points',
      because: { rule: 'base', counted: '10', exact: '10' },
    });
    story.deliver(voided('3', { at: '2026-01-18' }));
    expect(changesIn(correctionOf(story))).toEqual([
      [receiptKey('3'), 200, 0],
      [receiptKey('0'), 10, 20],
      [receiptKey('4'), 200, 100],
      [receiptKey('1'), 10, 20],
    ]);
  });

  it('lots that are gone come last, by the rule that had given them', () => {
    const first = { id: 'first', kind: 'perVisit', wallet: 'stars', points: '1', when: { firstOf: 'day' } } as const;
    const stars = { id: 'stars', name: 'stars', rounding: { mode: 'floor', scope: 'basket' } } as const;
    const points = { ...stars, id: 'points', name: 'points' } as const;
    const rules = always({ ...zone, rules: [base, first], wallets: [points, stars] });
    const story = new AccountStory(rules).deliver(
      bought('2', { at: '2026-01-10T12:00:00Z', amount: 100 }),
      bought('1', { at: '2026-01-10T10:00:00Z', recordedAt: '2026-01-10T13:00:00Z', amount: 10 }),
    );
    expect(
      correctionOf(story).entries.map(({ lot, fact, wallet, before, after }) => [lot, fact, wallet, before, after]),
    ).toEqual([
      [`${receiptKey('1')}~base~main~points`, receiptKey('1'), 'points', 0, 10],
      [`${receiptKey('1')}~first~main~stars`, receiptKey('1'), 'stars', 0, 1],
      [`${receiptKey('2')}~first~main~stars`, receiptKey('2'), 'stars', 1, 0],
    ]);
    // One star was lost and one won.
    expect(correctionOf(story).deltas).toEqual([
      { programme: 'main', wallet: 'points', points: 10, moved: { earned: 10, available: 10 } },
    ]);
  });

  it('S9 hashes are of what is derived, whatever had been honoured before', () => {
    const story = new AccountStory(secondVisit).deliver(
      bought('1', { at: '2026-01-10', amount: 100 }),
      bought('2', { at: '2026-01-11', amount: 100 }),
      voided('1', { at: '2026-01-12' }),
      bought('0', { at: '2026-01-09', recordedAt: '2026-01-13', amount: 10 }),
    );
    const derived = story.facts.filter(({ event }) => event.type !== 'EntitlementHonoured');
    expect(derived).toHaveLength(4);
    const hash = (facts: readonly AccountFact[]): string =>
      atOnce(ledgerHash(atOnce(foldAccount(facts, secondVisit)), sha256));
    const { hashBefore, hashAfter } = correctionOf(story);
    expect([hashBefore, hashAfter]).toEqual([hash(derived.slice(0, 3)), hash(derived)]);
  });

  it('a fold that somebody has made already is as good as one of its own', () => {
    const facts = [bought('1', { at: '2026-01-10', amount: 100 }), bought('2', { at: '2026-01-11', amount: 100 })];
    const late = bought('0', { at: '2026-01-09', recordedAt: '2026-01-12', amount: 10 });
    const history = { facts, announced: -Infinity };
    const own = atOnce(recordOnHistory(history, late, secondVisit, sha256));
    const ledger = atOnce(foldAccount(facts, secondVisit));
    expect(atOnce(recordOnHistory({ ...history, ledger }, late, secondVisit, sha256))).toEqual(own);
    expect(own.ledger?.account).toEqual({ ...own.next, announced: -Infinity });
  });
});

describe('S36 a claim is told as it comes', () => {
  it('in order it adds: the points, and what had been returned', () => {
    const anonymous = bought('1', { at: '2026-01-10', amount: 100, anonymous: true });
    const back = returned('2', { at: '2026-01-11', of: '1', amount: 30 });
    const story = new AccountStory(plain).deliver(claimed(anonymous, { at: '2026-01-20' }, back));
    expect(story.lastEvents()).toEqual(['PurchaseClaimed', 'PointsEarned', 'PointsReversed']);
  });

  it('among others it corrects, once', () => {
    const anonymous = bought('1', { at: '2026-01-10', amount: 100, anonymous: true });
    const story = new AccountStory(plain).deliver(
      adjusted('a', 5, { at: '2026-01-15' }),
      reserved('r', { at: '2026-01-16', cost: 5 }),
      claimed(anonymous, { at: '2026-01-20' }),
    );
    expect(story.lastEvents()).toEqual(['PurchaseClaimed', 'LedgerCorrected']);
    expect(correctionOf(story)).toMatchObject({
      cause: receiptKey('1'),
      deltas: [{ points: 100, moved: { earned: 100, available: 100 } }],
    });
  });
});
