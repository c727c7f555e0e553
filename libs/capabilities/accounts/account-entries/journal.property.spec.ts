import fc from 'fast-check';
import { atOnce } from '../../../kernel/sliced';
import { DAY_MS } from '../../../kernel/time';
import { given } from '../../../testing/given-events';
import { recording, tell, untold } from '../../../testing/given-when-then';
import { arbitraryHistory } from '../../../testing/model/arbitrary-ledger';
import type { ModelFact } from '../../../testing/model/ledger-model';
import { arbitraryProgrammes } from '../../../testing/model/arbitrary-programme';
import { compileProgramme, termsOf, type Terms } from '../../programmes';
import { compileZone } from '../../programmes/programme/zone-table';
import { accountBalance } from '../account-balance/account-balance.projection';
import { foldAccount } from '../account/account.ledger';
import { NO_TOTALS, type Account, type Wallet, type WalletTotals } from '../account/account.state';
import { arrangeFacts } from '../account/arrange-facts';
import { accountEntries } from './account-entries.projection';
import { derivedEntries } from './derived-entries';

const TOTALS = Object.keys(NO_TOTALS) as (keyof WalletTotals)[];

/** Any history under any programmes, delivered in any order; what is honoured comes of that order. */
const told = fc.record({
  programmes: arbitraryProgrammes,
  facts: arbitraryHistory
    .map((facts) => facts.filter(({ event }) => event.type !== 'EntitlementHonoured'))
    .chain((facts) => fc.shuffledSubarray([...facts], { minLength: facts.length })),
});

/** What is decided online comes in the order it acts (S3), whatever is reported in between. */
function onlineInOrder(facts: readonly ModelFact[], terms: Terms): readonly ModelFact[] {
  const decided = facts.filter(({ event }) => DECIDED_ONLINE.has(event.type));
  const { acts } = atOnce(arrangeFacts(decided, terms));
  const online = acts.map(({ fact }) => fact);
  return facts.map((fact) => (DECIDED_ONLINE.has(fact.event.type) ? (online.shift() ?? fact) : fact));
}

const DECIDED_ONLINE: ReadonlySet<string> = new Set([
  'PointsAdjusted',
  'RedemptionReserved',
  'RedemptionConfirmed',
  'RedemptionReleased',
]);

type Summed = Pick<Wallet, 'programme' | 'wallet' | 'totals'>;

/** Of wallets in which anything ever moved. */
const totalsOf = (wallets: readonly Summed[]) =>
  Object.fromEntries(
    wallets
      .filter(({ totals }) => TOTALS.some((name) => totals[name] !== 0))
      .map(({ programme, wallet, totals }) => [`${programme}~${wallet}`, { ...totals }]),
  );

const held = ({ wallets }: Account) =>
  Object.fromEntries(
    wallets
      .map(({ programme, wallet, totals }): [string, number] => [
        `${programme}~${wallet}`,
        totals.pending + totals.available + totals.reserved - totals.debt,
      ])
      .filter(([, points]) => points !== 0),
  );

function sums(lines: readonly { programme: string; wallet: string | null; points: number }[]) {
  const summed: Record<string, number> = {};
  for (const { programme, wallet, points } of lines) {
    if (wallet !== null) summed[`${programme}~${wallet}`] = (summed[`${programme}~${wallet}`] ?? 0) + points;
  }
  return Object.fromEntries(Object.entries(summed).filter(([, points]) => points !== 0));
}

describe('what is told of an account', () => {
  it('S16 adds up: postings to every total, the lines of the journal and the derived lines to what is held', () => {
    fc.assert(
      fc.property(told, ({ programmes, facts }) => {
        const terms = termsOf(
          programmes.map(({ programme, revisions }) => ({
            programme,
            activations: revisions.map(({ from, document }, index) => ({
              effectiveFrom: from,
              compiled: compileProgramme(programme, index + 1, document, compileZone(document.timeZone)),
            })),
          })),
        );
        const delivered = onlineInOrder(facts, terms);
        const { account, drafts, facts: stored } = tell(terms, untold, ...delivered.map(recording));
        const history = given(
          ...drafts.map(({ events, occurredAt, effectiveAt }) => ({
            stream: 'account-main.cus_1',
            events,
            occurredAt,
            effectiveAt,
          })),
        );
        const balances = history.rowsOf(accountBalance).map((row) => ({ ...row, totals: totalsIn(row) }));
        expect(totalsOf(balances)).toEqual(totalsOf(account.wallets));
        expect(sums(history.rowsOf(accountEntries))).toEqual(held(account));
        for (const { effectiveAt } of stored) {
          for (const asOf of [effectiveAt, effectiveAt + 40 * DAY_MS]) {
            const ledger = atOnce(foldAccount(stored, terms, { asOf }));
            expect(sums(derivedEntries(ledger))).toEqual(held(ledger.account));
          }
        }
      }),
      { numRuns: 80 },
    );
  });
});

const totalsIn = (row: WalletTotals): WalletTotals =>
  Object.fromEntries(TOTALS.map((name) => [name, row[name]])) as WalletTotals;
