import type { PurchaseId, ReceiptKey, TenantId } from '../../../kernel/ids';
import type { QueryDoor } from '../../../platform/read-store/read-store';
import type { PurchaseIdRow } from './purchase-id.projection';

type Tables = { purchase_ids: PurchaseIdRow };

/** The receipt an id stands for, as far as the read model is. */
export async function receiptOfId(
  query: QueryDoor,
  tenant: TenantId,
  purchaseId: PurchaseId,
): Promise<ReceiptKey | undefined> {
  const row = await query
    .withTables<Tables>()
    .selectFrom('purchase_ids')
    .select('receiptKey')
    .where('tenant', '=', tenant)
    .where('purchaseId', '=', purchaseId)
    .executeTakeFirst();
  return row?.receiptKey as ReceiptKey | undefined;
}
