import type { Invoice } from './invoice';

/** What becomes of an invoice: a purchase or a return that is posted, or the reason why it is not. */
export type InvoiceClass = DocumentKind | RejectReason;
export type DocumentKind = 'purchase' | 'return';
export type RejectReason = 'guest-return' | 'odd-return' | 'bad-debt' | 'write-off' | 'price-0-only';

export const REJECT_REASONS: Readonly<Record<RejectReason, string>> = {
  'guest-return': 'return or cancellation (invoice C…) without a customer: nobody has points or stamps to give back',
  'odd-return': 'invoice C… with a quantity that is not negative, or a negative price: what it takes back is unclear',
  'bad-debt': 'correction of a bad debt (invoice A… or a negative price): no sale',
  'write-off': 'stock written off (negative quantity without C): no sale',
  'price-0-only': 'only lines of price 0 and no customer: goods moved, nobody bought',
};

/**
 * The first rule that fits decides, and decides for the invoice as a whole. An identified customer's invoice of price 0
 * only is a purchase (of nothing but free goods); nobody's is not.
 */
export function classifyInvoice(invoice: Invoice): InvoiceClass {
  const { number, customer, lines } = invoice;
  if (number.startsWith('C')) {
    if (customer === undefined) return 'guest-return';
    return lines.every((line) => line.quantity < 0 && line.unitPrice >= 0n) ? 'return' : 'odd-return';
  }
  if (number.startsWith('A') || lines.some((line) => line.unitPrice < 0n)) return 'bad-debt';
  if (lines.some((line) => line.quantity < 0)) return 'write-off';
  if (customer === undefined && lines.every((line) => line.unitPrice === 0n)) return 'price-0-only';
  return 'purchase';
}

export const classificationHelp = `
The first rule that fits an invoice decides:
  C… of nobody                          not posted: guest-return
  C…, every quantity negative           posted as one return
  any other C…                          not posted: odd-return
  A…, or a negative price               not posted: bad-debt
  a negative quantity                   not posted: write-off
  no customer, and every price 0        not posted: price-0-only
  everything else                       posted as one purchase

Run it again at any time: what is recorded already is not recorded twice. See docs/import-online-retail.md.
`;
