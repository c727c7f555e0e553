import { assert } from '../../../kernel/defect';
import type { RedemptionId } from '../../../kernel/ids';
import { instantText } from '../../../kernel/time';
import { LANGUAGE_VERSION } from '../../programmes';
import type { PurchaseFlag, Redemption } from '../account/account.events';
import { balancesOf, heldRewards, nameIn, type Balance, type HeldReward } from '../account/account-standing';
import type { RecordedFacts } from '../account/decide-account';
import { revisionOf } from '../account/decide-now';
import { balanceInOrder } from '../record-purchase/record-purchase.answer';
import { rewardInOrder, rewardTerms, type RewardTerms } from '../reward-catalogue/reward-terms';

/** `stockOverdrawn`: handed over though no piece was left, or one that had been given back meanwhile. */
export type RedemptionFlag = PurchaseFlag | 'stockOverdrawn';

export type RedemptionStep = 'reserved' | 'confirmed' | 'released';

/** What an append about a redemption stores beside its events, so that every repeated answer equals the first. */
export type RedemptionOutcome = {
  readonly language: number;
  readonly step: RedemptionStep;
  readonly redemption: RedemptionId;
  readonly reward: RewardTerms;
  readonly issued: string | null;
  readonly cost?: { readonly wallet: string; readonly points: number };
  readonly piece?: number;
  readonly reservedUntil: number | null;
  readonly balances: readonly Balance[];
  readonly rewards: readonly HeldReward[];
  readonly flags: readonly RedemptionFlag[];
  readonly receiptLines: readonly string[];
};

interface Step {
  readonly step: RedemptionStep;
  readonly redemption: Redemption;
  /** Only of a reservation. */
  readonly reservedUntil?: number;
  readonly flags: readonly RedemptionFlag[];
  readonly now: number;
}

export function redemptionOutcome(recorded: RecordedFacts, step: Step): RedemptionOutcome {
  const { account, terms } = recorded;
  const { redemption, reservedUntil, now } = step;
  const { programme, revision, issued, wallet, cost, piece } = redemption;
  const compiled = revisionOf(terms, programme, revision);
  const priced = compiled?.rewards.get(redemption.reward);
  assert(compiled !== undefined && priced !== undefined, `revision ${revision} of ${programme} has no such reward`);
  const reward = rewardTerms(compiled, priced.terms);
  const balances = balancesOf(account, terms, now);
  const held = balances.find((balance) => balance.programme === programme && balance.wallet === wallet);
  return {
    language: LANGUAGE_VERSION,
    step: step.step,
    redemption: redemption.redemption,
    reward,
    issued: issued ?? null,
    ...(wallet !== undefined && { cost: { wallet, points: cost } }),
    ...(piece !== undefined && { piece }),
    reservedUntil: reservedUntil ?? null,
    balances,
    rewards: heldRewards(account),
    flags: step.flags,
    receiptLines: [
      recorded.words.say(STEP_LINE[step.step], { reward: reward.name }),
      ...(held === undefined ? [] : [balanceLine(held, recorded, now)]),
    ],
  };
}

const STEP_LINE = { reserved: 'rewardHeldLine', confirmed: 'rewardUsedLine', released: 'rewardReleasedLine' } as const;

function balanceLine(
  { programme, wallet, available, reserved, debt }: Balance,
  { terms, words }: RecordedFacts,
  now: number,
): string {
  const name = nameIn('wallets', { programme, id: wallet }, terms, now);
  return words.say('balanceLine', { wallet: name, points: available + reserved - debt });
}

/** More was spent than there was, and became debt (S26). */
export function isOverdrawn({ decisions, ledger }: RecordedFacts, redemption: RedemptionId): boolean {
  const past = ledger?.past.redemptions.get(redemption);
  if (past !== undefined) return past.owed > 0;
  return decisions.some(({ type, data }) => type === 'DebtIncurred' && data.cause === redemption);
}

/** What the till is told; the same record gives the same bytes, at first and ever after. */
export type RedemptionAnswer = {
  readonly redemptionId: string;
  readonly customerId: string;
  /** What this command has made of it. */
  readonly state: RedemptionStep;
  readonly reward: RewardTerms;
  /** Null where points are paid. */
  readonly issued: string | null;
  /** Only where points are paid. */
  readonly cost?: { readonly wallet: string; readonly points: number };
  /** Which piece of the stock, where there is one. */
  readonly piece?: number;
  /** RFC 3339, exclusive; only of a reservation, else null. */
  readonly reservedUntil: string | null;
  readonly position: string;
  readonly balances: readonly Balance[];
  readonly rewards: readonly HeldReward[];
  readonly flags: readonly RedemptionFlag[];
  readonly receiptLines: readonly string[];
};

export function answerRedemption(stored: {
  readonly customerId: string;
  readonly position: string;
  readonly outcome: unknown;
}): RedemptionAnswer {
  const outcome = stored.outcome as RedemptionOutcome;
  const { redemption, step, reward, issued, cost, piece, reservedUntil, balances, rewards, flags } = outcome;
  return {
    redemptionId: redemption,
    customerId: stored.customerId,
    state: step,
    reward: rewardInOrder(reward),
    issued,
    ...(cost !== undefined && { cost: { wallet: cost.wallet, points: cost.points } }),
    ...(piece !== undefined && { piece }),
    reservedUntil: reservedUntil === null ? null : instantText(reservedUntil),
    position: stored.position,
    balances: balances.map(balanceInOrder),
    rewards: rewards.map(heldInOrder),
    flags,
    receiptLines: outcome.receiptLines,
  };
}

export const heldInOrder = ({ programme, reward, issued, expiresAt }: HeldReward): HeldReward => ({
  programme,
  reward,
  issued,
  expiresAt,
});
