import { assert } from '../../../kernel/defect';
import type { LotKey } from '../../../kernel/ids';
import { CLOCK_TOLERANCE_MS, DAY_MS, instantText, localText } from '../../../kernel/time';
import { LANGUAGE_VERSION } from '../../programmes';
import type {
  Because,
  LedgerCorrected,
  PointsEarned,
  RewardIssued,
  WalletDelta,
} from '../account/account-decisions.events';
import type { Purchase, PurchaseFlag, Return } from '../account/account.events';
import { claimablePoints } from '../account/account.ledger';
import {
  balancesOf,
  cardsOf,
  nameIn,
  type Balance,
  type CardStanding,
  type HeldReward,
} from '../account/account-standing';
import type { RecordedFacts } from '../account/decide-account';
import type { AccountFact } from '../account/effective-order';
import { lineInOrder, takenBack, takenBackLines, type ReturnedLine, type TakenBack } from '../return-goods/taken-back';

/** What an append of a purchase stores beside its events, so that every repeated answer equals the first. */
export type PurchaseOutcome = {
  /** Version of the rule language that decided. */
  readonly language: number;
  readonly balances: readonly Balance[];
  /** Absent in records of before there were stamp cards. */
  readonly stamps?: readonly CardStanding[];
  readonly flags: readonly PurchaseFlag[];
  /** As rendered, so that a later wording changes no earlier answer. */
  readonly receiptLines: readonly string[];
  /** Only for an anonymous purchase. */
  readonly claimable?: readonly Claimable[];
  /** Only where goods were brought back on the same receipt. */
  readonly returned?: { readonly flags: readonly PurchaseFlag[] };
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
export const CLAIM_WINDOW_MS = 30 * DAY_MS;

interface DecidedPurchase extends Pick<RecordedFacts, 'decisions' | 'terms' | 'words'> {
  readonly purchase: Purchase;
  readonly fact: AccountFact;
  readonly now: number;
}

/** `recorded` begins with the purchase. */
export function purchaseOutcome(recorded: RecordedFacts, now: number): PurchaseOutcome {
  const { facts, decisions, account, terms, words } = recorded;
  const [fact] = facts;
  assert(fact?.event.type === 'PurchaseRecorded', 'the answer to a purchase is of a purchase');
  const decided: DecidedPurchase = { decisions, terms, words, fact, purchase: fact.event.data, now };
  const { flags, presented } = decided.purchase;
  const head = { language: LANGUAGE_VERSION, flags };
  if (presented === undefined) {
    const claimable = claimableOf(decided);
    return { ...head, balances: [], claimable, receiptLines: claimLines(claimable, decided) };
  }
  const balances = balancesOf(account, terms, now);
  const stamps = cardsOf(account, terms, now);
  const receiptLines = [
    ...earnedLines(decided),
    ...returnedLines(decided),
    ...stampLines(stamps, decided),
    ...rewardLines(decided),
    ...balanceLines(balances, decided),
  ];
  return { ...head, balances, ...(stamps.length > 0 && { stamps }), receiptLines };
}

function claimableOf({ fact, purchase, terms, now }: DecidedPurchase): readonly Claimable[] {
  const until = fact.occurredAt + CLAIM_WINDOW_MS;
  if (until <= now) return [];
  return earnedByWallet(claimablePoints(fact, purchase, terms)).map(({ programme, wallet, points }) => ({
    programme,
    wallet,
    points,
    until: instantText(until),
  }));
}

/** A correction shows as one net line a wallet (S14); a net of 0 shows none. */
function earnedLines(decided: DecidedPurchase): readonly string[] {
  const { receipt } = decided.purchase;
  const { say } = decided.words;
  const corrections = decided.decisions.filter((decision) => decision.type === 'LedgerCorrected');
  const lots = decided.decisions.filter((decision) => decision.type === 'PointsEarned');
  return [
    ...earnedByWallet(lots.map(({ data }) => data)).map((earned) => say('earnedLine', walletWords(earned, decided))),
    ...corrections.flatMap(({ data }) =>
      data.deltas
        .filter(({ points }) => points !== 0)
        .map((delta) =>
          cameLater(decided) || changesOthers(data, delta)
            ? say('lateLine', { receipt, ...walletWords(delta, decided) })
            : say('earnedLine', walletWords(delta, decided)),
        ),
    ),
  ];
}

/** What goods took back that had been returned before the purchase; of a late one the net line has told of them. */
function returnedLines(decided: DecidedPurchase): readonly string[] {
  const told = decided.decisions.filter(({ type }) => type !== 'LedgerCorrected');
  return takenBackLines(takenBack(told), decided, decided.now);
}

/** Later than clocks differ: behind a redemption of its own till a purchase may come late by a moment, and has simply earned. */
const cameLater = ({ fact, now }: DecidedPurchase): boolean => now - fact.occurredAt > CLOCK_TOLERANCE_MS;

/** Whether any other entry of the wallet moved. */
function changesOthers({ cause, entries, more }: LedgerCorrected['data'], delta: WalletDelta): boolean {
  const here = entries.filter(({ programme, wallet }) => programme === delta.programme && wallet === delta.wallet);
  const own = here.reduce((sum, { fact, after }) => (fact === cause ? sum + after : sum), 0);
  return more > 0 || own !== delta.points || here.some(({ fact }) => fact !== cause);
}

const rewardLines = ({ decisions, terms, now, purchase, words: { say } }: DecidedPurchase): readonly string[] =>
  decisions.flatMap(({ type, data }) => {
    if (type !== 'RewardIssued') return [];
    const reward = nameIn('rewards', { programme: data.programme, id: data.reward }, terms, now);
    if (data.expiresAt === null) return [say('rewardLine', { reward })];
    return [say('rewardUntilLine', { reward, until: minuteText(data.expiresAt, purchase.offsetMinutes) })];
  });

const stampLines = (
  cards: readonly CardStanding[],
  { terms, now, words: { say } }: DecidedPurchase,
): readonly string[] =>
  cards.map(({ programme, card, stamps, every }) =>
    say('stampsLine', { card: nameIn('stampCards', { programme, id: card }, terms, now), stamps, every }),
  );

const balanceLines = (balances: readonly Balance[], decided: DecidedPurchase): readonly string[] =>
  balances.map(({ programme, wallet, available, reserved, debt }) =>
    decided.words.say('balanceLine', walletWords({ programme, wallet, points: available + reserved - debt }, decided)),
  );

function claimLines(claimable: readonly Claimable[], decided: DecidedPurchase): readonly string[] {
  const until = minuteText(decided.fact.occurredAt + CLAIM_WINDOW_MS, decided.purchase.offsetMinutes);
  return claimable.map((points) => decided.words.say('claimLine', { ...walletWords(points, decided), until }));
}

/** By the wallet's name now. */
const walletWords = ({ programme, wallet, points }: WalletDelta, { terms, now }: DecidedPurchase) => ({
  wallet: nameIn('wallets', { programme, id: wallet }, terms, now),
  points,
});

/** On the outlet's clock; whoever reads it stands there. */
const minuteText = (at: number, offsetMinutes: number): string => localText(at, offsetMinutes).slice(0, 16);

/** What the till is told; the same record gives the same bytes, at first and ever after. */
export type PurchaseAnswer = {
  readonly purchaseId: string;
  /** Null for an anonymous purchase. */
  readonly customerId: string | null;
  /** Opaque; a query that passes it sees at least this purchase. */
  readonly position: string;
  readonly earned: readonly EarnedPoints[];
  readonly balances: readonly Balance[];
  /** Every card of the programmes in force, after it. */
  readonly stamps: readonly CardStanding[];
  readonly rewardsIssued: readonly HeldReward[];
  readonly flags: readonly PurchaseFlag[];
  readonly receiptLines: readonly string[];
  readonly claimable?: readonly Claimable[];
  /** Goods that were brought back on the same receipt. */
  readonly returned?: ReturnedGoods;
};

export type ReturnedGoods = TakenBack & {
  readonly lines: readonly ReturnedLine[];
  readonly flags: readonly PurchaseFlag[];
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
  const { balances, stamps = [], flags, receiptLines, claimable, returned } = stored.outcome as PurchaseOutcome;
  return {
    purchaseId,
    customerId,
    position,
    earned: earnedIn(events, lotId),
    balances: balances.map(balanceInOrder),
    stamps: stamps.map(standingInOrder),
    rewardsIssued: events.flatMap(issuedReward),
    flags,
    receiptLines,
    ...(claimable !== undefined && { claimable: claimable.map(claimableInOrder) }),
    ...(returned !== undefined && { returned: returnedGoods(events, returned.flags) }),
  };
}

function returnedGoods(events: StoredPurchase['events'], flags: readonly PurchaseFlag[]): ReturnedGoods {
  const ofGoods = events.slice(events.findIndex(({ type }) => type === 'PurchaseReturned'));
  const { lines } = ofGoods[0]?.data as Return;
  return { lines: lines.map(lineInOrder), ...takenBack(ofGoods), flags };
}

/** What stored events say a purchase gave by itself, recorded or claimed. */
export function earnedIn(events: StoredPurchase['events'], lotId: StoredPurchase['lotId']): readonly EarnedPoints[] {
  const lots = events.flatMap(ownLots);
  return earnedByWallet(lots).map(({ programme, wallet, points }) => ({
    programme,
    wallet,
    points,
    because: lots
      .filter((lot) => lot.programme === programme && lot.wallet === wallet)
      .map((lot) => earnedBecause(lot, lotId)),
  }));
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

export const standingInOrder = ({ programme, card, stamps, every }: CardStanding): CardStanding => ({
  programme,
  card,
  stamps,
  every,
});

export function issuedReward({ type, data }: StoredPurchase['events'][number]): readonly HeldReward[] {
  if (type !== 'RewardIssued') return [];
  const { programme, reward, issued, expiresAt } = data as RewardIssued['data'];
  return [{ programme, reward, issued, expiresAt: expiresAt === null ? null : instantText(expiresAt) }];
}

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
