import { accept, refuse, type Refusal } from '../../../kernel/decision';
import type { ReceiptKey } from '../../../kernel/ids';
import { atOnce } from '../../../kernel/sliced';
import { instantText } from '../../../kernel/time';
import type { Purchase } from '../account/account.events';
import { foldAccount, type Ledger } from '../account/account.ledger';
import { NEEDS_HISTORY, type AccountDecider, type KnownAccount } from '../account/decide-account';
import type { AccountFact } from '../account/effective-order';
import type { RatedPurchase } from '../account/past';
import { returnsOf } from '../account/arrange-facts';
import { CLAIM_WINDOW_MS } from '../record-purchase/record-purchase.answer';
import { claimOutcome } from './claim-purchase.answer';

/** Somebody makes himself known as the customer of a purchase of nobody. */
export interface ClaimPurchase {
  readonly receiptKey: ReceiptKey;
  /** Everything in the account it was recorded in. */
  readonly unclaimed: readonly AccountFact[];
  /** By what the claimant is known. */
  readonly presented: NonNullable<Purchase['presented']>;
  readonly now: number;
}

export type ClaimPurchaseRefusal =
  'PurchaseNotAnonymous' | 'PurchaseClaimedAlready' | 'ClaimTooLate' | 'PurchaseVoided' | 'PurchaseReturned';

/** The claim on the claimant's account. `read` gives the command anew whenever the decision is asked, as it may have moved. */
export const claimDecider = (read: () => ClaimPurchase): AccountDecider<ClaimPurchaseRefusal> => ({
  decide: (known) => (known.ledger === undefined ? NEEDS_HISTORY : claimPurchase(read(), known)),
  outcome: (recorded) => claimOutcome(recorded, read().now),
});

/** The purchase comes at its own time, net of what was returned of it (S36). */
function claimPurchase({ receiptKey, unclaimed, presented, now }: ClaimPurchase, { terms }: KnownAccount) {
  const fact = unclaimed.find(({ event }) => event.type === 'PurchaseRecorded' && event.data.receiptKey === receiptKey);
  if (fact?.event.type !== 'PurchaseRecorded') return notAnonymous(receiptKey);
  const refusal = whyNot(receiptKey, fact.occurredAt, now, atOnce(foldAccount(unclaimed, terms)));
  if (refusal !== undefined) return refusal;
  const returns = returnsOf(unclaimed, receiptKey).map(({ recordedAt: _, ...returned }) => returned);
  const { returnedBefore: __, ...purchase } = fact.event.data;
  const data = { purchase: { ...purchase, presented }, returns, claimedAt: now };
  const { occurredAt, effectiveAt } = fact;
  return accept<AccountFact>({
    event: { type: 'PurchaseClaimed', version: 1, data },
    occurredAt,
    effectiveAt,
    recordedAt: now,
  });
}

function whyNot(
  receiptKey: ReceiptKey,
  occurredAt: number,
  now: number,
  { past }: Ledger,
): Refusal<ClaimPurchaseRefusal> | undefined {
  const rated = past.purchases.get(receiptKey);
  if (past.voided.has(receiptKey))
    return refuse('PurchaseVoided', `The purchase ${receiptKey} was voided: there is nothing to claim.`);
  if (now >= occurredAt + CLAIM_WINDOW_MS) {
    const until = instantText(occurredAt + CLAIM_WINDOW_MS);
    return refuse('ClaimTooLate', `The purchase ${receiptKey} could be claimed for 30 days, before ${until}.`);
  }
  if (rated !== undefined && wasReturned(rated)) {
    return refuse('PurchaseReturned', `All of the purchase ${receiptKey} was returned: there is nothing to claim.`);
  }
  return undefined;
}

/** All of it, where there was anything to return. */
const wasReturned = (rated: RatedPurchase): boolean =>
  rated.kept?.every(({ quantityMilli }) => quantityMilli === 0) === true;

export const notAnonymous = (receiptKey: ReceiptKey) =>
  refuse('PurchaseNotAnonymous', `The purchase ${receiptKey} was recorded for its customer: nobody can claim it.`);

export const claimedAlready = (receiptKey: ReceiptKey, bySame: boolean) =>
  refuse(
    'PurchaseClaimedAlready',
    `The purchase ${receiptKey} was claimed before, by ${bySame ? 'this very customer' : 'somebody else'}.`,
  );
