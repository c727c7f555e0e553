/**
 * The rule language, version 1: what a programme owner writes. One JSON document a revision; `programme-document.schema.ts`
 * is its published JSON Schema, `compile-programme.ts` turns it into closures once a revision. Amounts of money and points
 * are decimal strings ("1.00", "0.5") so that nothing is ever rounded on the way in.
 */
export const LANGUAGE_VERSION = 1;

export type ProgrammeDocument = {
  /** Version of the rule language the document is written for. */
  readonly language: typeof LANGUAGE_VERSION;
  readonly name: string;
  /** ISO 4217; purchases in another currency earn nothing and are flagged. */
  readonly currency: string;
  /** IANA zone of the programme's own calendar. */
  readonly timeZone: string;
  readonly wallets: readonly WalletTerms[];
  readonly rules: readonly EarningRule[];
  readonly caps?: readonly Cap[];
  readonly stampCards?: readonly StampCard[];
  /** What points and completed stamp cards are exchanged for. */
  readonly rewards?: readonly Reward[];
  /** By default `rerate`, unmatched returns `wait`, and there is no window. */
  readonly returns?: ReturnTerms;
  /** What becomes of points that were taken back after they were spent: a debt that later points pay, or nothing. By default `carry`. */
  readonly debt?: 'carry' | 'forgive';
  /** Most points that one adjustment may add or take, by role; a role that is not named may not adjust. By default manager 1000, admin any. */
  readonly adjustments?: Readonly<Partial<Record<'staff' | 'manager' | 'admin', number>>>;
  /** How long a reservation is held for its confirmation; by default 5 minutes. */
  readonly reservationMinutes?: number;
};

export type WalletTerms = {
  readonly id: string;
  readonly name: string;
  readonly rounding: Rounding;
  /** Points become active at the end of the last local day of this period; by default at once. */
  readonly pending?: Period;
  /** By default points never expire. */
  readonly expiry?: Expiry;
};

/** A calendar period in the programme's zone, clamped: one month from 31 January ends with the last day of February (S6). */
export type Period = {
  readonly unit: 'day' | 'month' | 'year';
  readonly count: number;
};

export type Expiry =
  /** Every lot by itself: at the end of the last local day of the period that begins when it was earned. */
  | { readonly kind: 'fixed'; readonly after: Period }
  /** All lots of the wallet together: the period begins anew with whatever earns in the wallet. */
  | { readonly kind: 'rolling'; readonly after: Period }
  /** At the end of the calendar period in which it was earned, or `extra` such periods later. */
  | { readonly kind: 'endOfPeriod'; readonly period: 'month' | 'quarter' | 'year'; readonly extra?: number };

/** The rules named (or all) give at most so many whole points to the wallet; what an account had of it fills in effective order (S22). */
export type Cap = {
  readonly id: string;
  readonly wallet: string;
  readonly rules?: readonly string[];
  readonly points: number;
  readonly per: 'basket' | 'day' | 'week' | 'month' | 'year' | 'ever';
};

/** Collects what is paid for, and issues a reward for every so many (S39). */
export type StampCard = {
  readonly id: string;
  readonly name: string;
  /** Units on matching paid lines, or purchases with such a line. */
  readonly collect: 'unit' | 'visit';
  readonly when?: RuleConditions;
  readonly every: number;
  /** Id of a reward of this document. */
  readonly reward: string;
  /** Whether returned units go back; by default `reverse`. */
  readonly returns?: 'reverse' | 'keep';
};

type RewardHead = {
  readonly id: string;
  readonly name: string;
  /** Points it is exchanged for; without it, only a stamp card issues the reward. */
  readonly cost?: { readonly wallet: string; readonly points: number };
  /** How many there are in all, over every customer; by default any number. */
  readonly stock?: number;
  /** How long an issued one can be used, from its issue; by default for ever. */
  readonly validity?: Period;
  /** Local days of the programme on which it can be redeemed: from inclusive, until exclusive, "YYYY-MM-DD". */
  readonly from?: string;
  readonly until?: string;
};

export type Reward =
  | (RewardHead & { readonly kind: 'product' | 'service'; readonly skus?: readonly string[] })
  /** Off the receipt it is used on, in the programme's currency. */
  | (RewardHead & { readonly kind: 'amountOff'; readonly amount: string })
  | (RewardHead & { readonly kind: 'percentOff'; readonly percent: string })
  | (RewardHead & { readonly kind: 'points'; readonly wallet: string; readonly points: number })
  /** Goods that have nothing to do with what the shop sells. */
  | (RewardHead & { readonly kind: 'catalogue'; readonly description: string });

export type ReturnTerms = {
  /** Rate again what is kept and take the difference, or value every return document by itself (S18). */
  readonly basis: 'rerate' | 'ownInvoice';
  /** A return whose purchase is not known after 45 days (S27); with `ownInvoice` as basis it has no meaning. */
  readonly unmatched?: 'wait' | 'ownInvoice' | 'ignore';
  /** A return after it reverses nothing (S28); from the purchase on. */
  readonly window?: Period;
};

export type Rounding = {
  readonly mode: 'floor' | 'half-even' | 'ceiling';
  /** Where the one rounding happens: every line, the whole basket, or the running total of the account (S17). */
  readonly scope: 'line' | 'basket' | 'account';
};

/** All given conditions must hold. Line conditions (`categories`, `skus`) choose lines, the others whole purchases. */
export type RuleConditions = {
  readonly categories?: readonly string[];
  readonly skus?: readonly string[];
  readonly outlets?: readonly string[];
  readonly channels?: readonly string[];
  /** Local days of the outlet, at `occurredAt`: from inclusive, until exclusive, "YYYY-MM-DD". */
  readonly from?: string;
  readonly until?: string;
  /** 1 = Monday … 7 = Sunday, local to the outlet. */
  readonly weekdays?: readonly number[];
  /** Local time of day, "HH:MM", half-open; may run over midnight. */
  readonly hours?: { readonly from: string; readonly until: string };
  /** Least amount of the purchase that earns, in the programme's currency. */
  readonly minimumAmount?: string;
  /** Every n-th visit of the customer under the programme; a visit is a purchase of which at least one minor unit is paid. */
  readonly everyVisit?: number;
  /** The first visit of the period, on the outlet's calendar at the purchase's effective time. */
  readonly firstOf?: 'day' | 'week' | 'month' | 'year';
};

type RuleHead = {
  readonly id: string;
  /** Words for people, shown by "why"; by default the rule explains itself. */
  readonly description?: string;
  readonly when?: RuleConditions;
};

export type EarningRule =
  /** `points` for every `amount` of money, in proportion (the wallet rounds): per amount, and per category with `when.categories`. */
  | (RuleHead & {
      readonly kind: 'perAmount';
      readonly wallet: string;
      readonly points: string;
      readonly amount: string;
    })
  /** `points` for every purchase with at least one matching paid line. */
  | (RuleHead & { readonly kind: 'perVisit'; readonly wallet: string; readonly points: string })
  /** `points` for every unit bought on matching paid lines. */
  | (RuleHead & { readonly kind: 'perItem'; readonly wallet: string; readonly points: string })
  /** `points` every time the customer does something that is no purchase: a custom event, by its name. */
  | (RuleHead & {
      readonly kind: 'perActivity';
      readonly wallet: string;
      readonly points: string;
      readonly activity: string;
    })
  /** Multiplies what the other rules give to the wallet on matching lines; several multiply each other. */
  | (RuleHead & { readonly kind: 'multiplier'; readonly wallet: string; readonly factor: string })
  /** Matching lines earn nothing: in the named wallets, or in all of the programme. */
  | (RuleHead & { readonly kind: 'exclusion'; readonly wallets?: readonly string[] });
