import fc from 'fast-check';
import { RequestCheck } from './request-check';
import * as rules from './request-rules';

class LineBody {
  @rules.Text({ max: 5 }) readonly sku!: string;
  @rules.Quantity({ min: 0 }) readonly quantity!: number;
  @rules.Optional() @rules.Whole({ min: 0, max: 100 }) readonly amount?: number;
}

class ExampleBody {
  @rules.ClientPart() readonly outlet!: string;
  @rules.Instant() readonly occurredAt!: string;
  @rules.Optional() @rules.LocalDay() readonly businessDay?: string;
  @rules.OneOf(['cash', 'card']) readonly kind!: string;
  @rules.YesOrNo() readonly flag!: boolean;
  @rules.Texts({ max: 3, maxItems: 2, pattern: /^[a-z]+$/ }) readonly names!: readonly string[];
  @rules.Optional() @rules.AnyObject() readonly free?: object;
  @rules.One(() => LineBody) readonly first!: LineBody;
  @rules.Many(() => LineBody, { min: 1, max: 2 }) readonly lines!: readonly LineBody[];
}

const good = {
  outlet: 'manila-1',
  occurredAt: '2026-11-20T10:15:00+08:00',
  businessDay: '2026-11-20',
  kind: 'cash',
  flag: true,
  names: ['a', 'bc'],
  free: { any: 'thing' },
  first: { sku: 'ICE', quantity: 1.5, amount: 3 },
  lines: [{ sku: '🍦🍦🍦🍦🍦', quantity: 0 }],
};

describe('the form of a request', () => {
  const check = new RequestCheck(ExampleBody);

  it('accepts what is of the documented form', () => {
    check.check(good);
    expect(check.explain(good)).toEqual([]);
  });

  it.each([
    ['first', null, 'must be an object'],
    ['first', 7, 'must be an object'],
    ['lines', null, 'must be a list of 1 to 2 objects'],
    ['lines', [null], 'must be a list of 1 to 2 objects'],
  ])('says once what is wrong with %s = %j', (name, value, detail) => {
    expect(check.explain({ ...good, [name]: value })).toEqual([{ pointer: `/${name}`, detail }]);
  });

  it.each([
    ['outlet', 'a~b', '/outlet'],
    ['occurredAt', '2026-11-20T10:15:00', '/occurredAt'],
    ['occurredAt', '2026-02-29T10:15:00Z', '/occurredAt'],
    ['occurredAt', '1969-12-31T23:59:59Z', '/occurredAt'],
    ['businessDay', '2026-11-31', '/businessDay'],
    ['kind', 'points', '/kind'],
    ['flag', 'true', '/flag'],
    ['names', ['a', 'B'], '/names'],
    ['free', [], '/free'],
    ['first', null, '/first'],
    ['lines', [], '/lines'],
    ['lines', [{ sku: 'x', quantity: 1, colour: 'red' }], '/lines/0/colour'],
    ['lines', [{ sku: 'x', quantity: '1' }], '/lines/0/quantity'],
    ['unknown', 1, '/unknown'],
  ])('refuses %s = %j at %s', (name, value, pointer) => {
    const body = { ...good, [name]: value };
    expect(check.isAccepted(body)).toBe(false);
    expect(check.explain(body).map((error) => error.pointer)).toContain(pointer);
  });

  it('judges alike whether compiled or explained, whatever is done to a good body', () => {
    const paths = [
      ...Object.keys(good).map((name) => [name]),
      ['first', 'sku'],
      ['first', 'amount'],
      ['lines', '0'],
      ['lines', '0', 'quantity'],
      ['lines', '0', 'extra'],
      ['extra'],
    ];
    const junk = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.double(),
      fc.integer({ min: -2, max: 102 }),
      fc.constantFrom('2026-11-20', '2026-11-20T10:15:00Z', 'cash', undefined, [good.first], good.first, ['a']),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...paths), junk), { minLength: 1, maxLength: 3 }), (changes) => {
        const body = structuredClone(good) as Record<string, unknown>;
        for (const [path, value] of changes) put(body, path, structuredClone(value));
        expect({ body, accepted: check.isAccepted(body) }).toEqual({
          body,
          accepted: check.explain(body).length === 0,
        });
      }),
      { numRuns: 2_000 },
    );
  });
});

function put(target: unknown, [head, ...rest]: readonly string[], value: unknown): void {
  if (typeof target !== 'object' || target === null || head === undefined) return;
  const members = target as Record<string, unknown>;
  if (rest.length > 0) put(members[head], rest, value);
  else if (value === undefined) delete members[head];
  else members[head] = value;
}
