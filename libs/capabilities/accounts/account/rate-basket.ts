import {
  compare,
  largestRemainderShares,
  multiply,
  rational,
  rationalText,
  type Rational,
} from '../../../kernel/rational';
import { accountScopeChange, roundPoints, sumOf } from '../../programmes';
import type { CompiledCap, CompiledWallet, Contribution, Rounding } from '../../programmes';
import type { Because } from './account-decisions.events';

/** What rules give for one basket in one wallet: whole points of each contribution, in order. */
export interface RatedBasket {
  readonly contributions: readonly Contribution[];
  readonly points: readonly number[];
  /** Of each cap of the wallet, in order: the room it had, and what the basket took of it. */
  readonly caps: readonly CappedPoints[];
}

export interface CappedPoints {
  readonly cap: CompiledCap;
  readonly room: number;
  readonly taken: number;
  /** Whether less was given than earned. */
  readonly cut: boolean;
}

/** Rounds once, then lets every cap leave what it has room for: in proportion, by largest remainder (S17, S22). */
export function rateBasket(
  wallet: CompiledWallet,
  contributions: readonly Contribution[],
  roomOf: (cap: CompiledCap) => number,
  rounding: Rounding = wallet.terms.rounding,
): RatedBasket {
  let points = roundPoints(contributions, rounding);
  const caps = wallet.caps.map((cap): CappedPoints => {
    const room = roomOf(cap);
    const covered = contributions.map(({ rule }, index) => (cap.covers(rule) ? (points[index] ?? 0) : 0));
    const earned = covered.reduce((sum, part) => sum + part, 0);
    const taken = Math.min(room, earned);
    if (taken < earned) {
      const left = largestRemainderShares(
        taken,
        covered.map((part) => multiply(rational(part), rational(taken, earned))),
      );
      points = points.map((part, index) => (covered[index] === 0 ? part : (left[index] ?? 0)));
    }
    return { cap, room, taken, cut: taken < earned };
  });
  return { contributions, points, caps };
}

/** What a wallet that rounds by account has earned so far: exactly, and what was given of it. */
export interface RunningTotal {
  readonly exact: Rational;
  readonly given: number;
}

/** Moves the running total by a basket; `points` are shares of its change, which is negative where the total falls (S17). */
export function moveRunningTotal(
  { exact: before, given }: RunningTotal,
  exact: Rational,
  { terms }: CompiledWallet,
): { readonly next: RunningTotal; readonly change: number } {
  const change = accountScopeChange(given, exact, terms.rounding.mode);
  // What adds to the total takes nothing away, not even where a new revision rounds the same total to less.
  const moved = compare(exact, before) < 0 ? Math.min(0, change) : Math.max(0, change);
  return { next: { exact, given: given + moved }, change: moved };
}

/** Shares of a rise among the rules, as the exact contributions are to each other. */
export const sharesOfRise = (change: number, contributions: readonly Contribution[]): readonly number[] =>
  largestRemainderShares(
    change,
    contributions.map(({ exact }) => exact),
  );

export const exactSum = (contributions: readonly Contribution[]): Rational =>
  sumOf(contributions.map(({ exact }) => exact));

/** What the lot of one contribution rests on. */
export function becauseOf(
  revision: number,
  { rule, counted, exact, multipliers, countsVisits }: Contribution,
  visit: number,
  caps: readonly CappedPoints[],
  runningTotal: Because['runningTotal'],
): Because {
  const cuts = caps.filter(({ cap, cut }) => cut && cap.covers(rule));
  return {
    revision,
    rule,
    counted: rationalText(counted),
    exact: rationalText(exact),
    ...(multipliers.length > 0 && { multipliers }),
    ...(countsVisits && { visit }),
    ...(cuts.length > 0 && { caps: cuts.map(({ cap, room }) => ({ cap: cap.terms.id, room })) }),
    ...(runningTotal !== undefined && { runningTotal }),
  };
}
