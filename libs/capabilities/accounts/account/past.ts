import type { RedemptionId, RewardKey } from '../../../kernel/ids';
import type { Rational } from '../../../kernel/rational';
import type { CompiledCard, CompiledProgramme, CompiledWallet, Visit } from '../../programmes';
import type { FactFlag, Purchase, Redemption, Return } from './account.events';
import type { LiveReward } from './account.state';
import type { KeptLine } from './basket-of-purchase';
import type { Lot } from './sorted-lots';
import type { ExpiredPart } from './wallet-book';

/**
 * What a fold from the start remembers beside the account: whatever a return, a void or a late confirmation may name. It
 * grows with the history and lives as long as the fold.
 */
export interface Past {
  readonly purchases: Map<string, RatedPurchase>;
  /** Keys of purchases that are void: nothing can be returned of them. */
  readonly voided: ReadonlySet<string>;
  readonly redemptions: Map<RedemptionId, PastRedemption>;
  /** Rewards that were used, as they were held before; undefined where one was not held. */
  readonly usedRewards: Map<RewardKey, LiveReward | undefined>;
  readonly expired: Map<string, ExpiredPart[]>;
  /** What came of return documents, by their key. */
  readonly returns: Map<string, ReturnOutcome>;
}

export const emptyPast = (voided: ReadonlySet<string>): Past => ({
  voided,
  purchases: new Map(),
  redemptions: new Map(),
  usedRewards: new Map(),
  expired: new Map(),
  returns: new Map(),
});

export type ReturnOutcome = Extract<FactFlag, 'purchaseUnknown' | 'quantityExceeded' | 'outsideWindow'>[];

/** A purchase with what it was rated by, and what is left of it. */
export interface RatedPurchase {
  readonly fact: string;
  readonly purchase: Purchase;
  readonly occurredAt: number;
  readonly recordedAt: number;
  readonly programmes: readonly GivenByProgramme[];
  /** Undefined while nothing of it was returned. */
  kept?: readonly KeptLine[];
  /** Points of each redemption it was paid with that were given back; undefined while none were. */
  restored?: Map<RedemptionId, number>;
}

/** What one programme gave for a purchase: its visit and the room in caps are those of then (S18). */
export interface GivenByProgramme {
  readonly programme: CompiledProgramme;
  readonly visit: Visit;
  readonly wallets: readonly GivenInWallet[];
  readonly cards: readonly { readonly card: CompiledCard; milli: number }[];
}

export interface GivenInWallet {
  readonly wallet: CompiledWallet;
  /** By cap; undefined where the wallet has none. */
  readonly rooms: ReadonlyMap<string, number> | undefined;
  /** Still given, returns taken off. */
  points: number;
  exact: Rational;
}

export interface PastRedemption {
  readonly redemption: Redemption;
  state: 'reserved' | 'confirmed' | 'released' | 'lapsed';
  readonly reservedUntil: number | null;
  /** What was spent, in the order it was taken. */
  parts: readonly Lot[];
  /** What there was not, and became debt. */
  owed: number;
}

/** A part of a return document that belongs to one purchase. */
export interface MatchedReturn {
  readonly rated: RatedPurchase;
  readonly lines: Return['lines'];
  /** What is left of the purchase after it. */
  readonly kept: readonly KeptLine[];
}

export interface MatchedDocument {
  readonly matched: readonly MatchedReturn[];
  /** Lines of no purchase that is known. */
  readonly unmatched: Return['lines'];
  /** More was returned than there was of some line: the document counts nothing. */
  readonly exceeded: boolean;
}

/** Finds the purchases that the lines of a return name, and what is left of them; lines of void ones count nothing. */
export function matchReturn(
  document: Return,
  { voided }: Past,
  purchaseOf: (receiptKey: string) => RatedPurchase | undefined,
): MatchedDocument {
  const unmatched: Return['lines'][number][] = [];
  const byPurchase = new Map<string, { rated: RatedPurchase; lines: Return['lines'][number][]; kept: KeptLine[] }>();
  let exceeded = false;
  for (const line of document.lines) {
    if (line.of !== undefined && voided.has(line.of)) continue;
    const rated = line.of === undefined ? undefined : purchaseOf(line.of);
    if (rated === undefined) {
      unmatched.push(line);
      continue;
    }
    let match = byPurchase.get(rated.fact);
    if (match === undefined) byPurchase.set(rated.fact, (match = { rated, lines: [], kept: [...keptOf(rated)] }));
    match.lines.push(line);
    if (!takeBack(match.kept, rated.purchase, line)) exceeded = true;
  }
  return { matched: [...byPurchase.values()], unmatched, exceeded };
}

/** What is left of the lines of a purchase. */
export const keptOf = ({ kept, purchase }: RatedPurchase): readonly KeptLine[] =>
  kept ?? purchase.lines.map(({ quantity, amount }) => ({ quantityMilli: Math.round(quantity * 1000), amount }));

/** False where there is not so much left of it. What was given back in money is authoritative for the amount. */
function takeBack(kept: KeptLine[], { lines }: Purchase, returned: Return['lines'][number]): boolean {
  let quantityLeft = Math.round(returned.quantity * 1000);
  let amountLeft = returned.amount;
  for (const [index, { sku }] of lines.entries()) {
    if (returned.line === undefined ? sku !== returned.sku : index !== returned.line) continue;
    const line = kept[index];
    if (line === undefined || quantityLeft === 0 || line.quantityMilli === 0) continue;
    const quantity = Math.min(quantityLeft, line.quantityMilli);
    quantityLeft -= quantity;
    const amount = Math.min(line.amount, amountLeft);
    amountLeft -= amount;
    kept[index] = { quantityMilli: line.quantityMilli - quantity, amount: line.amount - amount };
  }
  return quantityLeft === 0;
}
