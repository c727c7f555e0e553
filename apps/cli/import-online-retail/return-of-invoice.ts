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

/** A line of the invoice becomes a line for each of its parts; amounts stay exact, since they are prices times quantities. */
export function returnOfInvoice(invoice: Invoice, matched: MatchedLines): ReturnBody {
  const head = receiptHead(invoice);
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

function referenceTo(purchase: MatchedPart['purchase']): Pick<ReturnBodyLine, 'purchase'> {
  if (purchase === undefined) return {};
  const { outlet, till, receipt } = receiptHead(purchase);
  return { purchase: `${outlet}~${till}~${receipt}` };
}
