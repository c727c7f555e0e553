import type { TenantId } from '../../kernel/ids';
import type { Queried, QueryDoor } from '../../platform/read-store/read-store';
import type { PurchaseReceiptRow } from '../accounts';

type Tables = { purchase_receipts: Queried<PurchaseReceiptRow, 'articles' | 'of'> };

/**
 * Purchases and returns of one currency that figures are made of: all but those keyed by mistake, and what somebody claimed
 * counts as his only.
 */
export function countedReceipts(query: QueryDoor, tenant: TenantId, currency: string) {
  return query
    .withTables<Tables>()
    .selectFrom('purchase_receipts')
    .where('tenant', '=', tenant)
    .where('currency', '=', currency)
    .where('voided', '=', 0)
    .where(({ eb, or, not, exists, selectFrom }) =>
      or([
        eb('anonymous', '=', 0),
        not(
          exists(
            selectFrom('purchase_receipts as claimed')
              .select('claimed.receiptKey')
              .where('claimed.tenant', '=', tenant)
              .whereRef('claimed.receiptKey', '=', 'purchase_receipts.receiptKey')
              .whereRef('claimed.kind', '=', 'purchase_receipts.kind')
              .where('claimed.anonymous', '=', 0),
          ),
        ),
      ]),
    );
}
