import { add, largestRemainderShares, round, ZERO, type Rational } from '../../../kernel/rational';
import type { Contribution } from './compiled-programme';
import type { Rounding } from './programme-document';

/**
 * Whole points of each contribution where a wallet rounds by line or by basket: the exact sum is rounded once at that scope,
 * and shared among the rules by largest remainder (S17). In the order of the contributions.
 */
export function roundPoints(contributions: readonly Contribution[], { mode, scope }: Rounding): readonly number[] {
  if (scope === 'line') return roundByLine(contributions, mode);
  const shares = contributions.map(({ exact }) => exact);
  return largestRemainderShares(round(sumOf(shares), mode), shares);
}

function roundByLine(contributions: readonly Contribution[], mode: Rounding['mode']): readonly number[] {
  const points = contributions.map(() => 0);
  const lines = new Set(contributions.flatMap(({ byLine }) => byLine.map(({ line }) => line)));
  for (const line of lines) {
    const shares = contributions.map(({ byLine }) => byLine.find((given) => given.line === line)?.exact ?? ZERO);
    const parts = largestRemainderShares(round(sumOf(shares), mode), shares);
    parts.forEach((part, index) => (points[index] = (points[index] ?? 0) + part));
  }
  return points;
}

/**
 * Whole points a basket adds where a wallet rounds the account's running total: what the rounded total, never below zero,
 * exceeds what that running total has given so far. Negative after a return; a purchase takes nothing away, so the fold
 * lets it count from zero.
 */
export function accountScopeChange(given: number, exactAfter: Rational, mode: Rounding['mode']): number {
  return Math.max(0, round(exactAfter, mode)) - given;
}

export const sumOf = (values: readonly Rational[]): Rational => values.reduce(add, ZERO);
