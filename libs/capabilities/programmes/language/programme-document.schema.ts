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
  pattern: '^[A-Za-z0-9._-]{1,64}$',
  description: 'a name of 1 to 64 letters, digits, dots, hyphens or underscores',
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
const values = (items: JsonObject, maxItems = 1000) => ({ type: 'array', minItems: 1, maxItems, items });
const text = { type: 'string', minLength: 1, maxLength: 128 };

const conditions = {
  type: 'object',
  additionalProperties: false,
  properties: {
    categories: values(text),
    skus: values(text, 10_000),
    outlets: values(id),
    channels: values(text),
    from: date,
    until: date,
    weekdays: values({ type: 'integer', minimum: 1, maximum: 7 }, 7),
    hours: {
      type: 'object',
      additionalProperties: false,
      required: ['from', 'until'],
      properties: { from: clock, until: clock },
    },
    minimumAmount: decimal,
  },
};

const rule = (kind: string, required: readonly string[], properties: JsonObject) => ({
  type: 'object',
  additionalProperties: false,
  required: ['id', 'kind', ...required],
  properties: { id, kind: { const: kind }, description: name, when: conditions, ...properties },
});

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
    wallets: {
      type: 'array',
      minItems: 1,
      maxItems: 20,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'name', 'rounding'],
        properties: {
          id,
          name,
          rounding: {
            type: 'object',
            additionalProperties: false,
            required: ['mode', 'scope'],
            properties: {
              mode: { enum: ['floor', 'half-even', 'ceiling'] },
              scope: { enum: ['line', 'basket', 'account'] },
            },
          },
        },
      },
    },
    rules: {
      type: 'array',
      maxItems: 200,
      items: {
        oneOf: [
          rule('perAmount', ['wallet', 'points', 'amount'], { wallet: id, points: decimal, amount: decimal }),
          rule('perVisit', ['wallet', 'points'], { wallet: id, points: decimal }),
          rule('perItem', ['wallet', 'points'], { wallet: id, points: decimal }),
          rule('multiplier', ['wallet', 'factor'], { wallet: id, factor: decimal }),
          rule('exclusion', [], { wallets: values(id, 20) }),
        ],
      },
    },
  },
} as const satisfies JsonObject;
