import type { RedemptionId, RewardKey } from '../../../kernel/ids';
import { ZERO, type Rational } from '../../../kernel/rational';
import type { WalletTotal } from './account-decisions.events';
import type { FactPlace } from './effective-order';
import type { GoneOrdinals } from './gone-ordinals';
import { activationOrder, SortedLots, spendOrder, type Lot } from './sorted-lots';

/**
 * What the next fact needs of all earlier ones, and no more: purchases, returns and redemptions that are over have left it.
 * A fact that names one of them, or that comes late, is decided on the whole history instead.
 */
export type Account = {
  /** Ordered by programme, then wallet. */
  readonly wallets: readonly Wallet[];
  readonly cards: readonly Card[];
  readonly visits: readonly Visits[];
  /** Redemptions that hold something, in the order they were reserved. */
  readonly reservations: readonly Reservation[];
  /** Keys of purchases that a return or a void names and that are not known yet. */
  readonly awaited: readonly string[];
  /** When the first return that waits for its purchase is settled without it; Infinity where none is (S27). */
  readonly settlesAt: number;
  /** The latest fact in effective order; what comes before it is late. Null on a new account. */
  readonly newest: FactPlace | null;
  /** What time alone did is told in stored decisions up to here, whatever the newest fact. */
  readonly announced: number;
  /** A fact was met that only the history can place: the rest is not to be used before the account is folded from the start. */
  readonly behind: boolean;
};

export type WalletTotals = Readonly<Record<WalletTotal, number>>;

export type Wallet = {
  readonly programme: string;
  readonly wallet: string;
  readonly totals: WalletTotals;
  /** Lots that can be spent, in spend order. */
  readonly lots: SortedLots;
  /** Lots that are pending, in the order in which they become active. */
  readonly pending: SortedLots;
  /** Oldest first. */
  readonly debts: readonly Debt[];
  /** Where the wallet rounds by account: all points before rounding, and what was given of them. */
  readonly exact: Rational;
  readonly given: number;
  readonly caps: readonly CapUse[];
  /** Where expiry is rolling: the end of the lot that ends last, which all others live until. Null before there was one. */
  readonly rollsUntil: number | null;
};

export type Debt = {
  readonly cause: string;
  readonly points: number;
};

/** What a cap has given in a period; only the newest periods are kept. */
export type CapUse = {
  readonly cap: string;
  readonly period: number;
  readonly points: number;
};

/** Visits under a programme; `day` is the latest local day of one. */
export type Visits = {
  readonly programme: string;
  readonly count: number;
  readonly day: number;
};

/** A stamp card; stamps in thousandths (S39). */
export type Card = {
  readonly programme: string;
  readonly card: string;
  readonly milli: number;
  /** Stamps for a reward, by the revision that brought the latest stamps. */
  readonly every: number;
  readonly used: number;
  readonly expired: number;
  /** In the order in which they were issued. */
  readonly live: readonly LiveReward[];
  /** Ordinals of rewards that were used or have expired: they are never issued again. */
  readonly gone: GoneOrdinals;
  /** Ordinals that were revoked and can be issued again, with how often they were issued. */
  readonly revoked: readonly (readonly [ordinal: number, generation: number])[];
};

export type LiveReward = {
  readonly issued: RewardKey;
  readonly ordinal: number;
  readonly reward: string;
  readonly expiresAt: number | null;
  /** Of the programme, that issued it. */
  readonly revision: number;
  readonly reservedFor?: RedemptionId;
};

export type Reservation = {
  readonly redemption: RedemptionId;
  /** Exclusive. */
  readonly until: number;
  readonly programme: string;
  readonly reward: string;
  readonly wallet?: string;
  readonly cost: number;
  readonly issued?: RewardKey;
  readonly gives?: { readonly wallet: string; readonly points: number };
  /** What is held, in the order it was taken; less than the cost where a late fact took points away. */
  readonly parts: readonly Lot[];
};

export const NO_TOTALS: WalletTotals = {
  earned: 0,
  honoured: 0,
  adjustedUp: 0,
  pending: 0,
  available: 0,
  reserved: 0,
  spent: 0,
  expired: 0,
  reversed: 0,
  adjustedDown: 0,
  paidToDebt: 0,
  debt: 0,
  debtIncurred: 0,
  debtForgiven: 0,
};

export const initialAccount: Account = {
  wallets: [],
  cards: [],
  visits: [],
  reservations: [],
  awaited: [],
  settlesAt: Infinity,
  newest: null,
  announced: -Infinity,
  behind: false,
};

export const emptyWallet = (programme: string, wallet: string): Wallet => ({
  programme,
  wallet,
  totals: NO_TOTALS,
  lots: SortedLots.none(spendOrder),
  pending: SortedLots.none(activationOrder),
  debts: [],
  exact: ZERO,
  given: 0,
  caps: [],
  rollsUntil: null,
});
