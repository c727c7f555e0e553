import type { FieldError } from '../../../kernel/decision';
import { Defect } from '../../../kernel/defect';
import type { JsonObject, JsonValue } from '../../../kernel/json';

/**
 * Reads a value against a JSON Schema and says in plain words, by path, what is wrong and how to mend it; a general validator
 * names key words instead. It knows `type` (object, array, string, integer), `const`, `enum`, `pattern`, `minLength`,
 * `maxLength`, `minimum`, `maximum`, `minItems`, `maxItems`, `items`, `properties`, `required`, `additionalProperties: false`
 * and `oneOf` of objects told apart by the one property that is a `const` in each (`kind`, say). Another type in a schema is a
 * defect.
 */
export function schemaErrors(schema: JsonObject, value: unknown, pointer = ''): readonly FieldError[] {
  const wrong = (detail: string): readonly FieldError[] => [{ pointer, detail }];
  if (schema['const'] !== undefined) {
    return value === schema['const'] ? [] : wrong(`must be ${quoted(schema['const'])}`);
  }
  if (isList(schema['enum'])) {
    return schema['enum'].some((allowed) => allowed === value)
      ? []
      : wrong(`must be ${choice(schema['enum'])}${didYouMean(value, schema['enum'])}`);
  }
  if (isList(schema['oneOf'])) return alternativeErrors(schema['oneOf'].filter(isObject), value, pointer);
  switch (schema['type']) {
    case 'object':
      return isObject(value) ? objectErrors(schema, value, pointer) : wrong('must be an object: {…}');
    case 'array':
      return isList(value) ? listErrors(schema, value, pointer) : wrong('must be a list: […]');
    case 'string':
      return typeof value === 'string' && stringFits(schema, value) ? [] : wrong(`must be ${stringWords(schema)}`);
    case 'integer':
      return Number.isInteger(value) && inRange(value as number, schema['minimum'], schema['maximum'])
        ? []
        : wrong(`must be a whole number from ${words(schema['minimum'])} to ${words(schema['maximum'])}`);
    default:
      throw new Defect(`a schema of type ${words(schema['type'])}`);
  }
}

function objectErrors(schema: JsonObject, value: JsonObject, pointer: string): readonly FieldError[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = isList(schema['required']) ? schema['required'].filter(isText) : [];
  const names = Object.keys(properties);
  const missing = required
    .filter((name) => value[name] === undefined)
    .map((name) => ({ pointer, detail: `needs the field ${quoted(name)}` }));
  const inside = Object.entries(value).flatMap(([name, member]) => {
    const below = `${pointer}/${escaped(name)}`;
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (isObject(known)) return schemaErrors(known, member, below);
    return [{ pointer: below, detail: `is unknown; remove it${didYouMean(name, names)}` }];
  });
  return [...missing, ...inside];
}

function listErrors(schema: JsonObject, value: readonly unknown[], pointer: string): readonly FieldError[] {
  const { minItems = 0, maxItems } = schema;
  if (!inRange(value.length, minItems, maxItems)) {
    return [{ pointer, detail: `must have ${words(minItems)} to ${words(maxItems)} entries, not ${value.length}` }];
  }
  const { items } = schema;
  return isObject(items) ? value.flatMap((item, index) => schemaErrors(items, item, `${pointer}/${index}`)) : [];
}

/** Picks the alternative by its `kind` or `unit`, so that one slip is not reported once for every alternative. */
function alternativeErrors(
  alternatives: readonly JsonObject[],
  value: unknown,
  pointer: string,
): readonly FieldError[] {
  if (!isObject(value)) return [{ pointer, detail: 'must be an object: {…}' }];
  const name = Object.keys(constantsOf(alternatives[0] ?? {}))[0] ?? '';
  const known = alternatives.map((alternative) => constantsOf(alternative)[name]);
  const given = value[name];
  const chosen = alternatives[known.indexOf(given)];
  if (given !== undefined && chosen !== undefined) return schemaErrors(chosen, value, pointer);
  return given === undefined
    ? [{ pointer, detail: `needs the field ${quoted(name)}: ${choice(known)}` }]
    : [{ pointer: `${pointer}/${escaped(name)}`, detail: `must be ${choice(known)}${didYouMean(given, known)}` }];
}

/** Of a schema of objects, the properties that have one value only. */
function constantsOf({ properties }: JsonObject): Readonly<Record<string, JsonValue | undefined>> {
  const schemas = Object.entries(isObject(properties) ? properties : {});
  return Object.fromEntries(
    schemas.flatMap(([name, schema]) =>
      isObject(schema) && schema['const'] !== undefined ? [[name, schema['const']]] : [],
    ),
  );
}

function stringFits({ pattern, minLength = 0, maxLength }: JsonObject, value: string): boolean {
  const length = [...value].length;
  return inRange(length, minLength, maxLength) && (!isText(pattern) || new RegExp(pattern, 'u').test(value));
}

function stringWords({ description, minLength, maxLength }: JsonObject): string {
  return isText(description) ? description : `a text of ${words(minLength ?? 0)} to ${words(maxLength)} characters`;
}

const inRange = (value: number, least: unknown, most: unknown): boolean =>
  (typeof least !== 'number' || value >= least) && (typeof most !== 'number' || value <= most);

/** The known word nearest to what was written, where one or two slips of the pen explain it. */
export function didYouMean(written: unknown, known: readonly unknown[]): string {
  if (typeof written !== 'string') return '';
  const near = known
    .filter(isText)
    .map((word) => ({ word, slips: slipsBetween(written.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, slips }) => slips <= Math.min(2, Math.floor(word.length / 2)))
    .sort((a, b) => a.slips - b.slips)[0];
  return near === undefined ? '' : `; did you mean ${quoted(near.word)}?`;
}

/** Least number of letters to add, drop or change (Levenshtein); far words are given up early. */
function slipsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? Infinity;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const words = (value: unknown): string => (typeof value === 'number' || isText(value) ? String(value) : 'any');
const quoted = (value: unknown): string => JSON.stringify(value);
const choice = (values: readonly unknown[]): string => values.map(quoted).join(' or ');
/** RFC 6901. */
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
