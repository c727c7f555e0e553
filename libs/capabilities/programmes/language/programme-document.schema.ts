import type { JsonObject } from '../../../kernel/json';
import { LANGUAGE_VERSION } from './programme-document';

/**
 * The rule language as JSON Schema (draft 2020-12), for editors and for whoever writes programmes by program. `checkProgramme`
 * reads this very value, so what is published is what is enforced; what a schema cannot say is checked there too. Only the
 * key words that `schema-check.ts` knows are used. A `description` beside a `pattern` completes "must be …".
 */
const name = { type: 'string', minLength: 1, maxLength: 200 };
const id = {
  type: 'string',
  pattern: '^(?!(__proto__|constructor|prototype)$)[A-Za-z0-9._-]{1,64}$',
  description:
    'a name of 1 to 64 letters, digits, dots, hyphens or underscores, and none of __proto__, constructor and prototype',
};
const decimal = {
  type: 'string',
  pattern: '^(?=.*[1-9])\\d{1,9}(\\.\\d{1,6})?$',
  description: 'a decimal number above 0 in quotes, such as "1.50", with at most 9 digits before and 6 after the point',
};
const date = {
  type: 'string',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
  description: 'a day such as "2026-11-20"',
};
const clock = {
  type: 'string',
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  description: 'a time of day such as "17:30", from "00:00" to "23:59"',
};
const percent = {
  type: 'string',
  pattern: '^(?=.*[1-9])(100(\\.0{1,6})?|\\d{1,2}(\\.\\d{1,6})?)$',
  description: 'a percentage above 0 and up to 100 in quotes, such as "12.5"',
};
const count = (maximum: number, minimum = 1) => ({ type: 'integer', minimum, maximum });
const wholePoints = count(1_000_000_000);
const values = (items: JsonObject, maxItems = 1000) => ({ type: 'array', minItems: 1, maxItems, items });
const text = { type: 'string', minLength: 1, maxLength: 128 };
const line = {
  type: 'string',
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]{1,128}$',
  description: 'a text of 1 to 128 characters without control characters',
};

const closed = (properties: JsonObject, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

const conditions = closed(
  {
    categories: values(text),
    skus: values(text, 10_000),
    outlets: values(id),
    channels: values(text),
    from: date,
    until: date,
    weekdays: values(count(7), 7),
    hours: closed({ from: clock, until: clock }),
    minimumAmount: decimal,
    everyVisit: count(1000),
    firstOf: { enum: ['day', 'week', 'month', 'year'] },
  },
  [],
);

const rule = (kind: string, required: readonly string[], properties: JsonObject) =>
  closed({ id, kind: { const: kind }, description: name, when: conditions, ...properties }, [
    'id',
    'kind',
    ...required,
  ]);

const period = {
  oneOf: Object.entries({ day: 3660, month: 120, year: 10 }).map(([unit, most]) =>
    closed({ unit: { const: unit }, count: count(most) }),
  ),
};

const wallet = closed(
  {
    id,
    name,
    rounding: closed({
      mode: { enum: ['floor', 'half-even', 'ceiling'] },
      scope: { enum: ['line', 'basket', 'account'] },
    }),
    pending: period,
    expiry: {
      oneOf: [
        closed({ kind: { const: 'fixed' }, after: period }),
        closed({ kind: { const: 'rolling' }, after: period }),
        closed(
          { kind: { const: 'endOfPeriod' }, period: { enum: ['month', 'quarter', 'year'] }, extra: count(120, 0) },
          ['kind', 'period'],
        ),
      ],
    },
  },
  ['id', 'name', 'rounding'],
);

const cap = closed(
  {
    id,
    wallet: id,
    rules: values(id, 200),
    points: wholePoints,
    per: { enum: ['basket', 'day', 'week', 'month', 'year', 'ever'] },
  },
  ['id', 'wallet', 'points', 'per'],
);

const stampCard = closed(
  {
    id,
    name,
    collect: { enum: ['unit', 'visit'] },
    when: conditions,
    every: count(1000),
    reward: id,
    returns: { enum: ['reverse', 'keep'] },
  },
  ['id', 'name', 'collect', 'every', 'reward'],
);

const reward = (kind: string, properties: JsonObject, required: readonly string[] = Object.keys(properties)) =>
  closed(
    {
      id,
      kind: { const: kind },
      name,
      cost: closed({ wallet: id, points: wholePoints }),
      stock: count(1_000_000_000),
      validity: period,
      from: date,
      until: date,
      ...properties,
    },
    ['id', 'kind', 'name', ...required],
  );

export const programmeSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Programme',
  type: 'object',
  additionalProperties: false,
  required: ['language', 'name', 'currency', 'timeZone', 'wallets', 'rules'],
  properties: {
    language: { const: LANGUAGE_VERSION },
    name,
    currency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'an ISO 4217 code such as "PHP"' },
    timeZone: {
      type: 'string',
      pattern: '^[A-Za-z]',
      maxLength: 64,
      description: 'an IANA zone such as "Asia/Manila"',
    },
    wallets: values(wallet, 20),
    rules: {
      type: 'array',
      maxItems: 200,
      items: {
        oneOf: [
          rule('perAmount', ['wallet', 'points', 'amount'], { wallet: id, points: decimal, amount: decimal }),
          rule('perVisit', ['wallet', 'points'], { wallet: id, points: decimal }),
          rule('perItem', ['wallet', 'points'], { wallet: id, points: decimal }),
          rule('perActivity', ['wallet', 'points', 'activity'], { wallet: id, points: decimal, activity: line }),
          rule('multiplier', ['wallet', 'factor'], { wallet: id, factor: decimal }),
          rule('exclusion', [], { wallets: values(id, 20) }),
        ],
      },
    },
    caps: { type: 'array', maxItems: 50, items: cap },
    stampCards: { type: 'array', maxItems: 50, items: stampCard },
    rewards: {
      type: 'array',
      maxItems: 500,
      items: {
        oneOf: [
          reward('product', { skus: values(text, 10_000) }, []),
          reward('service', { skus: values(text, 10_000) }, []),
          reward('amountOff', { amount: decimal }),
          reward('percentOff', { percent }),
          reward('points', { wallet: id, points: wholePoints }),
          reward('catalogue', { description: { type: 'string', minLength: 1, maxLength: 2000 } }),
        ],
      },
    },
    returns: closed(
      {
        basis: { enum: ['rerate', 'ownInvoice'] },
        unmatched: { enum: ['wait', 'ownInvoice', 'ignore'] },
        window: period,
      },
      ['basis'],
    ),
    debt: { enum: ['carry', 'forgive'] },
    adjustments: closed({ staff: wholePoints, manager: wholePoints, admin: wholePoints }, []),
    reservationMinutes: count(1440),
  },
} as const satisfies JsonObject;
