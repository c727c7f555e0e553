import type { LotKey } from '../../../kernel/ids';

/** Points that were given together and end together; what is no longer held has left it. */
export type Lot = {
  readonly key: LotKey;
  /** Key of the fact it was given for, whose return takes it first (S21). */
  readonly fact: string;
  /** Still held, above 0. */
  readonly points: number;
  readonly earnedAt: number;
  readonly activeAt: number;
  /** Exclusive; null = never. */
  readonly expiresAt: number | null;
  /** Of an honoured entitlement, which a later upward correction consumes (S8). */
  readonly honoured?: true;
};

/** It lives at least until then; one that never ends does not begin to. */
export const prolonged = (lot: Lot, expiresAt: number): Lot =>
  lot.expiresAt === null || lot.expiresAt >= expiresAt ? lot : { ...lot, expiresAt };

export type LotOrder = (a: Lot, b: Lot) => number;

/** S15: what expires first is spent first, what never expires last. */
export const spendOrder: LotOrder = (a, b) =>
  ascending(a.expiresAt ?? Infinity, b.expiresAt ?? Infinity) ||
  ascending(a.activeAt, b.activeAt) ||
  ascending(a.earnedAt, b.earnedAt) ||
  ascending(a.key, b.key);

/** In the order in which they become active. */
export const activationOrder: LotOrder = (a, b) => ascending(a.activeAt, b.activeAt) || spendOrder(a, b);

const ascending = <Value extends number | string>(a: Value, b: Value): number => (a < b ? -1 : a > b ? 1 : 0);

/** A run is copied whole when one of its lots changes; both levels stay short up to some ten thousand lots. */
const RUN = 64;

/**
 * Lots in order, as a value: a change gives another one and shares what did not change, so that an account of ten thousand
 * lots takes a purchase about as fast as one of ten. Runs are never empty.
 */
export class SortedLots {
  private constructor(
    private readonly order: LotOrder,
    private readonly runs: readonly (readonly Lot[])[],
  ) {}

  static none(order: LotOrder): SortedLots {
    return new SortedLots(order, []);
  }

  static of(order: LotOrder, lots: readonly Lot[]): SortedLots {
    const sorted = [...lots].sort(order);
    const runs: Lot[][] = [];
    for (let at = 0; at < sorted.length; at += RUN) runs.push(sorted.slice(at, at + RUN));
    return new SortedLots(order, runs);
  }

  get first(): Lot | undefined {
    return this.runs[0]?.[0];
  }

  *[Symbol.iterator](): Generator<Lot> {
    for (const run of this.runs) yield* run;
  }

  add(lot: Lot): SortedLots {
    const index = this.runIndex(lot);
    const run = this.runs[index] ?? [];
    const place = insertionPlace(run, lot, this.order);
    const grown = run.toSpliced(place, 0, lot);
    if (grown.length <= RUN) return this.withRun(index, [grown]);
    // A run that grew at its end is left full, for the next lots come after it.
    const cut = place === run.length ? RUN : RUN / 2;
    return this.withRun(index, [grown.slice(0, cut), grown.slice(cut)]);
  }

  /** The lot must be one of these, as given by `first` or by iterating; 0 points left removes it. */
  leave(lot: Lot, points: number): SortedLots {
    const index = this.runIndex(lot);
    const run = this.runs[index] as readonly Lot[];
    const place = insertionPlace(run, lot, this.order);
    const rest = points === 0 ? run.toSpliced(place, 1) : run.with(place, { ...lot, points });
    return this.withRun(index, rest.length === 0 ? [] : [rest]);
  }

  /** Every lot lives at least until then. */
  extend(expiresAt: number): SortedLots {
    return SortedLots.of(
      this.order,
      [...this].map((lot) => prolonged(lot, expiresAt)),
    );
  }

  private withRun(index: number, runs: readonly (readonly Lot[])[]): SortedLots {
    return new SortedLots(this.order, this.runs.toSpliced(index, 1, ...runs));
  }

  /** The last run that begins with the lot or before it; the first where none does. */
  private runIndex(lot: Lot): number {
    let [low, high] = [0, this.runs.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.order(this.runs[middle]?.[0] as Lot, lot) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function insertionPlace(run: readonly Lot[], lot: Lot, order: LotOrder): number {
  let [low, high] = [0, run.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order(run[middle] as Lot, lot) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
