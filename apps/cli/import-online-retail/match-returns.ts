import type { Invoice } from './invoice';
import { articleOf, timeOf, ukTime } from './purchase-of-invoice';

/** So many units of a return line that belong to one purchase; without one, to none that the files know. */
export interface MatchedPart {
  readonly quantity: number;
  readonly purchase?: Invoice;
}

/** The parts of every line of a return, in the order of its lines. They add up to the line's quantity. */
export type MatchedLines = readonly (readonly MatchedPart[])[];

interface Bought {
  readonly purchase: Invoice;
  readonly at: number;
  left: number;
}

/**
 * Finds, for every line of every return, the purchases it belongs to: those of the same customer and article that were
 * made before it (or at the same minute) and of which something is left, the most recent first. Returns take in the order
 * of time, then of their numbers, so the order of the files decides nothing. A line may belong to several purchases, or in
 * part to none.
 */
export function matchReturns(
  purchases: readonly Invoice[],
  returns: readonly Invoice[],
): ReadonlyMap<Invoice, MatchedLines> {
  const bought = boughtByCustomerAndArticle(purchases);
  const inOrder = returns.map((invoice) => ({ invoice, at: instantOf(invoice) }));
  inOrder.sort((a, b) => a.at - b.at || compareTexts(a.invoice.number, b.invoice.number));
  const matched = inOrder.map(({ invoice, at }): [Invoice, MatchedLines] => {
    const lines = invoice.lines.map((line) => {
      const candidates = bought.get(keyOf(invoice, articleOf(line))) ?? [];
      return take(
        -line.quantity,
        candidates.filter((candidate) => candidate.at <= at),
      );
    });
    return [invoice, lines];
  });
  return new Map(matched);
}

/** Of each customer and article, most recent purchase first. */
function boughtByCustomerAndArticle(purchases: readonly Invoice[]): ReadonlyMap<string, readonly Bought[]> {
  const bought = new Map<string, Bought[]>();
  for (const purchase of purchases) {
    if (purchase.customer === undefined) continue;
    const at = instantOf(purchase);
    for (const [article, quantity] of quantitiesOf(purchase)) {
      const key = keyOf(purchase, article);
      const among = bought.get(key) ?? [];
      bought.set(key, among);
      among.push({ purchase, at, left: quantity });
    }
  }
  for (const among of bought.values()) {
    among.sort((a, b) => b.at - a.at || compareTexts(b.purchase.number, a.purchase.number));
  }
  return bought;
}

/** The server takes the lines of one article together too. */
function quantitiesOf(purchase: Invoice): ReadonlyMap<string, number> {
  const quantities = new Map<string, number>();
  for (const line of purchase.lines) {
    quantities.set(articleOf(line), (quantities.get(articleOf(line)) ?? 0) + line.quantity);
  }
  return quantities;
}

function take(quantity: number, candidates: readonly Bought[]): MatchedPart[] {
  const parts: MatchedPart[] = [];
  let wanted = quantity;
  for (const candidate of candidates) {
    const taken = Math.min(wanted, candidate.left);
    if (taken === 0) continue;
    candidate.left -= taken;
    wanted -= taken;
    parts.push({ quantity: taken, purchase: candidate.purchase });
  }
  if (wanted > 0) parts.push({ quantity: wanted });
  return parts;
}

/** How well returns were matched, in lines and in units. */
export interface MatchCounts {
  readonly linesFull: number;
  readonly linesPartial: number;
  readonly linesNone: number;
  readonly unitsMatched: number;
  readonly unitsUnmatched: number;
}

export function countMatches(matched: ReadonlyMap<Invoice, MatchedLines>): MatchCounts {
  const counts = { linesFull: 0, linesPartial: 0, linesNone: 0, unitsMatched: 0, unitsUnmatched: 0 };
  for (const parts of [...matched.values()].flat()) {
    const units = (of: readonly MatchedPart[]): number => of.reduce((sum, part) => sum + part.quantity, 0);
    const [found, missed] = [
      units(parts.filter(({ purchase }) => purchase !== undefined)),
      units(parts.filter(({ purchase }) => purchase === undefined)),
    ];
    counts.unitsMatched += found;
    counts.unitsUnmatched += missed;
    if (missed === 0) counts.linesFull += 1;
    else if (found > 0) counts.linesPartial += 1;
    else counts.linesNone += 1;
  }
  return counts;
}

const instantOf = (invoice: Invoice): number => Date.parse(ukTime(timeOf(invoice)));
const keyOf = ({ customer = '' }: Invoice, article: string): string => `${customer}~${article}`;
const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
