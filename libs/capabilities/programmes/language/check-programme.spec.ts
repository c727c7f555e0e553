import Ajv2020 from 'ajv/dist/2020';
import fc from 'fast-check';
import { onePointPer, programme } from '../../../testing/rule-sketches';
import { checkProgramme } from './check-programme';
import { programmeSchema } from './programme-document.schema';
import { schemaErrors } from './schema-check';

const whole = programme({
  wallets: [
    {
      id: 'points',
      name: 'points',
      rounding: { mode: 'floor', scope: 'basket' },
      pending: { unit: 'day', count: 14 },
      expiry: { kind: 'fixed', after: { unit: 'month', count: 12 } },
    },
  ],
  rules: [
    onePointPer('1.00', {
      when: {
        categories: ['ice-cream'],
        skus: ['ICE-CONE'],
        outlets: ['manila-1'],
        channels: ['shop'],
        from: '2026-11-01',
        until: '2026-12-01',
        weekdays: [1, 7],
        hours: { from: '17:00', until: '02:00' },
        minimumAmount: '100',
        everyVisit: 2,
        firstOf: 'week',
      },
    }),
    { id: 'visit', kind: 'perVisit', wallet: 'points', points: '0.5', description: 'Half a point for coming' },
    { id: 'item', kind: 'perItem', wallet: 'points', points: '2' },
    { id: 'double', kind: 'multiplier', wallet: 'points', factor: '2' },
    { id: 'none', kind: 'exclusion', wallets: ['points'], when: { categories: ['gift-card'] } },
    { id: 'review', kind: 'perActivity', wallet: 'points', points: '10', activity: 'review' },
  ],
  caps: [{ id: 'daily', wallet: 'points', rules: ['visit', 'item'], points: 100, per: 'day' }],
  stampCards: [
    {
      id: 'cones',
      name: 'Cones',
      collect: 'unit',
      when: { skus: ['ICE-CONE'] },
      every: 10,
      reward: 'cone',
      returns: 'keep',
    },
  ],
  rewards: [
    { id: 'cone', name: 'Free cone', kind: 'product', skus: ['ICE-CONE'], validity: { unit: 'year', count: 1 } },
    {
      id: 'off',
      name: 'Ten off',
      kind: 'percentOff',
      percent: '10',
      cost: { wallet: 'points', points: 500 },
      stock: 3,
      from: '2026-11-01',
      until: '2027-01-01',
    },
    { id: 'bonus', name: 'Bonus', kind: 'points', wallet: 'points', points: 5, cost: { wallet: 'points', points: 10 } },
    { id: 'mug', name: 'Mug', kind: 'catalogue', description: 'A mug', cost: { wallet: 'points', points: 10 } },
    { id: 'less', name: 'Less', kind: 'amountOff', amount: '5.00', cost: { wallet: 'points', points: 10 } },
  ],
  returns: { basis: 'rerate', unmatched: 'wait', window: { unit: 'day', count: 30 } },
  debt: 'forgive',
  adjustments: { staff: 10, manager: 1000 },
  reservationMinutes: 5,
});

/** The document with one place changed; undefined removes it. */
function changed(path: readonly (string | number)[], value: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(whole));
  let at = copy as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  const last = path[path.length - 1] ?? '';
  if (value === undefined) delete at[last];
  else at[last] = value;
  // A removed entry of a list is null, as JSON has it.
  return JSON.parse(JSON.stringify(copy));
}

const errorsOf = (document: unknown) => {
  const checked = checkProgramme(document);
  return checked.kind === 'refused' ? checked.errors.map(({ pointer, detail }) => `${pointer} ${detail}`) : [];
};

describe('checking a programme', () => {
  it('lets a document through that uses every field of the language', () => {
    expect(checkProgramme(whole)).toEqual({ kind: 'valid', document: whole });
  });

  it.each<[string, readonly (string | number)[], unknown, string]>([
    [
      'a rule for a wallet that is not there',
      ['rules', 1, 'wallet'],
      'stars',
      '/rules/1/wallet names the wallet "stars", which the programme does not have; use "points"',
    ],
    [
      'an exclusion of a wallet that is not there',
      ['rules', 4, 'wallets'],
      ['stars'],
      '/rules/4/wallets/0 names the wallet "stars", which the programme does not have; use "points"',
    ],
    [
      'two rules of one id',
      ['rules', 2, 'id'],
      'visit',
      '/rules/2/id repeats the id "visit" of /rules/1; give every one its own',
    ],
    [
      'a number where a decimal is written',
      ['rules', 0, 'points'],
      1,
      '/rules/0/points must be a decimal number above 0 in quotes, such as "1.50", with at most 9 digits before and 6 after the point',
    ],
    [
      'a decimal of 0',
      ['rules', 0, 'amount'],
      '0.00',
      '/rules/0/amount must be a decimal number above 0 in quotes, such as "1.50", with at most 9 digits before and 6 after the point',
    ],
    [
      'a factor below 0',
      ['rules', 3, 'factor'],
      '-2',
      '/rules/3/factor must be a decimal number above 0 in quotes, such as "1.50", with at most 9 digits before and 6 after the point',
    ],
    [
      'an end before the start',
      ['rules', 0, 'when', 'until'],
      '2026-11-01',
      '/rules/0/when/until must be after 2026-11-01: the day in "until" is the first one on which the rule no longer holds',
    ],
    [
      'a day that does not exist',
      ['rules', 0, 'when', 'from'],
      '2026-02-30',
      '/rules/0/when/from is no day of the calendar: 2026-02-30',
    ],
    [
      'hours of no length',
      ['rules', 0, 'when', 'hours', 'until'],
      '17:00',
      '/rules/0/when/hours/until must differ from 17:00; leave "hours" out for the whole day',
    ],
    [
      'a weekday of 8',
      ['rules', 0, 'when', 'weekdays'],
      [8],
      '/rules/0/when/weekdays/0 must be a whole number from 1 to 7',
    ],
    [
      'a zone that does not exist',
      ['timeZone'],
      'Asia/Manilla',
      '/timeZone is no IANA time zone; did you mean "Asia/Manila"?',
    ],
    ['a currency that does not exist', ['currency'], 'PHX', '/currency is no ISO 4217 currency; did you mean "PHP"?'],
    [
      'a misspelt field',
      ['rules', 0, 'when', 'outlet'],
      ['manila-1'],
      '/rules/0/when/outlet is unknown; remove it; did you mean "outlets"?',
    ],
    [
      'an unknown kind',
      ['rules', 0, 'kind'],
      'perAmmount',
      '/rules/0/kind must be "perAmount" or "perVisit" or "perItem" or "perActivity" or "multiplier" or "exclusion"; did you mean "perAmount"?',
    ],
    [
      'an unknown rounding',
      ['wallets', 0, 'rounding', 'mode'],
      'flor',
      '/wallets/0/rounding/mode must be "floor" or "half-even" or "ceiling"; did you mean "floor"?',
    ],
    [
      'a period of days that is too long',
      ['returns', 'window', 'count'],
      3661,
      '/returns/window/count must be a whole number from 1 to 3660',
    ],
    [
      'a period of no known unit',
      ['returns', 'window', 'unit'],
      'months',
      '/returns/window/unit must be "day" or "month" or "year"; did you mean "month"?',
    ],
    [
      'more than the whole off',
      ['rewards', 1, 'percent'],
      '100.01',
      '/rewards/1/percent must be a percentage above 0 and up to 100 in quotes, such as "12.5"',
    ],
    [
      'a reservation of more than a day',
      ['reservationMinutes'],
      1441,
      '/reservationMinutes must be a whole number from 1 to 1440',
    ],
    [
      'a role that is not there',
      ['adjustments', 'managers'],
      5,
      '/adjustments/managers is unknown; remove it; did you mean "manager"?',
    ],
    ['a missing field', ['rules', 0, 'amount'], undefined, '/rules/0 needs the field "amount"'],
    ['another language', ['language'], 2, '/language must be 1'],
    ['no wallet', ['wallets'], [], '/wallets must have 1 to 20 entries, not 0'],
  ])('names where, what is wrong and how to mend it: %s', (_, path, value, error) => {
    expect(errorsOf(changed(path, value))).toContain(error);
  });

  it('says every error at once, and survives what is no document at all', () => {
    expect(errorsOf({ ...whole, currency: 'PHX', timeZone: 'Nowhere' })).toHaveLength(2);
    for (const nothing of [undefined, null, 7, 'x', [], {}]) expect(checkProgramme(nothing).kind).toBe('refused');
  });

  it('reads the published schema as a general validator does', () => {
    const validates = new Ajv2020({ strict: false }).compile(programmeSchema);
    const words = [...JSON.stringify(whole).matchAll(/"([^"]+)"/g)].map(([, word]) => word ?? '');
    const values = fc.oneof(fc.constantFrom(...words, '', '0', '1.0000001'), fc.jsonValue({ maxDepth: 1 }));
    const paths = fc.constantFrom(...pathsIn(whole));
    fc.assert(
      fc.property(paths, fc.option(values, { nil: undefined }), (path, value) => {
        const document = changed(path, value);
        expect(schemaErrors(programmeSchema, document).length === 0).toBe(validates(document));
      }),
      { numRuns: 2500 },
    );
  });
});

function pathsIn(value: unknown): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [];
  const steps = Array.isArray(value) ? [...value.keys()] : [...Object.keys(value), 'other'];
  return steps.flatMap((step) => [
    [step],
    ...pathsIn((value as Record<string | number, unknown>)[step]).map((path) => [step, ...path]),
  ]);
}
