import { assert } from '../../../kernel/defect';
import { streamParts, type ReceiptKey } from '../../../kernel/ids';
import type { ProjectedEvent, Projection, RowKey } from '../../../kernel/projection';
import { MINUTE_MS, instantText } from '../../../kernel/time';
import type {
  Purchase,
  PurchaseClaimed,
  PurchaseLine,
  PurchaseRecorded,
  PurchaseReturned,
  PurchaseVoided,
  Return,
  ReturnLine,
} from '../account/account.events';

/**
 * A purchase or a return by its receipt: whose it is, and what it came to. In an exchange both have the same receipt. What
 * nobody had made himself known for and somebody claimed later, or a return of nobody that waited for a customer's purchase,
 * has two rows: one in its own account, which counts no longer, and one in the customer's. So every row is made by the events
 * of one account, whoever projects the other.
 */
export interface PurchaseReceiptRow {
  readonly tenant: string;
  readonly receiptKey: string;
  readonly kind: 'purchase' | 'return';
  readonly outlet: string;
  readonly till: string;
  readonly receipt: string;
  readonly account: string;
  /** 1 where nobody made himself known; the account is then the receipt's own, until somebody claims it. */
  readonly anonymous: 0 | 1;
  readonly currency: string;
  readonly decimals: number;
  /** Sum of the lines' amounts, paid or given back: in 10^-decimals of the currency, never below 0. */
  readonly gross: number;
  /** Lines with an amount above 0. */
  readonly paidLines: number;
  readonly allLines: number;
  /** Units on the paid lines, in thousandths. */
  readonly paidUnitsMilli: number;
  /** Articles of the paid lines, each once. */
  readonly articles: readonly string[];
  /** Receipt keys of the purchases a return belongs to, as far as it says so; of a purchase none. */
  readonly of: readonly string[];
  /** 1 for a purchase that had been keyed by mistake: it counts nowhere. */
  readonly voided: 0 | 1;
  readonly occurredAt: number;
  /** "YYYY-MM-DD" and "YYYY-MM" at the outlet. */
  readonly localDay: string;
  readonly localMonth: string;
  readonly source: 'till' | 'import';
  readonly position: number;
}

type ReceiptEvent = ProjectedEvent & (PurchaseRecorded | PurchaseReturned | PurchaseVoided | PurchaseClaimed);

export const purchaseReceipt: Projection<PurchaseReceiptRow> = {
  name: 'purchase_receipts',
  version: 3,
  types: ['PurchaseRecorded', 'PurchaseReturned', 'PurchaseVoided', 'PurchaseClaimed'],
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'receiptKey', type: 'text' },
    { name: 'kind', type: 'text' },
    { name: 'outlet', type: 'text' },
    { name: 'till', type: 'text' },
    { name: 'receipt', type: 'text' },
    { name: 'account', type: 'text' },
    { name: 'anonymous', type: 'integer' },
    { name: 'currency', type: 'text' },
    { name: 'decimals', type: 'integer' },
    { name: 'gross', type: 'integer' },
    { name: 'paidLines', type: 'integer' },
    { name: 'allLines', type: 'integer' },
    { name: 'paidUnitsMilli', type: 'integer' },
    { name: 'articles', type: 'json' },
    { name: 'of', type: 'json' },
    { name: 'voided', type: 'integer' },
    { name: 'occurredAt', type: 'integer' },
    { name: 'localDay', type: 'text' },
    { name: 'localMonth', type: 'text' },
    { name: 'source', type: 'text' },
    { name: 'position', type: 'integer' },
  ],
  primaryKey: ['tenant', 'receiptKey', 'kind', 'account'],

  keys(projected) {
    const event = projected as ReceiptEvent;
    const { tenant, stream } = event.append;
    const account = streamParts(stream).id;
    const row = (receiptKey: ReceiptKey, kind: PurchaseReceiptRow['kind']): RowKey => [
      tenant,
      receiptKey,
      kind,
      account,
    ];
    switch (event.type) {
      case 'PurchaseRecorded': {
        const { receiptKey, returnedBefore = [] } = event.data;
        // What comes along to another account of nobody is counted where it waited.
        const back = account.startsWith('r.') ? [] : returnedBefore;
        return [row(receiptKey, 'purchase'), ...back.map(({ data }) => row(data.receiptKey, 'return'))];
      }
      case 'PurchaseVoided':
        return [row(event.data.receiptKey, 'purchase')];
      case 'PurchaseReturned':
        return [row(event.data.receiptKey, 'return')];
      case 'PurchaseClaimed': {
        const { purchase, returns } = event.data;
        return [row(purchase.receiptKey, 'purchase'), ...returns.map(({ data }) => row(data.receiptKey, 'return'))];
      }
    }
  },

  apply(row, projected, key) {
    const event = projected as ReceiptEvent;
    switch (event.type) {
      case 'PurchaseRecorded': {
        assert(row === undefined, `receipt ${event.data.receiptKey} was recorded twice`);
        return (
          comeAlong(event, event.data.returnedBefore, key) ?? purchaseRow(event, event.data, event.append.occurredAt)
        );
      }
      case 'PurchaseReturned':
        assert(row === undefined, `return ${event.data.receiptKey} was recorded twice`);
        return returnRow(event, event.data, event.append.occurredAt);
      case 'PurchaseVoided':
        assert(row !== undefined, `receipt ${event.data.receiptKey} was never recorded`);
        return { ...row, voided: 1 };
      case 'PurchaseClaimed': {
        assert(row === undefined, `receipt ${String(key[1])} was claimed twice`);
        const { purchase, returns } = event.data;
        // A claim happened when its purchase did.
        return comeAlong(event, returns, key) ?? purchaseRow(event, purchase, event.append.occurredAt);
      }
    }
  },
};

const purchaseRow = (event: ProjectedEvent, purchase: Purchase, occurredAt: number): PurchaseReceiptRow =>
  rowOf(event, { kind: 'purchase', document: purchase, of: [], occurredAt });

const returnRow = (event: ProjectedEvent, back: Return, occurredAt: number): PurchaseReceiptRow =>
  rowOf(event, { kind: 'return', document: back, of: distinct(back.lines.flatMap(({ of }) => of ?? [])), occurredAt });

/** The return of that key which came to the account with its purchase. */
function comeAlong(
  event: ProjectedEvent,
  returns: PurchaseClaimed['data']['returns'] = [],
  [, receiptKey, kind]: RowKey,
): PurchaseReceiptRow | undefined {
  const back = returns.find(({ data }) => kind === 'return' && data.receiptKey === receiptKey);
  return back && returnRow(event, back.data, back.occurredAt);
}

interface Receipt {
  readonly kind: PurchaseReceiptRow['kind'];
  readonly document: Purchase | Return;
  readonly of: readonly string[];
  readonly occurredAt: number;
}

function rowOf({ append, position }: ProjectedEvent, { kind, document, of, occurredAt }: Receipt): PurchaseReceiptRow {
  const { receiptKey, outlet, till, receipt, currency, decimals, source } = document;
  const lines: readonly (PurchaseLine | ReturnLine)[] = document.lines;
  const paid = lines.filter((line) => line.amount > 0);
  const account = streamParts(append.stream).id;
  const localDay = instantText(occurredAt + document.offsetMinutes * MINUTE_MS).slice(0, 10);
  return {
    tenant: append.tenant,
    receiptKey,
    kind,
    outlet,
    till,
    receipt,
    account,
    // A return may come without a card and yet be of a customer's purchase.
    anonymous: account.startsWith('r.') ? 1 : 0,
    currency,
    decimals,
    gross: lines.reduce((sum, line) => sum + line.amount, 0),
    paidLines: paid.length,
    allLines: lines.length,
    paidUnitsMilli: paid.reduce((sum, line) => sum + Math.round(line.quantity * 1000), 0),
    articles: distinct(paid.map(({ sku }) => sku)),
    of,
    voided: 0,
    occurredAt,
    localDay,
    localMonth: localDay.slice(0, 7),
    source,
    position,
  };
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];
