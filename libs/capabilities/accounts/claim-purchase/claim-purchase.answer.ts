import type { LotKey } from '../../../kernel/ids';
import type { PurchaseClaimed } from '../account/account.events';
import { nameIn, type HeldReward } from '../account/account-standing';
import type { RecordedFacts } from '../account/decide-account';
import { earnedIn, issuedReward, type EarnedPoints } from '../record-purchase/record-purchase.answer';
import { standingAfter, standingAnswer, type StandingAfter, type StandingAnswer } from '../return-goods/standing-after';
import { takenBack, type TakenBack } from '../return-goods/taken-back';

/** What an append of a claim stores for the first and every repeated answer. */
export function claimOutcome(recorded: RecordedFacts, now: number): StandingAfter {
  const { events, terms, words } = recorded;
  const lead = earnedIn(events, (lot) => lot).map(({ programme, wallet, points }) =>
    words.say('earnedLine', { wallet: nameIn('wallets', { programme, id: wallet }, terms, now), points }),
  );
  const late = events.some(({ type }) => type === 'LedgerCorrected');
  return standingAfter(recorded, now, late ? ['late'] : [], lead);
}

/** What the claimant is told; the same record gives the same bytes, at first and ever after. */
export type ClaimAnswer = TakenBack &
  StandingAnswer & {
    readonly purchaseId: string;
    readonly receiptKey: string;
    /** Who claimed it. */
    readonly customerId: string;
    /** Opaque; a query that passes it sees at least this claim. */
    readonly position: string;
    /** By the whole purchase; what was returned of it before is in `reversed`. */
    readonly earned: readonly EarnedPoints[];
    readonly rewardsIssued: readonly HeldReward[];
  };

export interface StoredClaim {
  readonly purchaseId: string;
  readonly customerId: string;
  readonly position: string;
  readonly events: readonly { readonly type: string; readonly data: unknown }[];
  readonly outcome: unknown;
  /** What a lot is called outside. */
  readonly lotId: (lot: LotKey) => string;
}

export function answerClaim({ purchaseId, customerId, position, events, outcome, lotId }: StoredClaim): ClaimAnswer {
  const { purchase } = events[0]?.data as PurchaseClaimed['data'];
  return {
    purchaseId,
    receiptKey: purchase.receiptKey,
    customerId,
    position,
    earned: earnedIn(events, lotId),
    rewardsIssued: events.flatMap(issuedReward),
    ...takenBack(events),
    ...standingAnswer(outcome as StandingAfter),
  };
}
