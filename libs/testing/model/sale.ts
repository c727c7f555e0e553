import type { Purchase, Return, ReturnLine } from '../../capabilities/accounts/account/account.events';
import { localMoment } from './calendar';
import { atLeast, fraction, minus, NOTHING, over, plus, sum, times, type Fraction } from './fraction';
import type { Receipt, Visit } from './reading';
import type { TermsInForce } from './timeline';

/** A purchase of the account under one programme, and what is kept of it. */
export interface Sale {
  readonly purchase: Purchase;
  readonly occurredAt: number;
  /** The terms that rate it; absent where the programme was not in force. */
  readonly terms: TermsInForce | undefined;
  readonly visit: Visit | undefined;
  readonly kept: KeptLine[];
  /** By wallet. */
  readonly given: Map<string, GivenPoints>;
  /** Stamps in thousandths it brought and has not lost, by card. */
  readonly stamps: Map<string, number>;
}

export interface KeptLine {
  milli: number;
  amount: Fraction;
}

export interface GivenPoints {
  /** Points before any rounding of what is kept. */
  exact: Fraction;
  /** Whole points before caps; below zero where the running total of the account took more than the purchase had given. */
  whole: number;
  /** What is not reversed of it. */
  net: number;
  /** What every cap had left when the purchase came. */
  readonly rooms: ReadonlyMap<string, number>;
}

export const milliOf = (quantity: number): number => Math.round(quantity * 1000);

export const allKept = ({ lines }: Purchase): KeptLine[] =>
  lines.map(({ quantity, amount }) => ({ milli: milliOf(quantity), amount: fraction(amount) }));

/** What each payment settles of each line: rewards those they were given for, first to last, all else pro rata (S19). */
export function settledLines({ lines, payments = [] }: Purchase): Fraction[][] {
  const open = lines.map(({ amount }) => amount);
  const byLine = payments.map(({ kind, amount, lines: chosen }) => {
    let left = amount;
    const settled = lines.map(() => 0);
    if (kind !== 'reward' || chosen === undefined) return { settled, left };
    for (const index of [...chosen].sort((a, b) => a - b)) {
      const part = Math.min(left, open[index] ?? 0);
      settled[index] = (settled[index] ?? 0) + part;
      open[index] = (open[index] ?? 0) - part;
      left -= part;
    }
    return { settled, left };
  });
  const rest = open.reduce((a, b) => a + b, 0);
  return byLine.map(({ settled, left }) =>
    settled.map((part, index) => {
      const share = rest === 0 ? NOTHING : fraction(BigInt(left) * BigInt(open[index] ?? 0), rest);
      return plus(fraction(part), share);
    }),
  );
}

const isMoney = (kind: string): boolean => kind !== 'points' && kind !== 'reward';

/** Minor units of each line that are paid in money. */
function moneyByLine(purchase: Purchase): Fraction[] {
  const { lines, payments } = purchase;
  if (payments === undefined) return lines.map(({ amount }) => fraction(amount));
  const settled = settledLines(purchase).filter((_, index) => isMoney(payments[index]?.kind ?? ''));
  return lines.map((_, line) => sum(settled.map((parts) => parts[line] ?? NOTHING)));
}

const partOf = (kept: Fraction, amount: number): Fraction => (amount === 0 ? NOTHING : over(kept, fraction(amount)));

/** The purchase as the rules see it, with what is kept of its lines. */
export function receiptOf(
  purchase: Purchase,
  occurredAt: number,
  visit: Visit | undefined,
  kept: readonly KeptLine[],
): Receipt {
  const money = moneyByLine(purchase);
  const lines = purchase.lines.map(({ sku, category, amount }, index) => {
    const { milli, amount: left } = kept[index] ?? { milli: 0, amount: NOTHING };
    return { sku, category, milli, money: times(money[index] ?? NOTHING, partOf(left, amount)) };
  });
  const { outlet, channel, currency, decimals, offsetMinutes } = purchase;
  return { outlet, channel, currency, decimals, local: localMoment(occurredAt, offsetMinutes), lines, visit };
}

/** A return document, or some lines of it, as a purchase that is no visit (S18). */
export function receiptOfReturn(document: Return, lines: readonly ReturnLine[], occurredAt: number): Receipt {
  const { outlet, channel, currency, decimals, offsetMinutes } = document;
  return {
    outlet,
    channel,
    currency,
    decimals,
    local: localMoment(occurredAt, offsetMinutes),
    lines: lines.map(({ sku, category, quantity, amount }) => ({
      sku,
      category,
      milli: milliOf(quantity),
      money: fraction(amount),
    })),
    visit: undefined,
  };
}

/**
 * What is kept after the lines of a return that name this purchase; undefined where they are more than that (S27). Lines of
 * the article are taken first to last, units and money alike.
 */
export function keptAfter(sale: Sale, returned: readonly ReturnLine[]): KeptLine[] | undefined {
  const kept = sale.kept.map((line) => ({ ...line }));
  for (const { sku, quantity, amount, line } of returned) {
    const indexes = kept
      .map((_, index) => index)
      .filter((index) => sale.purchase.lines[index]?.sku === sku && (line === undefined || index === line));
    let left = milliOf(quantity);
    let money = fraction(amount);
    for (const [turn, index] of indexes.entries()) {
      const entry = kept[index];
      const part = Math.min(left, entry?.milli ?? 0);
      if (entry === undefined || (part === 0 && (turn > 0 || quantity > 0))) continue;
      left -= part;
      entry.milli -= part;
      const paid = atLeast(money, entry.amount) ? entry.amount : money;
      entry.amount = minus(entry.amount, paid);
      money = minus(money, paid);
    }
    if (left > 0 || indexes.length === 0) return undefined;
  }
  return kept;
}

/** Which part of a redemption that paid for the purchase has come back with what was returned. */
export function givenBackShare({ purchase, kept }: Sale, redemption: string): Fraction {
  const { payments = [], lines } = purchase;
  const settled = settledLines(purchase).filter((_, index) => payments[index]?.redemption === redemption);
  const gone = lines.map(({ amount }, index) => {
    const left = kept[index];
    if (amount === 0) return fraction(left?.milli === 0 ? 1 : 0);
    return minus(fraction(1), partOf(left?.amount ?? NOTHING, amount));
  });
  const whole = sum(settled.flat());
  if (whole.n === 0n) return fraction(gone.every((part) => part.n === part.d) ? 1 : 0);
  const back = sum(settled.flatMap((parts) => parts.map((part, index) => times(part, gone[index] ?? NOTHING))));
  return over(back, whole);
}
