import { assert } from '../../../kernel/defect';
import type { PurchaseVoided } from '../account/account.events';
import type { RecordedFacts } from '../account/decide-account';
import {
  nothingAfter,
  standingAfter,
  standingAnswer,
  type StandingAfter,
  type StandingAnswer,
} from '../return-goods/standing-after';
import { takenBack, type TakenBack } from '../return-goods/taken-back';

/** What an append of a void stores for the first and every repeated answer. A void always shows on the receipt (S14). */
export function voidOutcome(
  recorded: RecordedFacts,
  { now, anonymous }: { readonly now: number; readonly anonymous: boolean },
): StandingAfter {
  const [fact] = recorded.facts;
  assert(fact?.event.type === 'PurchaseVoided', 'the answer to a void is of a void');
  const { receiptKey, flags } = fact.event.data;
  const purchase = recorded.ledger?.past.purchases.get(receiptKey)?.purchase;
  const lead = [recorded.words.say('voidLine', { receipt: purchase?.receipt ?? receiptKey })];
  return anonymous ? nothingAfter(flags, lead) : standingAfter(recorded, now, flags, lead);
}

/** What the till is told; the same record gives the same bytes, at first and ever after. */
export type VoidAnswer = TakenBack &
  StandingAnswer & {
    readonly purchaseId: string;
    /** Key of the receipt that was voided. */
    readonly receiptKey: string;
    /** Null for a purchase of nobody. */
    readonly customerId: string | null;
    /** Opaque; a query that passes it sees at least this void. */
    readonly position: string;
  };

export interface StoredVoid {
  readonly purchaseId: string;
  readonly customerId: string | null;
  readonly position: string;
  readonly events: readonly { readonly type: string; readonly data: unknown }[];
  readonly outcome: unknown;
}

export function answerVoid({ purchaseId, customerId, position, events, outcome }: StoredVoid): VoidAnswer {
  const { receiptKey } = events[0]?.data as PurchaseVoided['data'];
  return {
    purchaseId,
    receiptKey,
    customerId,
    position,
    ...takenBack(events),
    ...standingAnswer(outcome as StandingAfter),
  };
}
