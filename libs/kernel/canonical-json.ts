import { Defect } from './defect';
import type { JsonValue } from './json';

/**
 * RFC 8785 (JSON Canonicalization Scheme): members sorted by UTF-16 code units, no white space, ECMAScript numbers. Equal
 * values give equal text, so it is what we hash and store. Members that are `undefined` are left out, as in JSON; a number
 * that is not finite, or an `undefined` array element, is a defect. Written by hand because it runs on every append.
 */
export function canonicalJson(value: JsonValue): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      if (!Number.isFinite(value)) throw new Defect(`not a JSON number: ${value}`);
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return isArray(value) ? arrayText(value) : objectText(value);
    default:
      throw new Defect(`not a JSON value: ${typeof value}`);
  }
}

type JsonMembers = Exclude<JsonValue, string | number | boolean | null>;
type JsonList = Extract<JsonMembers, readonly unknown[]>;

const isArray = (value: JsonMembers): value is JsonList => Array.isArray(value);

function arrayText(list: JsonList): string {
  let text = '[';
  for (let index = 0; index < list.length; index++) {
    if (index > 0) text += ',';
    text += canonicalJson(list[index] as JsonValue);
  }
  return text + ']';
}

function objectText(object: Exclude<JsonMembers, JsonList>): string {
  const names = Object.keys(object);
  sortNames(names);
  let text = '{';
  for (const name of names) {
    const value = object[name];
    if (value === undefined) continue;
    const { first, later } = labelOf(name);
    text += text.length === 1 ? first : later;
    text += canonicalJson(value);
  }
  return text + '}';
}

/** By insertion where they are few, as `sort` allocates more than all the text is long. */
function sortNames(names: string[]): void {
  if (names.length > 32) {
    names.sort();
    return;
  }
  for (let index = 1; index < names.length; index++) {
    const name = names[index] as string;
    let place = index;
    for (; place > 0 && (names[place - 1] as string) > name; place--) names[place] = names[place - 1] as string;
    names[place] = name;
  }
}

/** A member's name as it stands before its value, in the first place and behind another member. */
interface Label {
  readonly first: string;
  readonly later: string;
}

/** Of the names that come again and again; there are few of them, and this many at most. */
const labels = new Map<string, Label>();
const MAX_LABELS = 1_000;

function labelOf(name: string): Label {
  const known = labels.get(name);
  if (known !== undefined) return known;
  const first = `${quoted(name)}:`;
  const label = { first, later: `,${first}` };
  if (labels.size < MAX_LABELS) labels.set(name, label);
  return label;
}

// Lone surrogates count as unsafe: JSON.stringify escapes them, so that the text stays valid UTF-8.
const unsafe = /[\u0000-\u001f"\\\ud800-\udfff]/;

const quoted = (text: string): string => (unsafe.test(text) ? JSON.stringify(text) : '"' + text + '"');
