import { CliFault } from '../cli-fault';
import { textField, type SukiApi } from '../../../libs/client';
import type { DocumentKind } from './classify-invoice';
import type { Invoice } from './invoice';
import { TILLS } from './purchase-of-invoice';
import type { ShopDocument } from './shop-documents';

export interface PostingReport {
  readonly posted: Readonly<Record<DocumentKind, PostedCounts>>;
  readonly refused: readonly RefusedInvoice[];
  readonly customersEnrolled: number;
  /** Customer ids by card, of everybody who was posted for. */
  readonly customers: ReadonlyMap<string, string>;
  /** Of the last answer to each till: all that was sent lies at or before one of them. */
  readonly positions: readonly string[];
  readonly seconds: number;
}

/** Documents recorded now, and those an earlier run had recorded. */
export interface PostedCounts {
  readonly recorded: number;
  readonly replayed: number;
}

export interface RefusedInvoice {
  readonly kind: DocumentKind;
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

const PATHS: Readonly<Record<DocumentKind, string>> = { purchase: '/v1/purchases', return: '/v1/returns' };

/**
 * Posts purchases and returns as so many tills: each till one after another in the order given, tills beside each other.
 * All documents of a customer go through one till, so they arrive in that order. Nothing is remembered here: receipt
 * numbers and Idempotency-Keys follow from the data, so it can be stopped and started again anywhere. Throws `CliFault`.
 */
export async function postDocuments(
  api: SukiApi,
  documents: readonly ShopDocument[],
  { tillsAtWork, signal, onPosted }: PostingOptions,
): Promise<PostingReport> {
  const waiting = byTill(documents);
  const refused: RefusedInvoice[] = [];
  const customers = new Map<string, string>();
  const posted = { purchase: { recorded: 0, replayed: 0 }, return: { recorded: 0, replayed: 0 } };
  let customersEnrolled = 0;
  let failed = false;
  const positions = new Map<string, string>();

  const postOne = async ({ kind, invoice, body }: ShopDocument): Promise<void> => {
    const card = body.customer?.card;
    if (card !== undefined && !customers.has(card)) {
      const { customerId, isNew } = await enrol(api, card);
      if (isNew) customersEnrolled += 1;
      customers.set(card, customerId);
    }
    const answer = await api.post(PATHS[kind], body);
    if (answer.kind === 'refused') {
      refused.push({ kind, invoice, code: answer.code, detail: answer.detail });
    } else {
      posted[kind][answer.replayed ? 'replayed' : 'recorded'] += 1;
      const position = textField(answer.body, 'position');
      if (position !== undefined) positions.set(body.till, position);
    }
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
  return { posted, refused, customersEnrolled, customers, positions: [...positions.values()], seconds };
}

function byTill(documents: readonly ShopDocument[]): ShopDocument[][] {
  const tills = new Map<string, ShopDocument[]>();
  for (const next of documents) {
    const till = tills.get(next.body.till);
    if (till === undefined) tills.set(next.body.till, [next]);
    else till.push(next);
  }
  return [...tills.values()];
}

/** A card that is somebody's already is that customer. */
async function enrol(api: SukiApi, card: string): Promise<{ readonly customerId: string; readonly isNew: boolean }> {
  const answer = await api.post('/v1/customers', { card }, `online-retail.customer.${card}`);
  if (answer.kind === 'answered') return { customerId: customerIn(answer.body, card), isNew: !answer.replayed };
  if (answer.code === 'IdentityTaken') {
    const found = await api.post('/v1/customers/lookup', { card });
    if (found.kind === 'answered') return { customerId: customerIn(found.body, card), isNew: false };
  }
  throw new CliFault('refused', `customer ${card} was not enrolled: ${answer.code}: ${answer.detail}`);
}

function customerIn(body: unknown, card: string): string {
  const customerId = textField(body, 'customerId');
  if (customerId === undefined)
    throw new CliFault('refused', `the server answered for card ${card} without a customer`);
  return customerId;
}
