import fc from 'fast-check';
import type { JsonValue } from '../../../kernel/json';
import { sales, tenantTerms } from '../../../testing/arbitrary-sales';
import { deliver, sha256 } from '../../../testing/given-when-then';
import type { AccountDecision } from './account.events';
import { evolveAccount, foldAccount, ledgerHash, stepAccount } from './account.ledger';
import { accountFromJson, accountToJson, initialAccount, type Account } from './account.state';
import { atOnce } from '../../../kernel/sliced';

const shuffled = sales.chain((told) =>
  fc.tuple(fc.constant(told), fc.shuffledSubarray([...told], { minLength: told.length })),
);

const held = ({ wallets }: Account): Record<string, number> =>
  Object.fromEntries(
    wallets
      .filter(({ available }) => available > 0)
      .map(({ programme, wallet, available }) => [`${programme}.${wallet}`, available]),
  );

/** What read models make of the decisions: lots as they come, corrections by what changed. */
function projected(decisions: readonly AccountDecision[]): Record<string, number> {
  const sums: Record<string, number> = {};
  const count = (programme: string, wallet: string, points: number): void => {
    const key = `${programme}.${wallet}`;
    sums[key] = (sums[key] ?? 0) + points;
  };
  for (const { type, data } of decisions) {
    if (type === 'PointsEarned') count(data.programme, data.wallet, data.points);
    else for (const { programme, wallet, points } of data.deltas) count(programme, wallet, points);
  }
  return sums;
}

describe('an account, whatever is sold under whatever rules', () => {
  it('is the same for every order in which its sales are delivered', () => {
    fc.assert(
      fc.property(tenantTerms, shuffled, (terms, [told, delivered]) => {
        const [first, second] = [deliver(terms, told), deliver(terms, delivered)];
        expect(second.account).toEqual(first.account);
        const hashes = [first, second].map(({ facts }) =>
          atOnce(ledgerHash(atOnce(foldAccount(facts, terms)), sha256)),
        );
        expect(hashes[0]).toBe(hashes[1]);
        expect(atOnce(foldAccount(first.facts, terms)).account).toEqual(first.account);
      }),
    );
  });

  it('holds the sum of its lots, and no late sale lowers it; decisions as recorded add up to the same', () => {
    fc.assert(
      fc.property(tenantTerms, shuffled, (terms, [, delivered]) => {
        const { account, facts, drafts } = deliver(terms, delivered);
        const lots = atOnce(foldAccount(facts, terms)).entries.flatMap((entry) => entry.lots);
        expect(lots.every(({ points }) => Number.isSafeInteger(points) && points > 0)).toBe(true);
        expect(new Set(lots.map(({ lot }) => lot)).size).toBe(lots.length);
        const derived = projected(lots.map((data) => ({ type: 'PointsEarned', version: 1, data })));
        const recorded = drafts
          .flatMap(({ events }) => events)
          .filter((event): event is AccountDecision => event.type !== 'PurchaseRecorded');
        expect(held(account)).toEqual(derived);
        expect(projected(recorded)).toEqual(derived);
        const totals = drafts.map(({ next }) => next.wallets.reduce((sum, { available }) => sum + available, 0));
        expect(totals).toEqual([...totals].sort((a, b) => a - b));
      }),
    );
  });

  it('folded in two parts, over a checkpoint, equals folded at once', () => {
    fc.assert(
      fc.property(tenantTerms, sales, fc.nat(12), (terms, told, part) => {
        const { facts } = deliver(terms, told);
        const ordered = atOnce(foldAccount(facts, terms)).entries.flatMap(({ fact }) =>
          facts.filter(({ event }) => event.data.receiptKey === fact),
        );
        let account = initialAccount;
        const decisions = ordered.map((fact, index) => {
          if (index === part)
            account = accountFromJson(JSON.parse(JSON.stringify(accountToJson(account))) as JsonValue);
          const step = stepAccount(account, fact, terms);
          account = step.account;
          return step.decisions.map(({ data }) => data);
        });
        const whole = atOnce(foldAccount(facts, terms));
        expect(account).toEqual(whole.account);
        expect(decisions).toEqual(whole.entries.map(({ lots }) => lots));
      }),
    );
  });

  it('followed in recorded order is either right or knows that it is behind', () => {
    fc.assert(
      fc.property(tenantTerms, shuffled, (terms, [, delivered]) => {
        const { account, facts, drafts } = deliver(terms, delivered);
        const followed = facts.reduce((at, fact) => evolveAccount(at, fact, terms), initialAccount);
        const anyLate = drafts.some(({ outcome }) => outcome.flags.includes('late'));
        expect(followed.behind).toBe(anyLate);
        expect(followed.newest).toEqual(account.newest);
        if (!anyLate) expect(followed).toEqual(account);
      }),
    );
  });
});
