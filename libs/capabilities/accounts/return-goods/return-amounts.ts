import { multiply, rational, round } from '../../../kernel/rational';
import type { KeptLine } from '../account/basket-of-purchase';
import { keptOf, type RatedPurchase } from '../account/past';
import type { Purchase, ReturnLine } from '../account/account.events';

/** A line of a return as reported: with its amount, or without where that follows from the purchase. */
export type UnpricedLine = Omit<ReturnLine, 'amount'> & { readonly amount?: number };

/**
 * What was given back for every line, in minor units: as stated, else the part of its purchase's line, half-even, and with
 * the last of it all that is left. Undefined where no amount is stated and no line that was bought is known.
 */
export function amountsOf(
  lines: readonly UnpricedLine[],
  purchases: ReadonlyMap<string, RatedPurchase>,
): readonly (number | undefined)[] {
  const left = new Map<string, KeptLine[]>();
  return lines.map((line) => {
    const rated = line.of === undefined ? undefined : purchases.get(line.of);
    if (rated === undefined) return line.amount;
    let kept = left.get(rated.fact);
    if (kept === undefined) left.set(rated.fact, (kept = [...keptOf(rated)]));
    return takeBack(kept, rated.purchase, line);
  });
}

/** Takes lines of the article first to last, as the ledger does; what is more than there is is priced like the first of them. */
function takeBack(kept: KeptLine[], { lines }: Purchase, returned: UnpricedLine): number | undefined {
  let milli = milliOf(returned.quantity);
  let stated = returned.amount ?? 0;
  let due = 0;
  let first: Purchase['lines'][number] | undefined;
  for (const [index, bought] of lines.entries()) {
    const meant = returned.line === undefined ? bought.sku === returned.sku : returned.line === index;
    const left = kept[index];
    if (!meant || left === undefined || milliOf(bought.quantity) === 0) continue;
    first ??= bought;
    const part = Math.min(milli, left.quantityMilli);
    if (part === 0) continue;
    const whole = part === left.quantityMilli;
    const derived = whole ? left.amount : Math.min(left.amount, partOf(bought, part));
    const amount = returned.amount === undefined ? derived : Math.min(left.amount, stated);
    kept[index] = { quantityMilli: left.quantityMilli - part, amount: left.amount - amount };
    milli -= part;
    stated -= amount;
    due += amount;
  }
  if (returned.amount !== undefined) return returned.amount;
  return first && due + (milli === 0 ? 0 : partOf(first, milli));
}

const milliOf = (quantity: number): number => Math.round(quantity * 1000);

const partOf = ({ amount, quantity }: Purchase['lines'][number], milli: number): number =>
  round(multiply(rational(amount), rational(milli, milliOf(quantity))), 'half-even');
