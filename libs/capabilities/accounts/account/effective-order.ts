import { CLOCK_TOLERANCE_MS, HORIZON_MS } from '../../../kernel/time';
import type { Purchase, PurchaseFlag } from './account.events';

/** Where a fact stands among the facts of its account, whatever the order they arrived in (S4). */
export interface FactPlace {
  readonly effectiveAt: number;
  /** Kinds that fall on the same instant have a fixed order. */
  readonly rank: number;
  readonly outlet: string;
  readonly till: string;
  readonly receipt: string;
  /** Tells receipts apart whose number comes again another business day. */
  readonly key: string;
}

/** Place of purchases among the kinds of facts that S4 orders within one instant; every other kind brings its own. */
export const PURCHASE_RANK = 7;

type Receipt = Pick<Purchase, 'outlet' | 'till' | 'receipt' | 'receiptKey'>;

export function placeOf(effectiveAt: number, { outlet, till, receipt, receiptKey }: Receipt): FactPlace {
  return { effectiveAt, rank: PURCHASE_RANK, outlet, till, receipt, key: receiptKey };
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
 * The instant whose terms rate a fact: when it happened. What claims to happen later than it acts is rated by the terms of
 * the instant it acts at, for a revision activated meanwhile must not change it any more.
 */
export const termsInstant = (occurredAt: number, effectiveAt: number): number => Math.min(occurredAt, effectiveAt);
