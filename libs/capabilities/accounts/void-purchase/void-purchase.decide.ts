import { accept, refuse } from '../../../kernel/decision';
import type { ReceiptKey } from '../../../kernel/ids';
import type { PurchaseVoided } from '../account/account.events';
import { comesLate } from '../account/account.ledger';
import { NEEDS_HISTORY, type AccountDecider } from '../account/decide-account';
import { placeOf, stampEffective, type AccountFact } from '../account/effective-order';
import { voidOutcome } from './void-purchase.answer';

/** A purchase had been keyed by mistake; what the fold needs beside it is stamped by the decision. */
export interface VoidPurchase {
  readonly voided: Omit<PurchaseVoided['data'], 'key' | 'flags'>;
  readonly occurredAt: number;
  /** The server's clock, which becomes `recordedAt`. */
  readonly now: number;
  /** The purchase is nobody's. */
  readonly anonymous: boolean;
}

export type VoidPurchaseRefusal = 'PurchaseNotFound' | 'PurchaseVoidedAlready';

/** A purchase is voided once; its receipt therefore names the void too. */
export const voidDecider = (command: VoidPurchase): AccountDecider<VoidPurchaseRefusal> => ({
  decide: ({ account, ledger }) => {
    if (ledger === undefined) return NEEDS_HISTORY;
    const { voided, occurredAt, now } = command;
    const { receiptKey, source } = voided;
    const { purchases, voided: before } = ledger.past;
    if (!purchases.has(receiptKey)) return refuse('PurchaseNotFound', `There is no purchase ${receiptKey}.`);
    if (before.has(receiptKey)) return voidedAlready(receiptKey);
    const { effectiveAt, flags } = stampEffective(occurredAt, now, source);
    const data = { ...voided, key: receiptKey, flags };
    const fact: AccountFact = {
      event: { type: 'PurchaseVoided', version: 1, data },
      occurredAt,
      effectiveAt,
      recordedAt: now,
    };
    if (!comesLate(account, placeOf(fact))) return accept(fact);
    return accept({
      ...fact,
      event: { type: 'PurchaseVoided', version: 1, data: { ...data, flags: ['late', ...flags] } },
    });
  },
  outcome: (recorded) => voidOutcome(recorded, command),
});

export const voidedAlready = (receiptKey: ReceiptKey) =>
  refuse('PurchaseVoidedAlready', `The purchase ${receiptKey} was voided before.`);
