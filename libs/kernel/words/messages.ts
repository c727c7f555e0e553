/**
 * Everything a customer is told, and what each message is told with. A `Quantity` is written as the language writes numbers;
 * a text stands as it is: names are the programme's own and never inflected, so a sentence puts them beside the number
 * ("points: +1"). Instants arrive as text in ISO 8601 order, which readers of day-first and month-first countries read alike.
 */
export interface Messages {
  // Receipt lines: no full stop, short enough for a till's paper.
  readonly earnedLine: WalletChange;
  readonly balanceLine: WalletChange;
  /** Points that wait for whoever makes himself known. */
  readonly claimLine: WalletChange & { readonly until: string };
  readonly lateLine: WalletChange & { readonly receipt: string };
  readonly voidLine: { readonly receipt: string };
  /** Points below 0: they went with goods that came back, or with a void. */
  readonly takenBackLine: WalletChange;
  /** Points that goods which came back had been paid with. */
  readonly givenBackLine: WalletChange;
  /** What was shown is kept. */
  readonly keptLine: WalletChange;
  readonly owedLine: WalletChange;
  readonly rewardTakenBackLine: { readonly reward: string };
  readonly stampsLine: { readonly card: string; readonly stamps: Quantity; readonly every: Quantity };
  readonly rewardLine: { readonly reward: string };
  readonly rewardUntilLine: { readonly reward: string; readonly until: string };

  // Why a lot is what it is.
  readonly lotOfPurchase: WalletChange & OfReceipt & { readonly till: string; readonly outlet: string };
  readonly lotOfActivity: WalletChange & { readonly activity: string; readonly at: string };
  /** Where it acts at another instant than it happened. */
  readonly countedFrom: { readonly at: string };
  /** `words` is the rule's own sentence. */
  readonly ruleApplied: {
    readonly rule: string;
    readonly programme: string;
    readonly revision: Quantity;
    readonly words: string;
  };
  readonly countedMoney: { readonly amount: Quantity; readonly currency: string };
  readonly countedUnits: { readonly units: Quantity };
  readonly countedVisits: { readonly visits: Quantity };
  readonly countedTimes: { readonly times: Quantity };
  readonly visitNumber: { readonly visit: Quantity };
  readonly multiplied: { readonly rule: string; readonly factor: Quantity; readonly words: string };
  readonly exactPoints: { readonly wallet: string; readonly exact: Quantity };
  /** `how` is one of the three `rounded…` phrases. */
  readonly lineRounded: { readonly how: string };
  readonly basketRounded: { readonly how: string };
  readonly accountRounded: { readonly how: string };
  readonly roundedDown: Nothing;
  readonly roundedUp: Nothing;
  readonly roundedHalfEven: Nothing;
  readonly runningTotal: FromTo;
  /** A cap left less than was earned. */
  readonly capped: { readonly cap: string; readonly room: Quantity };
  readonly usableFrom: { readonly at: string };
  readonly usableUntil: { readonly at: string };

  // What a late fact did. `fact` is one of the phrases that name a fact, below.
  readonly lateFact: { readonly fact: string; readonly changes: string };
  readonly lateFactWithoutChange: { readonly fact: string };
  readonly lateFactEarned: WalletChange;
  readonly factWent: FromTo & { readonly fact: string; readonly wallet: string };
  readonly lotChanged: FromTo & { readonly fact: string };
  readonly moreEntries: { readonly entries: Quantity };
  /** One of the changes of `lateFact`. */
  readonly walletChange: WalletChange;
  readonly receiptFact: { readonly receipt: string };
  readonly returnFact: { readonly receipt: string };
  readonly voidFact: Nothing;
  readonly activityFact: Nothing;
  readonly adjustmentFact: Nothing;
  readonly redemptionFact: Nothing;

  // What the world told.
  readonly goodsReturned: OfReceipt;
  readonly purchaseVoided: { readonly receipt: string };
  readonly purchaseVoidedBecause: { readonly receipt: string; readonly reason: string };
  readonly purchaseClaimed: OfReceipt;
  readonly pointsAdjusted: WalletChange & { readonly reason: string };
  /** What was shown is kept, though a late fact would have lowered it. */
  readonly entitlementHonoured: WalletChange;
  /** An upward correction has made up for it. */
  readonly honourConsumed: WalletChange;

  // What became of points.
  readonly pointsEarned: WalletChange;
  readonly pointsAdded: WalletChange;
  readonly pointsHonoured: WalletChange;
  readonly pointsOfReward: WalletChange;
  readonly pointsActivated: WalletChange & { readonly at: string };
  readonly pointsReserved: WalletChange;
  readonly pointsReleased: WalletChange;
  readonly pointsSpent: WalletChange;
  readonly pointsRestored: WalletChange;
  readonly pointsExpired: WalletChange & { readonly at: string };
  readonly pointsReversed: WalletChange;
  readonly pointsWithdrawn: WalletChange;
  /** Honoured points that are no longer needed. */
  readonly honouredWithdrawn: WalletChange;
  readonly debtIncurred: WalletChange;
  readonly debtPaid: WalletChange;
  readonly debtForgiven: WalletChange;

  // What became of stamps and rewards.
  readonly stampsCollected: { readonly card: string; readonly stamps: Quantity };
  readonly stampsTakenBack: { readonly card: string; readonly stamps: Quantity };
  readonly rewardIssued: { readonly reward: string; readonly card: string };
  readonly rewardUsed: { readonly reward: string };
  readonly rewardRevoked: { readonly reward: string };
  readonly rewardExpired: { readonly reward: string; readonly at: string };
}

export type MessageKey = keyof Messages;

/** A number, or one that a JavaScript number would not hold exactly: see `exactly`. */
export type Quantity = number | Exact;

/** A decimal or a fraction in digits: "66.9", "401/3". */
export interface Exact {
  readonly digits: string;
}

export const exactly = (digits: string): Exact => ({ digits });

/** `points` of the wallet with that name. */
interface WalletChange {
  readonly wallet: string;
  readonly points: Quantity;
}

interface OfReceipt {
  readonly receipt: string;
  readonly at: string;
}

interface FromTo {
  readonly before: Quantity;
  readonly after: Quantity;
}

type Nothing = Readonly<Record<never, never>>;
