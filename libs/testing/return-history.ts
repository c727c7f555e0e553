import type { ReceiptKey } from '../kernel/ids';
import type {
  PurchaseClaimed,
  PurchaseRecorded,
  PurchaseReturned,
  PurchaseVoided,
  ReturnLine,
} from '../capabilities/accounts/account/account.events';
import type { GivenAppend } from './recorded-history';

/** A return as a test tells it; unsaid, a card holder brings a cone back in Manila. */
export interface GivenReturn {
  readonly receipt: string;
  readonly account?: string;
  readonly tenant?: string;
  /** Of the purchases the lines belong to, one line each; left out, one line that belongs to none. */
  readonly of?: readonly string[];
  readonly amount?: number;
  readonly decimals?: number;
  readonly currency?: string;
  readonly occurredAt?: string;
}

/** Receipt key of the purchases and returns that tests tell of. */
export const manilaReceipt = (receipt: string): ReceiptKey => `manila-1~2~${receipt}` as ReceiptKey;

const AT = '2026-11-21T10:15:00+08:00';

/** The append of a return, without what a programme made of it. */
export function returned(told: GivenReturn): GivenAppend {
  const { receipt, account = 'cus_1', tenant = 'main', amount = 13_500 } = told;
  const line: ReturnLine = { sku: 'ICE-CONE', category: 'ice-cream', quantity: 1, amount };
  const event: PurchaseReturned = {
    type: 'PurchaseReturned',
    version: 1,
    data: {
      receiptKey: manilaReceipt(receipt),
      outlet: 'manila-1',
      till: '2',
      receipt,
      currency: told.currency ?? 'PHP',
      decimals: told.decimals ?? 2,
      lines: told.of === undefined ? [line] : told.of.map((of) => ({ ...line, of: manilaReceipt(of) })),
      channel: 'shop',
      offsetMinutes: 480,
      source: 'till',
      flags: [],
    },
  };
  return appendTo(account, tenant, manilaReceipt(receipt), told.occurredAt ?? AT, event);
}

/** The append of a void of a purchase. */
export function voided(receipt: string, account = 'cus_1'): GivenAppend {
  const event: PurchaseVoided = {
    type: 'PurchaseVoided',
    version: 1,
    data: {
      receiptKey: manilaReceipt(receipt),
      key: `void-${receipt}`,
      outlet: 'manila-1',
      till: '2',
      source: 'till',
      flags: [],
    },
  };
  return appendTo(account, 'main', event.data.key, AT, event);
}

/** The card holder `cus_9` makes himself known for a purchase of nobody, of which something was brought back already. */
export function claimed(bought: GivenAppend, broughtBack: GivenAppend): GivenAppend {
  const [recorded] = bought.events as readonly PurchaseRecorded[];
  const [back] = broughtBack.events as readonly PurchaseReturned[];
  if (recorded === undefined || back === undefined) throw new Error('nothing to claim');
  const at = Date.parse('2026-11-22T10:15:00+08:00');
  const { receiptKey } = recorded.data;
  const event: PurchaseClaimed = {
    type: 'PurchaseClaimed',
    version: 1,
    data: {
      purchase: { ...recorded.data, presented: 'card' },
      returns: [{ effectiveAt: at, occurredAt: broughtBack.occurredAt ?? at, data: back.data }],
      claimedAt: at,
    },
  };
  // A claim happened when its purchase did.
  const { occurredAt = at } = bought;
  return { stream: 'account-main.cus_9', commandKey: `claimed-${receiptKey}`, occurredAt, events: [event] };
}

function appendTo(
  account: string,
  tenant: string,
  commandKey: string,
  occurredAt: string,
  event: PurchaseReturned | PurchaseVoided,
): GivenAppend {
  const at = Date.parse(occurredAt);
  return {
    stream: `account-${tenant}.${account}`,
    commandKey,
    occurredAt: at,
    recordedAt: at + 1_000,
    events: [event],
  };
}
