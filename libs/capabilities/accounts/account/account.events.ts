import type { LotKey, ReceiptKey } from '../../../kernel/ids';

/**
 * Facts of an account: what the world told us. Only facts move an account; decisions are what the programme made of them,
 * stored beside the fact for read models, the feed, "why" and audit. Stored data are types, not interfaces: only so does
 * the compiler know them for JSON.
 */
export type AccountFactEvent = PurchaseRecorded;
export type AccountDecision = PointsEarned | LedgerCorrected;
export type AccountEvent = AccountFactEvent | AccountDecision;

/** A till reported a purchase, paid and done. Inputs of the fold are stamped here when it is accepted (S1). */
export interface PurchaseRecorded {
  readonly type: 'PurchaseRecorded';
  readonly version: 1;
  readonly data: Purchase;
}

export type Purchase = {
  readonly receiptKey: ReceiptKey;
  readonly outlet: string;
  readonly till: string;
  readonly receipt: string;
  /** Only where the till numbers its receipts daily: "YYYY-MM-DD". */
  readonly businessDay?: string;
  /** By what the customer made himself known; absent for an anonymous purchase. Never the value itself. */
  readonly presented?: 'id' | 'card' | 'phone' | 'email';
  readonly currency: string;
  /** Amounts below are integers ≥ 0 of 10^-decimals of the currency. */
  readonly decimals: number;
  readonly lines: readonly PurchaseLine[];
  /** Absent = paid in money. */
  readonly payments?: readonly Payment[];
  readonly channel: string;
  readonly staff?: string;
  /** The outlet's offset from UTC in minutes, at `occurredAt`: local conditions need no calendar later (S1, S6). */
  readonly offsetMinutes: number;
  /** `import`: history taken over with its original dates, never late (S2). */
  readonly source: 'till' | 'import';
  readonly flags: readonly PurchaseFlag[];
};

export type PurchaseLine = {
  readonly sku: string;
  readonly category?: string;
  readonly quantity: number;
  readonly unit?: string;
  readonly unitPrice?: number;
  readonly discount?: number;
  /** Authoritative, net of `discount`. */
  readonly amount: number;
};

export type Payment = {
  readonly kind: PaymentKind;
  readonly amount: number;
};

/** What is paid with points or a reward earns nothing (S19); everything else is money. */
export type PaymentKind =
  'cash' | 'card' | 'wallet' | 'transfer' | 'giftCard' | 'partner' | 'other' | 'points' | 'reward';

/** `late`: before a fact already folded; `beyondHorizon`: more than 45 days late; `inTheFuture`: more than 5 minutes ahead. */
export type PurchaseFlag = 'late' | 'beyondHorizon' | 'inTheFuture' | 'currencyEarnsNothing';

/** One lot of points, given by one rule for one fact. */
export interface PointsEarned {
  readonly type: 'PointsEarned';
  readonly version: 1;
  readonly data: {
    readonly programme: string;
    readonly wallet: string;
    readonly points: number;
    readonly lot: LotKey;
    /** Milliseconds; points can be spent from here on. */
    readonly activeAt: number;
    /** Milliseconds, exclusive; null = never. */
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
  /** Only where the wallet rounds the account's running total: that total before and after this fact, all rules together. */
  readonly runningTotal?: { readonly before: string; readonly after: string };
};

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
    readonly deltas: readonly WalletDelta[];
    /** Lots that differ, at most 200, in effective order; `more` counts the rest, which can be derived on demand. */
    readonly entries: readonly CorrectedEntry[];
    readonly more: number;
  };
}

export type WalletDelta = {
  readonly programme: string;
  readonly wallet: string;
  readonly points: number;
};

export type CorrectedEntry = {
  readonly lot: LotKey;
  readonly fact: string;
  readonly programme: string;
  readonly wallet: string;
  readonly before: number;
  readonly after: number;
  readonly because: Because;
};
