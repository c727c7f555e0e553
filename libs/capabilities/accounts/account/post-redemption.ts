import type { LotKey, RedemptionId } from '../../../kernel/ids';
import { termsAt } from '../../programmes';
import { HistoryNeeded, type AccountBook } from './account-book';
import type { EntitlementHonoured, PointsAdjusted, Redemption, RedemptionReserved } from './account.events';
import { factKey, type AccountFact } from './effective-order';
import type { Lot } from './sorted-lots';

/** Holds the points or the issued reward; less than the cost where a late fact has taken points away since (S11). */
export function postReservation(book: AccountBook, data: RedemptionReserved['data']): void {
  const { reservedUntil: until, ...redemption } = data;
  const { programme, reward, wallet, cost, issued, gives } = data;
  const parts = wallet === undefined || cost === 0 ? [] : book.wallet(programme, wallet).reserve(cost, data.redemption);
  if (issued !== undefined) book.cardOf(programme, issued).reserve(issued, data.redemption);
  book.hold({
    redemption: data.redemption,
    until,
    programme,
    reward,
    ...(wallet !== undefined && { wallet }),
    cost,
    ...(issued !== undefined && { issued }),
    ...(gives !== undefined && { gives }),
    parts,
  });
  book.past?.redemptions.set(data.redemption, {
    redemption,
    state: 'reserved',
    reservedUntil: until,
    parts: [],
    owed: 0,
  });
}

/** What was held is spent; what a late fact has taken from it since is taken elsewhere, or owed. */
export function postConfirmation(book: AccountBook, id: RedemptionId, at: number): void {
  const held = book.reservation(id);
  const past = book.past?.redemptions.get(id);
  if (held !== undefined) {
    book.letGo(held);
    const { programme, wallet, parts, cost } = held;
    let spent = parts;
    if (wallet !== undefined) {
      const points = book.wallet(programme, wallet);
      points.confirm(parts, id);
      spent = [...parts, ...points.spend(cost - pointsOf(parts), id, { cause: id, policy: 'carry' })];
    }
    if (past !== undefined) past.parts = spent;
    hand(book, held, at);
  } else {
    // It had lapsed by what is known now; what was accepted is final all the same (S11).
    if (past === undefined) throw new HistoryNeeded();
    spendAtOnce(book, past.redemption, at);
  }
  if (past !== undefined) {
    past.state = 'confirmed';
    past.owed = past.redemption.cost - pointsOf(past.parts);
  }
}

export function postRelease(book: AccountBook, id: RedemptionId, at: number): void {
  const held = book.reservation(id);
  if (held !== undefined) book.free(held, at, false);
  else if (book.past === undefined) throw new HistoryNeeded();
}

/** A till handed it over while it was cut off: what there was not becomes debt (S26). */
export function postReported(book: AccountBook, data: Redemption, at: number): void {
  const { redemption } = data;
  book.past?.redemptions.set(redemption, {
    redemption: data,
    state: 'confirmed',
    reservedUntil: null,
    parts: [],
    owed: 0,
  });
  spendAtOnce(book, data, at);
  const past = book.past?.redemptions.get(redemption);
  if (past !== undefined) past.owed = data.cost - pointsOf(past.parts);
}

function spendAtOnce(book: AccountBook, redemption: Redemption, at: number): void {
  const { redemption: id, programme, wallet, cost } = redemption;
  if (wallet !== undefined && cost > 0) {
    const spent = book.wallet(programme, wallet).spend(cost, id, { cause: id, policy: 'carry' });
    const past = book.past?.redemptions.get(id);
    if (past !== undefined) past.parts = spent;
  }
  hand(book, redemption, at);
}

/** The issued reward is used, and a reward that is points gives them. One that was used before is the outlet's loss (S26). */
function hand(
  book: AccountBook,
  {
    redemption,
    programme,
    reward,
    issued,
    gives,
  }: Pick<Redemption, 'redemption' | 'programme' | 'reward' | 'issued' | 'gives'>,
  at: number,
): void {
  if (issued !== undefined) {
    const card = book.cardOf(programme, issued);
    if (book.past?.usedRewards.has(issued) !== true) book.past?.usedRewards.set(issued, card.held(issued));
    card.use(issued, reward, redemption);
  }
  if (gives === undefined) return;
  const key = `${redemption}~${programme}~${gives.wallet}` as LotKey;
  const lot = newLot(book, { key, fact: redemption, points: gives.points }, programme, gives.wallet, at);
  book.wallet(programme, gives.wallet).grant(lot, 'reward');
}

/** Points are added as a lot of their own, or taken in spend order. */
export function postAdjustment(book: AccountBook, fact: AccountFact, { data }: PointsAdjusted): void {
  const { programme, wallet, points } = data;
  const key = factKey(fact.event);
  const holding = book.wallet(programme, wallet);
  if (points < 0) {
    holding.withdraw(-points, { cause: key, policy: 'carry' });
    return;
  }
  const lotKey = `${key}~${programme}~${wallet}` as LotKey;
  holding.grant(newLot(book, { key: lotKey, fact: key, points }, programme, wallet, fact.effectiveAt), 'adjusted');
}

/** Honoured points are a lot of their own; consumed ones leave those that are not spent (S8). */
export function postHonour(book: AccountBook, fact: AccountFact, { data }: EntitlementHonoured): void {
  const { programme, wallet, points, expiresAt } = data;
  const holding = book.wallet(programme, wallet);
  if (points < 0) {
    holding.consumeHonoured(-points);
    return;
  }
  const at = fact.effectiveAt;
  const key = factKey(fact.event);
  const ends = holding.endWithOthers(expiresAt);
  const lot: Lot = {
    key: key as LotKey,
    fact: key,
    points,
    earnedAt: at,
    activeAt: at,
    expiresAt: ends,
    honoured: true,
  };
  holding.grant(lot, 'honoured');
}

/** Active at once, and with the end that points of the wallet have that are earned now. */
function newLot(
  book: AccountBook,
  given: Pick<Lot, 'key' | 'fact' | 'points'>,
  programme: string,
  wallet: string,
  at: number,
): Lot {
  const inForce = termsAt(book.terms, at).find((compiled) => compiled.programme === programme);
  const terms = inForce?.wallets.find((compiled) => compiled.terms.id === wallet);
  const expiresAt = book.wallet(programme, wallet).endWithOthers(terms?.expiresAt(at) ?? null);
  return { ...given, earnedAt: at, activeAt: at, expiresAt };
}

const pointsOf = (parts: readonly Lot[]): number => parts.reduce((sum, { points }) => sum + points, 0);
