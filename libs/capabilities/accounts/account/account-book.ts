import type { RedemptionId, RewardKey } from '../../../kernel/ids';
import type { Terms } from '../../programmes';
import { emptyWallet, type Account, type Card, type Reservation, type Visits, type Wallet } from './account.state';
import { CardBook } from './card-book';
import { NONE_GONE } from './gone-ordinals';
import type { Past } from './past';
import { prolonged } from './sorted-lots';
import { WalletBook, type Tell } from './wallet-book';

/** Something only the whole history can tell: the fact names what has left the account. */
export class HistoryNeeded extends Error {
  override readonly name = 'HistoryNeeded';
}

/**
 * An account while facts are posted to it in effective order: its wallets, cards, visits and reservations, and what time
 * alone does to them, told to whoever listens. With a `past` any fact can be posted; without, one that names what is over
 * throws `HistoryNeeded`.
 */
export class AccountBook {
  /** Those the account holds in its order, then those that were opened since. */
  private readonly wallets: WalletBook[];
  private readonly cards: CardBook[];
  private visited: readonly Visits[];
  private held: readonly Reservation[];

  constructor(
    private readonly account: Account,
    readonly terms: Terms,
    readonly past: Past | undefined,
    private readonly tell: Tell | undefined,
  ) {
    this.wallets = account.wallets.map((wallet) => this.walletBook(wallet));
    this.cards = account.cards.map((card) => new CardBook(card, this.tell));
    this.visited = account.visits;
    this.held = account.reservations;
  }

  /** The account as it stands; nothing may be posted any more. */
  close(): Account {
    const wallets = this.wallets.map((book) => book.close());
    const cards = this.cards.map((book) => book.close());
    // What was held is in order.
    if (wallets.length > this.account.wallets.length) wallets.sort(byProgramme(({ wallet }) => wallet));
    if (cards.length > this.account.cards.length) cards.sort(byProgramme(({ card }) => card));
    return { ...this.account, wallets, cards, visits: this.visited, reservations: this.held };
  }

  /** What time alone does until then, inclusive: reservations lapse, lots and rewards expire, lots become active (S4). */
  advance(until: number): void {
    for (let at = this.lapsesNext; at <= until && at < Infinity; at = this.lapsesNext) this.lapseFirst(at);
  }

  /** When time alone changes the account next; Infinity where it does not. */
  get lapsesNext(): number {
    let next = Infinity;
    for (const { until } of this.held) next = Math.min(next, until);
    for (const card of this.cards) next = Math.min(next, card.expiresNext);
    for (const wallet of this.wallets) next = Math.min(next, wallet.expiresNext, wallet.activatesNext);
    return next;
  }

  /** What comes first of all that is due at an instant, which must be `lapsesNext`. */
  private lapseFirst(at: number): void {
    const reservation = this.held.find(({ until }) => until === at);
    if (reservation !== undefined) return this.free(reservation, at, true);
    const card = this.cards.find(({ expiresNext }) => expiresNext === at);
    if (card !== undefined) return card.expireUntil(at);
    const expiring = this.wallets.find(({ expiresNext }) => expiresNext === at);
    if (expiring !== undefined) return expiring.expireFirst();
    this.wallets.find(({ activatesNext }) => activatesNext === at)?.activateFirst();
  }

  wallet(programme: string, wallet: string): WalletBook {
    let book = this.wallets.find((held) => held.isOf(programme, wallet));
    if (book === undefined) this.wallets.push((book = this.walletBook(emptyWallet(programme, wallet))));
    return book;
  }

  card(programme: string, card: string): CardBook {
    let book = this.cards.find((held) => held.isOf(programme, card));
    if (book === undefined) this.cards.push((book = new CardBook(emptyCard(programme, card), this.tell)));
    return book;
  }

  visits(programme: string): Visits | undefined {
    return this.visited.find((visits) => visits.programme === programme);
  }

  /** `day`: the outlet's local day of the visit. */
  countVisit(programme: string, day: number): void {
    const before = this.visits(programme);
    const next = { programme, count: (before?.count ?? 0) + 1, day: Math.max(day, before?.day ?? day) };
    this.visited =
      before === undefined
        ? [...this.visited, next].sort((a, b) => (a.programme < b.programme ? -1 : 1))
        : this.visited.map((visits) => (visits === before ? next : visits));
  }

  /** Whether a return or a void has named a purchase that is not known yet. */
  isAwaited(receiptKey: string): boolean {
    return this.account.awaited.includes(receiptKey);
  }

  reservation(redemption: RedemptionId): Reservation | undefined {
    return this.held.find((held) => held.redemption === redemption);
  }

  hold(reservation: Reservation): void {
    this.held = [...this.held, reservation];
  }

  letGo(reservation: Reservation): void {
    this.held = this.held.filter((held) => held !== reservation);
  }

  /** A rolling wallet earned: all its lots live as long as the newest, those that are held included. */
  roll(programme: string, wallet: string, expiresAt: number): void {
    this.wallet(programme, wallet).roll(expiresAt);
    this.held = this.held.map((held) =>
      held.programme === programme && held.wallet === wallet
        ? { ...held, parts: held.parts.map((lot) => prolonged(lot, expiresAt)) }
        : held,
    );
  }

  /** What is reserved is free again, because it lapsed or because the till said so. */
  free(reservation: Reservation, at: number, lapsed: boolean): void {
    this.letGo(reservation);
    const { redemption, programme, wallet, parts, issued } = reservation;
    if (wallet !== undefined) this.wallet(programme, wallet).release(parts, redemption, at, lapsed);
    if (issued !== undefined) this.cardOf(programme, issued).release(issued, redemption, at);
    const past = this.past?.redemptions.get(redemption);
    if (past !== undefined) past.state = lapsed ? 'lapsed' : 'released';
  }

  cardOf(programme: string, issued: RewardKey): CardBook {
    return this.card(programme, cardName(issued));
  }

  private readonly walletBook = (wallet: Wallet): WalletBook => new WalletBook(wallet, this.tell, this.past?.expired);
}

/** By programme, then by name. */
const byProgramme =
  <Held extends { readonly programme: string }>(nameOf: (held: Held) => string) =>
  (a: Held, b: Held): number =>
    compareText(a.programme, b.programme) || compareText(nameOf(a), nameOf(b));

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The second part of the key of an issued reward. */
const cardName = (issued: RewardKey): string => issued.split('~')[1] ?? '';

const emptyCard = (programme: string, card: string): Card => ({
  programme,
  card,
  milli: 0,
  every: 1,
  used: 0,
  expired: 0,
  live: [],
  gone: NONE_GONE,
  revoked: [],
});
