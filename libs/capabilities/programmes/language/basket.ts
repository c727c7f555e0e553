import type { Rational } from '../../../kernel/rational';
import type { LocalTime } from '../../../kernel/time';

/** What the rule language sees of a purchase: nothing of who the customer is, and everything stamped into the fact (S1). */
export interface Basket {
  readonly outlet: string;
  readonly channel: string;
  readonly currency: string;
  /** Amounts are integers of 10^-decimals of the currency. */
  readonly decimals: number;
  readonly lines: readonly BasketLine[];
  /** Sum of the lines, less what rewards settle of single lines. */
  readonly total: number;
  /** The part of `total` not settled by points or rewards. Only it earns, spread pro rata over the lines (S19). */
  readonly paidInMoney: number;
  /** Part of every amount that was settled in money, where it is not simply `paidInMoney` of `total`: what is kept of a purchase has the share of the whole. */
  readonly moneyShare?: Rational;
  /** `occurredAt` on the outlet's clock. */
  readonly local: LocalTime;
  readonly visit: Visit;
}

/** Which visit of the customer under the programme a purchase is. */
export interface Visit {
  /** 1 for the first; 0 for a purchase that is no visit, because nothing of it is paid in money. */
  readonly ordinal: number;
  readonly firstOf: { readonly day: boolean; readonly week: boolean; readonly month: boolean; readonly year: boolean };
}

/** What no rule counts as a visit: a return valued by itself, or a purchase that is not paid. */
export const NO_VISIT: Visit = { ordinal: 0, firstOf: { day: false, week: false, month: false, year: false } };

/** A custom event as the rule language sees it. */
export interface Activity {
  readonly activity: string;
  readonly outlet?: string;
  readonly channel: string;
  readonly local: LocalTime;
}

export interface BasketLine {
  readonly sku: string;
  readonly category?: string;
  /** Units in thousandths: a quantity has at most three decimals. */
  readonly quantityMilli: number;
  /** Less what a reward given for this line settles of it (S19). */
  readonly amount: number;
}
