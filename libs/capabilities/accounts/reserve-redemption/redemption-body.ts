import { streamParts } from '../../../kernel/ids';
import type { RecordedAppend } from '../../../platform/event-store/event-store';
import {
  ClientPart,
  Instant,
  Many,
  One,
  OneOf,
  Optional,
  Text,
  TextOrNull,
  Texts,
  Whole,
  YesOrNo,
} from '../../../platform/http/request-rules';
import { CustomerReferenceBody } from '../account/customer-reference-body';
import { RewardInHand, WalletBalance } from '../record-purchase/purchase-answer';
import { PointsInWallet, RewardOfProgramme } from '../reward-catalogue/reward-body';
import { answerRedemption, type RedemptionAnswer as Answer, type RedemptionFlag } from './redemption.answer';

class RewardNamed {
  @ClientPart({ example: 'main' }) readonly programme!: string;
  @ClientPart({ example: 'free-cone' }) readonly id!: string;
}

export class NewRedemptionBody {
  @One(() => CustomerReferenceBody, { description: 'Exactly one of its members.' })
  readonly customer!: CustomerReferenceBody;
  @ClientPart({ example: 'manila-1' }) readonly outlet!: string;
  @ClientPart({ example: '2' }) readonly till!: string;
  @One(() => RewardNamed) readonly reward!: RewardNamed;
  @Optional()
  @Text({ max: 200, description: 'The issued reward that is used, by its key; left out, points are paid.' })
  readonly issued?: string;
  @Optional()
  @Instant({ description: 'By the clock of the till: only kept, unless the till was offline.' })
  readonly occurredAt?: string;
  @Optional()
  @YesOrNo({ description: 'The reward was handed over already, at `occurredAt`, while the till was cut off.' })
  readonly offline?: boolean;
}

export class RedemptionStepBody {
  @Optional()
  @Instant({ description: 'When it was, by the clock of the till: it counts for a confirmation that comes late.' })
  readonly occurredAt?: string;
  @Optional() @ClientPart({ description: 'Where the reward was reserved unless said.' }) readonly outlet?: string;
  @Optional() @ClientPart() readonly till?: string;
}

/** All of it comes from the record, so that every repeated answer is the first one again, byte for byte. */
export class RedemptionAnswer implements Answer {
  @Text({ max: 64, description: '`red_…`' }) readonly redemptionId!: string;
  @Text({ max: 64 }) readonly customerId!: string;
  @OneOf(['reserved', 'confirmed', 'released'], { description: 'What this request has made of it.' })
  readonly state!: Answer['state'];
  @One(() => RewardOfProgramme) readonly reward!: RewardOfProgramme;
  @TextOrNull({ max: 200, description: 'Null where points are paid.' }) readonly issued!: string | null;
  @Optional()
  @One(() => PointsInWallet, { description: 'Left out for one that a stamp card has issued.' })
  readonly cost?: PointsInWallet;
  @Optional()
  @Whole({ min: 1, description: 'Which piece of the stock it is; left out where there is any number of them.' })
  readonly piece?: number;
  @TextOrNull({ max: 32, description: 'RFC 3339, exclusive: when it lapses; null where it is not reserved.' })
  readonly reservedUntil!: string | null;
  @Text({ max: 20, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
  @Many(() => WalletBalance, { max: 4096 }) readonly balances!: readonly WalletBalance[];
  @Many(() => RewardInHand, { max: 4096, description: 'Rewards the customer holds.' })
  readonly rewards!: readonly RewardInHand[];
  @Texts({ max: 64, maxItems: 16 }) readonly flags!: readonly RedemptionFlag[];
  @Texts({ max: 256, maxItems: 4096 }) readonly receiptLines!: readonly string[];
}

export const redemptionAnswer = ({ stream, outcome }: RecordedAppend, position: string): RedemptionAnswer =>
  answerRedemption({ customerId: streamParts(stream).id, position, outcome });
