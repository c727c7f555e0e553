import { assert, Defect } from './defect';

/**
 * Exact fractions in lowest terms with a positive denominator. Both parts are numbers while both are safe integers, else
 * both are BigInts; a value has exactly one form, so equal values are deeply equal.
 */
export type Rational = SmallRational | BigRational;

interface SmallRational {
  readonly n: number;
  readonly d: number;
}

interface BigRational {
  readonly n: bigint;
  readonly d: bigint;
}

export type RoundingMode = 'floor' | 'half-even' | 'ceiling';

export const ZERO: Rational = { n: 0, d: 1 };
export const ONE: Rational = { n: 1, d: 1 };

const isSmall = (value: Rational): value is SmallRational => typeof value.n === 'number';

/** `n / d` of two safe integers. */
export function rational(n: number, d = 1): Rational {
  if (!Number.isSafeInteger(n) || !Number.isSafeInteger(d) || d === 0) throw new Defect(`not a fraction: ${n}/${d}`);
  return d === 1 ? { n: n === 0 ? 0 : n, d } : small(n, d);
}

export function add(a: Rational, b: Rational): Rational {
  if (a === ZERO) return b;
  if (b === ZERO) return a;
  if (isSmall(a) && isSmall(b)) {
    if (a.d === b.d) {
      const n = a.n + b.n;
      if (Number.isSafeInteger(n)) return a.d === 1 ? { n, d: 1 } : small(n, a.d);
    } else {
      const n = a.n * b.d + b.n * a.d;
      const d = a.d * b.d;
      // Sums of products lose digits before they leave the safe range, so each product is checked too.
      if (safe(n) && safe(d) && safe(a.n * b.d) && safe(b.n * a.d)) return small(n, d);
    }
  }
  const [x, y] = [big(a), big(b)];
  return normalised(x.n * y.d + y.n * x.d, x.d * y.d);
}

export function negate(a: Rational): Rational {
  return isSmall(a) ? { n: a.n === 0 ? 0 : -a.n, d: a.d } : { n: -a.n, d: a.d };
}

export const subtract = (a: Rational, b: Rational): Rational => add(a, negate(b));

export function multiply(a: Rational, b: Rational): Rational {
  if (a === ONE) return b;
  if (b === ONE) return a;
  if (isSmall(a) && isSmall(b)) {
    const n = a.n * b.n;
    const d = a.d * b.d;
    if (safe(n) && safe(d)) return small(n, d);
  }
  const [x, y] = [big(a), big(b)];
  return normalised(x.n * y.n, x.d * y.d);
}

/** Division by zero is a defect. */
export function divide(a: Rational, b: Rational): Rational {
  assert(sign(b) !== 0, 'division by zero');
  const inverse: Rational = isSmall(b)
    ? { n: b.n < 0 ? -b.d : b.d, d: Math.abs(b.n) }
    : normalised(b.n < 0n ? -b.d : b.d, b.n < 0n ? -b.n : b.n);
  return multiply(a, inverse);
}

export function sign(a: Rational): -1 | 0 | 1 {
  return a.n > 0 ? 1 : a.n < 0 ? -1 : 0;
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compare(a: Rational, b: Rational): number {
  if (isSmall(a) && isSmall(b)) {
    if (a.d === b.d) return a.n - b.n;
    const [left, right] = [a.n * b.d, b.n * a.d];
    if (safe(left) && safe(right)) return left - right;
  }
  return sign(subtract(a, b));
}

/** The whole number next to the value in the given direction; over 2^53−1 it is a defect. */
export function round(a: Rational, mode: RoundingMode): number {
  const below = floor(a);
  if (mode === 'floor' || isWhole(a)) return below;
  if (mode === 'ceiling') return below + 1;
  const overHalf = compare(subtract(a, rational(below)), { n: 1, d: 2 });
  if (overHalf === 0) return below % 2 === 0 ? below : below + 1;
  return overHalf < 0 ? below : below + 1;
}

export function floor(a: Rational): number {
  if (isSmall(a)) {
    if (a.d === 1) return a.n;
    const rest = a.n % a.d;
    const whole = (a.n - rest) / a.d;
    return rest < 0 ? whole - 1 : whole;
  }
  const whole = a.n / a.d;
  const below = Number(a.n % a.d < 0n ? whole - 1n : whole);
  assert(Number.isSafeInteger(below), 'a whole number beyond 2^53-1');
  return below;
}

export const isWhole = (a: Rational): boolean => (isSmall(a) ? a.d === 1 : a.d === 1n);

const decimalForm = /^(-?)(\d{1,18})(?:\.(\d{1,18}))?$/;

/** Reads "12", "-0.5", "1.250": plain decimals without exponent; undefined for anything else. */
export function parseDecimal(text: string): Rational | undefined {
  const match = decimalForm.exec(text);
  if (match === null) return undefined;
  const [, minus, whole = '', decimals = ''] = match;
  const n = BigInt(whole + decimals);
  return normalised(minus === '-' ? -n : n, 10n ** BigInt(decimals.length));
}

/** "135", "33.4" where the fraction ends, else "401/3"; `readRational` turns it back. */
export function rationalText(a: Rational): string {
  if (isWhole(a)) return String(a.n);
  const digits = decimalDigits(a.d);
  if (digits === undefined) return `${a.n}/${a.d}`;
  const [minus, size] = a.n < 0 ? ['-', negate(a)] : ['', a];
  const text = scaledText(size, digits).padStart(digits + 1, '0');
  return `${minus}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Of a value that has so many decimals, the whole number of its last. */
function scaledText({ n, d }: Rational, digits: number): string {
  if (typeof n === 'number' && typeof d === 'number' && digits <= 15) {
    const scaled = n * (10 ** digits / d);
    if (safe(scaled)) return String(scaled);
  }
  return String((BigInt(n) * 10n ** BigInt(digits)) / BigInt(d));
}

const fractionForm = /^(-?\d+)\/(\d+)$/;

/** Reads what `rationalText` wrote; anything else is a defect. */
export function readRational(text: string): Rational {
  const fraction = fractionForm.exec(text);
  if (fraction !== null) return normalised(BigInt(fraction[1] ?? ''), BigInt(fraction[2] ?? ''));
  const [whole = '', decimals = ''] = text.split('.');
  assert(/^-?\d+$/.test(whole) && /^\d*$/.test(decimals), `not a fraction: ${text}`);
  return normalised(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
}

/**
 * Parts of `total` in proportion to exact shares, whole numbers that sum to it: each share is rounded down and the units
 * left over go to the largest remainders, equal ones to the earlier share (S17). Should the total be further from the sum
 * of the shares than one unit each, the units go (or are taken, smallest remainder first) round after round.
 */
export function largestRemainderShares(total: number, shares: readonly Rational[]): number[] {
  if (shares.length === 1) return [total];
  const parts = shares.map(floor);
  let left = total - parts.reduce((sum, part) => sum + part, 0);
  if (left === 0) return parts;
  const remainders = shares.map((share, index) => subtract(share, rational(parts[index] ?? 0)));
  const order = shares.map((_, index) => index);
  order.sort((a, b) => compare(remainders[b] ?? ZERO, remainders[a] ?? ZERO) || a - b);
  if (left < 0) order.reverse();
  const step = Math.sign(left);
  for (let turn = 0; left !== 0; turn++) {
    const index = order[turn % order.length] ?? 0;
    const part = parts[index] ?? 0;
    if (part + step < 0) continue;
    parts[index] = part + step;
    left -= step;
  }
  return parts;
}

const safe = (value: number): boolean => value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER;

function small(n: number, d: number): SmallRational {
  if (n === 0) return { n: 0, d: 1 };
  if (d === 1) return { n, d };
  const divisor = d < 0 ? -greatestCommonDivisor(n, d) : greatestCommonDivisor(n, d);
  return divisor === 1 ? { n, d } : { n: n / divisor, d: d / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

const big = (a: Rational): BigRational => (isSmall(a) ? { n: BigInt(a.n), d: BigInt(a.d) } : a);

/** Lowest terms of a fraction with a positive denominator, as numbers where both parts are safe. */
function normalised(n: bigint, d: bigint): Rational {
  let [x, y] = [n < 0n ? -n : n, d];
  while (y !== 0n) [x, y] = [y, x % y];
  const [lowN, lowD] = [n / x, d / x];
  const [numberN, numberD] = [Number(lowN), Number(lowD)];
  return Number.isSafeInteger(numberN) && Number.isSafeInteger(numberD)
    ? { n: numberN, d: numberD }
    : { n: lowN, d: lowD };
}

/** How many decimals `1 / denominator` has; undefined where it never ends, or not within 30. */
function decimalDigits(denominator: number | bigint): number | undefined {
  if (typeof denominator === 'bigint') {
    for (let digits = 1, power = 10n; digits <= 30; digits++, power *= 10n) {
      if (power % denominator === 0n) return digits;
    }
    return undefined;
  }
  let [rest, twos, fives] = [denominator, 0, 0];
  for (; rest % 2 === 0; rest /= 2) twos++;
  for (; rest % 5 === 0; rest /= 5) fives++;
  const digits = Math.max(twos, fives);
  return rest === 1 && digits <= 30 ? digits : undefined;
}
