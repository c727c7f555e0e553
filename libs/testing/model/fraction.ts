/** Exact fractions for the model, as plain as can be: never reduced to numbers before the one rounding. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

export const NOTHING: Fraction = { n: 0n, d: 1n };

export function fraction(n: number | bigint, d: number | bigint = 1n): Fraction {
  return lowest(BigInt(n), BigInt(d));
}

/** "0.333333" is 333333/1000000. */
export function decimal(text: string): Fraction {
  const [whole = '', digits = ''] = text.split('.');
  return fraction(BigInt(whole + digits), 10n ** BigInt(digits.length));
}

export const plus = (a: Fraction, b: Fraction): Fraction => lowest(a.n * b.d + b.n * a.d, a.d * b.d);
export const minus = (a: Fraction, b: Fraction): Fraction => lowest(a.n * b.d - b.n * a.d, a.d * b.d);
export const times = (a: Fraction, b: Fraction): Fraction => lowest(a.n * b.n, a.d * b.d);
export const over = (a: Fraction, b: Fraction): Fraction => lowest(a.n * b.d, a.d * b.n);
export const sum = (all: readonly Fraction[]): Fraction => all.reduce(plus, NOTHING);
export const atLeast = (a: Fraction, b: Fraction): boolean => a.n * b.d >= b.n * a.d;
export const isPositive = (a: Fraction): boolean => a.n > 0n;
export const notBelowZero = (a: Fraction): Fraction => (isPositive(a) ? a : NOTHING);

export function rounded(a: Fraction, mode: 'floor' | 'half-even' | 'ceiling'): number {
  const below = a.n >= 0n ? a.n / a.d : -((-a.n + a.d - 1n) / a.d);
  const rest = a.n - below * a.d;
  if (rest === 0n || mode === 'floor') return Number(below);
  if (mode === 'ceiling') return Number(below + 1n);
  const twice = 2n * rest;
  const up = twice > a.d || (twice === a.d && below % 2n !== 0n);
  return Number(up ? below + 1n : below);
}

/**
 * Whole parts of `total`: every share rounded down, what is left goes to the largest remainders, equal ones to the earlier
 * share (S17). A running total may leave more or less than that: then round after round, and what is too much is taken
 * from the smallest remainder first.
 */
export function wholeShares(total: number, shares: readonly Fraction[]): number[] {
  const parts = shares.map((share) => rounded(share, 'floor'));
  const byRemainder = shares
    .map((share, index) => ({ index, rest: minus(share, fraction(parts[index] ?? 0)) }))
    .sort((a, b) => (atLeast(a.rest, b.rest) ? (atLeast(b.rest, a.rest) ? a.index - b.index : -1) : 1))
    .map(({ index }) => index);
  let left = total - parts.reduce((a, b) => a + b, 0);
  const order = left > 0 ? byRemainder : byRemainder.reverse();
  while (left !== 0) {
    for (const index of order) {
      if (left === 0) break;
      if (left < 0 && parts[index] === 0) continue;
      parts[index] = (parts[index] ?? 0) + Math.sign(left);
      left -= Math.sign(left);
    }
  }
  return parts;
}

function lowest(n: bigint, d: bigint): Fraction {
  if (d < 0n) return lowest(-n, -d);
  let [x, y] = [n < 0n ? -n : n, d];
  while (y !== 0n) [x, y] = [y, x % y];
  return { n: n / x, d: d / x };
}
