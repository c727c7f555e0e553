import { accept, refuse } from '../../../kernel/decision';
import { atOnce } from '../../../kernel/sliced';
import { adjusted, bought, returned } from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { decideOn, recording, sha256, untold } from '../../../testing/given-when-then';
import { always, onePointPer } from '../../../testing/rule-sketches';
import { initialAccount } from './account.state';
import {
  decideInOrder,
  decideOnHistory,
  NEEDS_HISTORY,
  type AccountDecider,
  type RecordedFacts,
} from './decide-account';
import type { AccountFact } from './effective-order';

const plain = always({ timeZone: 'UTC', rules: [onePointPer('1.00')] });
const sale = bought('1', { at: '2026-01-01', amount: 100 });
const back = returned('2', { at: '2026-01-02', of: '1', amount: 40 });
const none = { facts: [], announced: -Infinity };

/** Accepts the facts, and answers with what was recorded. */
function answering(...facts: readonly AccountFact[]) {
  const heard: RecordedFacts[] = [];
  const decider: AccountDecider<never> = {
    decide: () => accept(...facts),
    outcome: (recorded) => {
      heard.push(recorded);
      return { facts: recorded.facts.length };
    },
  };
  return { decider, heard };
}

describe('one append of an account', () => {
  it('holds all its facts with what was made of each, and answers for the account after them', () => {
    const next = bought('2', { at: '2026-01-01T12:00:01Z', amount: 10 });
    const { decider, heard } = answering(sale, next);
    const draft = decideInOrder(decider, initialAccount, plain);
    expect(draft).toMatchObject({ kind: 'draft', outcome: { facts: 2 }, facts: [sale, next] });
    if (draft.kind !== 'draft') throw new Error('a draft was expected');
    expect(draft.events.map(({ type }) => type)).toEqual([
      'PurchaseRecorded',
      'PointsEarned',
      'PurchaseRecorded',
      'PointsEarned',
    ]);
    expect([draft.occurredAt, draft.effectiveAt]).toEqual([sale.occurredAt, sale.effectiveAt]);
    expect(draft.next.wallets[0]?.totals.available).toBe(110);
    const [recorded] = heard;
    expect(recorded?.account).toBe(draft.next);
    expect(recorded?.decisions).toEqual(draft.events.filter(({ type }) => type === 'PointsEarned'));
    // What was decided in order has no fold from the start to look at.
    expect(recorded && 'ledger' in recorded).toBe(false);
  });

  it('needs the history where the account is behind, or a fact is late, or names what is over', () => {
    const { account } = new AccountStory(plain).deliver(sale);
    const asked = (fact: AccountFact, on = account) => decideInOrder(recording(fact), on, plain);
    expect(asked(bought('3', { at: '2026-01-02', amount: 1 }), { ...account, behind: true })).toBe(NEEDS_HISTORY);
    expect(asked(bought('0', { at: '2025-12-31', amount: 1 }))).toBe(NEEDS_HISTORY);
    expect(asked(back)).toBe(NEEDS_HISTORY);
    expect(asked(adjusted('a', 1, { at: '2026-01-02' }))).toMatchObject({ kind: 'draft' });
    // An account that is behind is not even asked about.
    const unasked: AccountDecider<'No'> = { decide: () => refuse('No', 'not this'), outcome: () => ({}) };
    expect(decideInOrder(unasked, { ...account, behind: true }, plain)).toBe(NEEDS_HISTORY);
    expect(decideInOrder(unasked, account, plain)).toMatchObject({ kind: 'refused', code: 'No' });
    expect(atOnce(decideOnHistory(unasked, none, plain, sha256))).toMatchObject({ kind: 'refused', code: 'No' });
  });

  it('on the history facts follow each other, with the fold that came of them', () => {
    const { decider, heard } = answering(back, bought('3', { at: '2026-01-02T12:00:01Z', amount: 5 }));
    const draft = atOnce(decideOnHistory(decider, { facts: [sale], announced: -Infinity }, plain, sha256));
    if (draft.kind !== 'draft') throw new Error('a draft was expected');
    expect(draft.next.wallets[0]?.totals).toMatchObject({ earned: 105, reversed: 40, available: 65 });
    expect(heard[0]?.ledger?.account.wallets).toEqual(draft.next.wallets);
  });

  it('that asks for the history it was given is our mistake', () => {
    const never: AccountDecider<never> = { decide: () => NEEDS_HISTORY, outcome: () => ({}) };
    expect(() => atOnce(decideOnHistory(never, none, plain, sha256))).toThrow(
      'a decision asks for the history it was given',
    );
  });
});

describe('what would be too much to count', () => {
  const generous = always({ timeZone: 'UTC', rules: [onePointPer('0.01', { points: '1000000' })] });
  const huge = bought('1', { at: '2026-01-01', amount: 1_000_000_000 });

  it('is refused, in order and on the history, with what would overflow', () => {
    const refusal = {
      kind: 'refused',
      code: 'PointsTooMany',
      detail:
        'The wallet points would hold more than 9000000000000000 points: the programme gives too much, or the amounts are wrong.',
    };
    expect(decideInOrder(recording(huge), initialAccount, generous)).toMatchObject(refusal);
    expect(atOnce(decideOnHistory(recording(huge), none, generous, sha256))).toMatchObject(refusal);
  });

  it('any other fault is no refusal', () => {
    const broken: AccountDecider<never> = {
      decide: () => accept(sale),
      outcome: () => {
        throw new Error('a fault of ours');
      },
    };
    expect(() => decideOn(plain, broken, untold)).toThrow('a fault of ours');
  });
});
