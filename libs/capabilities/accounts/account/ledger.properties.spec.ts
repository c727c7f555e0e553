import fc from 'fast-check';
import type { JsonValue } from '../../../kernel/json';
import { atOnce } from '../../../kernel/sliced';
import { problemTerms } from '../../../platform/http/problems';
import { bought } from '../../../testing/account-facts';
import { decideOn, recording, sha256, tell, untold, type ToldAccount } from '../../../testing/given-when-then';
import { arbitraryHistory } from '../../../testing/model/arbitrary-ledger';
import { arbitraryProgrammes } from '../../../testing/model/arbitrary-programme';
import { termsUnder } from '../../../testing/model/terms-under';
import { always } from '../../../testing/rule-sketches';
import type { Terms } from '../../programmes';
import type { AccountDecision, WalletTotal } from './account-decisions.events';
import { accountFromJson, accountToJson } from './account-checkpoint';
import { foldAccount, ledgerHash } from './account.ledger';
import type { Account, Wallet, WalletTotals } from './account.state';
import type { AccountFact } from './effective-order';
import { POSTED_TYPES, postingsOf } from './postings';

/** Facts as the world tells them: what is honoured is for the ledger to say. */
const toldHistory = arbitraryHistory.map((facts) => facts.filter(({ event }) => event.type !== 'EntitlementHonoured'));

/** As they came, and with what is reported in any order; what is decided online keeps its own (S3). */
const inTwoOrders = toldHistory.chain((facts) =>
  fc.tuple(
    fc.constant(facts),
    fc.shuffledSubarray([...facts], { minLength: facts.length }).map((shuffled) => {
      const online = facts.filter(isOnline);
      return shuffled.map((fact) => (isOnline(fact) ? (online.shift() as AccountFact) : fact));
    }),
  ),
);

const DECIDED_ONLINE = new Set<AccountFact['event']['type']>([
  'RedemptionReserved',
  'RedemptionConfirmed',
  'RedemptionReleased',
  'PointsAdjusted',
]);
const isOnline = ({ event }: AccountFact): boolean => DECIDED_ONLINE.has(event.type);

const deliver = (terms: Terms, facts: readonly AccountFact[]): ToldAccount =>
  tell(terms, untold, ...facts.map(recording));

/** The account after every fact that was delivered. */
const accountsOf = ({ drafts }: ToldAccount): readonly Account[] => drafts.map(({ next }) => next);

function derivedHash(terms: Terms, { facts }: ToldAccount): string {
  const reported = facts.filter(({ event }) => event.type !== 'EntitlementHonoured');
  return atOnce(ledgerHash(atOnce(foldAccount(reported, terms)), sha256));
}

function expectBalanced({ totals, lots, pending, debts }: Wallet): void {
  const { earned, honoured, adjustedUp, spent, expired, reversed, adjustedDown, paidToDebt } = totals;
  const given = earned + honoured + adjustedUp;
  const held = totals.pending + totals.available + totals.reserved;
  expect(held + spent + expired + reversed + adjustedDown + paidToDebt).toBe(given);
  expect(totals.debt + paidToDebt + totals.debtForgiven).toBe(totals.debtIncurred);
  const sum = (parts: Iterable<{ readonly points: number }>): number =>
    [...parts].reduce((all, { points }) => all + points, 0);
  expect([sum(lots), sum(pending), sum(debts)]).toEqual([totals.available, totals.pending, totals.debt]);
  expect(Math.min(totals.available, totals.pending, totals.reserved, totals.debt)).toBeGreaterThanOrEqual(0);
  // What can be spent pays debt before anything else.
  expect(totals.available > 0 && totals.debt > 0).toBe(false);
}

/** The totals of every wallet as the stored decisions add up to. */
function posted(decisions: readonly AccountDecision[]): Record<string, Partial<Record<WalletTotal, number>>> {
  const sums: Record<string, Partial<Record<WalletTotal, number>>> = {};
  for (const { programme, wallet, moved } of decisions.flatMap(postingsOf)) {
    const sum = (sums[`${programme}.${wallet}`] ??= {});
    for (const [name, points] of Object.entries(moved) as [WalletTotal, number][]) {
      sum[name] = (sum[name] ?? 0) + points;
    }
  }
  return withoutZeros(sums);
}

const held = ({ wallets }: Account) =>
  withoutZeros(Object.fromEntries(wallets.map(({ programme, wallet, totals }) => [`${programme}.${wallet}`, totals])));

function withoutZeros(
  wallets: Readonly<Record<string, Partial<WalletTotals>>>,
): Record<string, Partial<Record<WalletTotal, number>>> {
  const some = Object.entries(wallets).map(([wallet, totals]) => [
    wallet,
    Object.fromEntries(Object.entries(totals).filter(([, points]) => points !== 0)),
  ]);
  return Object.fromEntries(some.filter(([, totals]) => Object.keys(totals as object).length > 0)) as Record<
    string,
    Partial<Record<WalletTotal, number>>
  >;
}

const shownTotal = ({ wallets }: Account, name: string): number => {
  const found = wallets.find(({ programme, wallet }) => `${programme}.${wallet}` === name)?.totals;
  return found === undefined ? 0 : found.earned + found.honoured - found.reversed;
};

/** Purchases of thousandths of a unit, few or about as many as fill a card 1,000 times, in the order they are told. */
const sellingUnits = (every: number) =>
  fc.record({
    every: fc.constant(every),
    sold: fc.array(
      fc.record({
        milli: fc.oneof(
          fc.integer({ min: 1, max: 20_000 }),
          fc.integer({ min: -2, max: 2 }).map((more) => 1_000_000 * every + more),
        ),
        minute: fc.nat(1_000),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  });

const rewardingEvery = (every: number): Terms =>
  always({
    rules: [],
    rewards: [{ id: 'free', name: 'A free one', kind: 'service' }],
    stampCards: [{ id: 'card', name: 'Card', collect: 'unit', every, reward: 'free' }],
  });

const POSTED = new Set<string>(POSTED_TYPES);
const LOWERS_NOTHING = new Set(['PurchaseRecorded', 'PurchaseClaimed', 'ActivityRecorded']);
const runs = { numRuns: 300 };

describe('whatever is told of an account, in whatever order', () => {
  it('L.1 S16 every wallet is balanced after every fact, and no balance is below zero without a debt', () => {
    fc.assert(
      fc.property(arbitraryProgrammes, inTwoOrders, (programmes, [, facts]) => {
        for (const account of accountsOf(deliver(termsUnder(programmes), facts))) {
          account.wallets.forEach(expectBalanced);
        }
      }),
      runs,
    );
  });

  it('S2 S9 S27 the derived ledger is the same: late ones, returns before purchases, voids, offline redemptions', () => {
    fc.assert(
      fc.property(arbitraryProgrammes, inTwoOrders, (programmes, orders) => {
        const terms = termsUnder(programmes);
        const hashes = orders.map((facts) => derivedHash(terms, deliver(terms, facts)));
        expect(hashes[1]).toBe(hashes[0]);
      }),
      runs,
    );
  });

  it('the stored decisions add up to the totals of the ledger', () => {
    fc.assert(
      fc.property(arbitraryProgrammes, inTwoOrders, (programmes, [, facts]) => {
        const told = deliver(termsUnder(programmes), facts);
        told.drafts.forEach((draft, index) => {
          const stored = told.drafts.slice(0, index + 1).flatMap(({ events }) => events as readonly AccountDecision[]);
          expect(posted(stored.filter(({ type }) => POSTED.has(type)))).toEqual(held(draft.next));
        });
      }),
      runs,
    );
  });

  it('S39 the stored stamps and rewards are those of the ledger', () => {
    fc.assert(
      fc.property(arbitraryProgrammes, inTwoOrders, (programmes, [, facts]) => {
        const { drafts, account } = deliver(termsUnder(programmes), facts);
        const stored = drafts.flatMap(({ events }) => events);
        const stamps: Record<string, number> = {};
        const live = new Set<string>();
        for (const { type, data } of stored) {
          if (type === 'StampsCollected') stamps[data.card] = (stamps[data.card] ?? 0) + data.milli;
          if (type === 'RewardIssued') live.add(data.issued);
          if (type === 'RewardUsed' || type === 'RewardRevoked' || type === 'RewardExpired') live.delete(data.issued);
        }
        const held = account.cards.filter(({ milli }) => milli !== 0).map(({ card, milli }) => [card, milli]);
        const told = Object.entries(stamps).filter(([, milli]) => milli !== 0);
        expect(Object.fromEntries(told)).toEqual(Object.fromEntries(held));
        expect([...live].sort()).toEqual(account.cards.flatMap((card) => card.live.map(({ issued }) => issued)).sort());
      }),
      runs,
    );
  });

  it('S39 one fact makes 1,000 rewards at most, late or not: a purchase of more is refused, and changes nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 5, 10).chain(sellingUnits), ({ every, sold }) => {
        const rules = rewardingEvery(every);
        let told = untold;
        for (const { milli, minute } of sold) {
          const at = new Date(Date.parse('2026-01-01T00:00:00Z') + minute * 60_000).toISOString();
          const lines = [{ quantity: milli / 1000, amount: 1 }];
          const sale = bought(String(told.facts.length), { at, recordedAt: '2026-01-02', lines });
          const decided = decideOn(rules, recording(sale), told);
          expect(decided.kind === 'refused' ? decided.code : 'accepted').toBe(
            milli > 1_000_000 * every ? 'PointsTooMany' : 'accepted',
          );
          if (decided.kind === 'refused') continue;
          const issued = decided.events.filter(({ type }) => type === 'RewardIssued');
          expect(issued.length).toBeLessThanOrEqual(1_000);
          told = tell(rules, told, recording(sale));
        }
        expect(problemTerms('PointsTooMany')?.status).toBe(422);
      }),
      { numRuns: 25 },
    );
  });

  it('folded in two parts, over a checkpoint, is the account that is folded at once', () => {
    fc.assert(
      fc.property(arbitraryProgrammes, inTwoOrders, fc.nat(12), (programmes, [facts], part) => {
        const terms = termsUnder(programmes);
        const first = deliver(terms, facts.slice(0, part));
        const stored = JSON.parse(JSON.stringify(accountToJson(first.account))) as JsonValue;
        const resumed = { ...first, account: accountFromJson(stored) };
        const told = tell(terms, resumed, ...facts.slice(part).map(recording));
        expect(told.account).toEqual(deliver(terms, facts).account);
        expect(told.account).toEqual(atOnce(foldAccount(told.facts, terms)).account);
      }),
      runs,
    );
  });

  it('S8 a purchase, an activity or a claim never lowers what a wallet was shown to have earned', () => {
    fc.assert(
      fc.property(arbitraryProgrammes, inTwoOrders, (programmes, [, facts]) => {
        const { drafts } = deliver(termsUnder(programmes), facts);
        drafts.forEach(({ facts: [fact], next }, index) => {
          const before = drafts[index - 1]?.next;
          if (before === undefined || fact === undefined || !LOWERS_NOTHING.has(fact.event.type)) return;
          // A return that waited for it takes its own points; nothing else may go.
          const waited = facts.some(({ event }) => event.type === 'PurchaseReturned');
          for (const { programme, wallet } of waited ? [] : next.wallets) {
            const name = `${programme}.${wallet}`;
            expect(shownTotal(next, name)).toBeGreaterThanOrEqual(shownTotal(before, name));
          }
        });
      }),
      runs,
    );
  });
});
