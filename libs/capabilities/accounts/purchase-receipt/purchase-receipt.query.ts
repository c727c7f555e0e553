import type { ReceiptKey, TenantId } from '../../../kernel/ids';
import type { Queried, QueryDoor } from '../../../platform/read-store/read-store';
import type { PurchaseReceiptRow } from './purchase-receipt.projection';

type StoredReceipt = Queried<PurchaseReceiptRow, 'articles' | 'of'>;
type Tables = { purchase_receipts: StoredReceipt };

/** The purchase of a receipt, in the account of who claimed it where somebody has; undefined where the tenant has none. */
export function receiptOf(
  query: QueryDoor,
  tenant: TenantId,
  receiptKey: ReceiptKey,
): Promise<StoredReceipt | undefined> {
  return query
    .withTables<Tables>()
    .selectFrom('purchase_receipts')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('receiptKey', '=', receiptKey)
    .where('kind', '=', 'purchase')
    .orderBy('anonymous')
    .limit(1)
    .executeTakeFirst();
}
