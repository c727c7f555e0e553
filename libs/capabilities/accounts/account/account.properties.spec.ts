import fc from 'fast-check';
import { atOnce } from '../../../kernel/sliced';
import type { JsonValue } from '../../../kernel/json';
import { sales, tenantTerms } from '../../../testing/arbitrary-sales';
import { deliver, sha256, type ToldAccount } from '../../../testing/given-when-then';
import { accountFromJson, accountToJson } from './account-checkpoint';
import type { AccountDecision } from './account-decisions.events';
import { evolveAccount, foldAccount, ledgerHash, stepAccount } from './account.ledger';
import { initialAccount, type Account } from './account.state';
import { postingsOf } from './postings';

const shuffled = sales.chain((told) =>
  fc.tuple(fc.constant(told), fc.shuffledSubarray([...told], { minLength: told.length })),
);

/** What is shown but not derived: honoured entitlements. */
const reported = ({ facts }: ToldAccount) => facts.filter(({ event }) => event.type !== 'EntitlementHonoured');

const held = ({ wallets }: Account): Record<string, number> =>
  Object.fromEntries(
    wallets
      .filter(({ totals }) => totals.available > 0)
      .map(({ programme, wallet, totals }) => [`${programme}.${wallet}`, totals.available]),
  );

/** What read models make of the decisions as they are stored. */
function posted(decisions: readonly AccountDecision[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { programme, wallet, moved } of decisions.flatMap(postingsOf)) {
    const key = `${programme}.${wallet}`;
    sums[key] = (sums[key] ?? 0) + (moved.available ?? 0);
  }
  return Object.fromEntries(Object.entries(sums).filter(([, points]) => points !== 0));
}

describe('an account, whatever is sold under whatever rules', () => {
  it('derives the same for every order in which its sales are delivered', () => {
    fc.assert(
      fc.property(tenantTerms, shuffled, (terms, [told, delivered]) => {
        const [first, second] = [deliver(terms, told), deliver(terms, delivered)].map((account) =>
          atOnce(foldAccount(reported(account), terms)),
        );
        expect(second?.account).toEqual(first?.account);
        const hashes = [first, second].map((ledger) => atOnce(ledgerHash(ledger ?? { entries: [] }, sha256)));
        expect(hashes[0]).toBe(hashes[1]);
      }),
    );
  });

  it('S16 holds the sum of its lots, and no late sale lowers it; decisions as recorded add up to the same', () => {
    fc.assert(
      fc.property(tenantTerms, shuffled, (terms, [, delivered]) => {
        const told = deliver(terms, delivered);
        const { account, drafts } = told;
        const decisions = drafts.flatMap(({ events }) => events as readonly AccountDecision[]);
        expect(posted(decisions.filter(({ type }) => !String(type).startsWith('Purchase')))).toEqual(held(account));
        const totals = drafts.map(({ next }) => next.wallets.reduce((sum, { totals: t }) => sum + t.available, 0));
        expect(totals).toEqual([...totals].sort((a, b) => a - b));
        for (const { lots, totals: of } of account.wallets) {
          expect([...lots].reduce((sum, { points }) => sum + points, 0)).toBe(of.available);
        }
      }),
    );
  });

  it('folded in two parts, over a checkpoint, equals folded at once', () => {
    fc.assert(
      fc.property(tenantTerms, sales, fc.nat(12), (terms, told, part) => {
        const whole = atOnce(foldAccount(reported(deliver(terms, told)), terms));
        let account = initialAccount;
        const decisions = whole.entries.map(({ act }, index) => {
          if (index === part) {
            account = accountFromJson(JSON.parse(JSON.stringify(accountToJson(account))) as JsonValue);
          }
          const step = stepAccount(account, act.fact, terms);
          if (step === undefined) throw new Error('a sale in order needs no history');
          account = step.account;
          return step.decisions;
        });
        expect(account).toEqual(whole.account);
        expect(decisions).toEqual(whole.entries.map((entry) => entry.decisions));
      }),
    );
  });

  it('followed in recorded order is either right or knows that it is behind', () => {
    fc.assert(
      fc.property(tenantTerms, shuffled, (terms, [, delivered]) => {
        const { account, facts, drafts } = deliver(terms, delivered);
        const followed = facts.reduce((at, fact) => evolveAccount(at, fact, terms), initialAccount);
        const anyLate = drafts.some(({ events }) => events.some(({ type }) => type === 'LedgerCorrected'));
        if (anyLate) expect(followed.behind).toBe(true);
        if (!followed.behind) expect(followed).toEqual(account);
      }),
    );
  });
});
