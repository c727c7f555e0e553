import type { ReceiptKey, TenantId } from '../../../kernel/ids';
import type { Projection } from '../../../kernel/projection';
import type { PurchaseRecorded } from '../account/account.events';

/** The receipt that an id stands for: the id is a digest of it, and cannot be turned back. */
export interface PurchaseIdRow {
  readonly tenant: string;
  /** `pur_…` */
  readonly purchaseId: string;
  readonly receiptKey: string;
}

/** How an id is made comes as an argument because pure files do no cryptography. */
export const purchaseIds = (idOf: (tenant: TenantId, receiptKey: ReceiptKey) => string): Projection<PurchaseIdRow> => ({
  name: 'purchase_ids',
  version: 1,
  types: ['PurchaseRecorded'],
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'purchaseId', type: 'text' },
    { name: 'receiptKey', type: 'text' },
  ],
  primaryKey: ['tenant', 'purchaseId'],
  keys: ({ append, data }) => [[append.tenant, idOf(append.tenant, (data as PurchaseRecorded['data']).receiptKey)]],
  apply: (_, { append, data }, key) => ({
    tenant: append.tenant,
    purchaseId: String(key[1]),
    receiptKey: (data as PurchaseRecorded['data']).receiptKey,
  }),
});
