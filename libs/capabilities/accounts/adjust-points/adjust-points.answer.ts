import type { PointsAdjusted } from '../account/account.events';
import { balancesOf, nameIn, type Balance } from '../account/account-standing';
import type { RecordedFacts } from '../account/decide-account';
import { LANGUAGE_VERSION } from '../../programmes';
import { balanceInOrder } from '../record-purchase/record-purchase.answer';

/** What the append of an adjustment stores beside its events. */
export type AdjustmentOutcome = {
  readonly language: number;
  readonly balances: readonly Balance[];
  readonly receiptLines: readonly string[];
};

export type AdjustmentAnswer = {
  readonly customerId: string;
  readonly programme: string;
  readonly wallet: string;
  readonly points: number;
  readonly reason: string;
  readonly position: string;
  readonly balances: readonly Balance[];
  readonly receiptLines: readonly string[];
};

export function adjustmentOutcome(
  { account, terms, words: { say } }: RecordedFacts,
  { programme, wallet, points, now }: Pick<PointsAdjusted['data'], 'programme' | 'wallet' | 'points'> & { now: number },
): AdjustmentOutcome {
  const balances = balancesOf(account, terms, now);
  const name = nameIn('wallets', { programme, id: wallet }, terms, now);
  const held = balances.find((balance) => balance.programme === programme && balance.wallet === wallet);
  const { available = 0, reserved = 0, debt = 0 } = held ?? {};
  return {
    language: LANGUAGE_VERSION,
    balances,
    receiptLines: [
      say('walletChange', { wallet: name, points }),
      say('balanceLine', { wallet: name, points: available + reserved - debt }),
    ],
  };
}

/** The same record gives the same bytes, at first and ever after. */
export function answerAdjustment(stored: {
  readonly customerId: string;
  readonly position: string;
  readonly adjusted: unknown;
  readonly outcome: unknown;
}): AdjustmentAnswer {
  const { programme, wallet, points, reason } = stored.adjusted as PointsAdjusted['data'];
  const { balances, receiptLines } = stored.outcome as AdjustmentOutcome;
  const { customerId, position } = stored;
  return {
    customerId,
    programme,
    wallet,
    points,
    reason,
    position,
    balances: balances.map(balanceInOrder),
    receiptLines,
  };
}
