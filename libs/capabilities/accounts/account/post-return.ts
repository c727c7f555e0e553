import type { LotKey } from '../../../kernel/ids';
import { add, floor, multiply, negate, rational, subtract } from '../../../kernel/rational';
import { termsAt, type Basket, type CompiledProgramme, type CompiledWallet, type Contribution } from '../../programmes';
import { HistoryNeeded, type AccountBook } from './account-book';
import type { Return } from './account.events';
import { basketOf, basketOfReturn, settledByLine, type KeptLine } from './basket-of-purchase';
import { factKey, type AccountFact } from './effective-order';
import { comesInTime, termsOfReturn } from './waiting-return';
import type { GivenByProgramme, GivenInWallet, MatchedReturn, Past, PastRedemption, RatedPurchase } from './past';
import { keptOf, matchReturn, type ReturnOutcome } from './past';
import { SECOND_LIFE_DAYS } from './post-purchase';
import { exactSum, moveRunningTotal, rateBasket } from './rate-basket';
import type { Lot } from './sorted-lots';

/**
 * Goods came back: what was paid for them with points is given back, and what they had earned is taken back, by the revision
 * of their purchase (S18, S28). A return without its purchase waits, or is valued by itself (S27).
 */
export function postReturn(book: AccountBook, fact: AccountFact, document: Return): void {
  const past = pastOf(book);
  const outcome: ReturnOutcome = [];
  past.returns.set(factKey(fact.event), outcome);
  // Nothing is known of whose an anonymous purchase is, and nothing was given for it.
  const { matched, unmatched, exceeded } = matchReturn(document, past, (key) => foundFor(book, fact, document, key));
  if (unmatched.some(({ of }) => of !== undefined)) outcome.push('purchaseUnknown');
  if (exceeded) {
    outcome.push('quantityExceeded');
    return;
  }
  const inWindow = matched.filter(({ rated }) => !isOutside(fact, rated));
  if (inWindow.length < matched.length) outcome.push('outsideWindow');
  const restoring = inWindow.map((part) => ({ ...part, before: keptOf(part.rated) }));
  for (const { rated, kept } of restoring) rated.kept = kept;
  for (const part of restoring) restorePayments(book, fact, part.rated, part.before);
  for (const part of restoring) reverseKept(book, fact, part);
  if (!isNobodys(past, document)) valueByItself(book, fact, document, inWindow, unmatched);
}

/** Nothing was given in an account of nobody, so nothing is owed there. A customer's return names himself or his purchase. */
const isNobodys = ({ purchases }: Past, { presented, lines }: Return): boolean =>
  presented === undefined &&
  lines.every(({ of }) => of === undefined || purchases.get(of)?.purchase.presented === undefined);

/** A return that waited in vain is settled by its policy (S27); what was found has been taken already. */
export function postSettlement(book: AccountBook, fact: AccountFact, document: Return): void {
  const past = pastOf(book);
  if (isNobodys(past, document)) return;
  if (past.returns.get(factKey(fact.event))?.includes('quantityExceeded') === true) return;
  const waited = document.lines.filter(
    ({ of }) => of !== undefined && !past.voided.has(of) && foundFor(book, fact, document, of) === undefined,
  );
  if (waited.length === 0) return;
  for (const programme of termsOfReturn(fact, book.terms)) {
    if (programme.returns.unmatched === 'ownInvoice') reverseOwnInvoice(book, fact, programme, document, waited);
  }
}

/** The purchase a line names, if it is known and came in time. */
function foundFor(
  book: AccountBook,
  fact: AccountFact,
  document: Return,
  receiptKey: string,
): RatedPurchase | undefined {
  const rated = pastOf(book).purchases.get(receiptKey);
  return rated && comesInTime(fact, document, rated.recordedAt, book.terms) ? rated : undefined;
}

/** The receipt that was keyed by mistake had been paid with points or rewards: they are given back (S20). */
export function postVoid(book: AccountBook, fact: AccountFact, receiptKey: string): void {
  const rated = pastOf(book).purchases.get(receiptKey);
  if (rated === undefined) return;
  const before = keptOf(rated);
  rated.kept = [];
  restorePayments(book, fact, rated, before);
}

function pastOf({ past }: AccountBook): Past {
  if (past === undefined) throw new HistoryNeeded();
  return past;
}

/** After the return window of every programme that gave something: nothing is taken back (S28). */
export const isOutside = ({ occurredAt }: Pick<AccountFact, 'occurredAt'>, rated: RatedPurchase): boolean =>
  rated.programmes.length > 0 &&
  rated.programmes.every(({ programme }) => occurredAt >= programme.returns.windowEnd(rated.occurredAt));

type Reversing = MatchedReturn & { readonly before: readonly KeptLine[] };

/** Rates what is kept as it was rated then, and takes the difference back (S18). */
function reverseKept(book: AccountBook, fact: AccountFact, { rated, kept }: Reversing): void {
  for (const given of rated.programmes) {
    const { programme, visit, wallets, cards } = given;
    if (fact.occurredAt >= programme.returns.windowEnd(rated.occurredAt)) continue;
    const basket: Basket = { ...basketOf(rated.purchase, rated.occurredAt, kept), visit };
    if (programme.returns.basis === 'rerate') {
      for (const inWallet of wallets) {
        const contributions = inWallet.wallet.rate(basket);
        const points = reversalOf(book, programme.programme, inWallet, contributions);
        reverse(book, fact, programme, inWallet.wallet, points, new Set([rated.fact]));
      }
    }
    for (const stamped of cards) {
      const left = stamped.card.count(basket);
      if (stamped.card.terms.returns === 'keep' || left >= stamped.milli) continue;
      const terms = { compiled: stamped.card, revision: programme.revision };
      book.card(programme.programme, stamped.card.terms.id).collect(left - stamped.milli, terms, fact.effectiveAt);
      stamped.milli = left;
    }
  }
}

/** How much less is earned by what is kept; never less than nothing. */
function reversalOf(
  book: AccountBook,
  programme: string,
  given: GivenInWallet,
  contributions: readonly Contribution[],
): number {
  const { wallet } = given;
  if (wallet.terms.rounding.scope === 'account') {
    const exact = exactSum(contributions);
    const holding = book.wallet(programme, wallet.terms.id);
    const running = holding.runningTotal;
    const { next, change } = moveRunningTotal(running, subtract(add(running.exact, exact), given.exact), wallet);
    given.exact = exact;
    if (change > 0) return 0;
    holding.keepRunningTotal(next);
    return -change;
  }
  const { points } = rateBasket(wallet, contributions, ({ terms }) => given.rooms?.get(terms.id) ?? terms.points);
  const left = points.reduce((sum, part) => sum + part, 0);
  const reversed = Math.max(0, given.points - left);
  given.points -= reversed;
  return reversed;
}

/** Lines whose revision values returns by themselves, and those of no known purchase where the policy says so. */
function valueByItself(
  book: AccountBook,
  fact: AccountFact,
  document: Return,
  matched: readonly MatchedReturn[],
  unmatched: Return['lines'],
): void {
  for (const programme of termsOfReturn(fact, book.terms)) {
    const { basis, unmatched: policy } = programme.returns;
    const lines = matched.flatMap((part) => (givenBy(part.rated, programme)?.basis === 'ownInvoice' ? part.lines : []));
    // History taken over has no horizon: it is settled by what is known of it, and matched as soon as more is.
    const waits = basis === 'rerate' && document.source === 'till';
    const settled = basis === 'ownInvoice' || policy === 'ownInvoice' ? unmatched : [];
    const all = [...lines, ...settled.filter(({ of }) => of === undefined || !waits)];
    if (all.length === 0) continue;
    // In the document's order, which decides equal remainders.
    const inOrder = document.lines.filter((line) => all.includes(line));
    reverseOwnInvoice(book, fact, programme, document, inOrder);
  }
}

function givenBy(rated: RatedPurchase, { programme }: CompiledProgramme): CompiledProgramme['returns'] | undefined {
  return rated.programmes.find((given: GivenByProgramme) => given.programme.programme === programme)?.programme.returns;
}

function reverseOwnInvoice(
  book: AccountBook,
  fact: AccountFact,
  programme: CompiledProgramme,
  document: Return,
  lines: Return['lines'],
): void {
  const basket = basketOfReturn(document, lines, fact.occurredAt);
  const own = new Set<string>(lines.flatMap(({ of }) => of ?? []));
  for (const wallet of programme.wallets) {
    const contributions = wallet.rate(basket);
    if (contributions.length === 0) continue;
    let points: number;
    if (wallet.terms.rounding.scope === 'account') {
      const holding = book.wallet(programme.programme, wallet.terms.id);
      const running = holding.runningTotal;
      const exact = add(running.exact, negate(exactSum(contributions)));
      const { next, change } = moveRunningTotal(running, exact, wallet);
      holding.keepRunningTotal(next);
      points = -change;
    } else {
      // The absolute value is floored, and no cap is used yet.
      const floored = { ...wallet.terms.rounding, mode: 'floor' } as const;
      const rated = rateBasket(wallet, contributions, ({ terms }) => terms.points, floored);
      points = rated.points.reduce((sum, part) => sum + part, 0);
    }
    reverse(book, fact, programme, wallet, points, own);
  }
}

function reverse(
  book: AccountBook,
  fact: AccountFact,
  { programme, debt }: CompiledProgramme,
  { terms }: CompiledWallet,
  points: number,
  own: ReadonlySet<string>,
): void {
  if (points === 0) return;
  const expired = [...own].flatMap((key) => pastOf(book).expired.get(key) ?? []);
  const here = expired.filter((part) => part.programme === programme && part.wallet === terms.id);
  book.wallet(programme, terms.id).reverse(points, own, here, { cause: factKey(fact.event), policy: debt });
}

/** Points and rewards the purchase was paid with come back in the proportion in which its goods do (S19, S20). */
function restorePayments(
  book: AccountBook,
  fact: AccountFact,
  rated: RatedPurchase,
  before: readonly KeptLine[],
): void {
  const past = pastOf(book);
  const { payments = [] } = rated.purchase;
  for (const payment of payments) {
    const paid = payment.redemption && past.redemptions.get(payment.redemption);
    if (paid?.state !== 'confirmed') continue;
    const { numerator, denominator } = returnedPart(rated, payment.lines);
    if (denominator === 0) continue;
    const due = floor(multiply(rational(paid.redemption.cost), rational(numerator, denominator)));
    const { redemption, programme, issued } = paid.redemption;
    const restored = (rated.restored ??= new Map());
    const done = restored.get(redemption) ?? 0;
    if (due > done) restorePoints(book, fact, paid, due - done);
    restored.set(redemption, Math.max(due, done));
    const held = issued && past.usedRewards.get(issued);
    if (held === undefined || numerator < denominator || !isLeft(before, payment.lines)) continue;
    past.usedRewards.delete(held.issued);
    book.cardOf(programme, held.issued).giveBack(held, fact.effectiveAt);
  }
}

/** Of the amount a payment settled, how much belongs to goods that are back; single lines of a reward count alone. */
function returnedPart(
  rated: RatedPurchase,
  lines: readonly number[] | undefined,
): { readonly numerator: number; readonly denominator: number } {
  const { purchase } = rated;
  const kept = keptOf(rated);
  const settled = settledByLine(purchase);
  const amount = (index: number, whole: number): number =>
    lines === undefined ? Math.max(0, whole - (settled?.get(index) ?? 0)) : whole;
  let [left, all] = [0, 0];
  purchase.lines.forEach((line, index) => {
    if (lines !== undefined && !lines.includes(index)) return;
    all += amount(index, line.amount);
    left += Math.min(amount(index, line.amount), amount(index, kept[index]?.amount ?? 0));
  });
  return { numerator: all - left, denominator: all };
}

const isLeft = (kept: readonly KeptLine[], lines: readonly number[] | undefined): boolean =>
  kept.some(({ quantityMilli }, index) => quantityMilli > 0 && (lines === undefined || lines.includes(index)));

/** In reverse order of taking; what had become debt first. */
function restorePoints(book: AccountBook, fact: AccountFact, paid: PastRedemption, points: number): void {
  const { programme, wallet, redemption } = paid.redemption;
  if (wallet === undefined) return;
  const holding = book.wallet(programme, wallet);
  const at = fact.effectiveAt;
  const cause = factKey(fact.event);
  const terms = termsAt(book.terms, at).find((compiled) => compiled.programme === programme);
  const later = (expiresAt: number | null): number | null =>
    expiresAt === null || terms === undefined
      ? expiresAt
      : holding.endWithOthers(Math.max(expiresAt, terms.endOfDays(at, SECOND_LIFE_DAYS)));
  let left = points;
  const owed = Math.min(left, paid.owed);
  if (owed > 0) {
    const key = `${redemption}~restored~${cause}` as LotKey;
    const ends = terms?.wallets.find((compiled) => compiled.terms.id === wallet)?.expiresAt(at) ?? null;
    const lot: Lot = { key, fact: redemption, points: owed, earnedAt: at, activeAt: at, expiresAt: ends };
    holding.restoreDebt(lot, redemption);
    paid.owed -= owed;
    left -= owed;
  }
  const rest = [...paid.parts];
  while (left > 0 && rest.length > 0) {
    const taken = rest.pop() as Lot;
    const back = Math.min(left, taken.points);
    left -= back;
    if (back < taken.points) rest.push({ ...taken, points: taken.points - back });
    const key = `${taken.key}~restored~${cause}` as LotKey;
    const lot = { ...taken, key, points: back, activeAt: at, expiresAt: later(taken.expiresAt) };
    holding.restore(lot, taken.key, redemption);
  }
  paid.parts = rest;
}
