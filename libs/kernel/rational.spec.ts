import fc from 'fast-check';
import {
  add,
  compare,
  divide,
  floor,
  largestRemainderShares,
  multiply,
  parseDecimal,
  rational,
  rationalText,
  readRational,
  round,
  sign,
  subtract,
  ZERO,
  type Rational,
} from './rational';

/** The same value with BigInt parts, not reduced: what the fast path is compared with. */
const wide = ({ n, d }: Rational) => ({ n: BigInt(n), d: BigInt(d) });

const whole = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -1000, max: 1000 }));
const positive = fc.oneof(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.integer({ min: 1, max: 1000 }));
const fractions = fc.tuple(whole, positive).map(([n, d]) => rational(n, d));
const values = fc.oneof(
  fractions,
  fc.tuple(fractions, fractions).map(([a, b]) => multiply(a, b)),
);

describe('exact fractions', () => {
  it('add, multiply and compare as BigInt fractions do, on either side of 2^53', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [x, y] = [wide(a), wide(b)];
        const sum = wide(add(a, b));
        expect(sum.n * (x.d * y.d)).toBe((x.n * y.d + y.n * x.d) * sum.d);
        const product = wide(multiply(a, b));
        expect(product.n * (x.d * y.d)).toBe(x.n * y.n * product.d);
        expect(Math.sign(compare(a, b))).toBe(Math.sign(Number(x.n * y.d - y.n * x.d)));
      }),
      { numRuns: 500 },
    );
  });

  it('have one form each: equal values are deeply equal, whatever they were made from', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(subtract(add(a, b), b)).toEqual(a);
        if (sign(b) !== 0) expect(divide(multiply(a, b), b)).toEqual(a);
        expect(readRational(rationalText(a))).toEqual(a);
      }),
      { numRuns: 500 },
    );
  });

  it('round down, up and half to even, below zero too', () => {
    const rounded = (text: string) => {
      const value = parseDecimal(text) ?? ZERO;
      return [round(value, 'floor'), round(value, 'half-even'), round(value, 'ceiling')];
    };
    expect(rounded('2.5')).toEqual([2, 2, 3]);
    expect(rounded('3.5')).toEqual([3, 4, 4]);
    expect(rounded('-5.4')).toEqual([-6, -5, -5]);
    expect(rounded('-2.5')).toEqual([-3, -2, -2]);
    expect(rounded('7')).toEqual([7, 7, 7]);
    expect(floor(divide(rational(Number.MAX_SAFE_INTEGER), rational(2)))).toBe((Number.MAX_SAFE_INTEGER - 1) / 2);
  });

  it('are read from plain decimals only and written as people write them', () => {
    expect(rationalText(parseDecimal('0.50') ?? ZERO)).toBe('0.5');
    expect(rationalText(parseDecimal('-0.05') ?? ZERO)).toBe('-0.05');
    expect(rationalText(rational(401, 3))).toBe('401/3');
    for (const text of ['', '1e3', '.5', '5.', '+1', ' 1', '1,5', '0x10', 'NaN']) {
      expect(parseDecimal(text)).toBeUndefined();
    }
  });
});

describe('S17 shares by largest remainder', () => {
  const third = rational(334, 10);

  it('go to the largest remainders, equal ones to the earlier share: 100 of 3 × 33.40 is 34, 33, 33', () => {
    expect(largestRemainderShares(100, [third, third, third])).toEqual([34, 33, 33]);
    expect(largestRemainderShares(1, [rational(1, 5), rational(4, 5)])).toEqual([0, 1]);
    expect(largestRemainderShares(10, [rational(10), rational(19, 20)])).toEqual([10, 0]);
  });

  it('sum to the total and are whole, also where the total is not the sum of the shares', () => {
    const shares = fc.array(fc.tuple(fc.nat(10_000), fc.integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(shares, fc.nat(20_000), (parts, total) => {
        const given = largestRemainderShares(
          total,
          parts.map(([n, d]) => rational(n, d)),
        );
        expect(given.reduce((sum, part) => sum + part, 0)).toBe(total);
        expect(given.every((part) => Number.isInteger(part) && part >= 0)).toBe(true);
      }),
    );
  });

  it('give each no more than one from what is exactly its own, where the total is the rounded sum', () => {
    const shares = fc.array(fc.tuple(fc.nat(10_000), fc.integer({ min: 1, max: 60 })), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(
        shares,
        fc.constantFrom('floor' as const, 'half-even' as const, 'ceiling' as const),
        (parts, mode) => {
          const exact = parts.map(([n, d]) => rational(n, d));
          const given = largestRemainderShares(round(exact.reduce(add, ZERO), mode), exact);
          given.forEach((part, index) => {
            const own = exact[index] ?? ZERO;
            expect(part - floor(own)).toBeGreaterThanOrEqual(0);
            expect(part - floor(own)).toBeLessThanOrEqual(1);
          });
        },
      ),
    );
  });
});
