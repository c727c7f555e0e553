import { streamParts } from '../../../kernel/ids';
import type { RecordedAppend } from '../../../platform/event-store/event-store';
import { Many, Text, TextOrNull, Texts } from '../../../platform/http/request-rules';
import { isAnonymous } from '../account/reported-receipt';
import { RewardInHand, StampCardStanding, WalletBalance } from '../record-purchase/purchase-answer';
import { answerReturn, type ReturnAnswer as Answer } from './return-goods.answer';
import { ReturnedLine, TakenBackAnswer } from './taken-back-answer';

/** What was taken back, and how the account stands afterwards. */
export class StandingAnswer extends TakenBackAnswer {
  @Many(() => WalletBalance, { max: 4096 }) readonly balances!: readonly WalletBalance[];
  @Many(() => StampCardStanding, { max: 4096 }) readonly stamps!: readonly StampCardStanding[];
  @Many(() => RewardInHand, { max: 4096 }) readonly rewards!: readonly RewardInHand[];
  @Texts({ max: 64, maxItems: 16 }) readonly flags!: Answer['flags'];
  @Texts({ max: 512, maxItems: 4096 }) readonly receiptLines!: readonly string[];
}

/** All of it comes from the record, so that every repeated answer is the first one again, byte for byte. */
export class ReturnAnswer extends StandingAnswer implements Answer {
  @Text({ max: 300, description: "Key of the return's own receipt." }) readonly receiptKey!: string;
  @TextOrNull({ max: 64, description: '`cus_…`; null where it waits for a purchase of nobody.' })
  readonly customerId!: string | null;
  @Text({ max: 20, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
  @Many(() => ReturnedLine, { max: 1000, description: 'With the amounts that had been left out.' })
  readonly lines!: readonly ReturnedLine[];
}

export const returnAnswer = ({ stream, events, outcome }: RecordedAppend, position: string): Answer =>
  answerReturn({ customerId: customerIn(streamParts(stream).id), position, events, outcome });

export const customerIn = (account: string): string | null => (isAnonymous(account) ? null : account);
