import { join } from 'node:path';
import { classifyInvoice } from '../../apps/cli/import-online-retail/classify-invoice';
import { readInvoices, type Invoice } from '../../apps/cli/import-online-retail/invoice';
import { matchReturns, type MatchedLines } from '../../apps/cli/import-online-retail/match-returns';
import { documentsInOrder, type ShopDocument } from '../../apps/cli/import-online-retail/shop-documents';
import type { AccountFact } from '../../libs/capabilities/accounts/account/effective-order';
import type { ReceiptKey } from '../../libs/kernel/ids';
import { MINUTE_MS } from '../../libs/kernel/time';

/** A year of a real shop without a server: what the import would post, and the facts the server would make of it. */
export interface ShopYear {
  readonly purchases: readonly Invoice[];
  readonly returns: ReadonlyMap<Invoice, MatchedLines>;
  /** In the order of time. */
  readonly documents: readonly ShopDocument[];
}

export async function shopYear(source: string): Promise<ShopYear> {
  const invoices = await readInvoices(join(source, 'lines.csv.gz'));
  const purchases = invoices.filter((invoice) => classifyInvoice(invoice) === 'purchase');
  const broughtBack = invoices.filter((invoice) => classifyInvoice(invoice) === 'return');
  const returns = matchReturns(purchases, broughtBack);
  return { purchases, returns, documents: documentsInOrder(purchases, returns) };
}

export const cardOf = ({ invoice }: ShopDocument): string => invoice.customer ?? '';

/** As an import records it: effective when it occurred, however late that is. */
export function factOf(document: ShopDocument, recordedAt: number): AccountFact {
  const { body } = document;
  const occurredAt = Date.parse(body.occurredAt);
  const common = {
    receiptKey: `${body.outlet}~${body.till}~${body.receipt}` as ReceiptKey,
    outlet: body.outlet,
    till: body.till,
    receipt: body.receipt,
    presented: 'card' as const,
    currency: body.currency,
    decimals: body.decimals,
    channel: body.channel,
    offsetMinutes: offsetOf(body.occurredAt, occurredAt),
    source: 'import' as const,
    flags: [],
  };
  const event: AccountFact['event'] =
    document.kind === 'purchase'
      ? { type: 'PurchaseRecorded', version: 1, data: { ...common, lines: document.body.lines } }
      : {
          type: 'PurchaseReturned',
          version: 1,
          data: {
            ...common,
            lines: document.body.lines.map(({ purchase, ...line }) => ({
              ...line,
              ...(purchase === undefined ? {} : { of: purchase as ReceiptKey }),
            })),
          },
        };
  return { event, occurredAt, effectiveAt: occurredAt, recordedAt };
}

const offsetOf = (text: string, at: number): number => (Date.parse(`${text.slice(0, 19)}Z`) - at) / MINUTE_MS;
