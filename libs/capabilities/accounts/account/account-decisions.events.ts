import type { LotKey, RedemptionId, RewardKey } from '../../../kernel/ids';

/** Every decision but a correction is what one fact, or the passing of time before it, does to the account. */
export type LedgerDecision =
  | PointsEarned
  | PointsGranted
  | PointsActivated
  | PointsReserved
  | PointsReleased
  | PointsSpent
  | PointsRestored
  | PointsExpired
  | PointsReversed
  | PointsWithdrawn
  | DebtIncurred
  | DebtPaid
  | DebtForgiven
  | StampsCollected
  | RewardIssued
  | RewardUsed
  | RewardRevoked
  | RewardExpired;
export type AccountDecision = LedgerDecision | LedgerCorrected | LapsesAnnounced;

/** One lot of points, given by one rule for one fact. */
export interface PointsEarned {
  readonly type: 'PointsEarned';
  readonly version: 1;
  readonly data: {
    readonly programme: string;
    readonly wallet: string;
    readonly points: number;
    readonly lot: LotKey;
    /** Points can be spent from here on; before it they are pending. */
    readonly activeAt: number;
    /** Present where they are pending at first. */
    readonly pending?: true;
    /** Exclusive; null = never. Where the wallet's expiry is rolling, what it is if nothing more is earned. */
    readonly expiresAt: number | null;
    readonly because: Because;
  };
}

/** What a decision rests on: enough to say "why" without running anything. Amounts and points are exact decimals or fractions. */
export type Because = {
  readonly revision: number;
  readonly rule: string;
  /** Money, units or visits the rule counted. */
  readonly counted: string;
  /** Multiplier rules that applied, with their factors. */
  readonly multipliers?: readonly { readonly rule: string; readonly factor: string }[];
  /** Points before the one rounding, "135" or "401/3". */
  readonly exact: string;
  /** Which visit it was, where a rule that applied counts them. */
  readonly visit?: number;
  /** Caps that left less than was earned, and the room each had before. */
  readonly caps?: readonly { readonly cap: string; readonly room: number }[];
  /** Only where the wallet rounds the account's running total: that total before and after this fact, all rules together. */
  readonly runningTotal?: { readonly before: string; readonly after: string };
};

/** One lot that no rule gave: an adjustment, an honoured entitlement, or a reward that is points. */
export interface PointsGranted {
  readonly type: 'PointsGranted';
  readonly version: 1;
  readonly data: LotPart & {
    readonly origin: 'adjusted' | 'honoured' | 'reward';
    readonly activeAt: number;
    readonly expiresAt: number | null;
  };
}

/** Points of one lot, all of it or a part. */
export type LotPart = {
  readonly programme: string;
  readonly wallet: string;
  readonly points: number;
  readonly lot: LotKey;
};

/** A lot's pending points can be spent from now on. */
export interface PointsActivated {
  readonly type: 'PointsActivated';
  readonly version: 1;
  readonly data: LotPart & { readonly at: number };
}

/** Points are held for a redemption. */
export interface PointsReserved {
  readonly type: 'PointsReserved';
  readonly version: 1;
  readonly data: LotPart & { readonly redemption: RedemptionId };
}

/** Points that were held are free again: the redemption was released, or lapsed at `at`. */
export interface PointsReleased {
  readonly type: 'PointsReleased';
  readonly version: 1;
  readonly data: LotPart & { readonly redemption: RedemptionId; readonly at?: number };
}

/** Points were used for a reward. */
export interface PointsSpent {
  readonly type: 'PointsSpent';
  readonly version: 1;
  readonly data: LotPart & { readonly redemption: RedemptionId; readonly from: 'available' | 'reserved' };
}

/** Spent points came back with goods or with a void; they are a lot of their own again (S20). */
export interface PointsRestored {
  readonly type: 'PointsRestored';
  readonly version: 1;
  readonly data: LotPart & {
    /** The lot they were spent from; absent for points that the redemption had left as debt, and other points have paid since. */
    readonly of?: LotKey;
    readonly redemption: RedemptionId;
    readonly activeAt: number;
    readonly expiresAt: number | null;
  };
}

/** Available points of a lot were not used in time. */
export interface PointsExpired {
  readonly type: 'PointsExpired';
  readonly version: 1;
  readonly data: LotPart & { readonly at: number };
}

/** Points were taken back with goods that were returned, or with a purchase that was voided (S21). */
export interface PointsReversed {
  readonly type: 'PointsReversed';
  readonly version: 1;
  readonly data: LotPart & { readonly from: 'pending' | 'available' | 'expired' };
}

/** Available points were taken by an adjustment, or because an honoured entitlement is no longer needed. */
export interface PointsWithdrawn {
  readonly type: 'PointsWithdrawn';
  readonly version: 1;
  readonly data: LotPart & { readonly origin: 'adjusted' | 'honoured' };
}

/** More was to be taken than there was. */
export interface DebtIncurred {
  readonly type: 'DebtIncurred';
  readonly version: 1;
  readonly data: DebtPart;
}

export type DebtPart = {
  readonly programme: string;
  readonly wallet: string;
  readonly points: number;
  /** Key of the fact the debt comes from. */
  readonly cause: string;
};

/** Points that became active paid debt, the oldest first. */
export interface DebtPaid {
  readonly type: 'DebtPaid';
  readonly version: 1;
  readonly data: DebtPart & { readonly lot: LotKey };
}

/** The programme does not ask for the debt. */
export interface DebtForgiven {
  readonly type: 'DebtForgiven';
  readonly version: 1;
  readonly data: DebtPart;
}

/** A stamp card moved: stamps in thousandths, so that a part of a unit counts; negative = taken back. */
export interface StampsCollected {
  readonly type: 'StampsCollected';
  readonly version: 1;
  readonly data: {
    readonly programme: string;
    readonly card: string;
    readonly milli: number;
    /** All stamps of the card so far, in thousandths. */
    readonly total: number;
  };
}

/** A stamp card was full: the customer holds a reward. */
export interface RewardIssued {
  readonly type: 'RewardIssued';
  readonly version: 1;
  readonly data: RewardPart & {
    /** Exclusive; null = never. */
    readonly expiresAt: number | null;
    readonly revision: number;
  };
}

export type RewardPart = {
  readonly programme: string;
  readonly card: string;
  readonly reward: string;
  readonly issued: RewardKey;
};

/** An issued reward was used. */
export interface RewardUsed {
  readonly type: 'RewardUsed';
  readonly version: 1;
  readonly data: RewardPart & { readonly redemption: RedemptionId };
}

/** Stamps were taken back, and the newest reward that was not used with them. */
export interface RewardRevoked {
  readonly type: 'RewardRevoked';
  readonly version: 1;
  readonly data: RewardPart;
}

/** An issued reward was not used in time. */
export interface RewardExpired {
  readonly type: 'RewardExpired';
  readonly version: 1;
  readonly data: RewardPart & { readonly at: number };
}

/** A late fact changed what earlier facts had been given: one net correction, shown as one line per wallet (S14). */
export interface LedgerCorrected {
  readonly type: 'LedgerCorrected';
  readonly version: 1;
  readonly data: {
    /** Key of the fact that came late. */
    readonly cause: string;
    readonly language: number;
    /** SHA-256 (hex) of the derived ledger without and with the late fact. */
    readonly hashBefore: string;
    readonly hashAfter: string;
    /** Wallets in which anything moved. Stamps and rewards that changed are decisions of their own beside this one. */
    readonly deltas: readonly WalletDelta[];
    /** Lots that differ, at most 200, in effective order; `more` counts the rest, which can be derived on demand. */
    readonly entries: readonly CorrectedEntry[];
    readonly more: number;
  };
}

export type WalletDelta = {
  readonly programme: string;
  readonly wallet: string;
  /** Net change of what was given: earned and honoured less reversed. It is what the correction shows (S14). */
  readonly points: number;
  /** Every total that changed, by how much; absent in corrections of before there were others than `earned` and `available`. */
  readonly moved?: Readonly<Partial<Record<WalletTotal, number>>>;
};

/** Where the points of a wallet are, and where they came from (S16); `debt` is what is outstanding. */
export type WalletTotal =
  | 'earned'
  | 'honoured'
  | 'adjustedUp'
  | 'pending'
  | 'available'
  | 'reserved'
  | 'spent'
  | 'expired'
  | 'reversed'
  | 'adjustedDown'
  | 'paidToDebt'
  | 'debt'
  | 'debtIncurred'
  | 'debtForgiven';

export type CorrectedEntry = {
  readonly lot: LotKey;
  readonly fact: string;
  readonly programme: string;
  readonly wallet: string;
  readonly before: number;
  readonly after: number;
  readonly because: Because;
};

/** What came due by time alone until `through` is told by the decisions before this one: nothing was decided by it. */
export interface LapsesAnnounced {
  readonly type: 'LapsesAnnounced';
  readonly version: 1;
  readonly data: {
    readonly through: number;
    /** When time alone changes the account again if nothing else happens; null = never. */
    readonly next: number | null;
  };
}
