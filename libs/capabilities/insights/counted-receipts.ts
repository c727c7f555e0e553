import type { TenantId } from '../../kernel/ids';
import type { Queried, QueryDoor } from '../../platform/read-store/read-store';
import type { PurchaseReceiptRow } from '../accounts';

type Tables = { purchase_receipts: Queried<PurchaseReceiptRow, 'articles' | 'of'> };

/** Purchases and returns of one currency that figures are made of: all but those keyed by mistake. */
export function countedReceipts(query: QueryDoor, tenant: TenantId, currency: string) {
  return query
    .withTables<Tables>()
    .selectFrom('purchase_receipts')
    .where('tenant', '=', tenant)
    .where('currency', '=', currency)
    .where('voided', '=', 0);
}
