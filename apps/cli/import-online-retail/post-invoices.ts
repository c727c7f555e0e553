import type { JsonObject } from '../../../libs/kernel/json';
import { CliFault } from '../cli-fault';
import { textField, type SukiApi } from '../../../libs/client';
import type { Invoice } from './invoice';
import { TILLS, purchaseOfInvoice, type PurchaseBody } from './purchase-of-invoice';

export interface PostingReport {
  /** Purchases recorded now, and purchases an earlier run had recorded. */
  readonly recorded: number;
  readonly replayed: number;
  readonly refused: readonly RefusedInvoice[];
  readonly customersEnrolled: number;
  /** Of the last answer to each till: all that was sent lies at or before one of them. */
  readonly positions: readonly string[];
  readonly seconds: number;
}

export interface RefusedInvoice {
  readonly invoice: Invoice;
  readonly code: string;
  readonly detail: string;
}

export interface PostingOptions {
  /** How many of the tills work at the same time. */
  readonly tillsAtWork: number;
  readonly signal: AbortSignal;
  readonly onPosted: () => void;
}

/**
 * Posts purchases as so many tills: each till one after another in the order of time, tills beside each other. All
 * purchases of a customer go through one till, so they arrive in order. Nothing is remembered here: receipt numbers and
 * Idempotency-Keys follow from the data, so it can be stopped and started again anywhere. Throws `CliFault`.
 */
export async function postInvoices(
  api: SukiApi,
  invoices: readonly Invoice[],
  { tillsAtWork, signal, onPosted }: PostingOptions,
): Promise<PostingReport> {
  const waiting = invoicesByTill(invoices);
  const refused: RefusedInvoice[] = [];
  const known = new Set<string>();
  let recorded = 0;
  let replayed = 0;
  let customersEnrolled = 0;
  let failed = false;
  const positions = new Map<string, string>();

  const postOne = async ({ invoice, purchase }: TillInvoice): Promise<void> => {
    const card = purchase.customer?.card;
    if (card !== undefined && !known.has(card)) {
      if (await enrol(api, card)) customersEnrolled += 1;
      known.add(card);
    }
    const answer = await api.post('/v1/purchases', { ...purchase, lines: purchase.lines.map((line) => ({ ...line })) });
    if (answer.kind === 'refused') refused.push({ invoice, code: answer.code, detail: answer.detail });
    else if (answer.replayed) replayed += 1;
    else recorded += 1;
    const position = answer.kind === 'answered' ? textField(answer.body, 'position') : undefined;
    if (position !== undefined) positions.set(purchase.till, position);
    onPosted();
  };
  const work = async (): Promise<void> => {
    for (let till = waiting.shift(); till !== undefined; till = waiting.shift()) {
      for (const next of till) {
        if (signal.aborted || failed) return;
        await postOne(next);
      }
    }
  };

  const start = performance.now();
  await Promise.all(
    Array.from({ length: Math.min(tillsAtWork, TILLS) }, () =>
      work().catch((error: unknown) => {
        failed = true;
        throw error;
      }),
    ),
  );
  if (signal.aborted) {
    throw new CliFault('interrupted', 'stopped; the same command goes on where it was');
  }
  const seconds = (performance.now() - start) / 1000;
  return { recorded, replayed, refused, customersEnrolled, positions: [...positions.values()], seconds };
}

interface TillInvoice {
  readonly invoice: Invoice;
  readonly purchase: PurchaseBody;
}

function invoicesByTill(invoices: readonly Invoice[]): TillInvoice[][] {
  const byTill = new Map<string, TillInvoice[]>();
  const inOrder = invoices
    .map((invoice) => ({ invoice, purchase: purchaseOfInvoice(invoice) }))
    .sort((a, b) => Date.parse(a.purchase.occurredAt) - Date.parse(b.purchase.occurredAt));
  for (const next of inOrder) {
    const till = byTill.get(next.purchase.till);
    if (till === undefined) byTill.set(next.purchase.till, [next]);
    else till.push(next);
  }
  return [...byTill.values()];
}

/** True where the customer was made now. A card that is somebody's already is that customer: nothing to do. */
async function enrol(api: SukiApi, card: string): Promise<boolean> {
  const body: JsonObject = { card };
  const answer = await api.post('/v1/customers', body, `online-retail.customer.${card}`);
  if (answer.kind === 'answered') return !answer.replayed;
  if (answer.code === 'IdentityTaken') return false;
  throw new CliFault('refused', `customer ${card} was not enrolled: ${answer.code}: ${answer.detail}`);
}
