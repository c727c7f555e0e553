import type { Invoice } from './invoice';
import type { MatchedLines } from './match-returns';
import { purchaseOfInvoice, type PurchaseBody } from './purchase-of-invoice';
import { returnOfInvoice, type ReturnBody } from './return-of-invoice';

/** An invoice as it is posted. */
export type ShopDocument =
  | { readonly kind: 'purchase'; readonly invoice: Invoice; readonly body: PurchaseBody }
  | { readonly kind: 'return'; readonly invoice: Invoice; readonly body: ReturnBody };

/** In the order of time; at the same instant purchases come first, as they do in the ledger (S4). */
export function documentsInOrder(
  purchases: readonly Invoice[],
  returns: ReadonlyMap<Invoice, MatchedLines>,
): ShopDocument[] {
  const documents: ShopDocument[] = [
    ...purchases.map((invoice) => ({ kind: 'purchase' as const, invoice, body: purchaseOfInvoice(invoice) })),
    ...[...returns].map(([invoice, matched]) => ({
      kind: 'return' as const,
      invoice,
      body: returnOfInvoice(invoice, matched),
    })),
  ];
  return documents.sort((a, b) => Date.parse(a.body.occurredAt) - Date.parse(b.body.occurredAt));
}

/** The same documents in an order that follows from the seed alone, every order as likely as any other. */
export function shuffled<Document>(documents: readonly Document[], seed: number): Document[] {
  const order = [...documents];
  const random = randomNumbers(seed);
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as Document, order[last] as Document];
  }
  return order;
}

/** Mulberry32 (Tommy Ettinger, public domain): numbers from 0 up to but not 1, good enough to shuffle with. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
