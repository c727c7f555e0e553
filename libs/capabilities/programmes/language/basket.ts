import type { LocalTime } from '../../../kernel/time';

/** What the rule language sees of a purchase: nothing of who the customer is, and everything stamped into the fact (S1). */
export interface Basket {
  readonly outlet: string;
  readonly channel: string;
  readonly currency: string;
  /** Amounts are integers of 10^-decimals of the currency. */
  readonly decimals: number;
  readonly lines: readonly BasketLine[];
  /** Sum of the lines. */
  readonly total: number;
  /** The part of `total` not settled by points or rewards. Only it earns, spread pro rata over the lines (S19). */
  readonly paidInMoney: number;
  /** `occurredAt` on the outlet's clock. */
  readonly local: LocalTime;
}

export interface BasketLine {
  readonly sku: string;
  readonly category?: string;
  /** Units in thousandths: a quantity has at most three decimals. */
  readonly quantityMilli: number;
  readonly amount: number;
}
