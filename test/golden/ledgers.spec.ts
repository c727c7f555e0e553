import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { foldAccount, ledgerHash, type Ledger } from '../../libs/capabilities/accounts/account/account.ledger';
import type { Account, WalletTotals } from '../../libs/capabilities/accounts/account/account.state';
import type { AccountFact } from '../../libs/capabilities/accounts/account/effective-order';
import {
  checkProgramme,
  programmeTimeline,
  termsOf,
  type ProgrammeEvent,
  type Terms,
} from '../../libs/capabilities/programmes';
import { checkZone, compileZone } from '../../libs/capabilities/programmes/programme/zone-table';
import { atOnce } from '../../libs/kernel/sliced';
import { cardRow } from '../../libs/testing/account-story';
import { sha256 } from '../../libs/testing/given-when-then';
import { inRepository } from '../architecture/repository';

/**
 * Facts and programmes of language version 1, and the ledger they are for ever. A change here is a change of what customers
 * were given: it needs a new version of the language beside the old one, never a new hash in an old file.
 */
interface GoldenLedger {
  readonly about: string;
  readonly programmes: Readonly<Record<string, readonly ProgrammeEvent[]>>;
  /** The first files are of before facts knew when they were recorded: at once. */
  readonly facts: readonly (Omit<AccountFact, 'recordedAt'> & Partial<AccountFact>)[];
  /**
   * What a person checks, by `programme.wallet` at the last fact: the points that can be spent, or every total that is not 0.
   * The hash covers every lot and reason.
   */
  readonly holds: Readonly<Record<string, number | Partial<WalletTotals>>>;
  /** Stamps, rewards used, held, and still owed, by `programme.card`. */
  readonly cards?: Readonly<Record<string, readonly [number, number, number, number]>>;
  readonly hash: string;
}

const folder = inRepository('test/golden/ledgers');
const goldens = readdirSync(folder)
  .sort()
  .map((file): [string, GoldenLedger] => [file, JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as GoldenLedger]);

const termsUnder = ({ programmes }: GoldenLedger): Terms =>
  termsOf(Object.entries(programmes).map(([name, history]) => programmeTimeline(name, history, compileZone)));

const factsOf = ({ facts }: GoldenLedger): readonly AccountFact[] =>
  facts.map((fact) => ({ recordedAt: fact.occurredAt, ...fact }));

const hashOf = (ledger: Ledger): string => atOnce(ledgerHash(ledger, sha256));

/** As the file tells it: where it names only what can be spent, only that is looked at. */
function heldIn({ wallets }: Account, { holds }: GoldenLedger): GoldenLedger['holds'] {
  const held = wallets.map(({ programme, wallet, totals }) => {
    const name = `${programme}.${wallet}`;
    const some = Object.entries(totals).filter(([, points]) => points !== 0);
    return [name, typeof holds[name] === 'number' ? totals.available : Object.fromEntries(some)] as const;
  });
  return Object.fromEntries(held);
}

const cardsIn = ({ cards }: Account): NonNullable<GoldenLedger['cards']> =>
  Object.fromEntries(cards.map((card) => [`${card.programme}.${card.card}`, cardRow(card, card.every)]));

describe('S4 S9 golden ledgers of language version 1, told in any order', () => {
  it('are all there', () => expect(goldens).toHaveLength(61));

  it.each(goldens)('%s', (_, golden) => {
    for (const { type, data } of Object.values(golden.programmes).flat()) {
      if (type !== 'ProgrammeRevisionPublished') continue;
      expect(checkProgramme(data.document).kind).toBe('valid');
      if (data.zone !== undefined) checkZone(data.zone);
    }
    const [facts, terms] = [factsOf(golden), termsUnder(golden)];
    const ledger = atOnce(foldAccount(facts, terms));
    expect(heldIn(ledger.account, golden)).toEqual(golden.holds);
    expect(cardsIn(ledger.account)).toEqual(golden.cards ?? {});
    expect(hashOf(ledger)).toBe(golden.hash);
    fc.assert(
      fc.property(fc.shuffledSubarray([...facts], { minLength: facts.length }), (told) => {
        expect(hashOf(atOnce(foldAccount(told, terms)))).toBe(golden.hash);
      }),
      { numRuns: 10 },
    );
  });
});
