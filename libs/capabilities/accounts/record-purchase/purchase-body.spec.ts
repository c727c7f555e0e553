import fc from 'fast-check';
import { RequestCheck } from '../../../platform/http/request-check';
import { RecordPurchaseBody } from './purchase-body';

const good = {
  outlet: 'manila-1',
  till: '2',
  receipt: '000123',
  businessDay: '2026-11-20',
  occurredAt: '2026-11-20T10:15:00+08:00',
  customer: { card: '9001' },
  currency: 'PHP',
  decimals: 2,
  lines: [
    { sku: 'ICE-CONE', category: 'ice-cream', quantity: 3, unit: 'cone', unitPrice: 4500, discount: 0, amount: 13500 },
  ],
  payments: [
    { kind: 'cash', amount: 13400 },
    { kind: 'points', amount: 100, redemption: 'red_019a9f3e-5d00-7a10-8b2c-3f4d5e6f7a80', lines: [0] },
  ],
  returns: [{ sku: 'ICE-CONE', quantity: 0.5, purchase: 'manila-1~2~000122', line: 1, amount: 100 }],
  quote: 'token',
  channel: 'store',
  staff: 'ana',
};

/** Every place of a value, as the names on the way to it. */
function placesIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, part]) => placesIn(part, [...path, name]))];
}

function changed(value: unknown, [name, ...rest]: readonly string[], to: unknown): unknown {
  if (name === undefined) return to;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = { ...value };
  const part = changed(copy[name], rest, to);
  if (part === undefined) delete copy[name];
  else copy[name] = part;
  return Array.isArray(value) ? Object.values(copy) : copy;
}

describe('the body of a purchase', () => {
  const check = new RequestCheck(RecordPurchaseBody);

  it('is judged alike by the compiled schema and by the words that explain a refusal', () => {
    const places = [...placesIn(good), ['extra'], ['lines', '0', 'extra'], ['customer', 'email'], ['lines', '1']];
    const junk = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary', maxLength: 70 }),
      fc.double(),
      fc.integer({ min: -2, max: 6 }),
      fc.constantFrom<unknown>(
        undefined,
        2 ** 53,
        -0,
        '2026-02-29',
        '2026-11-20T25:00:00Z',
        'points',
        good.lines,
        good.lines[0],
      ),
    );
    const changes = fc.array(fc.tuple(fc.constantFrom(...places), junk), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(changes, (made) => {
        const body = made.reduce<unknown>((before, [place, value]) => changed(before, place, value), good);
        const explained = check.explain(body);
        expect({ body, accepted: check.isAccepted(body) }).toEqual({ body, accepted: explained.length === 0 });
      }),
      { numRuns: 3_000 },
    );
    expect(check.isAccepted(good)).toBe(true);
  });
});
