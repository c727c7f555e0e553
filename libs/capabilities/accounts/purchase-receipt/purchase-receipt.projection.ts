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

/** A purchase or a return by its receipt: whose it is, and what it came to. In an exchange both have the same receipt. */
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
  version: 2,
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
  primaryKey: ['tenant', 'receiptKey', 'kind'],

  keys(projected) {
    const event = projected as ReceiptEvent;
    const { tenant } = event.append;
    switch (event.type) {
      case 'PurchaseRecorded':
      case 'PurchaseVoided':
        return [purchaseRow(tenant, event.data.receiptKey)];
      case 'PurchaseReturned':
        return [returnRow(tenant, event.data.receiptKey)];
      case 'PurchaseClaimed': {
        const { purchase, returns } = event.data;
        return [
          purchaseRow(tenant, purchase.receiptKey),
          ...returns.map(({ data }) => returnRow(tenant, data.receiptKey)),
        ];
      }
    }
  },

  apply(row, projected, key) {
    const event = projected as ReceiptEvent;
    switch (event.type) {
      case 'PurchaseRecorded':
        assert(row === undefined, `receipt ${event.data.receiptKey} was recorded twice`);
        return rowOf(event, 'purchase', event.data, []);
      case 'PurchaseReturned':
        assert(row === undefined, `return ${event.data.receiptKey} was recorded twice`);
        return rowOf(event, 'return', event.data, distinct(event.data.lines.flatMap(({ of }) => of ?? [])));
      case 'PurchaseVoided':
        return { ...there(row, key), voided: 1 };
      case 'PurchaseClaimed':
        return { ...there(row, key), anonymous: 0, account: streamParts(event.append.stream).id };
    }
  },
};

const purchaseRow = (tenant: string, receiptKey: ReceiptKey): RowKey => [tenant, receiptKey, 'purchase'];
const returnRow = (tenant: string, receiptKey: ReceiptKey): RowKey => [tenant, receiptKey, 'return'];

/** The row of a receipt that must have been recorded before. */
function there(row: PurchaseReceiptRow | undefined, key: RowKey): PurchaseReceiptRow {
  assert(row !== undefined, `receipt ${String(key[1])} was never recorded`);
  return row;
}

function rowOf(
  { append, position }: ProjectedEvent,
  kind: PurchaseReceiptRow['kind'],
  document: Purchase | Return,
  of: readonly string[],
): PurchaseReceiptRow {
  const { receiptKey, outlet, till, receipt, currency, decimals, source } = document;
  const lines: readonly (PurchaseLine | ReturnLine)[] = document.lines;
  const paid = lines.filter((line) => line.amount > 0);
  const account = streamParts(append.stream).id;
  const localDay = instantText(append.occurredAt + document.offsetMinutes * MINUTE_MS).slice(0, 10);
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
    occurredAt: append.occurredAt,
    localDay,
    localMonth: localDay.slice(0, 7),
    source,
    position,
  };
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];
