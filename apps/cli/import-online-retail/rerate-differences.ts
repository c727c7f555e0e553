import type { Invoice, InvoiceLine } from './invoice';
import { PRICE_DECIMALS } from './invoice';
import type { MatchedLines } from './match-returns';
import { articleOf, timeOf } from './purchase-of-invoice';
import { poundsText } from './report-money';

/**
 * What a return takes out of what is kept of its purchase: the money that was given back, as far as there is so much left
 * of the article, which is what the ledger does; or what the goods had cost, whatever was given back for them.
 */
export type TakenOut = 'given-back' | 'at-cost';

/** Whole points of a customer at a point a pound, returns valued in two ways, and why the two are not the same. */
export interface RatedCustomer {
  readonly card: string;
  /** Every document by itself: whole pounds of purchases less whole pounds of returns (`ownInvoice`). */
  readonly ownInvoice: number;
  /** What is kept of each purchase, rated again (`rerate`); what belongs to no purchase by itself. */
  readonly rerated: number;
  /** One for each return that took something else than its own whole pounds, in the order of time. */
  readonly reasons: readonly string[];
}

/**
 * An oracle of its own for the ledger of `rerate`: it follows the invoices, and knows nothing of lots, wallets or facts.
 * Customers in the order of their numbers, those without a return too.
 */
export function rateReturnsBothWays(
  purchases: readonly Invoice[],
  returns: ReadonlyMap<Invoice, MatchedLines>,
  takenOut: TakenOut = 'given-back',
): readonly RatedCustomer[] {
  const customers = new Map<string, { ownInvoice: number; rerated: number; reasons: string[] }>();
  const of = ({ customer = '' }: Invoice) => {
    const rated = customers.get(customer) ?? { ownInvoice: 0, rerated: 0, reasons: [] };
    customers.set(customer, rated);
    return rated;
  };
  const kept = new Map<Invoice, KeptPurchase>();
  for (const purchase of purchases) {
    if (purchase.customer === undefined) continue;
    const keptPurchase = new KeptPurchase(purchase, takenOut);
    kept.set(purchase, keptPurchase);
    of(purchase).ownInvoice += wholePounds(keptPurchase.value);
    of(purchase).rerated += wholePounds(keptPurchase.value);
  }
  const inOrder = [...returns].sort(([a], [b]) => compareTexts(timeOf(a) + a.number, timeOf(b) + b.number));
  for (const [invoice, matched] of inOrder) {
    const taken = takeBack(invoice, matched, kept);
    const rated = of(invoice);
    rated.ownInvoice -= taken.own;
    rated.rerated -= taken.rerated;
    if (taken.own !== taken.rerated) rated.reasons.push(reasonOf(invoice, taken));
  }
  return [...customers].map(([card, rated]) => ({ card, ...rated })).sort((a, b) => compareTexts(a.card, b.card));
}

/**
 * CSV of the customers whose ledger, under a programme that rates again, holds something else than whole pounds per
 * document, with the reason in words. What the invoices do not explain says so.
 */
export function rerateDifferences(
  customers: readonly RatedCustomer[],
  ledgerPoints: (card: string) => number | undefined,
): string {
  const rows = customers.flatMap(({ card, ownInvoice, rerated, reasons }) => {
    const held = ledgerPoints(card) ?? 0;
    if (held === ownInvoice) return [];
    const explained = held === rerated ? reasons : [...reasons, `not explained: the invoices make it ${rerated}`];
    return [`${card},${ownInvoice},${held},"${explained.join('; ')}"`];
  });
  return ['customer_id,points_own_invoice,points_rerate,reason', ...rows, ''].join('\n');
}

/** What is left of a purchase, line by line; amounts in 10^-4 pounds, as prices are. */
class KeptPurchase {
  private readonly lines: { readonly article: string; quantity: number; amount: bigint }[];

  constructor(
    purchase: Invoice,
    private readonly takenOut: TakenOut,
  ) {
    this.lines = purchase.lines.map((line) => ({
      article: articleOf(line),
      quantity: line.quantity,
      amount: valueOf(line, line.quantity),
    }));
  }

  get value(): bigint {
    return this.lines.reduce((sum, { amount }) => sum + amount, 0n);
  }

  /** The lines of an article give first to last, and none more money than is left of it. */
  takeOut(article: string, quantity: number, amount: bigint): void {
    let [quantityLeft, amountLeft] = [quantity, amount];
    for (const line of this.lines) {
      if (line.article !== article || line.quantity === 0 || quantityLeft === 0) continue;
      const units = Math.min(quantityLeft, line.quantity);
      const cost = (line.amount * BigInt(units)) / BigInt(line.quantity);
      const held = amountLeft < line.amount ? amountLeft : line.amount;
      const money = this.takenOut === 'at-cost' ? cost : held;
      line.quantity -= units;
      line.amount -= money;
      quantityLeft -= units;
      amountLeft -= money;
    }
  }
}

interface TakenBack {
  /** Points. */
  readonly own: number;
  readonly rerated: number;
  /** What was given back for goods of known purchases, and what of it these still held; in 10^-4 pounds. */
  readonly givenBack: bigint;
  readonly takenOut: bigint;
  /** What was given back for goods of no known purchase. */
  readonly unmatched: bigint;
  readonly purchases: number;
}

function takeBack(invoice: Invoice, matched: MatchedLines, kept: ReadonlyMap<Invoice, KeptPurchase>): TakenBack {
  const touched = new Map<KeptPurchase, bigint>();
  let [givenBack, unmatched] = [0n, 0n];
  invoice.lines.forEach((line, index) => {
    for (const { quantity, purchase } of matched[index] ?? []) {
      const amount = valueOf(line, quantity);
      const keptPurchase = purchase === undefined ? undefined : kept.get(purchase);
      if (keptPurchase === undefined) {
        unmatched += amount;
        continue;
      }
      givenBack += amount;
      if (!touched.has(keptPurchase)) touched.set(keptPurchase, keptPurchase.value);
      keptPurchase.takeOut(articleOf(line), quantity, amount);
    }
  });
  const parts = [...touched].map(([keptPurchase, before]) => ({ before, after: keptPurchase.value }));
  return {
    own: wholePounds(givenBack + unmatched),
    rerated:
      parts.reduce((sum, { before, after }) => sum + wholePounds(before) - wholePounds(after), 0) +
      wholePounds(unmatched),
    givenBack,
    takenOut: parts.reduce((sum, { before, after }) => sum + before - after, 0n),
    unmatched,
    purchases: touched.size,
  };
}

function reasonOf({ number }: Invoice, { own, rerated, givenBack, takenOut, unmatched, purchases }: TakenBack): string {
  const takes = `${number} takes ${rerated} instead of ${own}:`;
  if (givenBack !== takenOut) {
    return `${takes} it gave back ${poundsText(givenBack)} for goods that had cost ${poundsText(takenOut)}`;
  }
  const roundings = [
    ...(purchases === 0 ? [] : [purchases === 1 ? 'its purchase' : `its ${purchases} purchases`]),
    ...(unmatched === 0n ? [] : ['its part without a purchase']),
  ];
  return `${takes} its pence are rounded with ${roundings.join(' and ')}`;
}

const valueOf = ({ unitPrice }: InvoiceLine, quantity: number): bigint => unitPrice * BigInt(quantity);
const wholePounds = (units: bigint): number => Number(units / 10n ** BigInt(PRICE_DECIMALS));
const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
