import type { RedemptionId, RewardKey } from '../../../kernel/ids';
import type { Terms } from '../../programmes';
import type { LedgerDecision } from './account-decisions.events';
import { emptyWallet, type Account, type Card, type Reservation, type Visits, type Wallet } from './account.state';
import { CardBook } from './card-book';
import type { Past } from './past';
import type { Lot } from './sorted-lots';
import { WalletBook, type ExpiredPart } from './wallet-book';

/** Something only the whole history can tell: the fact names what has left the account. */
export class HistoryNeeded extends Error {
  override readonly name = 'HistoryNeeded';
}

/**
 * An account while facts are posted to it in effective order: its wallets, cards, visits and reservations, and what time
 * alone does to them. With a `past` any fact can be posted; without, one that names what is over throws `HistoryNeeded`.
 */
export class AccountBook {
  private decisions: LedgerDecision[] = [];
  private readonly wallets = new Map<string, WalletBook>();
  private readonly cards = new Map<string, CardBook>();
  private visited: readonly Visits[];
  private held: readonly Reservation[];

  constructor(
    private readonly account: Account,
    readonly terms: Terms,
    readonly past: Past | undefined,
  ) {
    for (const wallet of account.wallets)
      this.wallets.set(bookKey(wallet.programme, wallet.wallet), this.walletBook(wallet));
    for (const card of account.cards) this.cards.set(bookKey(card.programme, card.card), new CardBook(card, this.tell));
    this.visited = account.visits;
    this.held = account.reservations;
  }

  /** The decisions since the last time they were taken, in order. */
  takeDecisions(): readonly LedgerDecision[] {
    const taken = this.decisions;
    this.decisions = [];
    return taken;
  }

  value(): Account {
    const inOrder = <Value>(books: ReadonlyMap<string, { readonly value: Value }>): readonly Value[] =>
      [...books].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, book]) => book.value);
    const { visited: visits, held: reservations } = this;
    return { ...this.account, wallets: inOrder(this.wallets), cards: inOrder(this.cards), visits, reservations };
  }

  /** What time alone does until then, inclusive: reservations lapse, lots and rewards expire, lots become active (S4). */
  advance(until: number): void {
    for (;;) {
      const next = this.nextLapse();
      if (next === undefined || next.at > until) return;
      next.run();
    }
  }

  /** When time alone changes the account next; Infinity where it does not. */
  get lapsesNext(): number {
    return this.nextLapse()?.at ?? Infinity;
  }

  private nextLapse(): { readonly at: number; readonly run: () => void } | undefined {
    let at = Infinity;
    let rank = 0;
    let run: (() => void) | undefined;
    const offer = (when: number, kind: number, lapse: () => void): void => {
      if (when > at || (when === at && kind >= rank) || when === Infinity) return;
      [at, rank, run] = [when, kind, lapse];
    };
    for (const reservation of this.held)
      offer(reservation.until, 1, () => this.free(reservation, reservation.until, true));
    for (const card of this.cards.values()) {
      const end = card.expiresNext;
      offer(end, 2, () => card.expireUntil(end));
    }
    for (const wallet of this.wallets.values()) {
      offer(wallet.expiresNext, 2, () => wallet.expireFirst());
      offer(wallet.activatesNext, 3, () => wallet.activateFirst());
    }
    return run === undefined ? undefined : { at, run };
  }

  wallet(programme: string, wallet: string): WalletBook {
    const key = bookKey(programme, wallet);
    let book = this.wallets.get(key);
    if (book === undefined) this.wallets.set(key, (book = this.walletBook(emptyWallet(programme, wallet))));
    return book;
  }

  card(programme: string, card: string): CardBook {
    const key = bookKey(programme, card);
    let book = this.cards.get(key);
    if (book === undefined) this.cards.set(key, (book = new CardBook(emptyCard(programme, card), this.tell)));
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
    const longer = (lot: Lot): Lot =>
      lot.expiresAt === null || lot.expiresAt >= expiresAt ? lot : { ...lot, expiresAt };
    this.held = this.held.map((held) =>
      held.programme === programme && held.wallet === wallet ? { ...held, parts: held.parts.map(longer) } : held,
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

  private readonly tell = (decision: LedgerDecision): void => {
    this.decisions.push(decision);
  };

  private walletBook(wallet: Wallet): WalletBook {
    const { past } = this;
    const note = (fact: string, part: ExpiredPart): void => {
      const parts = past?.expired.get(fact);
      if (parts === undefined) past?.expired.set(fact, [part]);
      else parts.push(part);
    };
    return new WalletBook(wallet, this.tell, past && note);
  }
}

/** Sorts by programme, then name. */
const bookKey = (programme: string, name: string): string => `${programme}\u0000${name}`;

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
  gone: [],
  generations: {},
});
