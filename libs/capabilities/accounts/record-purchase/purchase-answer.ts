import { streamParts, type ReceiptKey } from '../../../kernel/ids';
import type { RecordedAppend } from '../../../platform/event-store/event-store';
import {
  AnyObject,
  Many,
  One,
  Optional,
  Quantity,
  Text,
  TextOrNull,
  Texts,
  Whole,
  ClientPart,
  Instant,
} from '../../../platform/http/request-rules';
import { lotId, purchaseId } from '../../../platform/identifiers/identifiers';
import type { Balance, CardStanding, HeldReward } from '../account/account-standing';
import { ReturnedGoods } from '../return-goods/taken-back-answer';
import {
  answerPurchase,
  type Claimable,
  type EarnedBecause,
  type EarnedPoints as Earned,
  type PurchaseAnswer as Answer,
} from './record-purchase.answer';

/** One rule's part in what was earned. */
class EarningRulePart implements EarnedBecause {
  @Text({ max: 64, description: '`lot_…`: the lot it made.' }) readonly lot!: string;
  @Whole({ min: 0 }) readonly points!: number;
  @Whole({ min: 1, description: 'Revision of the programme.' }) readonly revision!: number;
  @ClientPart() readonly rule!: string;
  @Text({ max: 256, description: 'Money, units or visits the rule counted.' }) readonly counted!: string;
  @Optional()
  @Many(() => MultiplierPart, { max: 4096 })
  readonly multipliers?: readonly MultiplierPart[];
  @Text({ max: 256, description: 'Points before the one rounding, "135" or "401/3".' }) readonly exact!: string;
  @Optional()
  @AnyObject({ description: 'Where the account rounds: all points `before` and `after`.' })
  readonly runningTotal?: { readonly before: string; readonly after: string };
}

class MultiplierPart {
  @ClientPart() readonly rule!: string;
  @Text({ max: 64 }) readonly factor!: string;
}

export class EarnedPoints implements Earned {
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly wallet!: string;
  @Whole({ min: 0 }) readonly points!: number;
  @Many(() => EarningRulePart, { max: 4096 }) readonly because!: readonly EarningRulePart[];
}

export class WalletBalance implements Balance {
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly wallet!: string;
  @Whole() readonly available!: number;
  @Whole() readonly pending!: number;
  @Whole() readonly reserved!: number;
  @Whole() readonly debt!: number;
}

export class StampCardStanding implements CardStanding {
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly card!: string;
  @Quantity({ description: 'Since the last reward; below 0 they are owed for one that was used.' })
  readonly stamps!: number;
  @Whole({ min: 1, description: 'Stamps for a reward.' }) readonly every!: number;
}

export class RewardInHand implements HeldReward {
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly reward!: string;
  @Text({ max: 200, description: 'By which it is redeemed.' }) readonly issued!: string;
  @TextOrNull({ max: 32, description: 'RFC 3339, exclusive; null = never.' }) readonly expiresAt!: string | null;
}

class ClaimablePoints implements Claimable {
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly wallet!: string;
  @Whole({ min: 0 }) readonly points!: number;
  @Instant() readonly until!: string;
}

/** All of it comes from the record, so that every repeated answer is the first one again, byte for byte. */
export class PurchaseAnswer implements Answer {
  @Text({ max: 64, description: '`pur_…`, derived from the receipt.' }) readonly purchaseId!: string;
  @TextOrNull({ max: 64, description: '`cus_…`; null for an anonymous purchase.' }) readonly customerId!: string | null;
  @Text({ max: 20, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
  @Many(() => EarnedPoints, { max: 4096 }) readonly earned!: readonly EarnedPoints[];
  @Many(() => WalletBalance, { max: 4096 }) readonly balances!: readonly WalletBalance[];
  @Many(() => StampCardStanding, { max: 4096 }) readonly stamps!: readonly StampCardStanding[];
  @Many(() => RewardInHand, { max: 4096 }) readonly rewardsIssued!: readonly RewardInHand[];
  @Texts({ max: 64, maxItems: 16 }) readonly flags!: Answer['flags'];
  @Texts({ max: 256, maxItems: 4096 }) readonly receiptLines!: readonly string[];
  @Optional() @Many(() => ClaimablePoints, { max: 4096 }) readonly claimable?: readonly ClaimablePoints[];
  @Optional()
  @One(() => ReturnedGoods, { description: 'Goods that were brought back on the same receipt.' })
  readonly returned?: ReturnedGoods;
}

export function purchaseAnswer(append: RecordedAppend, position: string): Answer {
  const { tenant, stream, commandKey, events, outcome } = append;
  const { id } = streamParts(stream);
  return answerPurchase({
    purchaseId: purchaseId(tenant, commandKey as ReceiptKey),
    customerId: id.startsWith('cus_') ? id : null,
    position,
    events,
    outcome,
    lotId: (lot) => lotId(tenant, lot),
  });
}
