import { LANGUAGE_VERSION } from '../../programmes';
import type { ActivityRecorded, PurchaseFlag } from '../account/account.events';
import type { AccountDecision } from '../account/account-decisions.events';
import { balancesOf, nameIn, type Balance } from '../account/account-standing';
import type { RecordedFacts } from '../account/decide-account';
import { factKey } from '../account/effective-order';
import { balanceInOrder } from '../record-purchase/record-purchase.answer';

/** Points the activity itself gave to one wallet, whatever it changed for earlier facts. */
export type ActivityPoints = {
  readonly programme: string;
  readonly wallet: string;
  readonly points: number;
};

/** What the append of an activity stores beside its events. */
export type ActivityOutcome = {
  readonly language: number;
  readonly earned: readonly ActivityPoints[];
  readonly balances: readonly Balance[];
  readonly receiptLines: readonly string[];
};

export type ActivityAnswer = {
  readonly customerId: string;
  readonly activity: string;
  readonly position: string;
  readonly earned: readonly ActivityPoints[];
  readonly balances: readonly Balance[];
  readonly flags: readonly PurchaseFlag[];
  readonly receiptLines: readonly string[];
};

export function activityOutcome(
  { facts, decisions, account, terms, words: { say } }: RecordedFacts,
  now: number,
): ActivityOutcome {
  const [fact] = facts;
  const earned = fact === undefined ? [] : earnedBy(factKey(fact.event), decisions);
  return {
    language: LANGUAGE_VERSION,
    earned,
    balances: balancesOf(account, terms, now),
    receiptLines: earned.map(({ programme, wallet, points }) =>
      say('earnedLine', { wallet: nameIn('wallets', { programme, id: wallet }, terms, now), points }),
    ),
  };
}

/** Several rules may give to one wallet; lots of a late activity are in its correction. */
function earnedBy(cause: string, decisions: readonly AccountDecision[]): readonly ActivityPoints[] {
  const sums = new Map<string, ActivityPoints>();
  for (const { programme, wallet, points } of decisions.flatMap((decision) => lotsOf(cause, decision))) {
    const key = `${programme}~${wallet}`;
    sums.set(key, { programme, wallet, points: points + (sums.get(key)?.points ?? 0) });
  }
  return [...sums.values()];
}

function lotsOf(cause: string, { type, data }: AccountDecision): readonly ActivityPoints[] {
  if (type === 'PointsEarned') return [data];
  if (type !== 'LedgerCorrected') return [];
  return data.entries.filter(({ fact }) => fact === cause).map((entry) => ({ ...entry, points: entry.after }));
}

/** The same record gives the same bytes, at first and ever after. */
export function answerActivity(stored: {
  readonly customerId: string;
  readonly position: string;
  readonly recorded: unknown;
  readonly outcome: unknown;
}): ActivityAnswer {
  const { activity, flags } = stored.recorded as ActivityRecorded['data'];
  const { earned, balances, receiptLines } = stored.outcome as ActivityOutcome;
  const { customerId, position } = stored;
  return {
    customerId,
    activity,
    position,
    earned: earned.map(({ programme, wallet, points }) => ({ programme, wallet, points })),
    balances: balances.map(balanceInOrder),
    flags,
    receiptLines,
  };
}
