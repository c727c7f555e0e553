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
  /** What a redemption has become. */
  readonly rewardHeldLine: { readonly reward: string };
  readonly rewardUsedLine: { readonly reward: string };
  readonly rewardReleasedLine: { readonly reward: string };

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
  /** `what` is one of the four below. */
  readonly counted: { readonly what: string };
  readonly money: Money;
  readonly units: { readonly units: Quantity };
  readonly visits: { readonly visits: Quantity };
  readonly times: { readonly times: Quantity };
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
  /** A fact whose decisions do not say themselves what it was. */
  readonly factAt: { readonly fact: string; readonly at: string };
  readonly redeemedFor: { readonly reward: string };
  /** `words` is the card's own sentence. */
  readonly cardApplied: { readonly card: string; readonly words: string };

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

  // What a programme says of itself. A phrase is followed by its conditions one by one, and ended as a sentence.
  readonly sentence: { readonly phrase: string };
  readonly onCondition: { readonly phrase: string; readonly condition: string };
  /** `listed` are the names but the last, with commas between. */
  readonly eitherOf: NameList;
  readonly allOf: NameList;

  // What its rules give. `lines` are the names of categories, or one of the two below.
  readonly articles: { readonly articles: string };
  readonly articlesOfCategories: { readonly articles: string; readonly categories: string };
  readonly perAmount: WalletChange & Money;
  readonly perAmountOn: WalletChange & Money & OfLines;
  readonly perVisit: WalletChange;
  readonly perVisitWith: WalletChange & OfLines;
  readonly perItem: WalletChange;
  readonly perItemOf: WalletChange & OfLines;
  readonly perActivity: WalletChange & { readonly activity: string };
  readonly multiplies: { readonly wallet: string; readonly factor: Quantity };
  readonly multipliesOn: { readonly wallet: string; readonly factor: Quantity } & OfLines;
  readonly excludes: Nothing;
  readonly excludesLines: OfLines;

  // On which conditions.
  readonly inWallets: { readonly wallets: string };
  readonly atOutlets: { readonly outlets: string };
  readonly byChannels: { readonly channels: string };
  readonly onWeekdays: { readonly weekdays: string };
  readonly mondays: Nothing;
  readonly tuesdays: Nothing;
  readonly wednesdays: Nothing;
  readonly thursdays: Nothing;
  readonly fridays: Nothing;
  readonly saturdays: Nothing;
  readonly sundays: Nothing;
  readonly betweenHours: { readonly from: string; readonly until: string };
  readonly fromDay: { readonly day: string };
  readonly beforeDay: { readonly day: string };
  readonly ofAtLeast: Money;
  /** On the n-th of every n visits. */
  readonly onEveryVisit: { readonly visits: Quantity };
  readonly firstVisitOfDay: Nothing;
  readonly firstVisitOfWeek: Nothing;
  readonly firstVisitOfMonth: Nothing;
  readonly firstVisitOfYear: Nothing;

  // The most it gives. `per` is one of the six below.
  readonly atMost: WalletChange & { readonly per: string };
  readonly perPurchase: Nothing;
  readonly perDay: Nothing;
  readonly perWeek: Nothing;
  readonly perMonth: Nothing;
  readonly perYear: Nothing;
  readonly inAll: Nothing;
  readonly fromRule: { readonly rule: string };
  readonly fromRules: { readonly rules: string };

  // How long points live. `period` is one of the four below, `end` one of the three.
  readonly days: Counted;
  readonly months: Counted;
  readonly quarters: Counted;
  readonly years: Counted;
  readonly usableAtOnce: { readonly wallet: string };
  readonly usableAfter: { readonly wallet: string; readonly period: string };
  readonly neverExpire: Nothing;
  readonly expireAfter: { readonly period: string };
  /** After whatever was earned last. */
  readonly expireTogether: { readonly period: string };
  readonly expireAt: { readonly end: string };
  readonly expireLater: { readonly end: string; readonly period: string };
  readonly endOfMonth: Nothing;
  readonly endOfQuarter: Nothing;
  readonly endOfYear: Nothing;

  // What returns do. `period` is how long it is waited for their purchase.
  readonly returnRerated: Nothing;
  readonly returnByItself: Nothing;
  readonly unmatchedWaits: { readonly period: string };
  readonly unmatchedByItself: { readonly period: string };
  readonly unmatchedIgnored: { readonly period: string };
  readonly returnWindow: { readonly period: string };
  readonly debtCarried: Nothing;
  readonly debtNotAsked: Nothing;

  // What cards collect. The sentence begins with the reward or ends with it.
  readonly cardOfUnits: OfCard;
  readonly cardOfUnitsOf: OfCard & OfLines;
  readonly cardOfVisits: OfCard;
  readonly cardOfVisitsWith: OfCard & OfLines;
  readonly stampsReturned: Nothing;
  readonly stampsReturnedByPurchase: Nothing;
  readonly stampsKept: Nothing;

  // What rewards are. `gift` is one of the six below, a change of a wallet, or the owner's own words.
  readonly rewardGift: { readonly reward: string; readonly gift: string };
  readonly product: Nothing;
  readonly productOf: { readonly articles: string };
  readonly service: Nothing;
  readonly serviceOf: { readonly articles: string };
  readonly amountOff: Money;
  readonly percentOff: { readonly percent: Quantity };
  readonly rewardCost: WalletChange;
  readonly rewardForCard: { readonly card: string };
  readonly rewardValidity: { readonly period: string };
  readonly rewardStock: { readonly stock: Quantity };
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

interface Money {
  readonly amount: Quantity;
  readonly currency: string;
}

interface Counted {
  readonly count: Quantity;
}

interface NameList {
  readonly listed: string;
  readonly last: string;
}

interface OfLines {
  readonly lines: string;
}

interface OfCard {
  readonly reward: string;
  readonly every: Quantity;
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
