import type { Sliced } from '../../../kernel/sliced';
import type { RecordedEvent } from '../../../platform/event-store/event-store';
import { LANGUAGE_VERSION, type Terms } from '../../programmes';
import { historyOf } from '../account/account-memory';
import type { AccountDecision, LedgerCorrected, WalletTotal } from '../account/account-decisions.events';
import { foldAccount, ledgerHash, type Digest } from '../account/account.ledger';
import { NO_TOTALS, type Account, type WalletTotals } from '../account/account.state';
import type { Balance } from '../account/account-standing';
import { POSTED_TYPES, postingsOf } from '../account/postings';

export interface AuditedAccount {
  readonly facts: number;
  /** In what the record differs from what the facts make of the account today, in words; empty where in nothing. */
  readonly differences: readonly string[];
}

/**
 * Derives an account again from its facts and compares: every total of every wallet with the sum of the stored decisions, the
 * stamps of every card with those told, the newest correction's hash with the ledger it names, and the balances of the
 * newest answer. `events` are the whole stream.
 */
export function* auditAccount(events: readonly RecordedEvent[], terms: Terms, digest: Digest): Sliced<AuditedAccount> {
  const { facts, announced } = historyOf(events);
  const { account } = yield* foldAccount(facts, terms, { through: announced });
  const differences = [
    ...postingDifferences(events, account),
    ...stampDifferences(events, account),
    ...answerDifferences(events, account),
    ...(yield* hashDifference(events, terms, digest)),
  ];
  return { facts: facts.length, differences };
}

const TOTALS = Object.keys(NO_TOTALS) as readonly WalletTotal[];

function postingDifferences(events: readonly RecordedEvent[], { wallets }: Account): readonly string[] {
  const recorded = new Map<string, WalletTotals>();
  for (const { programme, wallet, moved } of events.flatMap(postedBy)) {
    const key = `${programme}/${wallet}`;
    const before = recorded.get(key) ?? NO_TOTALS;
    const sums = TOTALS.map((name) => [name, before[name] + (moved[name] ?? 0)] as const);
    recorded.set(key, Object.fromEntries(sums) as WalletTotals);
  }
  const derived = new Map(wallets.map(({ programme, wallet, totals }) => [`${programme}/${wallet}`, totals]));
  return [...new Set([...derived.keys(), ...recorded.keys()])].flatMap((key) => {
    const [was, is] = [recorded.get(key) ?? NO_TOTALS, derived.get(key) ?? NO_TOTALS];
    return TOTALS.filter((name) => was[name] !== is[name]).map(
      (name) => `${key}: ${name} is recorded as ${was[name]}, derived as ${is[name]}`,
    );
  });
}

function stampDifferences(events: readonly RecordedEvent[], { cards }: Account): readonly string[] {
  const recorded = new Map<string, number>();
  for (const event of events) {
    const decision = decisionOf(event);
    if (decision.type !== 'StampsCollected') continue;
    const key = `${decision.data.programme}/${decision.data.card}`;
    recorded.set(key, (recorded.get(key) ?? 0) + decision.data.milli);
  }
  const derived = new Map(cards.map(({ programme, card, milli }) => [`${programme}/${card}`, milli]));
  return [...new Set([...derived.keys(), ...recorded.keys()])].flatMap((key) => {
    const [was, is] = [recorded.get(key) ?? 0, derived.get(key) ?? 0];
    return was === is ? [] : [`${key}: stamps are recorded as ${was / 1000}, derived as ${is / 1000}`];
  });
}

/** Only where the newest append is a purchase: what it was answered stands at the end of the fold. */
function answerDifferences(events: readonly RecordedEvent[], { wallets }: Account): readonly string[] {
  const newest = events.at(-1)?.append;
  if (newest?.events[0]?.type !== 'PurchaseRecorded') return [];
  const { balances = [] } = newest.outcome as { readonly balances?: readonly Balance[] };
  return balances.flatMap(({ programme, wallet, ...answered }) => {
    const held = wallets.find((other) => other.programme === programme && other.wallet === wallet);
    const totals = held?.totals ?? NO_TOTALS;
    return (['available', 'pending', 'reserved', 'debt'] as const)
      .filter((name) => answered[name] !== totals[name])
      .map((name) => `${programme}/${wallet}: ${name} was answered as ${answered[name]}, derived as ${totals[name]}`);
  });
}

/** The newest correction names the ledger of the facts before it; what was honoured is not in it. */
function* hashDifference(events: readonly RecordedEvent[], terms: Terms, digest: Digest): Sliced<readonly string[]> {
  const at = events.findLastIndex(({ type }) => type === 'LedgerCorrected');
  if (at < 0) return [];
  const { language, hashAfter } = (events[at] as RecordedEvent & LedgerCorrected).data;
  if (language !== LANGUAGE_VERSION) return [];
  const { facts } = historyOf(events.slice(0, at));
  const reported = facts.filter(({ event }) => event.type !== 'EntitlementHonoured');
  const derived = yield* ledgerHash(yield* foldAccount(reported, terms), digest);
  return derived === hashAfter ? [] : [`the ledger is recorded as ${hashAfter}, derived as ${derived}`];
}

const postedBy = (event: RecordedEvent) =>
  POSTED_TYPES.includes(decisionOf(event).type) ? postingsOf(decisionOf(event)) : [];

/** Facts have types of their own, which no decision is called by. */
const decisionOf = (event: RecordedEvent): AccountDecision => event as RecordedEvent & AccountDecision;
