import type { ReceiptKey, TenantId } from '../../../kernel/ids';
import type { Queried, QueryDoor } from '../../../platform/read-store/read-store';
import type { PurchaseReceiptRow } from './purchase-receipt.projection';

type Tables = { purchase_receipts: Queried<PurchaseReceiptRow> };

export function receiptOf(
  query: QueryDoor,
  tenant: TenantId,
  receiptKey: ReceiptKey,
): Promise<PurchaseReceiptRow | undefined> {
  return query
    .withTables<Tables>()
    .selectFrom('purchase_receipts')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('receiptKey', '=', receiptKey)
    .executeTakeFirst();
}
