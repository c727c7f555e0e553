import { floor, multiply, rational } from '../../../kernel/rational';
import { localTime } from '../../../kernel/time';
import { NO_VISIT, type Basket, type BasketLine } from '../../programmes';
import type { Purchase, Return } from './account.events';

/** What is left of the lines of a purchase after returns; amounts in minor units. */
export interface KeptLine {
  readonly quantityMilli: number;
  readonly amount: number;
}

/** A recorded purchase as the rule language sees it, of no visit yet. Calendar conditions follow `occurredAt` on the outlet's clock (S6). */
export function basketOf(purchase: Purchase, occurredAt: number, kept?: readonly KeptLine[]): Basket {
  const settled = settledByLine(purchase);
  const lines = purchase.lines.map(({ sku, category, quantity, amount }, index): BasketLine => {
    const left = kept?.[index];
    const quantityMilli = left?.quantityMilli ?? Math.round(quantity * 1000);
    // A reward settles what it was given for whether or not the goods are kept; only money is refunded in money.
    const unsettled = (left?.amount ?? amount) - (settled?.get(index) ?? 0);
    const due = unsettled > 0 ? unsettled : 0;
    return category === undefined ? { sku, quantityMilli, amount: due } : { sku, category, quantityMilli, amount: due };
  });
  const total = lines.reduce((sum, line) => sum + line.amount, 0);
  const whole = {
    outlet: purchase.outlet,
    channel: purchase.channel,
    currency: purchase.currency,
    decimals: purchase.decimals,
    lines,
    total,
    paidInMoney: moneyOf(purchase, total),
    local: localTime(occurredAt, purchase.offsetMinutes),
    visit: NO_VISIT,
  };
  return kept === undefined ? whole : { ...whole, ...keptMoney(purchase, total) };
}

/** Of what is kept, the same part was paid in money as of the whole. */
function keptMoney(purchase: Purchase, total: number): Pick<Basket, 'paidInMoney' | 'moneyShare'> {
  if (purchase.payments === undefined) return { paidInMoney: total };
  const whole = basketOf(purchase, 0);
  if (whole.paidInMoney === whole.total) return { paidInMoney: total };
  const moneyShare = rational(whole.paidInMoney, whole.total);
  return { paidInMoney: floor(multiply(rational(total), moneyShare)), moneyShare };
}

/** A return document valued by itself, like a purchase of the same goods that is no visit (S18). */
export function basketOfReturn(document: Return, lines: Return['lines'], occurredAt: number): Basket {
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  return {
    outlet: document.outlet,
    channel: document.channel,
    currency: document.currency,
    decimals: document.decimals,
    lines: lines.map(({ sku, category, quantity, amount }) => {
      const line = { sku, quantityMilli: Math.round(quantity * 1000), amount };
      return category === undefined ? line : { ...line, category };
    }),
    total,
    paidInMoney: total,
    local: localTime(occurredAt, document.offsetMinutes),
    visit: NO_VISIT,
  };
}

/**
 * What rewards given for single lines settle of each, by index: first to last, up to the amount of the line (S19).
 * Undefined where no reward was given for single lines, which is nearly always.
 */
export function settledByLine({ lines, payments }: Purchase): ReadonlyMap<number, number> | undefined {
  if (payments?.some((payment) => payment.kind === 'reward' && payment.lines !== undefined) !== true) return undefined;
  const settled = new Map<number, number>();
  for (const { kind, amount, lines: chosen = [] } of payments) {
    if (kind !== 'reward') continue;
    let left = amount;
    for (const index of chosen) {
      const part = Math.min(left, (lines[index]?.amount ?? 0) - (settled.get(index) ?? 0));
      if (part <= 0) continue;
      settled.set(index, (settled.get(index) ?? 0) + part);
      left -= part;
    }
  }
  return settled;
}

/** The part of what no single line's reward settles that was paid in money. */
function moneyOf({ payments = [] }: Purchase, total: number): number {
  let without = 0;
  for (const { kind, amount, lines } of payments) {
    if (kind === 'points' || (kind === 'reward' && lines === undefined)) without += amount;
  }
  return Math.max(0, total - without);
}
