import type { Sliced } from '../../../kernel/sliced';
import { LANGUAGE_VERSION, type Terms } from '../../programmes';
import type {
  AccountDecision,
  CorrectedEntry,
  LedgerCorrected,
  LedgerDecision,
  PointsEarned,
  WalletDelta,
  WalletTotal,
} from './account-decisions.events';
import type { AccountEvent } from './account.events';
import { foldAccount, foldArranged, ledgerHash, stepAccount, untold } from './account.ledger';
import type { Digest, Ledger, LedgerEntry } from './account.ledger';
import { NO_TOTALS, type Account, type Wallet, type WalletTotals } from './account.state';
import { arrangeFacts, type Act, type ArrangedFacts } from './arrange-facts';
import { comparePlaces, factKey, type AccountFact } from './effective-order';
import { honoursFor } from './honour';

/** One fact with everything that is to be stored beside it, and the account after it. */
export interface Recording {
  readonly fact: AccountFact;
  /** The fact first; decisions and honoured entitlements after it. */
  readonly events: readonly AccountEvent[];
  readonly decisions: readonly AccountDecision[];
  readonly next: Account;
  /** Entitlements that were honoured or consumed, as the facts they are. */
  readonly honoured: readonly AccountFact[];
  /** Of a fold from the start only. */
  readonly ledger?: Ledger;
}

/** All facts an account holds, in any order, and up to when what time alone did has been told. */
export interface AccountHistory {
  readonly facts: readonly AccountFact[];
  readonly announced: number;
  /** The fold of these facts, where somebody has made it already. */
  readonly ledger?: Ledger;
}

/** Records a fact that comes after all others on what the account is known to hold; `undefined` where only the history can tell. */
export function recordInOrder(account: Account, fact: AccountFact, terms: Terms): Recording | undefined {
  // What was announced since has looked at an account without the fact.
  if (fact.effectiveAt < account.announced) return undefined;
  const step = stepAccount(account, fact, terms);
  return step && recording(fact, step.decisions, step.account);
}

/**
 * Records a fact on everything the account holds. If it only adds to what was, it is told as any other; if it changes what
 * earlier facts had been given, one net correction tells the difference (S14), and what would be taken from what was shown
 * is honoured (S8).
 */
export function* recordOnHistory(
  history: AccountHistory,
  fact: AccountFact,
  terms: Terms,
  digest: Digest,
): Sliced<Recording> {
  const { facts, announced, ledger } = history;
  const { acts: before, awaited } = ledger?.arranged ?? (yield* arrangeFacts(facts, terms));
  const now = yield* arrangeFacts([...facts, fact], terms);
  const appended = fact.effectiveAt >= announced && !voidsAwaited(fact, awaited) && addsOnly(before, now.acts);
  if (!appended) return yield* recordCorrection(history, fact, now, terms, digest);
  const after = yield* foldArranged(now, terms);
  const known = after.entries.length - newEntries(before, after.entries);
  const decisions = after.entries.slice(known).flatMap((entry) => entry.decisions);
  return { ...recording(fact, decisions, { ...after.account, announced }), ledger: after };
}

function recording(fact: AccountFact, decided: readonly LedgerDecision[], next: Account): Recording {
  const decisions = untold(decided, next.announced);
  return { fact, events: [fact.event, ...decisions], decisions, next, honoured: [] };
}

/** Returns that were valued without their purchase count nothing once it is void. */
const voidsAwaited = ({ event }: AccountFact, awaited: readonly string[]): boolean =>
  event.type === 'PurchaseVoided' && awaited.includes(event.data.receiptKey);

/** Settlements lie ahead until their time has come, so only what is posted by now is compared. */
function addsOnly(before: readonly Act[], after: readonly Act[]): boolean {
  const earlier = before.filter(({ kind }) => kind !== 'settlement');
  const now = after.filter(({ kind }) => kind !== 'settlement');
  return earlier.every((act, index) => isSame(act, now[index]));
}

const isSame = (act: Act, other: Act | undefined): boolean =>
  other !== undefined && act.kind === other.kind && comparePlaces(act.place, other.place) === 0;

/** Entries of the fact that was added, and of settlements that came due before it. */
function newEntries(before: readonly Act[], entries: readonly LedgerEntry[]): number {
  const known = before.filter(({ kind }) => kind !== 'settlement').length;
  let seen = 0;
  for (const [index, { act }] of entries.entries()) {
    if (act.kind !== 'settlement') seen += 1;
    if (seen > known) return entries.length - lastKnown(entries, index);
  }
  return 0;
}

/** Index after the last entry before `index` that is no settlement. */
function lastKnown(entries: readonly LedgerEntry[], index: number): number {
  let at = index;
  while (entries[at - 1]?.act.kind === 'settlement') at -= 1;
  return at;
}

function* recordCorrection(
  { facts, announced, ledger }: AccountHistory,
  fact: AccountFact,
  withFact: ArrangedFacts,
  terms: Terms,
  digest: Digest,
): Sliced<Recording> {
  const reported = facts.filter(({ event }) => event.type !== 'EntitlementHonoured');
  const nothingHonoured = reported.length === facts.length;
  const derivedBefore = (nothingHonoured ? ledger : undefined) ?? (yield* foldAccount(reported, terms));
  const derivedAfter = nothingHonoured
    ? yield* foldArranged(withFact, terms)
    : yield* foldAccount([...reported, fact], terms);
  const newest = derivedBefore.account.newest?.effectiveAt ?? -Infinity;
  const through = { through: Math.max(newest, announced) };
  // Where nothing was ever honoured, nor announced since the newest fact, what is shown is what is derived.
  const asDerived = nothingHonoured && announced <= newest;
  const shownBefore = asDerived ? derivedBefore : yield* foldAccount(facts, terms, through);
  const shown = asDerived ? derivedAfter : yield* foldArranged(withFact, terms, through);

  const honours = yield* honoursFor(fact, derivedBefore, derivedAfter, shown.account);
  const shownAfter = honours.length === 0 ? shown : yield* foldAccount([...facts, fact, ...honours], terms, through);
  const next = { ...shownAfter.account, announced };
  const changed = yield* changedLots(factKey(fact.event), derivedBefore, derivedAfter);
  const data: LedgerCorrected['data'] = {
    cause: factKey(fact.event),
    language: LANGUAGE_VERSION,
    hashBefore: yield* ledgerHash(derivedBefore, digest),
    hashAfter: yield* ledgerHash(derivedAfter, digest),
    deltas: walletDeltas(shownBefore.account, next),
    entries: changed.slice(0, MAX_CORRECTED_ENTRIES),
    more: Math.max(0, changed.length - MAX_CORRECTED_ENTRIES),
  };
  const own = shownAfter.entries.filter((entry) => entry.fact === data.cause).flatMap((entry) => entry.decisions);
  const cards = cardChanges(shownBefore.account, next, own);
  const decisions: AccountDecision[] = [...cards, { type: 'LedgerCorrected', version: 1, data }];
  const events = [fact.event, ...honours.map(({ event }) => event), ...decisions];
  return { fact, events, decisions, next, honoured: honours, ledger: shownAfter };
}

/** An append holds at most so many entries of a correction; the rest can be derived on demand. */
const MAX_CORRECTED_ENTRIES = 200;

/** Lots that were given otherwise: those of the fact itself first, then in the order in which they were given. */
function* changedLots(cause: string, before: Ledger, after: Ledger): Sliced<readonly CorrectedEntry[]> {
  const [was, is] = [yield* lotsOf(before), yield* lotsOf(after)];
  const changed: CorrectedEntry[] = [];
  for (const lots of [is, was]) {
    for (const [lot, { fact, data }] of lots) {
      yield;
      if (lots === was && is.has(lot)) continue;
      const change = { before: was.get(lot)?.points ?? 0, after: is.get(lot)?.points ?? 0 };
      if (change.before === change.after) continue;
      const { programme, wallet, because } = data;
      changed.push({ lot: data.lot, fact, programme, wallet, ...change, because });
    }
  }
  return [...changed.filter(({ fact }) => fact === cause), ...changed.filter(({ fact }) => fact !== cause)];
}

interface GivenLot {
  readonly fact: string;
  readonly data: PointsEarned['data'];
  /** 0 of a purchase that is void. */
  readonly points: number;
}

function* lotsOf({ entries }: Ledger): Sliced<ReadonlyMap<string, GivenLot>> {
  const lots = new Map<string, GivenLot>();
  for (const { fact, act, decisions } of entries) {
    for (const { type, data } of decisions) {
      if (type !== 'PointsEarned') continue;
      lots.set(data.lot, { fact, data, points: act.kind === 'voidedPurchase' ? 0 : data.points });
    }
    yield;
  }
  return lots;
}

function walletDeltas(before: Account, after: Account): readonly WalletDelta[] {
  // A wallet may be gone with the only fact that touched it.
  const gone = before.wallets.filter((held) => totalsOf(after, held) === NO_TOTALS);
  return [...after.wallets, ...gone].flatMap(({ programme, wallet }) => {
    const [was, is] = [before, after].map((account) => totalsOf(account, { programme, wallet })) as [
      WalletTotals,
      WalletTotals,
    ];
    const names = Object.keys(NO_TOTALS) as WalletTotal[];
    const moved = Object.fromEntries(
      names.filter((name) => is[name] !== was[name]).map((name) => [name, is[name] - was[name]]),
    );
    if (Object.keys(moved).length === 0) return [];
    const net = (total: WalletTotals): number => total.earned + total.honoured - total.reversed;
    return [{ programme, wallet, points: net(is) - net(was), moved }];
  });
}

const totalsOf = ({ wallets }: Account, { programme, wallet }: Pick<Wallet, 'programme' | 'wallet'>): WalletTotals =>
  wallets.find((held) => held.programme === programme && held.wallet === wallet)?.totals ?? NO_TOTALS;

/** Stamps and rewards that are otherwise than told: a late fact may bring a reward, or take one back that is not used. */
function cardChanges(before: Account, after: Account, own: readonly LedgerDecision[]): readonly LedgerDecision[] {
  const used = own.filter((decision) => decision.type === 'RewardUsed');
  return after.cards.flatMap((card): readonly LedgerDecision[] => {
    const { programme, card: name, milli, live } = card;
    const was = before.cards.find((other) => other.programme === programme && other.card === name);
    const changes: LedgerDecision[] = [];
    if (milli !== (was?.milli ?? 0)) {
      const data = { programme, card: name, milli: milli - (was?.milli ?? 0), total: milli };
      changes.push({ type: 'StampsCollected', version: 1, data });
    }
    for (const { issued, reward, expiresAt, revision } of live) {
      if (was?.live.some((held) => held.issued === issued)) continue;
      const data = { programme, card: name, reward, issued, expiresAt, revision };
      changes.push({ type: 'RewardIssued', version: 1, data });
    }
    for (const { issued, reward } of was?.live ?? []) {
      if (live.some((held) => held.issued === issued) || used.some(({ data }) => data.issued === issued)) continue;
      changes.push({ type: 'RewardRevoked', version: 1, data: { programme, card: name, reward, issued } });
    }
    return [...changes, ...used.filter(({ data }) => data.programme === programme && data.card === name)];
  });
}
