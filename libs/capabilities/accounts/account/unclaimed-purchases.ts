import { assert } from '../../../kernel/defect';
import type { AccountId, ReceiptKey, TenantId } from '../../../kernel/ids';
import type { Claim } from '../../../platform/event-store/event-store';
import type { AccountFact } from './effective-order';
import { anonymousAccount } from './reported-receipt';

/**
 * What happens to a purchase of nobody is numbered: its returns, also those that wait for it, and its void, and then whoever claims
 * it or brings it to another account, each take the next number as a claim. Two streams are involved; who comes second finds the
 * number taken and looks again (see docs/decisions/0014 and 0021).
 */
export const nextChange = (tenant: TenantId, purchase: ReceiptKey, facts: readonly AccountFact[]): Claim => ({
  action: 'take',
  key: `${tenant}/unclaimed/${purchase}~${facts.reduce((sum, fact) => sum + changesBy(fact, purchase), 0)}`,
});

export const isNextChange = (tenant: TenantId, key: string): boolean => key.startsWith(`${tenant}/unclaimed/`);

function changesBy(fact: AccountFact, purchase: ReceiptKey): number {
  const { type, data } = fact.event;
  // One that was brought from the account it was waited for in has taken a number behind those of its returns.
  if (type === 'PurchaseRecorded' && data.receiptKey === purchase && data.returnedBefore !== undefined) {
    return data.returnedBefore.length + 1;
  }
  return namedBy(fact).includes(purchase) ? 1 : 0;
}

/** The claims of an append to an account of nobody; `history`: what it holds before. */
export function changesOf(
  tenant: TenantId,
  account: AccountId,
  facts: readonly AccountFact[],
  history: readonly AccountFact[] | undefined,
): readonly Claim[] {
  assert(history !== undefined, 'what changes a purchase is decided on its whole history');
  const held = new Set(
    history.flatMap(({ event }) => (event.type === 'PurchaseRecorded' ? event.data.receiptKey : [])),
  );
  const named = new Set(facts.flatMap(namedBy));
  return [...named]
    .filter((purchase) => held.has(purchase) || anonymousAccount(purchase) === account)
    .map((purchase) => nextChange(tenant, purchase, history));
}

/** Purchases that a fact takes something from. */
export function namedBy({ event }: AccountFact): readonly ReceiptKey[] {
  if (event.type === 'PurchaseVoided') return [event.data.receiptKey];
  return event.type === 'PurchaseReturned' ? event.data.lines.flatMap(({ of }) => of ?? []) : [];
}
