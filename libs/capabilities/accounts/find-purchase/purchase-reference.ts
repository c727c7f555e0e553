import { isClientPart, type PurchaseId, type ReceiptKey } from '../../../kernel/ids';

/** A purchase as the world names it: by its receipt, or by the id that is derived from it. */
export type PurchaseReference =
  { readonly receiptKey: ReceiptKey } | { readonly receiptKey?: never; readonly purchaseId: PurchaseId };

const idForm = /^pur_[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const dayForm = /^\d{4}-\d\d-\d\d$/;

/** Undefined for a text that can name no purchase. */
export function readPurchaseReference(text: string): PurchaseReference | undefined {
  if (idForm.test(text)) return { purchaseId: text as PurchaseId };
  const parts = text.split('~');
  const named =
    parts.every(isClientPart) && (parts.length === 3 || (parts.length === 4 && dayForm.test(parts[2] ?? '')));
  return named ? { receiptKey: text as ReceiptKey } : undefined;
}
