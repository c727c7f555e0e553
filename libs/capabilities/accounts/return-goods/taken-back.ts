import type { EntitlementHonoured, Return } from '../account/account.events';
import type { RecordedFacts } from '../account/decide-account';
import { nameIn } from '../account/account-standing';
import type { LedgerCorrected, LotPart, RewardPart } from '../account/account-decisions.events';

/** Points of one wallet, never 0 and never negative. */
export type WalletPoints = {
  readonly programme: string;
  readonly wallet: string;
  readonly points: number;
};

/** What a return, a void or a claim did to the account, each list in the order in which its wallets first come. */
export interface TakenBack {
  /** Points that were taken back. */
  readonly reversed: readonly WalletPoints[];
  /** Points the purchase had been paid with, which are there again. */
  readonly restored: readonly WalletPoints[];
  /** Points of others that would have been lost by it and are kept, because they had been shown (S8). */
  readonly honoured: readonly WalletPoints[];
  /** What was to be taken and was not there. */
  readonly debtIncurred: readonly WalletPoints[];
  /** Rewards that were not used and went with their stamps. */
  readonly rewardsRevoked: readonly RevokedReward[];
}

export type RevokedReward = Pick<RewardPart, 'programme' | 'reward' | 'issued'>;

interface StoredEvent {
  readonly type: string;
  readonly data: unknown;
}

/** From stored events, beginning with those of the fact. What came as a correction is in its totals. */
export function takenBack(events: readonly StoredEvent[]): TakenBack {
  const parts = (type: string): readonly WalletPoints[] =>
    events.filter((event) => event.type === type).map(({ data }) => data as LotPart);
  const moved = events
    .filter(({ type }) => type === 'LedgerCorrected')
    .flatMap(({ data }) => (data as LedgerCorrected['data']).deltas)
    .map(({ programme, wallet, moved: totals = {} }) => ({ programme, wallet, totals }));
  const corrected = (name: 'reversed' | 'spent' | 'debtIncurred', direction: 1 | -1): readonly WalletPoints[] =>
    moved.map(({ programme, wallet, totals }) => ({ programme, wallet, points: direction * (totals[name] ?? 0) }));
  const honours = events
    .filter(({ type }) => type === 'EntitlementHonoured')
    .map(({ data }) => data as EntitlementHonoured['data']);
  return {
    reversed: sums(parts('PointsReversed'), corrected('reversed', 1)),
    restored: sums(parts('PointsRestored'), corrected('spent', -1)),
    honoured: sums(honours),
    debtIncurred: sums(parts('DebtIncurred'), corrected('debtIncurred', 1)),
    rewardsRevoked: events
      .filter(({ type }) => type === 'RewardRevoked')
      .map(({ data }) => revoked(data as RewardPart)),
  };
}

/** Stored objects come back with their members sorted: every answer writes them anew in one order. */
function sums(...lists: readonly (readonly WalletPoints[])[]): readonly WalletPoints[] {
  const byWallet = new Map<string, WalletPoints>();
  for (const { programme, wallet, points } of lists.flat()) {
    if (points <= 0) continue;
    const key = `${programme}~${wallet}`;
    byWallet.set(key, { programme, wallet, points: points + (byWallet.get(key)?.points ?? 0) });
  }
  return [...byWallet.values()];
}

const revoked = ({ programme, reward, issued }: RewardPart): RevokedReward => ({ programme, reward, issued });

/** One line for everything that was taken, given back or kept. */
export function takenBackLines(
  taken: TakenBack,
  { terms, words: { say } }: Pick<RecordedFacts, 'terms' | 'words'>,
  now: number,
): readonly string[] {
  const named = ({ programme, wallet, points }: WalletPoints) => ({
    wallet: nameIn('wallets', { programme, id: wallet }, terms, now),
    points,
  });
  const rewardName = ({ programme, reward }: TakenBack['rewardsRevoked'][number]): string =>
    nameIn('rewards', { programme, id: reward }, terms, now);
  return [
    ...taken.reversed.map((part) => say('takenBackLine', negative(named(part)))),
    ...taken.restored.map((part) => say('givenBackLine', named(part))),
    ...taken.honoured.map((part) => say('keptLine', named(part))),
    ...taken.debtIncurred.map((part) => say('owedLine', named(part))),
    ...taken.rewardsRevoked.map((revoked) => say('rewardTakenBackLine', { reward: rewardName(revoked) })),
  ];
}

const negative = <Part extends { readonly points: number }>(part: Part): Part => ({ ...part, points: -part.points });

/** A line of a return as answers show it. */
export type ReturnedLine = {
  readonly sku: string;
  readonly quantity: number;
  readonly amount: number;
  /** Receipt key of the purchase it belongs to. */
  readonly of?: string;
};

/** Stored objects come back with their members sorted. */
export const lineInOrder = ({ sku, quantity, amount, of }: Return['lines'][number]): ReturnedLine => ({
  sku,
  quantity,
  amount,
  ...(of !== undefined && { of }),
});
