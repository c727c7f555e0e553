import { ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { isInstant, isLocalDay } from './instants';
import type { JsonObject, JsonValue } from '../../kernel/json';

/**
 * The decorators a request class may use, and no others: each says one rule twice, as a class-validator check with words
 * for people and as JSON Schema, so that the compiled fast yes, the pipe that explains a no, and the OpenAPI document are
 * one and the same. A member without `@Optional()` is required; `null` is never "absent"; unknown members are refused.
 * A property test holds the two sides together.
 */
export type RequestClass = new () => object;

export interface RequestMember {
  readonly name: string;
  readonly schema: JsonObject;
  readonly optional: boolean;
  readonly nested?: () => RequestClass;
  /** The member is a list of `nested`. */
  readonly list?: boolean;
}

const membersOfPrototype = new WeakMap<object, Map<string, RequestMember>>();

/** Members in the order of their declaration, those of the class it extends first. */
export function requestMembers(requestClass: RequestClass): readonly RequestMember[] {
  const members = new Map<string, RequestMember>();
  for (const prototype of prototypesOf(requestClass)) {
    for (const member of membersOfPrototype.get(prototype)?.values() ?? []) members.set(member.name, member);
  }
  return [...members.values()];
}

function prototypesOf(requestClass: RequestClass): readonly object[] {
  const chain: object[] = [];
  for (
    let next = requestClass.prototype as object | null;
    next !== null;
    next = Object.getPrototypeOf(next) as object
  ) {
    chain.unshift(next);
  }
  return chain;
}

function note(prototype: object, name: string, change: Partial<RequestMember>): void {
  const members = membersOfPrototype.get(prototype) ?? new Map<string, RequestMember>();
  membersOfPrototype.set(prototype, members);
  const known = members.get(name) ?? { name, schema: {}, optional: false };
  members.set(name, { ...known, ...change });
}

function rule(schema: JsonObject, accepts: (value: unknown) => boolean, says: string): PropertyDecorator {
  const check = ValidateBy({ name: 'rule', validator: { validate: accepts, defaultMessage: () => says } });
  return (prototype, name) => {
    note(prototype, String(name), { schema });
    check(prototype, name);
  };
}

/** The member may be left out. */
export function Optional(): PropertyDecorator {
  const check = ValidateIf((_: unknown, value: unknown) => value !== undefined);
  return (prototype, name) => {
    note(prototype, String(name), { optional: true });
    check(prototype, name);
  };
}

export interface About {
  readonly description?: string;
  readonly example?: JsonValue;
}

const documented = (schema: JsonObject, { description, example }: About): JsonObject => ({
  ...schema,
  ...(description === undefined ? {} : { description }),
  ...(example === undefined ? {} : { examples: [example] }),
});

export interface TextLimits extends About {
  /** Characters (code points), 1 unless said. */
  readonly min?: number;
  readonly max: number;
  /** Anchored, ASCII only. */
  readonly pattern?: RegExp;
}

/** Characters as people count them: code points, no copy for what cannot be over the limit. */
const lengthOf = (text: string): number => [...text].length;

export function Text(limits: TextLimits): PropertyDecorator {
  return rule(...textRule(limits));
}

/** In answers only: null where there is none. */
export function TextOrNull(limits: TextLimits): PropertyDecorator {
  const [schema, accepts, says] = textRule(limits);
  return rule({ ...schema, type: ['string', 'null'] }, (value) => value === null || accepts(value), `${says} or null`);
}

/** A list of texts. */
export function Texts(limits: TextLimits & { readonly maxItems: number }): PropertyDecorator {
  const [items, accepts, says] = textRule(limits);
  return rule(
    documented({ type: 'array', items, maxItems: limits.maxItems }, limits),
    (value) => Array.isArray(value) && value.length <= limits.maxItems && value.every(accepts),
    `must be a list of at most ${limits.maxItems} items, each of which ${says}`,
  );
}

function textRule(limits: TextLimits): [JsonObject, (value: unknown) => boolean, string] {
  const { min = 1, max, pattern } = limits;
  const schema = { type: 'string', minLength: min, maxLength: max, ...(pattern && { pattern: pattern.source }) };
  const accepts = (value: unknown): boolean => {
    if (typeof value !== 'string') return false;
    const length = lengthOf(value);
    return length >= min && length <= max && (pattern === undefined || pattern.test(value));
  };
  const form = pattern === undefined ? '' : ` of the form ${pattern.source}`;
  return [documented(schema, limits), accepts, `must be a text of ${min} to ${max} characters${form}`];
}

/** What a client names: outlets, tills, receipts, programmes, wallets, rules. */
export const ClientPart = (about: About = {}): PropertyDecorator =>
  Text({ max: 64, pattern: /^[A-Za-z0-9._-]+$/, ...about });

/** A text on one line: without control characters, which a receipt, a log or a table would stumble over. */
export const Line = (limits: Omit<TextLimits, 'pattern'>): PropertyDecorator =>
  Text({ ...limits, pattern: /^[^\u0000-\u001f\u007f-\u009f]*$/ });

export interface NumberLimits extends About {
  readonly min?: number;
  readonly max?: number;
}

export const Whole = (limits: NumberLimits = {}): PropertyDecorator =>
  numberRule('integer', 'a whole number', (value) => Number.isInteger(value), limits);

export const Quantity = (limits: NumberLimits = {}): PropertyDecorator =>
  numberRule('number', 'a number', (value) => Number.isFinite(value), limits);

function numberRule(
  type: string,
  what: string,
  accepts: (value: number) => boolean,
  limits: NumberLimits,
): PropertyDecorator {
  const { min, max } = limits;
  const bounds = { ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) };
  const least = min === undefined ? '' : `, at least ${min}`;
  const most = max === undefined ? '' : `, at most ${max}`;
  return rule(
    documented({ type, ...bounds }, limits),
    (value) =>
      typeof value === 'number' &&
      accepts(value) &&
      (min === undefined || value >= min) &&
      (max === undefined || value <= max),
    `must be ${what}${least}${most}`,
  );
}

/** A list of whole numbers. */
export function Wholes(limits: NumberLimits & { readonly maxItems: number }): PropertyDecorator {
  const { min = 0, max = Number.MAX_SAFE_INTEGER, maxItems } = limits;
  const items = { type: 'integer', minimum: min, maximum: max };
  const accepts = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  return rule(
    documented({ type: 'array', items, maxItems }, limits),
    (value) => Array.isArray(value) && value.length <= maxItems && value.every(accepts),
    `must be a list of at most ${maxItems} whole numbers from ${min} to ${max}`,
  );
}

export const YesOrNo = (about: About = {}): PropertyDecorator =>
  rule(documented({ type: 'boolean' }, about), (value) => typeof value === 'boolean', 'must be true or false');

export const OneOf = (values: readonly string[], about: About = {}): PropertyDecorator =>
  rule(
    documented({ type: 'string', enum: values }, about),
    (value) => typeof value === 'string' && values.includes(value),
    `must be one of ${values.join(', ')}`,
  );

/** RFC 3339 with an offset, 1970 or later. */
export const Instant = (about: About = {}): PropertyDecorator =>
  rule(
    documented({ type: 'string', format: 'date-time' }, about),
    (value) => typeof value === 'string' && isInstant(value),
    'must be a time with its offset, like 2026-11-20T10:15:00+08:00, not before 1970',
  );

export const LocalDay = (about: About = {}): PropertyDecorator =>
  rule(
    documented({ type: 'string', format: 'date' }, about),
    (value) => typeof value === 'string' && isLocalDay(value),
    'must be a day, like 2026-11-20',
  );

/** Any JSON object: what it holds is checked by whoever reads it. */
export const AnyObject = (about: About = {}): PropertyDecorator =>
  rule(documented({ type: 'object' }, about), (value) => isObject(value), 'must be an object');

export function One(nested: () => RequestClass, about: About = {}): PropertyDecorator {
  const check = rule(documented({}, about), isObject, 'must be an object');
  return nestedRule(nested, check, false);
}

export interface ListLimits extends About {
  readonly min?: number;
  readonly max: number;
}

export function Many(nested: () => RequestClass, limits: ListLimits): PropertyDecorator {
  const { min = 0, max } = limits;
  const check = rule(
    documented({ type: 'array', minItems: min, maxItems: max }, limits),
    (value) => Array.isArray(value) && value.length >= min && value.length <= max && value.every(isObject),
    `must be a list of ${min} to ${max} objects`,
  );
  return nestedRule(nested, check, true);
}

function nestedRule(nested: () => RequestClass, check: PropertyDecorator, list: boolean): PropertyDecorator {
  const type = Type(nested);
  const validate = ValidateNested({ each: list });
  return (prototype, name) => {
    check(prototype, name);
    note(prototype, String(name), { nested, list });
    type(prototype, name);
    validate(prototype, name);
  };
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
