import { readdirSync, readFileSync } from 'node:fs';
import { ledgerHash, foldAccount } from '../../libs/capabilities/accounts/account/account.ledger';
import type { AccountFact } from '../../libs/capabilities/accounts/account/effective-order';
import { checkProgramme, programmeTimeline, termsOf, type ProgrammeEvent } from '../../libs/capabilities/programmes';
import { compileZone } from '../../libs/capabilities/programmes/programme/zone-table';
import { sha256 } from '../../libs/testing/given-when-then';
import { inRepository } from '../architecture/repository';
import { atOnce } from '../../libs/kernel/sliced';

/**
 * Facts and programmes of language version 1, and the ledger they are for ever. A change here is a change of what customers
 * were given: it needs a new version of the language beside the old one, never a new hash in an old file.
 */
interface GoldenLedger {
  readonly about: string;
  readonly programmes: Readonly<Record<string, readonly ProgrammeEvent[]>>;
  readonly facts: readonly AccountFact[];
  /** Points held at the end by `programme.wallet`: what a person checks; the hash covers every lot and reason. */
  readonly holds: Readonly<Record<string, number>>;
  readonly hash: string;
}

const folder = inRepository('test/golden/ledgers');
const goldens = readdirSync(folder)
  .sort()
  .map((file): [string, GoldenLedger] => [file, JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as GoldenLedger]);

describe('golden ledgers of language version 1', () => {
  it('are all there', () => expect(goldens).toHaveLength(19));

  it.each(goldens)('%s', (_, { programmes, facts, holds, hash }) => {
    const events = Object.values(programmes).flat();
    for (const { type, data } of events) {
      if (type === 'ProgrammeRevisionPublished') expect(checkProgramme(data.document).kind).toBe('valid');
    }
    const terms = termsOf(Object.entries(programmes).map(([name, history]) => programmeTimeline(name, history, compileZone)));
    const ledger = atOnce(foldAccount(facts, terms));
    const held = ledger.account.wallets.map(({ programme, wallet, totals }) => [
      `${programme}.${wallet}`,
      totals.available,
    ]);
    expect(Object.fromEntries(held)).toEqual(holds);
    expect(atOnce(ledgerHash(ledger, sha256))).toBe(hash);
  });
});
