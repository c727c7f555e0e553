import type { LotKey } from '../../../kernel/ids';
import { add, rationalText } from '../../../kernel/rational';
import { localTime } from '../../../kernel/time';
import { NO_VISIT, termsAt } from '../../programmes';
import type { Activity, Basket, CompiledProgramme, CompiledWallet, Contribution, Visit } from '../../programmes';
import { HistoryNeeded, type AccountBook } from './account-book';
import type { ActivityRecorded, Purchase } from './account.events';
import { basketOf } from './basket-of-purchase';
import { periodNumber } from './cap-period';
import { factKey, termsInstant, type AccountFact } from './effective-order';
import type { GivenByProgramme, GivenInWallet } from './past';
import { becauseOf, exactSum, moveRunningTotal, rateBasket, sharesOfRise, type RatedBasket } from './rate-basket';
import type { Lot } from './sorted-lots';
import type { WalletBook } from './wallet-book';

/** Points that come back, or are claimed, live at least so long from then on (S20, S36). */
export const SECOND_LIFE_DAYS = 30;

/** What is particular to how a purchase came to the account. */
export interface PurchaseManner {
  /** Void: what it gives is taken back at once, and no later fact sees anything of it (S7). */
  readonly voided?: boolean;
  /** When somebody claimed it. */
  readonly claimedAt?: number;
}

/** Programmes in id order give their points and stamps (S35). An anonymous purchase gives nothing before it is claimed. */
export function postPurchase(book: AccountBook, fact: AccountFact, purchase: Purchase, manner: PurchaseManner): void {
  const { occurredAt, effectiveAt, recordedAt } = fact;
  const { past } = book;
  if (past === undefined && book.isAwaited(purchase.receiptKey)) throw new HistoryNeeded();
  const identified = purchase.presented !== undefined;
  const inForce = identified ? termsAt(book.terms, purchase.termsAt ?? termsInstant(occurredAt, effectiveAt)) : [];
  let programmes: readonly GivenByProgramme[] = [];
  if (inForce.length > 0) {
    const basket = basketOf(purchase, occurredAt);
    const giving = { book, fact, day: localTime(effectiveAt, purchase.offsetMinutes).day, ...manner };
    programmes = inForce.map((programme) => give(giving, programme, basket));
  }
  past?.purchases.set(purchase.receiptKey, {
    fact: factKey(fact.event),
    purchase,
    occurredAt,
    recordedAt,
    programmes,
  });
}

/** A custom event gives what the rules for it say; it is no visit, fills no card, and nothing is ever returned of it. */
export function postActivity(book: AccountBook, fact: AccountFact, { data }: ActivityRecorded): void {
  const { occurredAt, effectiveAt } = fact;
  const { activity, outlet, channel, offsetMinutes } = data;
  const seen: Activity = {
    activity,
    ...(outlet !== undefined && { outlet }),
    channel,
    local: localTime(occurredAt, offsetMinutes),
  };
  const giving = { book, fact, day: localTime(effectiveAt, offsetMinutes).day };
  for (const programme of termsAt(book.terms, termsInstant(occurredAt, effectiveAt))) {
    for (const wallet of programme.wallets) {
      const contributions = wallet.rateActivity(seen);
      if (contributions.length > 0) giveLots(giving, programme, wallet, contributions, NO_VISIT);
    }
  }
}

interface Giving extends PurchaseManner {
  readonly book: AccountBook;
  readonly fact: AccountFact;
  /** Local day of `effectiveAt`, which caps and "first of the period" follow. */
  readonly day: number;
}

function give(giving: Giving, programme: CompiledProgramme, plain: Basket): GivenByProgramme {
  const { book, fact, day, voided } = giving;
  const visit = visitOf(giving, programme, plain);
  const basket = visit === NO_VISIT ? plain : { ...plain, visit };
  const wallets: GivenInWallet[] = [];
  for (const wallet of programme.wallets) {
    const contributions = wallet.rate(basket);
    if (contributions.length > 0) wallets.push(giveLots(giving, programme, wallet, contributions, visit));
  }
  const cards = programme.cards.map((card) => {
    const milli = card.count(basket);
    const collecting = book.card(programme.programme, card.terms.id);
    if (milli > 0 && voided) collecting.collectAndTakeBack(milli);
    else if (milli > 0) {
      collecting.collect(milli, { compiled: card, revision: programme.revision }, fact.effectiveAt);
    }
    return { card, milli: voided ? 0 : milli };
  });
  if (visit !== NO_VISIT && !voided) book.countVisit(programme.programme, day);
  return { programme, visit, wallets, cards };
}

/** A visit is a purchase of which at least one minor unit is paid in money. */
function visitOf({ book, day }: Giving, { programme }: CompiledProgramme, { paidInMoney }: Basket): Visit {
  if (paidInMoney < 1) return NO_VISIT;
  const before = book.visits(programme);
  if (before === undefined) return { ordinal: 1, firstOf: FIRST_OF_ALL };
  const ordinal = before.count + 1;
  if (day <= before.day) return { ordinal, firstOf: NO_VISIT.firstOf };
  const first = (per: 'week' | 'month' | 'year'): boolean => periodNumber(per, day) > periodNumber(per, before.day);
  return { ordinal, firstOf: { day: true, week: first('week'), month: first('month'), year: first('year') } };
}

const FIRST_OF_ALL: Visit['firstOf'] = { day: true, week: true, month: true, year: true };

/** One lot for every rule that gives points. */
function giveLots(
  giving: Giving,
  { programme, revision, endOfDays }: CompiledProgramme,
  wallet: CompiledWallet,
  contributions: readonly Contribution[],
  visit: Visit,
): GivenInWallet {
  const { book, fact, voided, claimedAt } = giving;
  const { id } = wallet.terms;
  const holding = book.wallet(programme, id);
  holding.makeRoom(contributions.reduce((sum, { exact }) => sum + Number(exact.n) / Number(exact.d), 0));
  const { rated, runningTotal } = rate(giving, holding, wallet, contributions);
  const { effectiveAt } = fact;
  const activeAt = wallet.activeAt(effectiveAt);
  const ends = wallet.expiresAt(effectiveAt);
  const least = claimedAt === undefined ? -Infinity : endOfDays(claimedAt, SECOND_LIFE_DAYS);
  const expiresAt = ends === null ? null : holding.endWithOthers(Math.max(ends, least));
  const points = rated.points.reduce((sum, share) => sum + share, 0);
  if (wallet.rolling && points > 0 && expiresAt !== null && !voided) book.roll(programme, id, expiresAt);
  const key = factKey(fact.event);
  contributions.forEach((contribution, index) => {
    const share = rated.points[index] ?? 0;
    if (share === 0) return;
    const lot: Lot = {
      key: `${key}~${contribution.rule}~${programme}~${id}` as LotKey,
      fact: key,
      points: share,
      earnedAt: effectiveAt,
      activeAt,
      expiresAt,
    };
    const because = () => becauseOf(revision, contribution, visit.ordinal, rated.caps, runningTotal);
    if (voided) holding.earnAndReverse(lot, because);
    else holding.earn(lot, because);
  });
  const rooms = rated.caps.length === 0 ? undefined : new Map(rated.caps.map(({ cap, room }) => [cap.terms.id, room]));
  return { wallet, rooms, points: voided ? 0 : points, exact: exactSum(contributions) };
}

function rate(
  { day, voided }: Giving,
  holding: WalletBook,
  wallet: CompiledWallet,
  contributions: readonly Contribution[],
): { readonly rated: RatedBasket; readonly runningTotal?: { readonly before: string; readonly after: string } } {
  if (wallet.terms.rounding.scope === 'account') {
    const before = holding.runningTotal;
    const { next, change } = moveRunningTotal(before, add(before.exact, exactSum(contributions)), wallet);
    if (!voided) holding.keepRunningTotal(next);
    return {
      rated: { contributions, points: sharesOfRise(change, contributions), caps: [] },
      runningTotal: { before: rationalText(before.exact), after: rationalText(next.exact) },
    };
  }
  const rated = rateBasket(wallet, contributions, ({ terms: { id, per, points } }) =>
    Math.max(0, points - (per === 'basket' ? 0 : holding.capUse(id, periodNumber(per, day)))),
  );
  if (voided) return { rated };
  for (const { cap, taken } of rated.caps) {
    const { id, per } = cap.terms;
    if (taken > 0 && per !== 'basket') holding.useCap(id, periodNumber(per, day), taken);
  }
  return { rated };
}
