import type { LotKey } from '../../../kernel/ids';
import { groupedText } from '../../../kernel/money';
import { DAY_MS, instantText, localText } from '../../../kernel/time';
import { LANGUAGE_VERSION, termsAt, type Terms } from '../../programmes';
import type {
  AccountDecision,
  Because,
  LedgerCorrected,
  PointsEarned,
  PurchaseFlag,
  WalletDelta,
} from '../account/account.events';
import { ratePurchase, type AccountFact } from '../account/account.ledger';
import type { Account } from '../account/account.state';

/** What an append of a purchase stores beside its events, so that every repeated answer equals the first. */
export type PurchaseOutcome = {
  /** Version of the rule language that decided. */
  readonly language: number;
  readonly balances: readonly Balance[];
  readonly flags: readonly PurchaseFlag[];
  /** As rendered, so that a later wording changes no earlier answer. */
  readonly receiptLines: readonly string[];
  /** Only for an anonymous purchase. */
  readonly claimable?: readonly Claimable[];
};

/** Points of one wallet; balance = available + reserved − debt. */
export type Balance = {
  readonly programme: string;
  readonly wallet: string;
  readonly available: number;
  readonly pending: number;
  readonly reserved: number;
  readonly debt: number;
};

/** Points that wait for whoever makes himself known as the customer. */
export type Claimable = {
  readonly programme: string;
  readonly wallet: string;
  readonly points: number;
  /** RFC 3339, exclusive. */
  readonly until: string;
};

/** S36. */
const CLAIM_WINDOW_MS = 30 * DAY_MS;

export interface DecidedPurchase {
  readonly fact: AccountFact;
  readonly decisions: readonly AccountDecision[];
  /** After the fact. */
  readonly account: Account;
  readonly terms: Terms;
  readonly now: number;
}

export function purchaseOutcome(decided: DecidedPurchase): PurchaseOutcome {
  const { flags, presented } = decided.fact.event.data;
  const head = { language: LANGUAGE_VERSION, flags };
  if (presented === undefined) {
    const claimable = claimableOf(decided);
    return { ...head, balances: [], claimable, receiptLines: claimLines(claimable, decided) };
  }
  const balances = balancesOf(decided);
  return { ...head, balances, receiptLines: [...earnedLines(decided), ...balanceLines(balances, decided)] };
}

/** Every wallet of the programmes in force, in their order, then what else the account holds. */
function balancesOf({ account, terms, now }: DecidedPurchase): readonly Balance[] {
  const wallets = termsAt(terms, now).flatMap(({ programme, wallets }) =>
    wallets.map(({ terms: { id } }) => ({ programme, wallet: id })),
  );
  for (const { programme, wallet } of account.wallets) {
    if (!wallets.some((known) => known.programme === programme && known.wallet === wallet)) {
      wallets.push({ programme, wallet });
    }
  }
  return wallets.map(({ programme, wallet }) => {
    const held = account.wallets.find((holding) => holding.programme === programme && holding.wallet === wallet);
    return { programme, wallet, available: held?.available ?? 0, pending: 0, reserved: 0, debt: 0 };
  });
}

function claimableOf({ fact, terms, now }: DecidedPurchase): readonly Claimable[] {
  const until = fact.occurredAt + CLAIM_WINDOW_MS;
  if (until <= now) return [];
  return earnedByWallet(ratePurchase(fact, terms).map(({ data }) => data)).map(({ programme, wallet, points }) => ({
    programme,
    wallet,
    points,
    until: instantText(until),
  }));
}

/** A correction shows as one net line a wallet (S14); a net of 0 shows none. */
function earnedLines(decided: DecidedPurchase): readonly string[] {
  const { receipt } = decided.fact.event.data;
  const corrections = decided.decisions.filter((decision) => decision.type === 'LedgerCorrected');
  const lots = decided.decisions.filter((decision) => decision.type === 'PointsEarned');
  return [
    ...earnedByWallet(lots.map(({ data }) => data)).map((earned) => `You earned ${pointsText(earned, decided)}`),
    ...corrections
      .flatMap(({ data }) => data.deltas)
      .map((delta) => `Receipt ${receipt} arrived late: +${pointsText(delta, decided)}`),
  ];
}

const balanceLines = (balances: readonly Balance[], decided: DecidedPurchase): readonly string[] =>
  balances.map((balance) => `Balance: ${pointsText({ ...balance, points: balance.available }, decided)}`);

function claimLines(claimable: readonly Claimable[], decided: DecidedPurchase): readonly string[] {
  const { occurredAt, event } = decided.fact;
  const until = localText(occurredAt + CLAIM_WINDOW_MS, event.data.offsetMinutes).slice(0, 16);
  return claimable.map((points) => `Claim ${pointsText(points, decided)} before ${until}`);
}

/** "1,240 points", by the wallet's name now. */
function pointsText({ programme, wallet, points }: WalletDelta, { terms, now }: DecidedPurchase): string {
  const inForce = termsAt(terms, now).find((compiled) => compiled.programme === programme);
  const name = inForce?.document.wallets.find(({ id }) => id === wallet)?.name ?? wallet;
  return `${groupedText(points)} ${name}`;
}

/** What the till is told; the same record gives the same bytes, at first and ever after. */
export type PurchaseAnswer = {
  readonly purchaseId: string;
  /** Null for an anonymous purchase. */
  readonly customerId: string | null;
  /** Opaque; a query that passes it sees at least this purchase. */
  readonly position: string;
  readonly earned: readonly EarnedPoints[];
  readonly balances: readonly Balance[];
  /** No rule of this language version gives stamps or rewards. */
  readonly stamps: readonly never[];
  readonly rewardsIssued: readonly never[];
  readonly flags: readonly PurchaseFlag[];
  readonly receiptLines: readonly string[];
  readonly claimable?: readonly Claimable[];
};

/** What the purchase itself gave to one wallet, whatever it changed for earlier ones. */
export type EarnedPoints = WalletDelta & { readonly because: readonly EarnedBecause[] };

/** One rule's part in it, and the id of its lot, by which "why" is asked. */
export type EarnedBecause = Because & { readonly lot: string; readonly points: number };

/** The stored append of a purchase and the names that are given to it outside. */
export interface StoredPurchase {
  readonly purchaseId: string;
  readonly customerId: string | null;
  readonly position: string;
  readonly events: readonly { readonly type: string; readonly data: unknown }[];
  readonly outcome: unknown;
  /** What a lot is called outside. */
  readonly lotId: (lot: LotKey) => string;
}

/**
 * Stored objects come back with their members sorted, so every object is written anew in one order: the first answer and a
 * repeated one are then equal byte for byte.
 */
export function answerPurchase(stored: StoredPurchase): PurchaseAnswer {
  const { purchaseId, customerId, position, events, lotId } = stored;
  const { balances, flags, receiptLines, claimable } = stored.outcome as PurchaseOutcome;
  const lots = events.flatMap(ownLots);
  const earned = earnedByWallet(lots).map(({ programme, wallet, points }) => ({
    programme,
    wallet,
    points,
    because: lots
      .filter((lot) => lot.programme === programme && lot.wallet === wallet)
      .map((lot) => earnedBecause(lot, lotId)),
  }));
  return {
    purchaseId,
    customerId,
    position,
    earned,
    balances: balances.map(balanceInOrder),
    stamps: [],
    rewardsIssued: [],
    flags,
    receiptLines,
    ...(claimable !== undefined && { claimable: claimable.map(claimableInOrder) }),
  };
}

function earnedBecause({ lot, points, because }: OwnLot, lotId: StoredPurchase['lotId']): EarnedBecause {
  const { revision, rule, counted, multipliers, exact, runningTotal } = because;
  return {
    lot: lotId(lot),
    points,
    revision,
    rule,
    counted,
    ...(multipliers && { multipliers: multipliers.map(({ rule: by, factor }) => ({ rule: by, factor })) }),
    exact,
    ...(runningTotal && { runningTotal: { before: runningTotal.before, after: runningTotal.after } }),
  };
}

/** Only these members, in this order. */
export const balanceInOrder = ({ programme, wallet, available, pending, reserved, debt }: Balance): Balance => ({
  programme,
  wallet,
  available,
  pending,
  reserved,
  debt,
});

const claimableInOrder = ({ programme, wallet, points, until }: Claimable): Claimable => ({
  programme,
  wallet,
  points,
  until,
});

interface OwnLot extends WalletDelta {
  readonly lot: LotKey;
  readonly because: Because;
}

/** A late purchase's own lots are in its correction. */
function ownLots({ type, data }: StoredPurchase['events'][number]): readonly OwnLot[] {
  if (type === 'PointsEarned') return [data as PointsEarned['data']];
  if (type !== 'LedgerCorrected') return [];
  const { cause, entries } = data as LedgerCorrected['data'];
  return entries.filter(({ fact }) => fact === cause).map((entry) => ({ ...entry, points: entry.after }));
}

/** Adds up lots of the same wallet, in the order the wallets first come. */
function earnedByWallet(lots: readonly WalletDelta[]): readonly WalletDelta[] {
  const sums = new Map<string, WalletDelta>();
  for (const { programme, wallet, points } of lots) {
    const key = `${programme}~${wallet}`;
    sums.set(key, { programme, wallet, points: points + (sums.get(key)?.points ?? 0) });
  }
  return [...sums.values()];
}
