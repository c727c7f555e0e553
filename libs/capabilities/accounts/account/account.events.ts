import type { ReceiptKey, RedemptionId, RewardKey } from '../../../kernel/ids';
import type { AccountDecision } from './account-decisions.events';

/**
 * Facts of an account: what the world told us. Only facts move an account; decisions are what the programme made of them,
 * stored beside the fact for read models, the feed, "why" and audit. Stored data are types, not interfaces: only so does
 * the compiler know them for JSON. Instants are milliseconds since 1970; points are whole.
 */
export type AccountFactEvent =
  | PurchaseRecorded
  | PurchaseReturned
  | PurchaseVoided
  | PurchaseClaimed
  | ActivityRecorded
  | RedemptionReserved
  | RedemptionConfirmed
  | RedemptionReleased
  | RedemptionReported
  | PointsAdjusted
  | EntitlementHonoured;

export type AccountEvent = AccountFactEvent | AccountDecision;

/** A till reported a purchase, paid and done. Inputs of the fold are stamped here when it is accepted (S1). */
export interface PurchaseRecorded {
  readonly type: 'PurchaseRecorded';
  readonly version: 1;
  readonly data: Purchase & {
    /**
     * What had been returned of it and waited in the account of nobody, with the instants these returns act at; there only
     * where a return came first and the purchase is in another account than that.
     */
    readonly returnedBefore?: readonly WaitedReturn[];
  };
}

export type WaitedReturn = {
  readonly effectiveAt: number;
  readonly occurredAt: number;
  readonly recordedAt: number;
  /** Its lines of this purchase. */
  readonly data: Return;
};

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
  /** Whose terms rate it, where a quote pinned them (S31); left out, those of when it happened. */
  readonly termsAt?: number;
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
  /** The redemption that a payment with points or a reward stands for; returns and voids of the purchase give it back. */
  readonly redemption?: RedemptionId;
  /** Indexes of the lines a reward was given for, which it settles first to last; left out, it is spread over all (S19). */
  readonly lines?: readonly number[];
};

/** What is paid with points or a reward earns nothing (S19); everything else is money. */
export type PaymentKind =
  'cash' | 'card' | 'wallet' | 'transfer' | 'giftCard' | 'partner' | 'other' | 'points' | 'reward';

/** `late`: before a fact already folded; `beyondHorizon`: more than 45 days late; `inTheFuture`: more than 5 minutes ahead. */
export type PurchaseFlag =
  'late' | 'beyondHorizon' | 'inTheFuture' | 'currencyEarnsNothing' | 'quoteExpired' | FactFlag;
export type FactFlag =
  /** A return whose purchase is not known yet; it counts when that arrives (S27). */
  | 'purchaseUnknown'
  /** More was returned than had been bought: the whole document counts nothing (S27). */
  | 'quantityExceeded'
  /** After the return window of the purchase's revision (S28). */
  | 'outsideWindow'
  /** An offline redemption of more than there was: the rest is debt (S26). */
  | 'overdrawn'
  /** An offline use of a reward that was not there to be used any more. */
  | 'rewardNotHeld'
  /** Goods of a purchase had been brought back before it was recorded, by nobody who was named: it is net of them (S27). */
  | 'returnedBefore'
  /** A return that names the purchase waits for it in the account of somebody else, and takes nothing here. */
  | 'returnWaitsElsewhere';

/** Goods were brought back. It acts at its own time and never reopens the past (S7). */
export interface PurchaseReturned {
  readonly type: 'PurchaseReturned';
  readonly version: 1;
  readonly data: Return;
}

export type Return = {
  /** Of the return document, which is a receipt of its own; in an exchange it is that of the purchase in the same append. */
  readonly receiptKey: ReceiptKey;
  readonly outlet: string;
  readonly till: string;
  readonly receipt: string;
  readonly businessDay?: string;
  readonly presented?: Purchase['presented'];
  readonly currency: string;
  readonly decimals: number;
  readonly lines: readonly ReturnLine[];
  readonly channel: string;
  readonly staff?: string;
  readonly offsetMinutes: number;
  readonly source: 'till' | 'import';
  readonly flags: readonly PurchaseFlag[];
};

export type ReturnLine = {
  readonly sku: string;
  readonly category?: string;
  readonly quantity: number;
  readonly unit?: string;
  /** What was given back for it, ≥ 0, in 10^-decimals of the currency. */
  readonly amount: number;
  /** The purchase it belongs to; left out, it belongs to none that is known. */
  readonly of?: ReceiptKey;
  /** Index of the line of that purchase; left out, its lines of the same article are taken, first to last. */
  readonly line?: number;
};

/** A purchase had been keyed by mistake: it is removed at its own time, as if it had never been (S7). */
export interface PurchaseVoided {
  readonly type: 'PurchaseVoided';
  readonly version: 1;
  readonly data: {
    /** Of the purchase. */
    readonly receiptKey: ReceiptKey;
    /** Names the void, for ever unique. */
    readonly key: string;
    readonly outlet: string;
    readonly till: string;
    readonly reason?: string;
    readonly staff?: string;
    readonly source: 'till' | 'import';
    readonly flags: readonly PurchaseFlag[];
  };
}

/** Somebody made himself known as the customer of a purchase that nobody had identified himself for (S36). */
export interface PurchaseClaimed {
  readonly type: 'PurchaseClaimed';
  readonly version: 1;
  readonly data: {
    /** As it was recorded, but for `presented`, by which the claimant is known. */
    readonly purchase: Purchase;
    /** What had been returned of it before the claim, with the instants these returns act at. */
    readonly returns: readonly { readonly effectiveAt: number; readonly occurredAt: number; readonly data: Return }[];
    readonly claimedAt: number;
  };
}

/** The customer did something that is no purchase, such as a review: a custom event. */
export interface ActivityRecorded {
  readonly type: 'ActivityRecorded';
  readonly version: 1;
  readonly data: {
    /** Names it, for ever unique. */
    readonly key: string;
    readonly activity: string;
    readonly outlet?: string;
    readonly channel: string;
    readonly offsetMinutes: number;
    readonly source: 'till' | 'import';
    readonly flags: readonly PurchaseFlag[];
  };
}

/** A till asked to hold a reward, and its points, until it says what became of it (S25). */
export interface RedemptionReserved {
  readonly type: 'RedemptionReserved';
  readonly version: 1;
  readonly data: Redemption & {
    /** Exclusive: from here on it has lapsed. */
    readonly reservedUntil: number;
  };
}

export type Redemption = {
  readonly redemption: RedemptionId;
  readonly programme: string;
  /** Revision whose price it has (S28). */
  readonly revision: number;
  readonly reward: string;
  /** The issued reward that is used, by its key; absent where points are paid. */
  readonly issued?: RewardKey;
  readonly wallet?: string;
  /** Points it costs; 0 for an issued one. */
  readonly cost: number;
  readonly outlet?: string;
  readonly till?: string;
  /** Number of the piece, where the reward has a stock. */
  readonly piece?: number;
  /** Points a reward of kind `points` gives when it is confirmed, and where to. */
  readonly gives?: { readonly wallet: string; readonly points: number };
};

/** The reward was handed over: what was held is spent. */
export interface RedemptionConfirmed {
  readonly type: 'RedemptionConfirmed';
  readonly version: 1;
  readonly data: { readonly redemption: RedemptionId };
}

/** The reward was not taken: what was held is free again. */
export interface RedemptionReleased {
  readonly type: 'RedemptionReleased';
  readonly version: 1;
  readonly data: { readonly redemption: RedemptionId };
}

/** A till that was cut off handed a reward over, and reports it now; what it costs more than there was is debt (S26). */
export interface RedemptionReported {
  readonly type: 'RedemptionReported';
  readonly version: 1;
  readonly data: Redemption & { readonly source: 'till' | 'import'; readonly flags: readonly PurchaseFlag[] };
}

/** Somebody of the business added points, or took some, and said why. */
export interface PointsAdjusted {
  readonly type: 'PointsAdjusted';
  readonly version: 1;
  readonly data: {
    /** Names it, for ever unique. */
    readonly key: string;
    readonly programme: string;
    readonly wallet: string;
    /** Added, or taken where negative; never 0. */
    readonly points: number;
    readonly reason: string;
    readonly role: string;
  };
}

/** A late fact would have lowered what was shown, or raises it again: the difference is honoured, or consumed (S8). */
export interface EntitlementHonoured {
  readonly type: 'EntitlementHonoured';
  readonly version: 1;
  readonly data: {
    /** Key of the fact that came late. */
    readonly cause: string;
    readonly programme: string;
    readonly wallet: string;
    /** Honoured; negative = consumed by an upward correction. */
    readonly points: number;
    /** Of the points it stands for; null = never. Only where points are honoured. */
    readonly expiresAt: number | null;
    /** The `recordedAt` of its cause, or the account's newest instant where that is later. */
    readonly effectiveAt: number;
    /** Who bears it. */
    readonly outlet?: string;
  };
}
