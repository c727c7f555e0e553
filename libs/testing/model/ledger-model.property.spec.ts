import fc from 'fast-check';
import { checkProgramme } from '../../capabilities/programmes';
import { arbitraryHistory } from './arbitrary-ledger';
import { arbitraryProgrammes } from './arbitrary-programme';
import { modelLedger, type ModelFact } from './ledger-model';

const instantsOf = (facts: readonly ModelFact[]): number[] => {
  const days = 86_400_000;
  return [...new Set(facts.flatMap(({ effectiveAt: at }) => [at, at + 3 * days, at + 60 * days]))].sort(
    (a, b) => a - b,
  );
};

/** What S16 says must be equal of every wallet. */
function expectBalance({ wallets, cards }: ReturnType<typeof modelLedger>): void {
  for (const { totals, lots, debts } of wallets) {
    const { earned, honoured, adjustedUp, pending, available, reserved, spent, expired } = totals;
    const { reversed, adjustedDown, paidToDebt, debt, debtIncurred, debtForgiven } = totals;
    expect(earned + honoured + adjustedUp).toBe(
      pending + available + reserved + spent + expired + reversed + adjustedDown + paidToDebt,
    );
    expect(debtIncurred).toBe(debt + paidToDebt + debtForgiven);
    expect(debts.reduce((all, { points }) => all + points, 0)).toBe(debt);
    // Points become active only to pay what is owed.
    if (debt > 0) expect(available).toBe(0);
    for (const lot of lots) {
      const parts = [lot.pending, lot.available, lot.reserved, lot.spent, lot.expired, lot.reversed, lot.returned];
      expect(Math.min(...parts, lot.withdrawn, lot.consumed, lot.paidToDebt)).toBeGreaterThanOrEqual(0);
      expect(parts.reduce((a, b) => a + b) + lot.withdrawn + lot.consumed + lot.paidToDebt).toBe(lot.points);
    }
  }
  for (const { stamps, live, used, expired } of cards) {
    expect(Math.min(stamps, live, used, expired)).toBeGreaterThanOrEqual(0);
  }
}

describe('the model: properties of its own', () => {
  it('the model: the balance of S16 holds at every instant', () => {
    fc.assert(
      fc.property(arbitraryProgrammes, arbitraryHistory, (programmes, facts) => {
        for (const at of instantsOf(facts)) expectBalance(modelLedger(programmes, facts, at));
      }),
      { numRuns: 150 },
    );
  });

  it('the model: the order in which facts are told does not matter', () => {
    const shuffled = arbitraryHistory.chain((facts) =>
      fc.tuple(fc.constant(facts), fc.shuffledSubarray([...facts], { minLength: facts.length })),
    );
    fc.assert(
      fc.property(arbitraryProgrammes, shuffled, (programmes, [facts, others]) => {
        const until = Math.max(...instantsOf(facts), 0);
        expect(modelLedger(programmes, others, until)).toEqual(modelLedger(programmes, facts, until));
      }),
      { numRuns: 150 },
    );
  });

  it('the model: every programme made up for it is one that the language accepts', () => {
    fc.assert(
      fc.property(arbitraryProgrammes, (programmes) => {
        for (const { document } of programmes.flatMap(({ revisions }) => revisions)) {
          expect(checkProgramme(document)).toMatchObject({ kind: 'valid' });
        }
      }),
      { numRuns: 150 },
    );
  });

  it('the model: histories reach what the rules are about', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(arbitraryProgrammes, arbitraryHistory, (programmes, facts) => {
        const { wallets, cards } = modelLedger(programmes, facts, Math.max(0, ...instantsOf(facts)));
        const met = [
          ...wallets.flatMap(({ totals }) => Object.entries(totals).filter(([, points]) => points !== 0)),
          ...cards.flatMap(({ card: _card, programme: _programme, ...counts }) =>
            Object.entries(counts)
              .filter(([, count]) => count !== 0)
              .map(([name]): [string] => [`card ${name}`]),
          ),
        ].map(([name]) => name);
        for (const name of new Set(met)) seen.set(name, (seen.get(name) ?? 0) + 1);
      }),
      { numRuns: 300, seed: 4 },
    );
    const reached = [
      'earned honoured adjustedUp available spent expired reversed adjustedDown paidToDebt debt debtIncurred debtForgiven',
      'card stamps,card used,card live,card owed,card expired',
    ].flatMap((names, index) => names.split(index === 0 ? ' ' : ','));
    expect(
      Object.fromEntries(reached.filter((name) => (seen.get(name) ?? 0) < 5).map((name) => [name, seen.get(name)])),
    ).toEqual({});
  });
});
