import fc from 'fast-check';
import type { Account } from '../../capabilities/accounts/account/account.state';
import { AccountStory } from '../account-story';
import { HistoryTeller, arbitraryMove, type Move } from './arbitrary-ledger';
import { arbitraryProgrammes } from './arbitrary-programme';
import { seenInLedger, seenInModel } from './both-sides';
import { modelLedger, type ModelProgramme } from './ledger-model';
import { termsUnder } from './terms-under';

/** As many as `npm test` has time for; by verb there are more. */
const RUNS = Number(process.env['SUKI_MODEL_RUNS'] ?? 2_000);

interface Told {
  readonly programmes: readonly ModelProgramme[];
  readonly teller: HistoryTeller;
}

/**
 * A move is told to the account as its stream would take it: in order on what is known, late or naming what is over on the
 * whole history, with corrections and honoured entitlements. What is shown afterwards must be what the model makes of all
 * facts that are stored by then, those included that the account has honoured itself.
 */
class TellMove implements fc.Command<Told, AccountStory> {
  constructor(private readonly move: Move) {}

  check = (): boolean => true;

  run({ programmes, teller }: Told, story: AccountStory): void {
    story.deliver(...teller.tell(this.move));
    const { account, facts } = story;
    expect(seenInLedger(account, programmes)).toEqual(seenInModel(modelLedger(programmes, facts, newestOf(account))));
  }

  toString = (): string => JSON.stringify(this.move);
}

const newestOf = ({ newest }: Account): number => newest?.effectiveAt ?? -Infinity;

const commands = fc.commands(
  [arbitraryMove.filter(({ what }) => what.kind !== 'honour').map((move) => new TellMove(move))],
  { maxCommands: 20, size: 'max' },
);

describe('an account that takes facts one after another, against the model', () => {
  it('S7 S8 S9 S11 S14 S16 S26 S27 shows after every one of them what the model shows', () => {
    fc.assert(
      fc.property(
        arbitraryProgrammes,
        fc.constantFrom('till', 'till', 'import'),
        commands,
        (programmes, source, told) => {
          fc.modelRun(
            () => ({
              model: { programmes, teller: new HistoryTeller(source) },
              real: new AccountStory(termsUnder(programmes)),
            }),
            told,
          );
        },
      ),
      { numRuns: RUNS },
    );
  });
});
