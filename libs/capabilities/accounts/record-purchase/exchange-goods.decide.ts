import { accept } from '../../../kernel/decision';
import type { AccountEvent, PurchaseFlag } from '../account/account.events';
import type { AccountDecider, RecordedFacts } from '../account/decide-account';
import { returnFlags } from '../return-goods/return-goods.answer';
import { returnGoods, type ReturnGoods, type ReturnGoodsRefusal } from '../return-goods/return-goods.decide';
import { takenBack, takenBackLines } from '../return-goods/taken-back';
import { purchaseOutcome, type PurchaseOutcome } from './record-purchase.answer';
import { recordPurchase, type RecordPurchase, type RecordPurchaseRefusal } from './record-purchase.decide';

export type ExchangeGoodsRefusal = RecordPurchaseRefusal | ReturnGoodsRefusal;

/**
 * Goods brought back and others bought, on one receipt: two facts of one append. The purchase comes first, so that what it
 * earns can be taken back and no debt arises where it earns enough.
 */
export const exchangeDecider = (
  purchase: RecordPurchase,
  goods: ReturnGoods,
): AccountDecider<ExchangeGoodsRefusal> => ({
  decide: (known) => {
    const bought = recordPurchase(purchase, known.account, known.terms);
    if (bought.kind === 'refused') return bought;
    const returned = returnGoods(goods, known);
    if (returned.kind !== 'accepted') return returned;
    return accept(...bought.facts, ...returned.facts);
  },
  outcome: (recorded) => exchangeOutcome(recorded, purchase.now),
});

/** The purchase's own answer is made of its own events; what is told of the goods beside it, of the rest. */
function exchangeOutcome(recorded: RecordedFacts, now: number): ExchangeOutcome {
  const { events, decisions } = recorded;
  const [own, ofGoods] = dividedAtReturn(events);
  const mine = new Set<AccountEvent>(own);
  const told = purchaseOutcome({ ...recorded, decisions: decisions.filter((decision) => mine.has(decision)) }, now);
  const lines = takenBackLines(takenBack(ofGoods), recorded, now);
  return { ...told, receiptLines: [...lines, ...told.receiptLines], returned: { flags: returnFlags(recorded) } };
}

export type ExchangeOutcome = PurchaseOutcome & { readonly returned: { readonly flags: readonly PurchaseFlag[] } };

/** Events of the purchase, and those of the return from its fact on; of a purchase alone the second are none. */
export function dividedAtReturn<Event extends { readonly type: string }>(
  events: readonly Event[],
): readonly [readonly Event[], readonly Event[]] {
  const at = events.findIndex(({ type }) => type === 'PurchaseReturned');
  return at < 0 ? [events, []] : [events.slice(0, at), events.slice(at)];
}
