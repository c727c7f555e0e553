import type { AccountFact } from '../../libs/capabilities/accounts/account/effective-order';
import type { RecordPurchase } from '../../libs/capabilities/accounts/record-purchase/record-purchase.decide';
import { sale } from '../../libs/testing/given-when-then';

export const START = Date.UTC(2026, 0, 1);
export const tenLines = Array.from({ length: 10 }, (_, index) => ({
  sku: `SKU-${index}`,
  category: index % 2 === 0 ? 'food' : 'home',
  quantity: 1 + (index % 3),
  amount: 995 + 100 * index,
}));

/** The reference purchase of ten lines, the n-th a minute, or as told, after the one before. */
export const purchaseAt = (index: number, apartMs = 60_000): RecordPurchase =>
  sale({ receipt: String(index), lines: tenLines, at: new Date(START + index * apartMs).toISOString() });

export function purchaseFact(index: number, apartMs?: number): AccountFact {
  const { purchase, occurredAt } = purchaseAt(index, apartMs);
  const event = { type: 'PurchaseRecorded', version: 1, data: { ...purchase, flags: [] } } as const;
  return { event, occurredAt, effectiveAt: occurredAt, recordedAt: occurredAt };
}
