import { canonicalJson } from '../../../kernel/canonical-json';
import { assert } from '../../../kernel/defect';
import type { Sliced } from '../../../kernel/sliced';
import { LANGUAGE_VERSION, type Terms } from '../../programmes';
import { AccountBook, HistoryNeeded } from './account-book';
import type { LedgerDecision, PointsEarned } from './account-decisions.events';
import type { Purchase } from './account.events';
import { initialAccount, type Account } from './account.state';
import { arrangeFacts, type Act, type ArrangedFacts } from './arrange-facts';
import { comparePlaces, factKey, placeOf, type AccountFact, type FactPlace } from './effective-order';
import { emptyPast, type Past } from './past';
import { postFact, postVoidedPurchase } from './post-fact';
import { postPurchase } from './post-purchase';
import { postSettlement } from './post-return';
import type { Tell } from './wallet-book';

export interface Step {
  readonly account: Account;
  readonly decisions: readonly LedgerDecision[];
}

/**
 * Moves an account by one fact that comes after all it has seen, and says what the programmes in force make of it, with
 * what time alone has done since the fact before. It costs the same however long the history is. `undefined` where only the
 * whole history can tell: the fact names something that has left the account.
 */
export function stepAccount(account: Account, fact: AccountFact, terms: Terms): Step | undefined {
  const decisions: LedgerDecision[] = [];
  const next = moveAccount(account, fact, placeOf(fact), terms, (decision) => decisions.push(decision));
  return next && { account: next, decisions };
}

function moveAccount(
  account: Account,
  fact: AccountFact,
  place: FactPlace,
  terms: Terms,
  tell: Tell | undefined,
): Account | undefined {
  if (account.behind || fact.effectiveAt >= account.settlesAt) return undefined;
  const book = new AccountBook(account, terms, undefined, tell);
  try {
    book.advance(fact.effectiveAt);
    postFact(book, fact);
  } catch (error) {
    if (error instanceof HistoryNeeded) return undefined;
    throw error;
  }
  return { ...book.close(), newest: place };
}

/** The account as it will be, or was, at an instant not before its newest fact: nothing has to have run for it. */
export function accountAt(account: Account, at: number, terms: Terms): Account {
  assert(at < account.settlesAt, 'a return is settled meanwhile, which needs the whole history');
  const book = new AccountBook(account, terms, undefined, undefined);
  book.advance(at);
  return book.close();
}

/** What comes due by time alone after the newest fact and until an instant, for whoever announces it. */
export function lapsesUntil(account: Account, at: number, terms: Terms): readonly LedgerDecision[] {
  const decisions: LedgerDecision[] = [];
  new AccountBook(account, terms, undefined, (decision) => decisions.push(decision)).advance(at);
  return untold(decisions, account.announced);
}

/** When time alone changes the account next; Infinity where it never does. */
export const lapsesNext = (account: Account, terms: Terms): number =>
  new AccountBook(account, terms, undefined, undefined).lapsesNext;

/** Of what came due by time alone, what has not been announced; points that then paid debt go with their activation. */
export function untold(decisions: readonly LedgerDecision[], announced: number): readonly LedgerDecision[] {
  let told = false;
  return decisions.filter((decision) => {
    const due = dueAt(decision);
    if (due !== Infinity || decision.type !== 'DebtPaid') told = due <= announced;
    return !told;
  });
}

/** When a decision came due by time alone; Infinity for what a fact did. */
export function dueAt({ data }: LedgerDecision): number {
  return 'at' in data && data.at !== undefined ? data.at : Infinity;
}

/** What a purchase that nobody has identified himself for holds ready for whoever claims it. */
export function claimablePoints(fact: AccountFact, purchase: Purchase, terms: Terms): readonly PointsEarned['data'][] {
  const lots: PointsEarned['data'][] = [];
  const book = new AccountBook(initialAccount, terms, undefined, ({ type, data }) => {
    if (type === 'PointsEarned') lots.push(data);
  });
  postPurchase(book, fact, { ...purchase, presented: 'id' }, {});
  return lots;
}

/** Whether a fact belongs before one already folded; then only the whole history can place it. */
export const comesLate = ({ newest }: Account, place: FactPlace): boolean =>
  newest !== null && comparePlaces(place, newest) < 0;

/**
 * Follows the stored facts of a stream in the order they were recorded. At one that only the history can place the account
 * is `behind` until it is folded from the start.
 */
export function evolveAccount(account: Account, fact: AccountFact, terms: Terms): Account {
  const place = placeOf(fact);
  if (comesLate(account, place)) return { ...account, behind: true };
  return moveAccount(account, fact, place, terms, undefined) ?? { ...account, newest: place, behind: true };
}

/** Everything the facts and terms make of an account: it is the same for every order in which the facts came. */
export interface Ledger {
  readonly account: Account;
  readonly arranged: ArrangedFacts;
  /** By fact, in the order in which they act. */
  readonly entries: readonly LedgerEntry[];
  /** What time alone did after the last of them. */
  readonly lapsed: readonly LedgerDecision[];
  readonly past: Past;
}

export interface LedgerEntry {
  /** Key of the fact. */
  readonly fact: string;
  readonly act: Act;
  /** What time alone did before it, then what it did itself. */
  readonly decisions: readonly LedgerDecision[];
}

/** Up to when an account is folded; left out, up to the last of its facts. */
export interface FoldUntil {
  /** Time alone goes on at least until then. */
  readonly through?: number;
  /** Nothing that acts later is seen, and time stands still then. */
  readonly asOf?: number;
}

/** Folds an account from the start; `facts` are all it holds, in any order. What time alone does last is in no entry. */
export function* foldAccount(facts: readonly AccountFact[], terms: Terms, until: FoldUntil = {}): Sliced<Ledger> {
  return yield* foldArranged(yield* arrangeFacts(facts, terms), terms, until);
}

/** The same of facts that somebody has arranged already. */
export function* foldArranged(
  arranged: ArrangedFacts,
  terms: Terms,
  { through = -Infinity, asOf = Infinity }: FoldUntil = {},
): Sliced<Ledger> {
  const { acts: all, awaited, voided } = arranged;
  const acts =
    asOf === Infinity ? all : all.filter(({ kind, place }) => kind === 'settlement' || place.effectiveAt <= asOf);
  const newest = acts.findLast(({ kind }) => kind !== 'settlement')?.place ?? null;
  const end = asOf === Infinity ? Math.max(through, newest?.effectiveAt ?? -Infinity) : asOf;
  const past = emptyPast(voided);
  const told: LedgerDecision[] = [];
  const book = new AccountBook(initialAccount, terms, past, (decision) => told.push(decision));
  const entries: LedgerEntry[] = [];
  let settlesNext = Infinity;
  for (const act of acts) {
    if (act.kind === 'settlement' && act.place.effectiveAt > end) {
      const waits = past.returns.get(factKey(act.fact.event))?.includes('purchaseUnknown') === true;
      if (waits) settlesNext = Math.min(settlesNext, act.place.effectiveAt);
      continue;
    }
    book.advance(act.place.effectiveAt);
    if (act.kind === 'fact') postFact(book, act.fact);
    else if (act.kind === 'voidedPurchase') postVoidedPurchase(book, act.fact);
    else settle(book, act.fact);
    entries.push({ fact: factKey(act.fact.event), act, decisions: told.splice(0) });
    yield;
  }
  book.advance(end);
  const account = { ...book.close(), newest, awaited, settlesAt: settlesNext };
  return { account, arranged, entries, lapsed: told, past };
}

function settle(book: AccountBook, fact: AccountFact): void {
  assert(fact.event.type === 'PurchaseReturned', 'only a return is settled');
  postSettlement(book, fact, fact.event.data);
}

/** SHA-256 of the text's UTF-8 bytes as lower-case hex; it comes as an argument because pure files do no cryptography. */
export type Digest = (text: string) => string;

/**
 * Names a derived ledger: two folds that decided the same, lot for lot and reason for reason, have the same hash. Each
 * entry's hash is of the one before it and the canonical JSON of its decisions; the first is of the language version.
 */
export function* ledgerHash({ entries }: Pick<Ledger, 'entries'>, digest: Digest): Sliced<string> {
  let hash = digest(`language ${LANGUAGE_VERSION}`);
  for (const { decisions } of entries) {
    if (decisions.length > 0) hash = digest(hash + canonicalJson(decisions.map(hashed)));
    yield;
  }
  return hash;
}

/** Lots are hashed as they have been since there was nothing else. */
const hashed = (decision: LedgerDecision) =>
  decision.type === 'PointsEarned' ? decision.data : { type: decision.type, data: decision.data };
