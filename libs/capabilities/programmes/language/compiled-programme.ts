import type { Rational } from '../../../kernel/rational';
import type { Activity, Basket } from './basket';
import type { Cap, ProgrammeDocument, ReturnTerms, Reward, StampCard, WalletTerms } from './programme-document';

/**
 * A revision made ready: conditions, rates and calendars are worked out once, and no text is looked at while facts are
 * rated. What the document leaves out stands here with its default. Instants are milliseconds since 1970.
 */
export interface CompiledProgramme {
  readonly programme: string;
  readonly revision: number;
  readonly document: ProgrammeDocument;
  /** In the document's order. */
  readonly wallets: readonly CompiledWallet[];
  readonly cards: readonly CompiledCard[];
  readonly rewards: ReadonlyMap<string, CompiledReward>;
  readonly returns: CompiledReturns;
  readonly debt: 'carry' | 'forgive';
  readonly reservationMs: number;
  /** Exclusive end of the last local day of so many days from an instant: S20's thirty, for one. */
  endOfDays(at: number, days: number): number;
}

export interface CompiledWallet {
  readonly terms: WalletTerms;
  readonly caps: readonly CompiledCap[];
  /** Whether every lot of the wallet lives until the newest one's end. */
  readonly rolling: boolean;
  /** What each rule that applies gives for the basket before any rounding, in the document's order; none gives 0. */
  rate(basket: Basket): readonly Contribution[];
  rateActivity(activity: Activity): readonly Contribution[];
  /** When points earned at an instant can be spent: that instant itself where nothing is pending. */
  activeAt(earnedAt: number): number;
  /** Exclusive end of their life; null = never. */
  expiresAt(earnedAt: number): number | null;
}

export interface CompiledCap {
  readonly terms: Cap;
  covers(rule: string): boolean;
}

export interface CompiledCard {
  readonly terms: StampCard;
  readonly reward: CompiledReward;
  /** Stamps the basket brings, in thousandths. */
  count(basket: Basket): number;
}

export interface CompiledReward {
  readonly terms: Reward;
  /** Exclusive end of the use of one that is issued at an instant; null = never. */
  expiresAt(issuedAt: number): number | null;
  /** Whether it can be redeemed at an instant. */
  isOffered(at: number): boolean;
}

export interface CompiledReturns {
  readonly basis: ReturnTerms['basis'];
  readonly unmatched: NonNullable<ReturnTerms['unmatched']>;
  /** Exclusive end of the return window of a purchase; Infinity where there is none. */
  windowEnd(purchasedAt: number): number;
}

export interface Contribution {
  readonly rule: string;
  /** Points, multipliers included. */
  readonly exact: Rational;
  /** The same line by line, only where the wallet rounds by line. */
  readonly byLine: readonly LinePoints[];
  /** What the rule counted before multipliers: money in main units, units bought, or visits. */
  readonly counted: Rational;
  readonly multipliers: readonly AppliedMultiplier[];
  /** Whether the rule, or a multiplier that applied, asks which visit it is. */
  readonly countsVisits: boolean;
}

export interface LinePoints {
  /** Index in the basket; `WHOLE_PURCHASE` for what no single line gave. */
  readonly line: number;
  readonly exact: Rational;
}

export const WHOLE_PURCHASE = -1;

export interface AppliedMultiplier {
  readonly rule: string;
  readonly factor: string;
}
