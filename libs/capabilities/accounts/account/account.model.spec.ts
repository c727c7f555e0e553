import fc from 'fast-check';
import { atOnce } from '../../../kernel/sliced';
import { arbitraryHistory } from '../../../testing/model/arbitrary-ledger';
import { arbitraryProgrammes } from '../../../testing/model/arbitrary-programme';
import { seenInLedger, seenInModel } from '../../../testing/model/both-sides';
import { modelLedger } from '../../../testing/model/ledger-model';
import { termsUnder } from '../../../testing/model/terms-under';
import { foldAccount } from './account.ledger';

/** As many as `npm test` has time for; by verb there are more. */
const RUNS = Number(process.env['SUKI_MODEL_RUNS'] ?? 2_000);

const DAY_MS = 86_400_000;

describe('the ledger against a model that knows the rules alone', () => {
  it('S7 S15 S16 S17 S18 S20 S21 S22 S25 S27 S28 S39 agrees with it on everything, at every instant', () => {
    fc.assert(
      fc.property(arbitraryProgrammes, arbitraryHistory, (programmes, facts) => {
        const terms = termsUnder(programmes);
        const instants = new Set(facts.flatMap(({ effectiveAt }) => [effectiveAt, effectiveAt + 60 * DAY_MS]));
        for (const at of instants) {
          const { account } = atOnce(foldAccount(facts, terms, { asOf: at }));
          expect(seenInLedger(account, programmes)).toEqual(seenInModel(modelLedger(programmes, facts, at)));
        }
      }),
      { numRuns: RUNS },
    );
  });
});
