import { canonicalJson } from '../../../kernel/canonical-json';
import { assert } from '../../../kernel/defect';
import type { LotKey, ReceiptKey } from '../../../kernel/ids';
import type { Sliced } from '../../../kernel/sliced';
import { add, largestRemainderShares, rationalText, ZERO } from '../../../kernel/rational';
import { accountScopeChange, LANGUAGE_VERSION, roundPoints, sumOf, termsAt } from '../../programmes';
import type { CompiledProgramme, CompiledWallet, Contribution, Terms } from '../../programmes';
import type { AccountFactEvent, Because, CorrectedEntry, LedgerCorrected, PointsEarned } from './account.events';
import { initialAccount, type Account, type WalletHolding } from './account.state';
import { basketOf } from './basket-of-purchase';
import { comparePlaces, placeOf, termsInstant, type FactPlace } from './effective-order';

/** A fact with the instants of its envelope. */
export interface AccountFact {
  readonly event: AccountFactEvent;
  readonly occurredAt: number;
  readonly effectiveAt: number;
}

export interface Step {
  readonly account: Account;
  readonly decisions: readonly PointsEarned[];
}

/**
 * Moves an account by one fact that comes after all it has seen, and says what the programmes in force make of it: one lot
 * for every rule and wallet that gives points, programmes in id order (S35). It costs the same however long the history is.
 */
export function stepAccount(account: Account, fact: AccountFact, terms: Terms): Step {
  const moved = { ...account, newest: factPlace(fact) };
  // An anonymous purchase waits in an account of its own; its lots arise when somebody claims it.
  if (fact.event.data.presented === undefined) return { account: moved, decisions: [] };
  return earn(moved, fact, terms);
}

/** What a purchase would give a new account: what an anonymous one holds ready for whoever claims it. */
export const ratePurchase = (fact: AccountFact, terms: Terms): readonly PointsEarned[] =>
  earn(initialAccount, fact, terms).decisions;

function earn(account: Account, fact: AccountFact, terms: Terms): Step {
  const inForce = termsAt(terms, termsInstant(fact.occurredAt, fact.effectiveAt));
  if (inForce.length === 0) return { account, decisions: [] };
  const basket = basketOf(fact.event.data, fact.occurredAt);
  const decisions: PointsEarned[] = [];
  let { wallets } = account;
  for (const programme of inForce) {
    for (const wallet of programme.wallets) {
      const contributions = wallet.rate(basket);
      if (contributions.length === 0) continue;
      const held = wallets.find((holding) => holds(holding, programme, wallet)) ?? emptyHolding(programme, wallet);
      const { points, holding, runningTotal } = collect(held, wallet, contributions);
      wallets = replaceHolding(wallets, holding);
      contributions.forEach((contribution, index) => {
        const share = points[index] ?? 0;
        if (share > 0) decisions.push(lotOf(fact, programme, wallet, contribution, share, runningTotal));
      });
    }
  }
  return { account: { ...account, wallets }, decisions };
}

interface Collected {
  /** Of each contribution, in order. */
  readonly points: readonly number[];
  readonly holding: WalletHolding;
  readonly runningTotal?: Because['runningTotal'];
}

/** Beyond it a number of points would no longer be exact. */
export const MOST_POINTS = 9_000_000_000_000_000;

/** A wallet would hold more than `MOST_POINTS`. Decisions catch it and refuse; no fact that was accepted brings it about. */
export class WalletOverflow extends Error {
  override readonly name = 'WalletOverflow';

  constructor(readonly wallet: string) {
    super(`wallet ${wallet} would hold more than ${MOST_POINTS} points`);
  }
}

function collect(held: WalletHolding, { terms }: CompiledWallet, contributions: readonly Contribution[]): Collected {
  // Near the limit a rounded comparison may refuse a little early, which nobody will miss.
  const more = contributions.reduce((sum, { exact }) => sum + Number(exact.n) / Number(exact.d), 0);
  if (held.available + more > MOST_POINTS) throw new WalletOverflow(terms.id);
  if (terms.rounding.scope !== 'account') {
    const points = roundPoints(contributions, terms.rounding);
    const available = held.available + points.reduce((sum, share) => sum + share, 0);
    return { points, holding: { ...held, available } };
  }
  const shares = contributions.map(({ exact }) => exact);
  const exact = add(held.exact, sumOf(shares));
  // A purchase takes nothing away, not even where a new revision rounds the same running total to less.
  const change = Math.max(0, accountScopeChange(held.given, exact, terms.rounding.mode));
  return {
    points: largestRemainderShares(change, shares),
    holding: { ...held, available: held.available + change, exact, given: held.given + change },
    runningTotal: { before: rationalText(held.exact), after: rationalText(exact) },
  };
}

function lotOf(
  { event, effectiveAt }: AccountFact,
  { programme, revision }: CompiledProgramme,
  { terms }: CompiledWallet,
  { rule, exact, counted, multipliers }: Contribution,
  points: number,
  runningTotal: Because['runningTotal'],
): PointsEarned {
  const because: Because = {
    revision,
    rule,
    counted: rationalText(counted),
    exact: rationalText(exact),
    ...(multipliers.length > 0 && { multipliers }),
    ...(runningTotal !== undefined && { runningTotal }),
  };
  const lot = `${event.data.receiptKey}~${rule}~${programme}~${terms.id}` as LotKey;
  const data = { programme, wallet: terms.id, points, lot, activeAt: effectiveAt, expiresAt: null, because };
  return { type: 'PointsEarned', version: 1, data };
}

const holds = (holding: WalletHolding, { programme }: CompiledProgramme, { terms }: CompiledWallet): boolean =>
  holding.wallet === terms.id && holding.programme === programme;

const emptyHolding = ({ programme }: CompiledProgramme, { terms }: CompiledWallet): WalletHolding => ({
  programme,
  wallet: terms.id,
  available: 0,
  exact: ZERO,
  given: 0,
});

function replaceHolding(wallets: readonly WalletHolding[], holding: WalletHolding): readonly WalletHolding[] {
  const index = wallets.findIndex(({ programme, wallet }) => !comesBefore(programme, wallet, holding));
  if (index < 0) return [...wallets, holding];
  const found = wallets[index];
  const same = found?.programme === holding.programme && found.wallet === holding.wallet;
  return wallets.toSpliced(index, same ? 1 : 0, holding);
}

const comesBefore = (programme: string, wallet: string, than: WalletHolding): boolean =>
  programme < than.programme || (programme === than.programme && wallet < than.wallet);

const factPlace = ({ event, effectiveAt }: AccountFact): FactPlace => placeOf(effectiveAt, event.data);

/** Whether a fact belongs before one already folded; then only the whole history can place it. */
export const comesLate = ({ newest }: Account, place: FactPlace): boolean =>
  newest !== null && comparePlaces(place, newest) < 0;

/**
 * Follows the stored facts of a stream in the order they were recorded. At a late one the holdings can no longer be told
 * without the history, and the account is `behind` until it is folded from the start.
 */
export function evolveAccount(account: Account, fact: AccountFact, terms: Terms): Account {
  const place = factPlace(fact);
  if (comesLate(account, place)) return { ...account, behind: true };
  return account.behind ? { ...account, newest: place } : stepAccount(account, fact, terms).account;
}

/** Everything the facts and terms make of an account: it is the same for every order in which the facts came. */
export interface Ledger {
  readonly account: Account;
  /** By fact, in effective order. */
  readonly entries: readonly LedgerEntry[];
}

export interface LedgerEntry {
  readonly fact: ReceiptKey;
  readonly lots: readonly PointsEarned['data'][];
}

/** Folds an account from the start; `facts` are all it holds, in any order. */
export const foldAccount = (facts: readonly AccountFact[], terms: Terms): Sliced<Ledger> =>
  continueLedger({ account: initialAccount, entries: [] }, inEffectiveOrder(facts), terms);

const inEffectiveOrder = (facts: readonly AccountFact[]): readonly AccountFact[] => [...facts].sort(compareFacts);

/** Places are worked out only for facts of one instant. */
const compareFacts = (a: AccountFact, b: AccountFact): number =>
  a.effectiveAt - b.effectiveAt || comparePlaces(factPlace(a), factPlace(b));

function* continueLedger(ledger: Ledger, ordered: readonly AccountFact[], terms: Terms): Sliced<Ledger> {
  let { account } = ledger;
  const entries = [...ledger.entries];
  for (const fact of ordered) {
    const step = stepAccount(account, fact, terms);
    account = step.account;
    entries.push({ fact: fact.event.data.receiptKey, lots: step.decisions.map(({ data }) => data) });
    yield;
  }
  return { account, entries };
}

/** SHA-256 of the text's UTF-8 bytes as lower-case hex; it comes as an argument because pure files do no cryptography. */
export type Digest = (text: string) => string;

/**
 * Names a derived ledger: two folds that decided the same, lot for lot and reason for reason, have the same hash. Each
 * fact's hash is of the one before it and the canonical JSON of its lots; the first is of the language version.
 */
export const ledgerHash = ({ entries }: Ledger, digest: Digest): Sliced<string> =>
  continueHash(digest(`language ${LANGUAGE_VERSION}`), entries, digest);

function* continueHash(before: string, entries: readonly LedgerEntry[], digest: Digest): Sliced<string> {
  let hash = before;
  for (const { lots } of entries) {
    if (lots.length > 0) hash = digest(hash + canonicalJson(lots));
    yield;
  }
  return hash;
}

/** An append holds at most so many entries of a correction; the rest can be derived on demand. */
const MAX_CORRECTED_ENTRIES = 200;

/**
 * What a late fact changes: the account as if it had come in time, and one net correction which holds the fact's own lots
 * too. `facts` are all the account held before, in any order. No rule lowers a wallet's total; if one did, that would be
 * a defect rather than a customer's loss.
 */
export function* recordLate(
  facts: readonly AccountFact[],
  late: AccountFact,
  terms: Terms,
  digest: Digest,
): Sliced<{ readonly account: Account; readonly correction: LedgerCorrected }> {
  const place = factPlace(late);
  const ordered = inEffectiveOrder(facts);
  const later = ordered.findIndex((fact) => comparePlaces(factPlace(fact), place) > 0);
  assert(later >= 0, 'a late fact has a later one');
  const start = yield* foldAccount(ordered.slice(0, later), terms);
  const before = yield* continueLedger(start, ordered.slice(later), terms);
  const after = yield* continueLedger(start, [late, ...ordered.slice(later)], terms);

  const [beforeLater, afterLater] = [before.entries.slice(later), after.entries.slice(later)];
  const changed = yield* changedLots(beforeLater, afterLater);
  const hash = yield* ledgerHash(start, digest);
  const data = {
    cause: late.event.data.receiptKey,
    language: LANGUAGE_VERSION,
    hashBefore: yield* continueHash(hash, beforeLater, digest),
    hashAfter: yield* continueHash(hash, afterLater, digest),
    deltas: walletDeltas(before.account, after.account),
    entries: changed.slice(0, MAX_CORRECTED_ENTRIES),
    more: Math.max(0, changed.length - MAX_CORRECTED_ENTRIES),
  };
  return { account: after.account, correction: { type: 'LedgerCorrected', version: 1, data } };
}

function walletDeltas(before: Account, after: Account): LedgerCorrected['data']['deltas'] {
  return after.wallets.flatMap(({ programme, wallet, available }) => {
    const held = before.wallets.find((holding) => holding.programme === programme && holding.wallet === wallet);
    const points = available - (held?.available ?? 0);
    assert(points >= 0, `a late fact lowers ${programme}/${wallet} by ${-points}`);
    return points === 0 ? [] : [{ programme, wallet, points }];
  });
}

/** `after` begins with the late fact, then both hold the same facts. */
function* changedLots(
  before: readonly LedgerEntry[],
  after: readonly LedgerEntry[],
): Sliced<readonly CorrectedEntry[]> {
  const changed: CorrectedEntry[] = [];
  for (const [index, { fact, lots }] of after.entries()) {
    const earlier = index === 0 ? [] : (before[index - 1]?.lots ?? []);
    for (const lot of new Set([...earlier, ...lots].map((given) => given.lot))) {
      const [was, is] = [earlier.find((given) => given.lot === lot), lots.find((given) => given.lot === lot)];
      const shown = is ?? was;
      const change = { before: was?.points ?? 0, after: is?.points ?? 0 };
      if (shown === undefined || change.before === change.after) continue;
      const { programme, wallet, because } = shown;
      changed.push({ lot, fact, programme, wallet, ...change, because });
    }
    yield;
  }
  return changed;
}
