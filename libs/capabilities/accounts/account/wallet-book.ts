import type { LotKey, RedemptionId } from '../../../kernel/ids';
import type { Because, LedgerDecision, LotPart, PointsEarned, WalletTotal } from './account-decisions.events';
import type { CapUse, Debt, Wallet } from './account.state';
import type { Lot } from './sorted-lots';
import { MOST_POINTS, WalletOverflow } from './wallet-overflow';

/** Hears what is decided, in order. */
export type Tell = (decision: LedgerDecision) => void;

/** Points of a lot that expired before they could be taken back: they count as taken in a return (S21). */
export interface ExpiredPart {
  readonly programme: string;
  readonly wallet: string;
  readonly lot: LotKey;
  points: number;
}

/** What a reversal, or a redemption, may fall back on, and who answers for it. */
export interface DebtTerms {
  readonly cause: string;
  readonly policy: 'carry' | 'forgive';
}

/**
 * One wallet while facts are posted to it. Every movement keeps the balance of S16 and is told as a decision, in order,
 * where anybody listens.
 */
export class WalletBook {
  private readonly wallet: OpenWallet;
  private readonly totals: Record<WalletTotal, number>;

  constructor(
    held: Wallet,
    private readonly tell: Tell | undefined,
    /** By fact, for returns that come later; undefined where none can. */
    private readonly expired: Map<string, ExpiredPart[]> | undefined,
  ) {
    this.totals = { ...held.totals };
    this.wallet = { ...held, totals: this.totals };
  }

  isOf(programme: string, wallet: string): boolean {
    return this.wallet.wallet === wallet && this.wallet.programme === programme;
  }

  /** The wallet as it stands; nothing may be posted any more. */
  close(): Wallet {
    return this.wallet;
  }

  get runningTotal(): Pick<Wallet, 'exact' | 'given'> {
    const { exact, given } = this.wallet;
    return { exact, given };
  }

  keepRunningTotal({ exact, given }: Pick<Wallet, 'exact' | 'given'>): void {
    this.wallet.exact = exact;
    this.wallet.given = given;
  }

  capUse(cap: string, period: number): number {
    return this.wallet.caps.find((use) => use.cap === cap && use.period === period)?.points ?? 0;
  }

  /** Of periods before, the last one is kept: outlets of two zones may be in two days at once. */
  useCap(cap: string, period: number, points: number): void {
    const others = this.wallet.caps.filter((use) => use.cap !== cap || use.period !== period);
    const latest = Math.max(period, ...others.filter((use) => use.cap === cap).map((use) => use.period));
    const kept = others.filter((use) => use.cap !== cap || use.period >= latest - 1);
    const use: CapUse = { cap, period, points: this.capUse(cap, period) + points };
    this.wallet.caps = [...kept, use];
  }

  /** @throws WalletOverflow where so much more would no longer be exact: in what is held, or in what was ever given. */
  makeRoom(points: number): void {
    const { earned, honoured, adjustedUp } = this.totals;
    if (earned + honoured + adjustedUp + points > MOST_POINTS) {
      throw new WalletOverflow(this.wallet.wallet);
    }
  }

  /** A lot that a rule gave. */
  earn(lot: Lot, because: () => Because): void {
    this.tell?.(this.earned(lot, because()));
    this.totals.earned += lot.points;
    this.enter(lot, lot.earnedAt);
  }

  /** What was earned by a purchase that is void: it is taken back before anything can be done with it. */
  earnAndReverse(lot: Lot, because: () => Because): void {
    this.tell?.(this.earned(lot, because()));
    this.totals.earned += lot.points;
    this.totals.reversed += lot.points;
    const from = isPending(lot) ? 'pending' : 'available';
    this.tell?.({ type: 'PointsReversed', version: 1, data: { ...this.part(lot.key, lot.points), from } });
  }

  private earned(lot: Lot, because: Because): PointsEarned {
    const { programme, wallet } = this.wallet;
    const { key, points, activeAt, expiresAt } = lot;
    const data = { programme, wallet, points, lot: key, activeAt, expiresAt, because };
    return { type: 'PointsEarned', version: 1, data: isPending(lot) ? { ...data, pending: true } : data };
  }

  /** A lot that no rule gave. */
  grant(lot: Lot, origin: 'adjusted' | 'honoured' | 'reward'): void {
    const { key, points, activeAt, expiresAt } = lot;
    this.makeRoom(points);
    this.tell?.({
      type: 'PointsGranted',
      version: 1,
      data: { ...this.part(key, points), origin, activeAt, expiresAt },
    });
    this.totals[GRANTED_AS[origin]] += points;
    this.enter(lot, lot.earnedAt);
  }

  /** The end of a lot that enters now: no lot of a rolling wallet ends before the others. */
  endWithOthers(expiresAt: number | null): number | null {
    return expiresAt === null ? null : Math.max(expiresAt, this.wallet.rollsUntil ?? -Infinity);
  }

  /** All lots live at least until then (rolling expiry), which is no earlier than any roll before. */
  roll(expiresAt: number): void {
    const { lots, pending, rollsUntil } = this.wallet;
    // Every lot that has entered since ends then already.
    if (rollsUntil === expiresAt) return;
    this.wallet.lots = lots.extend(expiresAt);
    this.wallet.pending = pending.extend(expiresAt);
    this.wallet.rollsUntil = expiresAt;
  }

  /** When time alone changes the wallet next; Infinity where it does not. */
  get expiresNext(): number {
    return this.wallet.lots.first?.expiresAt ?? Infinity;
  }

  get activatesNext(): number {
    return this.wallet.pending.first?.activeAt ?? Infinity;
  }

  expireFirst(): void {
    const lot = this.wallet.lots.first as Lot;
    this.take(lot, lot.points);
    this.expire(lot, lot.expiresAt as number);
  }

  activateFirst(): void {
    const lot = this.wallet.pending.first as Lot;
    this.wallet.pending = this.wallet.pending.leave(lot, 0);
    this.totals.pending -= lot.points;
    this.totals.available += lot.points;
    const { key, points, activeAt } = lot;
    this.tell?.({ type: 'PointsActivated', version: 1, data: { ...this.part(key, points), at: activeAt } });
    this.becomeSpendable(lot, activeAt);
  }

  /** Holds up to so many points, first to be spent first. */
  reserve(points: number, redemption: RedemptionId): readonly Lot[] {
    const parts = this.takeInOrder(points);
    for (const { key, points: held } of parts) {
      this.totals.reserved += held;
      this.tell?.({ type: 'PointsReserved', version: 1, data: { ...this.part(key, held), redemption } });
    }
    return parts;
  }

  /** What was held is spent. */
  confirm(parts: readonly Lot[], redemption: RedemptionId): void {
    for (const { key, points } of parts) {
      this.totals.reserved -= points;
      this.totals.spent += points;
      const data = { ...this.part(key, points), redemption, from: 'reserved' as const };
      this.tell?.({ type: 'PointsSpent', version: 1, data });
    }
  }

  /** Spends points that were not held; what there is not becomes debt. Gives what was taken. */
  spend(points: number, redemption: RedemptionId, debt: DebtTerms): readonly Lot[] {
    const parts = this.takeInOrder(points);
    for (const { key, points: spent } of parts) {
      this.totals.spent += spent;
      const data = { ...this.part(key, spent), redemption, from: 'available' as const };
      this.tell?.({ type: 'PointsSpent', version: 1, data });
    }
    this.owe(points - sumOf(parts), debt);
    return parts;
  }

  /** What was held can be spent again, pays debt first, and has ended where its time was over meanwhile (S25). */
  release(parts: readonly Lot[], redemption: RedemptionId, at: number, lapsed: boolean): void {
    for (const lot of parts) {
      const { key, points, expiresAt } = lot;
      this.totals.reserved -= points;
      this.totals.available += points;
      const data = { ...this.part(key, points), redemption, ...(lapsed && { at }) };
      this.tell?.({ type: 'PointsReleased', version: 1, data });
      const ended = expiresAt !== null && expiresAt <= at;
      if (!ended) this.becomeSpendable(lot, at);
      else {
        this.totals.available -= points;
        this.expire(lot, at);
      }
    }
  }

  /** Spent points come back as a lot of their own (S20). */
  restore(lot: Lot, of: LotKey, redemption: RedemptionId): void {
    this.totals.spent -= lot.points;
    this.bringBack(lot, { of, redemption });
  }

  /**
   * What a redemption had left as debt is undone: as far as it is still owed nobody asks for it any more, and as far as
   * other points have paid it they come back as a lot.
   */
  restoreDebt(lot: Lot, redemption: RedemptionId): void {
    const { programme, wallet, debts } = this.wallet;
    const owed = debts.reduce((sum, { cause, points }) => (cause === redemption ? sum + points : sum), 0);
    const forgiven = Math.min(owed, lot.points);
    if (forgiven > 0) {
      let left = forgiven;
      const rest = debts.flatMap((debt) => {
        const part = debt.cause === redemption ? Math.min(left, debt.points) : 0;
        left -= part;
        return part === debt.points ? [] : [{ ...debt, points: debt.points - part }];
      });
      this.wallet.debts = rest;
      this.totals.debt -= forgiven;
      this.totals.debtForgiven += forgiven;
      const data = { programme, wallet, points: forgiven, cause: redemption };
      this.tell?.({ type: 'DebtForgiven', version: 1, data });
    }
    const points = lot.points - forgiven;
    if (points === 0) return;
    this.totals.paidToDebt -= points;
    this.totals.debtIncurred -= points;
    this.bringBack({ ...lot, points }, { redemption });
  }

  private bringBack(lot: Lot, from: { readonly of?: LotKey; readonly redemption: RedemptionId }): void {
    const { key, points, activeAt, expiresAt } = lot;
    this.totals.available += points;
    const data = { ...this.part(key, points), ...from, activeAt, expiresAt };
    this.tell?.({ type: 'PointsRestored', version: 1, data });
    this.becomeSpendable(lot, activeAt);
  }

  /** Takes back what facts gave: their own pending, available and expired points, then other lots, then debt (S21). */
  reverse(points: number, facts: ReadonlySet<string>, expired: readonly ExpiredPart[], debt: DebtTerms): void {
    let left = points;
    const own = (lot: Lot): boolean => facts.has(lot.fact);
    left -= this.reverseFrom('pending', left, own);
    left -= this.reverseFrom('available', left, own);
    for (const part of expired) {
      const counted = Math.min(part.points, left);
      part.points -= counted;
      left -= counted;
    }
    left -= this.reverseFrom('available', left, () => true);
    this.owe(left, debt);
  }

  private reverseFrom(from: 'pending' | 'available', points: number, chosen: (lot: Lot) => boolean): number {
    let taken = 0;
    for (const lot of from === 'pending' ? this.wallet.pending : this.wallet.lots) {
      if (taken === points) break;
      if (!chosen(lot)) continue;
      const part = Math.min(lot.points, points - taken);
      if (from === 'available') this.take(lot, part);
      else {
        this.wallet.pending = this.wallet.pending.leave(lot, lot.points - part);
        this.totals.pending -= part;
      }
      this.totals.reversed += part;
      this.tell?.({ type: 'PointsReversed', version: 1, data: { ...this.part(lot.key, part), from } });
      taken += part;
    }
    return taken;
  }

  /** Takes available points away; what there is not becomes debt. */
  withdraw(points: number, debt: DebtTerms): void {
    const parts = this.takeInOrder(points);
    for (const { key, points: taken } of parts) {
      this.totals.adjustedDown += taken;
      this.tell?.({ type: 'PointsWithdrawn', version: 1, data: { ...this.part(key, taken), origin: 'adjusted' } });
    }
    this.owe(points - sumOf(parts), debt);
  }

  /** Honoured points, as far as they are not spent, are consumed by an upward correction (S8). */
  consumeHonoured(points: number): void {
    let left = points;
    for (const lot of this.wallet.lots) {
      if (left === 0) break;
      if (!lot.honoured) continue;
      const part = Math.min(lot.points, left);
      this.take(lot, part);
      this.totals.honoured -= part;
      this.tell?.({ type: 'PointsWithdrawn', version: 1, data: { ...this.part(lot.key, part), origin: 'honoured' } });
      left -= part;
    }
  }

  private enter(lot: Lot, at: number): void {
    if (lot.activeAt > at) {
      this.totals.pending += lot.points;
      this.wallet.pending = this.wallet.pending.add(lot);
      return;
    }
    this.totals.available += lot.points;
    this.becomeSpendable(lot, at);
  }

  /** Its points count as available already: they pay debt first, the oldest first. A lot that ended before ends at once. */
  private becomeSpendable(lot: Lot, at: number): void {
    let left = lot.points;
    let { debts } = this.wallet;
    while (left > 0 && debts.length > 0) {
      const [{ cause, points }, ...younger] = debts as [Debt, ...Debt[]];
      const paid = Math.min(points, left);
      debts = paid === points ? younger : [{ cause, points: points - paid }, ...younger];
      left -= paid;
      this.totals.available -= paid;
      this.totals.paidToDebt += paid;
      this.totals.debt -= paid;
      this.tell?.({ type: 'DebtPaid', version: 1, data: { ...this.part(lot.key, paid), cause } });
    }
    this.wallet.debts = debts;
    if (left === 0) return;
    const rest = left === lot.points ? lot : { ...lot, points: left };
    if (lot.expiresAt !== null && lot.expiresAt <= at) {
      this.totals.available -= left;
      this.expire(rest, at);
    } else this.wallet.lots = this.wallet.lots.add(rest);
  }

  private expire({ key, fact, points }: Lot, at: number): void {
    this.totals.expired += points;
    this.tell?.({ type: 'PointsExpired', version: 1, data: { ...this.part(key, points), at } });
    const { programme, wallet } = this.wallet;
    this.expired?.set(fact, [...(this.expired.get(fact) ?? []), { programme, wallet, lot: key, points }]);
  }

  private take(lot: Lot, points: number): void {
    this.wallet.lots = this.wallet.lots.leave(lot, lot.points - points);
    this.totals.available -= points;
  }

  private takeInOrder(points: number): readonly Lot[] {
    const parts: Lot[] = [];
    let left = points;
    for (let lot = this.wallet.lots.first; lot !== undefined && left > 0; lot = this.wallet.lots.first) {
      const part = Math.min(lot.points, left);
      this.take(lot, part);
      parts.push({ ...lot, points: part });
      left -= part;
    }
    return parts;
  }

  private owe(points: number, { cause, policy }: DebtTerms): void {
    if (points === 0) return;
    const { programme, wallet } = this.wallet;
    const data = { programme, wallet, points, cause };
    this.totals.debtIncurred += points;
    this.tell?.({ type: 'DebtIncurred', version: 1, data });
    if (policy === 'forgive') {
      this.totals.debtForgiven += points;
      this.tell?.({ type: 'DebtForgiven', version: 1, data });
      return;
    }
    this.totals.debt += points;
    this.wallet.debts = [...this.wallet.debts, { cause, points }];
  }

  private part(lot: LotKey, points: number): LotPart {
    const { programme, wallet } = this.wallet;
    return { programme, wallet, points, lot };
  }
}

/** A wallet that is written in. */
type OpenWallet = { -readonly [Member in keyof Wallet]: Wallet[Member] };

const isPending = ({ activeAt, earnedAt }: Lot): boolean => activeAt > earnedAt;

const GRANTED_AS = { adjusted: 'adjustedUp', honoured: 'honoured', reward: 'earned' } as const;

const sumOf = (parts: readonly Lot[]): number => parts.reduce((sum, { points }) => sum + points, 0);
