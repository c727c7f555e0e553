import { assertNever } from '../../../kernel/defect';
import { CLOCK_TOLERANCE_MS, HORIZON_MS } from '../../../kernel/time';
import type { AccountFactEvent, Purchase, PurchaseFlag } from './account.events';

/** A fact with the instants of its envelope. */
export interface AccountFact {
  readonly event: AccountFactEvent;
  readonly occurredAt: number;
  readonly effectiveAt: number;
  readonly recordedAt: number;
}

/** Where a fact stands among the facts of its account, whatever the order they arrived in (S4). */
export type FactPlace = {
  readonly effectiveAt: number;
  /** Kinds that fall on the same instant have a fixed order. */
  readonly rank: number;
  readonly outlet: string;
  readonly till: string;
  readonly receipt: string;
  /** Tells receipts apart whose number comes again another business day; of a fact without a receipt, its own name. */
  readonly key: string;
};

/**
 * The order of kinds within one instant (S4); what time alone does comes before any fact: reservations lapse, then lots
 * and rewards expire, then lots become active.
 */
export const RANK = {
  purchase: 7,
  claim: 8,
  activity: 9,
  return: 10,
  adjustment: 11,
  confirmation: 13,
  redemption: 14,
};

export function placeOf({ event, effectiveAt }: AccountFact): FactPlace {
  switch (event.type) {
    case 'PurchaseRecorded':
      return receiptPlace(effectiveAt, RANK.purchase, event.data);
    case 'PurchaseClaimed':
      return receiptPlace(effectiveAt, RANK.claim, event.data.purchase);
    case 'PurchaseReturned':
      return receiptPlace(effectiveAt, RANK.return, event.data);
    case 'PurchaseVoided':
      return keyPlace(effectiveAt, RANK.return, event.data);
    case 'ActivityRecorded':
      return keyPlace(effectiveAt, RANK.activity, event.data);
    case 'PointsAdjusted':
      return keyPlace(effectiveAt, RANK.adjustment, event.data);
    case 'EntitlementHonoured':
      return keyPlace(effectiveAt, RANK.adjustment, { key: factKey(event) });
    case 'RedemptionConfirmed':
    case 'RedemptionReleased':
      return keyPlace(effectiveAt, RANK.confirmation, { key: event.data.redemption });
    case 'RedemptionReserved':
    case 'RedemptionReported':
      return { ...keyPlace(effectiveAt, RANK.redemption, event.data), receipt: event.data.redemption };
    default:
      return assertNever(event);
  }
}

type Receipt = Pick<Purchase, 'outlet' | 'till' | 'receipt' | 'receiptKey'>;

const receiptPlace = (
  effectiveAt: number,
  rank: number,
  { outlet, till, receipt, receiptKey }: Receipt,
): FactPlace => ({ effectiveAt, rank, outlet, till, receipt, key: receiptKey });

const keyPlace = (
  effectiveAt: number,
  rank: number,
  { outlet = '', till = '', key = '' }: { readonly outlet?: string; readonly till?: string; readonly key?: string },
): FactPlace => ({ effectiveAt, rank, outlet, till, receipt: '', key });

/** What ends a reservation at its own instant, or is said to have been before it, comes right after it. */
export const endOf = (reserved: FactPlace): FactPlace => ({ ...reserved, key: 'end' });

/** What a fact is called inside the ledger, unique in its account; lots and corrections name it. */
export function factKey(event: AccountFactEvent): string {
  switch (event.type) {
    case 'PurchaseRecorded':
      return event.data.receiptKey;
    case 'PurchaseClaimed':
      return event.data.purchase.receiptKey;
    case 'PurchaseReturned':
      return `return~${event.data.receiptKey}`;
    case 'PurchaseVoided':
      return `void~${event.data.key}`;
    case 'ActivityRecorded':
      return `activity~${event.data.key}`;
    case 'PointsAdjusted':
      return `adjustment~${event.data.key}`;
    case 'EntitlementHonoured':
      return `honour~${event.data.cause}~${event.data.programme}~${event.data.wallet}`;
    case 'RedemptionConfirmed':
      return `confirm~${event.data.redemption}`;
    case 'RedemptionReleased':
      return `release~${event.data.redemption}`;
    case 'RedemptionReserved':
    case 'RedemptionReported':
      return event.data.redemption;
    default:
      return assertNever(event);
  }
}

/** Negative where `a` comes first. Names are ASCII, so comparing them by UTF-16 units is comparing bytes. */
export function comparePlaces(a: FactPlace, b: FactPlace): number {
  return (
    a.effectiveAt - b.effectiveAt ||
    a.rank - b.rank ||
    compareText(a.outlet, b.outlet) ||
    compareText(a.till, b.till) ||
    compareText(a.receipt, b.receipt) ||
    compareText(a.key, b.key)
  );
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The instant a reported fact acts at (S2): when it happened, if the report is not more than 45 days late nor more than
 * five minutes ahead, else when it was recorded. Imported history is never late.
 */
export function stampEffective(
  occurredAt: number,
  recordedAt: number,
  source: Purchase['source'],
): { readonly effectiveAt: number; readonly flags: readonly PurchaseFlag[] } {
  if (occurredAt > recordedAt + CLOCK_TOLERANCE_MS) return { effectiveAt: recordedAt, flags: ['inTheFuture'] };
  const late = source !== 'import' && occurredAt < recordedAt - HORIZON_MS;
  return late ? { effectiveAt: recordedAt, flags: ['beyondHorizon'] } : { effectiveAt: occurredAt, flags: [] };
}

/**
 * The instant at which something is decided online (S3): now, or the newest instant of the account where a till's clock
 * that runs ahead has put it later.
 */
export const decidedAt = (now: number, newest: FactPlace | null): number =>
  Math.max(now, newest?.effectiveAt ?? -Infinity);

/**
 * The instant whose terms rate a fact: when it happened. What claims to happen later than it acts is rated by the terms of
 * the instant it acts at, for a revision activated meanwhile must not change it any more.
 */
export const termsInstant = (occurredAt: number, effectiveAt: number): number => Math.min(occurredAt, effectiveAt);
