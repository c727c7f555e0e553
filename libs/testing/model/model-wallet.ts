import type { WalletTotal } from '../../capabilities/accounts/account/account-decisions.events';
import { NOTHING, type Fraction } from './fraction';

/** A lot with all of its parts; whatever happens to it, they sum to `points`. Spent points that came back leave as `returned`. */
export interface ModelLot {
  readonly key: string;
  /** The fact it comes from; of restored points that of the lot they were spent from. */
  readonly fact: string;
  readonly origin: 'earned' | 'honoured' | 'adjusted' | 'restored';
  readonly points: number;
  readonly earnedAt: number;
  readonly activeAt: number;
  expiresAt: number | null;
  pending: number;
  available: number;
  reserved: number;
  spent: number;
  expired: number;
  reversed: number;
  withdrawn: number;
  /** Honoured points that an upward correction has consumed (S8). */
  consumed: number;
  paidToDebt: number;
  returned: number;
  /** Of `expired`, what a return has already counted as taken (S21). */
  counted: number;
}

type LotPart =
  'pending' | 'available' | 'reserved' | 'spent' | 'expired' | 'reversed' | 'withdrawn' | 'consumed' | 'paidToDebt';

export type NewLot = Pick<ModelLot, 'key' | 'fact' | 'origin' | 'points' | 'earnedAt' | 'activeAt' | 'expiresAt'>;

/** Points taken out of a lot, with the end it had then. */
export interface TakenPart {
  readonly lot: ModelLot;
  readonly points: number;
  readonly expiresAt: number | null;
}

export type DebtPolicy = 'carry' | 'forgive';

const compareText = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** S15: by expiry, never-expiring last, then activation, earned, id. */
function spendOrder(a: ModelLot, b: ModelLot): number {
  const [endsA, endsB] = [a.expiresAt ?? Infinity, b.expiresAt ?? Infinity];
  if (endsA !== endsB) return endsA < endsB ? -1 : 1;
  return a.activeAt - b.activeAt || a.earnedAt - b.earnedAt || compareText(a.key, b.key);
}

const activationOrder = (a: ModelLot, b: ModelLot): number => a.activeAt - b.activeAt || spendOrder(a, b);

/** One wallet: nothing but lots and debts, from which every total is counted anew. */
export class ModelWallet {
  readonly lots: ModelLot[] = [];
  /** Oldest first. */
  readonly debts: { readonly cause: string; points: number }[] = [];
  /** Whole points given in a period of a cap, by cap and period. */
  readonly capUse = new Map<string, number>();
  /** Where the wallet rounds by account: all points before rounding, and what was given of them before caps (S17). */
  exact: Fraction = NOTHING;
  given = 0;
  private debtIncurred = 0;
  private debtForgiven = 0;
  /** Points that came back of redemptions which had been debt. */
  private restoredDebt = 0;
  /** Where expiry is rolling, the end of the newest points. */
  private rollingEnd = -Infinity;

  constructor(
    readonly programme: string,
    readonly wallet: string,
  ) {}

  get available(): number {
    return this.count('available');
  }

  enter(lot: NewLot, now: number): ModelLot {
    const active = lot.activeAt <= now;
    const entered: ModelLot = {
      ...lot,
      pending: active ? 0 : lot.points,
      available: active ? lot.points : 0,
      reserved: 0,
      spent: 0,
      expired: 0,
      reversed: 0,
      withdrawn: 0,
      consumed: 0,
      paidToDebt: 0,
      returned: 0,
      counted: 0,
    };
    this.lots.push(entered);
    if (active) this.payDebt(entered);
    return entered;
  }

  /** What a void takes back at its own time: it was never there to be used (S7). */
  enterVoided(lot: NewLot): void {
    const entered = this.enter({ ...lot, activeAt: Infinity }, 0);
    entered.pending = 0;
    entered.reversed = entered.points;
  }

  /**
   * All lots of the wallet that still live do so as long as the newest one; reserved points still do (S25), and none lives
   * shorter than before (S28).
   */
  roll(expiresAt: number, now: number): void {
    this.rollingEnd = Math.max(this.rollingEnd, expiresAt);
    for (const lot of this.lots) {
      const lives = lot.expiresAt === null || lot.expiresAt > now || lot.reserved > 0;
      if (lives) lot.expiresAt = this.withRolling(lot.expiresAt);
    }
  }

  /** The end of a lot that enters a wallet whose lots live together. */
  withRolling(expiresAt: number | null): number | null {
    return expiresAt === null ? null : Math.max(expiresAt, this.rollingEnd);
  }

  payDebt(lot: ModelLot): void {
    for (const debt of this.debts) {
      const paid = Math.min(debt.points, lot.available);
      debt.points -= paid;
      lot.available -= paid;
      lot.paidToDebt += paid;
    }
    const open = this.debts.filter(({ points }) => points > 0);
    this.debts.splice(0, this.debts.length, ...open);
  }

  /** The instant something is due by time alone; Infinity where nothing is. Reserved points do not expire (S25). */
  nextExpiry(): number {
    return Math.min(
      ...this.lots.filter(({ available }) => available > 0).map(({ expiresAt }) => expiresAt ?? Infinity),
    );
  }

  nextActivation(): number {
    return Math.min(...this.lots.filter(({ pending }) => pending > 0).map(({ activeAt }) => activeAt));
  }

  expire(now: number): void {
    for (const lot of this.lots) {
      if (lot.expiresAt === null || lot.expiresAt > now) continue;
      lot.expired += lot.available;
      lot.available = 0;
    }
  }

  /** One lot at a time, as each pays debt when it becomes active. */
  activate(now: number): void {
    for (const lot of this.lots
      .filter(({ activeAt, pending }) => pending > 0 && activeAt <= now)
      .sort(activationOrder)) {
      lot.available += lot.pending;
      lot.pending = 0;
      this.payDebt(lot);
    }
  }

  /** Takes available points in spend order into another part; gives what was taken, which may be less than asked. */
  take(points: number, into: 'reserved' | 'spent' | 'withdrawn'): TakenPart[] {
    return this.move(points, 'available', into, this.lots).map(({ lot, points }) => ({
      lot,
      points,
      expiresAt: lot.expiresAt,
    }));
  }

  /** What was not there to be taken. */
  owe(points: number, cause: string, policy: DebtPolicy): void {
    if (points === 0) return;
    this.debtIncurred += points;
    if (policy === 'forgive') this.debtForgiven += points;
    else this.debts.push({ cause, points });
  }

  /** S21: the facts' own pending, own available, own expired (which stay expired), then other available lots, then debt. */
  reverse(points: number, facts: ReadonlySet<string>, cause: string, policy: DebtPolicy): void {
    const own = this.lots.filter(({ fact }) => facts.has(fact));
    let left = points;
    const took = (parts: readonly { readonly points: number }[]): void => {
      left -= parts.reduce((all, part) => all + part.points, 0);
    };
    took(this.move(left, 'pending', 'reversed', own));
    took(this.move(left, 'available', 'reversed', own));
    for (const lot of [...own].sort(spendOrder)) {
      const counted = Math.min(left, lot.expired - lot.counted);
      lot.counted += counted;
      left -= counted;
    }
    took(this.move(left, 'available', 'reversed', this.lots));
    this.owe(left, cause, policy);
  }

  /** An upward correction consumes what was honoured and is not used. */
  consumeHonoured(points: number): void {
    const honoured = this.lots.filter(({ origin }) => origin === 'honoured');
    this.move(points, 'available', 'consumed', honoured);
  }

  /** Held points are free again; where their time was over meanwhile, they expire at once (S25). */
  release({ lot, points }: TakenPart, now: number): void {
    lot.reserved -= points;
    if (lot.expiresAt !== null && lot.expiresAt <= now) {
      lot.expired += points;
      return;
    }
    lot.available += points;
    this.payDebt(lot);
  }

  /** Spent points of a lot come back as a lot of their own (S20). */
  restore({ lot, points, expiresAt }: TakenPart, redemption: string, now: number, thirtyDays: number): void {
    lot.spent -= points;
    lot.returned += points;
    const end = expiresAt === null ? null : Math.max(expiresAt, thirtyDays);
    const { fact, earnedAt } = lot;
    this.reenter({ key: `${redemption}~${lot.key}`, fact, points, earnedAt, expiresAt: end }, now);
  }

  /** What of a redemption had been debt comes back as well: it pays debt first, and the rest is a lot. */
  restoreOwed(points: number, redemption: string, now: number, expiresAt: number | null): void {
    this.restoredDebt += points;
    this.reenter({ key: redemption, fact: redemption, points, earnedAt: now, expiresAt }, now);
  }

  private reenter(lot: Omit<NewLot, 'origin' | 'activeAt'>, now: number): void {
    const times = this.lots.filter(({ key }) => key.startsWith(lot.key)).length;
    const expiresAt = this.withRolling(lot.expiresAt);
    this.enter({ ...lot, key: `${lot.key}~${times}`, origin: 'restored', activeAt: now, expiresAt }, now);
  }

  totals(): Record<WalletTotal, number> {
    const origin = (of: ModelLot['origin']): ModelLot[] => this.lots.filter((lot) => lot.origin === of);
    const points = (lots: readonly ModelLot[]): number => lots.reduce((all, lot) => all + lot.points, 0);
    return {
      earned: points(origin('earned')),
      honoured: points(origin('honoured')) - this.count('consumed'),
      adjustedUp: points(origin('adjusted')),
      pending: this.count('pending'),
      available: this.count('available'),
      reserved: this.count('reserved'),
      spent: this.count('spent') - this.restoredDebt,
      expired: this.count('expired'),
      reversed: this.count('reversed'),
      adjustedDown: this.count('withdrawn'),
      paidToDebt: this.count('paidToDebt'),
      debt: this.debts.reduce((all, debt) => all + debt.points, 0),
      debtIncurred: this.debtIncurred,
      debtForgiven: this.debtForgiven,
    };
  }

  private count(part: LotPart): number {
    return this.lots.reduce((all, lot) => all + lot[part], 0);
  }

  private move(
    points: number,
    from: 'pending' | 'available',
    into: 'reserved' | 'spent' | 'withdrawn' | 'consumed' | 'reversed',
    lots: readonly ModelLot[],
  ): { readonly lot: ModelLot; readonly points: number }[] {
    const parts: { readonly lot: ModelLot; readonly points: number }[] = [];
    let left = points;
    for (const lot of [...lots].sort(from === 'pending' ? activationOrder : spendOrder)) {
      const part = Math.min(left, lot[from]);
      if (part <= 0) continue;
      lot[from] -= part;
      lot[into] += part;
      left -= part;
      parts.push({ lot, points: part });
    }
    return parts;
  }
}
