import type { Invoice } from './invoice';
import type { MatchedLines, MatchedPart } from './match-returns';
import {
  amountOf,
  articleOf,
  categoryOf,
  receiptHead,
  type LineCategory,
  type ReceiptHead,
} from './purchase-of-invoice';

/** The body of `POST /v1/returns`: one document for one invoice C…, whichever purchases its lines belong to. */
export interface ReturnBody extends ReceiptHead {
  readonly lines: readonly ReturnBodyLine[];
}

interface ReturnBodyLine {
  readonly sku: string;
  readonly category: LineCategory;
  readonly quantity: number;
  /** At the return's own price, which need not be the purchase's. */
  readonly amount: number;
  /** `outlet~till~receipt` of the purchase it belongs to. */
  readonly purchase?: string;
}

/**
 * A line of the invoice becomes a line for each of its parts; amounts stay exact, since they are prices times quantities. A
 * return states the decimals of its purchases, as the server asks; where these have different ones, what was bought with
 * fewer names no purchase.
 */
export function returnOfInvoice(invoice: Invoice, matched: MatchedLines): ReturnBody {
  const purchases = new Map<Invoice, ReceiptHead>();
  for (const { purchase } of matched.flat()) if (purchase !== undefined) purchases.set(purchase, receiptHead(purchase));
  const own = receiptHead(invoice);
  const decimals = Math.max(own.decimals, ...[...purchases.values()].map((purchase) => purchase.decimals));
  const head: ReceiptHead = { ...own, decimals };
  const referenceTo = (purchase: MatchedPart['purchase']): Pick<ReturnBodyLine, 'purchase'> => {
    const bought = purchase === undefined ? undefined : purchases.get(purchase);
    if (bought?.decimals !== decimals) return {};
    return { purchase: `${bought.outlet}~${bought.till}~${bought.receipt}` };
  };
  return {
    ...head,
    lines: invoice.lines.flatMap((line, index) =>
      (matched[index] ?? []).map(({ quantity, purchase }) => ({
        sku: articleOf(line),
        category: categoryOf(line.stockCode),
        quantity,
        amount: amountOf(line, quantity, head),
        ...referenceTo(purchase),
      })),
    ),
  };
}
