import fc from 'fast-check';
import { atOnce } from '../../../kernel/sliced';
import { DAY_MS } from '../../../kernel/time';
import { given } from '../../../testing/given-events';
import { recording, tell, untold, type ToldAccount } from '../../../testing/given-when-then';
import type { GivenAppend } from '../../../testing/recorded-history';
import { arbitraryHistory } from '../../../testing/model/arbitrary-ledger';
import { arbitraryProgrammes } from '../../../testing/model/arbitrary-programme';
import { compileProgramme, termsOf, type Terms } from '../../programmes';
import { compileZone } from '../../programmes/programme/zone-table';
import { accountBalance } from '../account-balance/account-balance.projection';
import { foldAccount } from '../account/account.ledger';
import { NO_TOTALS, type Wallet, type WalletTotals } from '../account/account.state';
import type { AccountFact } from '../account/effective-order';
import { accountLapses } from './account-lapses.projection';
import { announceLapses } from './announce-lapses.decide';

const TOTALS = Object.keys(NO_TOTALS) as (keyof WalletTotals)[];

/** Facts as they happen, and after some of them an announcement so many days later. */
const story = fc.record({
  programmes: arbitraryProgrammes,
  facts: arbitraryHistory,
  pauses: fc.array(fc.option(fc.nat({ max: 60 })), { maxLength: 12 }),
  late: fc.nat({ max: 11 }),
});

interface Announced {
  readonly told: ToldAccount;
  readonly appends: readonly GivenAppend[];
}

const append = ({ events, occurredAt, effectiveAt }: Pick<GivenAppend, 'events' | 'occurredAt' | 'effectiveAt'>) => ({
  stream: 'account-main.cus_1',
  events,
  ...(occurredAt !== undefined && { occurredAt }),
  ...(effectiveAt !== undefined && { effectiveAt }),
});

function tellAndAnnounce(terms: Terms, facts: readonly AccountFact[], pauses: readonly (number | null)[]): Announced {
  return facts.reduce<Announced>(
    ({ told, appends }, fact, index) => {
      const next = tell(terms, told, recording(fact));
      const draft = next.drafts.at(-1);
      const recorded = draft === undefined ? appends : [...appends, append(draft)];
      const pause = pauses[index] ?? null;
      if (pause === null) return { told: next, appends: recorded };
      const now = (next.account.newest?.effectiveAt ?? 0) + pause * DAY_MS;
      const announced = announceLapses({ due: now, now }, next.account, terms);
      if (announced.kind === 'refused') return { told: next, appends: recorded };
      const { events, next: account } = announced;
      return { told: { ...next, account }, appends: [...recorded, append({ events, effectiveAt: now })] };
    },
    { told: untold, appends: [] },
  );
}

const moved = (wallets: readonly Pick<Wallet, 'programme' | 'wallet' | 'totals'>[]) =>
  Object.fromEntries(
    wallets
      .filter(({ totals }) => TOTALS.some((name) => totals[name] !== 0))
      .map(({ programme, wallet, totals }) => [`${programme}~${wallet}`, { ...totals }]),
  );

describe('what time alone does', () => {
  it('S16 is told once, whether a fact comes or it is announced, and moves no balance: postings add up at every point', () => {
    fc.assert(
      fc.property(story, ({ programmes, facts: happened, pauses, late }) => {
        const terms = termsOf(
          programmes.map(({ programme, revisions }) => ({
            programme,
            activations: revisions.map(({ from, document }, index) => ({
              effectiveFrom: from,
              compiled: compileProgramme(programme, index + 1, document, compileZone(document.timeZone)),
            })),
          })),
        );
        const facts = delayed(
          happened.filter(({ event }) => event.type !== 'EntitlementHonoured'),
          late,
        );
        const { told, appends } = tellAndAnnounce(terms, facts, pauses);
        const { announced, newest } = told.account;
        const through = Math.max(announced, newest?.effectiveAt ?? -Infinity);
        const { account } = atOnce(foldAccount(told.facts, terms, { asOf: through }));
        const rows = given(...appends).rowsOf(accountBalance);
        const posted = rows.map(({ programme, wallet, ...row }) => ({ programme, wallet, totals: totalsIn(row) }));
        expect(moved(posted)).toEqual(moved(account.wallets));
        const [lapses] = given(...appends).rowsOf(accountLapses);
        const later = atOnce(foldAccount(told.facts, terms, { asOf: through + 400 * DAY_MS })).account;
        const changes = JSON.stringify(moved(later.wallets)) !== JSON.stringify(moved(account.wallets));
        if (changes && account.settlesAt === Infinity) expect(lapses?.nextDue).not.toBeNull();
      }),
      { numRuns: 80 },
    );
  });
});

/** One reported fact comes last. */
function delayed(facts: readonly AccountFact[], late: number): readonly AccountFact[] {
  const reported = facts.filter(({ event }) => event.type === 'PurchaseRecorded');
  const one = reported[late % Math.max(1, reported.length)];
  return one === undefined ? facts : [...facts.filter((fact) => fact !== one), one];
}

const totalsIn = (row: WalletTotals): WalletTotals =>
  Object.fromEntries(TOTALS.map((name) => [name, row[name]])) as WalletTotals;
