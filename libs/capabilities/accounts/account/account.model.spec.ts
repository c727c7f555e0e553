import fc from 'fast-check';
import { atOnce } from '../../../kernel/sliced';
import { arbitraryHistory } from '../../../testing/model/arbitrary-ledger';
import { arbitraryProgrammes } from '../../../testing/model/arbitrary-programme';
import { modelLedger } from '../../../testing/model/ledger-model';
import { termsUnder } from '../../../testing/model/terms-under';
import { foldAccount } from './account.ledger';
import { cardRow } from '../../../testing/account-story';
import type { Account } from './account.state';

/** As many as `npm test` has time for; by verb there are more. */
const RUNS = Number(process.env['SUKI_MODEL_RUNS'] ?? 2_000);

const DAY_MS = 86_400_000;

/** What both sides can be asked for: where the points of every wallet are, what is owed, and every card. */
function seenOf({ wallets, cards }: Account, every: ReadonlyMap<string, number>) {
  return {
    wallets: wallets
      .filter(({ totals }) => Object.values(totals).some((points) => points !== 0))
      .map(({ programme, wallet, totals }) => ({ programme, wallet, totals })),
    cards: cards
      .filter(({ milli, used }) => milli !== 0 || used !== 0)
      .map((card) => [card.programme, card.card, ...cardRow(card, every.get(card.card) ?? 1)]),
  };
}

describe('the ledger against a model that knows the rules alone', () => {
  it('S7 S15 S16 S17 S18 S20 S21 S22 S25 S27 S28 S39 agrees with it on everything, at every instant', () => {
    fc.assert(
      fc.property(arbitraryProgrammes, arbitraryHistory, (programmes, facts) => {
        const terms = termsUnder(programmes);
        const instants = new Set(facts.flatMap(({ effectiveAt }) => [effectiveAt, effectiveAt + 60 * DAY_MS]));
        const every = new Map(
          programmes
            .flatMap(({ revisions }) => revisions)
            .flatMap(({ document }) => document.stampCards ?? [])
            .map((card) => [card.id, card.every]),
        );
        for (const at of instants) {
          const model = modelLedger(programmes, facts, at);
          const { account } = atOnce(foldAccount(facts, terms, { asOf: at }));
          const expected = {
            wallets: model.wallets
              .filter(({ totals }) => Object.values(totals).some((points) => points !== 0))
              .map(({ programme, wallet, totals }) => ({ programme, wallet, totals })),
            cards: model.cards
              .filter(({ stamps, used }) => stamps !== 0 || used !== 0)
              .map(({ programme, card, stamps, used, live, owed }) => [
                programme,
                card,
                stamps / 1000,
                used,
                live,
                owed,
              ]),
          };
          expect(seenOf(account, every)).toEqual(expected);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
