import type { LotKey, ReceiptKey } from '../kernel/ids';
import type {
  Because,
  LedgerCorrected,
  PointsEarned,
  WalletDelta,
} from '../capabilities/accounts/account/account-decisions.events';
import type { AccountEvent, PurchaseRecorded } from '../capabilities/accounts/account/account.events';
import type { GivenAppend } from './recorded-history';

/** A purchase as a test tells it; the rest is an ordinary purchase in Manila. */
export interface GivenPurchase {
  readonly receipt: string;
  readonly account?: string;
  readonly tenant?: string;
  readonly amounts?: readonly number[];
  readonly currency?: string;
  readonly decimals?: number;
  readonly occurredAt?: string;
  readonly recordedAt?: string;
  readonly offsetMinutes?: number;
  readonly anonymous?: boolean;
  /** Points by wallet, one lot each. */
  readonly earned?: Readonly<Record<string, number>>;
  /** A late purchase: net change by wallet instead of lots. */
  readonly corrected?: Readonly<Record<string, number>>;
}

export const because: Because = { revision: 1, rule: 'base', counted: '135.00', exact: '135' };

/** The append of a purchase with what the programme `main` made of it. */
export function purchase(told: GivenPurchase): GivenAppend {
  const { receipt, account = 'cus_1', tenant = 'main', amounts = [13_500], anonymous = false } = told;
  const receiptKey = `manila-1~2~${receipt}` as ReceiptKey;
  const recorded: PurchaseRecorded = {
    type: 'PurchaseRecorded',
    version: 1,
    data: {
      receiptKey,
      outlet: 'manila-1',
      till: '2',
      receipt,
      ...(anonymous ? {} : { presented: 'card' as const }),
      currency: told.currency ?? 'PHP',
      decimals: told.decimals ?? 2,
      lines: amounts.map((amount) => ({ sku: 'ICE-CONE', category: 'ice-cream', quantity: 1, amount })),
      channel: 'shop',
      offsetMinutes: told.offsetMinutes ?? 480,
      source: 'till',
      flags: [],
    },
  };
  const occurredAt = Date.parse(told.occurredAt ?? '2026-11-20T10:15:00+08:00');
  const events: AccountEvent[] = [recorded, ...lots(told.earned ?? {}, receiptKey, occurredAt)];
  if (told.corrected !== undefined) events.push(correction(told.corrected, receiptKey));
  return {
    stream: `account-${tenant}.${anonymous ? `r.${receiptKey}` : account}`,
    commandKey: receiptKey,
    occurredAt,
    recordedAt: told.recordedAt === undefined ? occurredAt + 1_000 : Date.parse(told.recordedAt),
    events,
  };
}

function lots(earned: Readonly<Record<string, number>>, receiptKey: ReceiptKey, activeAt: number): PointsEarned[] {
  return Object.entries(earned).map(([wallet, points]) => ({
    type: 'PointsEarned',
    version: 1,
    data: {
      programme: 'main',
      wallet,
      points,
      lot: `${receiptKey}~base~main~${wallet}` as LotKey,
      activeAt,
      expiresAt: null,
      because,
    },
  }));
}

function correction(deltas: Readonly<Record<string, number>>, cause: ReceiptKey): LedgerCorrected {
  const changes = Object.entries(deltas).map(([wallet, points]): WalletDelta => ({
    programme: 'main',
    wallet,
    points,
  }));
  return {
    type: 'LedgerCorrected',
    version: 1,
    data: {
      cause,
      language: 1,
      hashBefore: '00',
      hashAfter: '01',
      deltas: changes,
      entries: changes.map(({ programme, wallet, points }) => ({
        lot: `${cause}~base~main~${wallet}` as LotKey,
        fact: cause,
        programme,
        wallet,
        before: 0,
        after: points,
        because,
      })),
      more: 0,
    },
  };
}
