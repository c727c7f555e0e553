import { assert } from '../../../kernel/defect';
import { streamParts } from '../../../kernel/ids';
import type { ProjectedEvent, Projection } from '../../../kernel/projection';
import type { PurchaseRecorded } from '../account/account.events';

/** A purchase by its receipt: whose it is, and what it came to. */
export interface PurchaseReceiptRow {
  readonly tenant: string;
  readonly receiptKey: string;
  readonly outlet: string;
  readonly till: string;
  readonly receipt: string;
  readonly account: string;
  /** 1 where nobody made himself known; the account is then the receipt's own. */
  readonly anonymous: 0 | 1;
  readonly currency: string;
  readonly decimals: number;
  /** Sum of the lines' amounts, in 10^-decimals of the currency. */
  readonly gross: number;
  /** Lines with an amount above 0. */
  readonly paidLines: number;
  readonly allLines: number;
  readonly occurredAt: number;
  /** "YYYY-MM-DD" and "YYYY-MM" at the outlet. */
  readonly localDay: string;
  readonly localMonth: string;
  readonly source: 'till' | 'import';
  readonly position: number;
}

export const purchaseReceipt: Projection<PurchaseReceiptRow> = {
  name: 'purchase_receipts',
  version: 1,
  types: ['PurchaseRecorded'],
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'receiptKey', type: 'text' },
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
    { name: 'occurredAt', type: 'integer' },
    { name: 'localDay', type: 'text' },
    { name: 'localMonth', type: 'text' },
    { name: 'source', type: 'text' },
    { name: 'position', type: 'integer' },
  ],
  primaryKey: ['tenant', 'receiptKey'],

  keys(event) {
    return [[event.append.tenant, purchaseOf(event).receiptKey]];
  },

  apply(row, event) {
    const purchase = purchaseOf(event);
    assert(row === undefined, `receipt ${purchase.receiptKey} was recorded twice`);
    const { append, position } = event;
    const { receiptKey, outlet, till, receipt, currency, decimals, lines, source } = purchase;
    const localDay = new Date(append.occurredAt + purchase.offsetMinutes * 60_000).toISOString().slice(0, 10);
    return {
      tenant: append.tenant,
      receiptKey,
      outlet,
      till,
      receipt,
      account: streamParts(append.stream).id,
      anonymous: purchase.presented === undefined ? 1 : 0,
      currency,
      decimals,
      gross: lines.reduce((sum, line) => sum + line.amount, 0),
      paidLines: lines.filter((line) => line.amount > 0).length,
      allLines: lines.length,
      occurredAt: append.occurredAt,
      localDay,
      localMonth: localDay.slice(0, 7),
      source,
      position,
    };
  },
};

const purchaseOf = (event: ProjectedEvent) => (event as ProjectedEvent & PurchaseRecorded).data;
