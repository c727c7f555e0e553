import type { JsonObject, JsonValue } from '../../libs/kernel/json';

export type Schemas = Readonly<Record<string, JsonObject>>;

/**
 * What readers of published events may rely on, and would lose: a type, a member, that it is always there, or what it holds.
 * New types, new members and other descriptions break nobody. Empty where every promise is kept.
 */
export function brokenPromises(promised: Schemas, now: Schemas): readonly string[] {
  return Object.entries(promised).flatMap(([type, schema]) => {
    const kept = now[type];
    return kept === undefined ? [`${type} is published no more`] : brokenIn(schema, kept, type);
  });
}

function brokenIn(promised: JsonObject, now: JsonObject, place: string): readonly string[] {
  const kind = kindsOf(promised).join(' or ');
  if (kindsOf(now).join(' or ') !== kind) return [`${place} is no longer ${kind}`];
  for (const rule of ['format', 'minimum']) {
    if (promised[rule] !== undefined && promised[rule] !== now[rule])
      return [`${place} is no longer of ${rule} ${JSON.stringify(promised[rule])}`];
  }
  return [...brokenMembers(promised, now, place), ...brokenItems(promised, now, place)];
}

function brokenMembers(promised: JsonObject, now: JsonObject, place: string): readonly string[] {
  const [before, after] = [objectIn(promised['properties']), objectIn(now['properties'])];
  return Object.entries(before).flatMap(([name, schema]) => {
    const member = `${place}.${name}`;
    const kept = after[name];
    if (kept === undefined) return [`${member} is gone`];
    const always = listIn(promised['required']).includes(name) && !listIn(now['required']).includes(name);
    return [
      ...(always ? [`${member} is not always there any more`] : []),
      ...brokenIn(objectIn(schema), objectIn(kept), member),
    ];
  });
}

function brokenItems(promised: JsonObject, now: JsonObject, place: string): readonly string[] {
  if (promised['items'] === undefined) return [];
  return brokenIn(objectIn(promised['items']), objectIn(now['items']), `${place}[]`);
}

const kindsOf = ({ type }: JsonObject): readonly string[] =>
  (Array.isArray(type) ? (type as JsonValue[]) : [type]).map(String).sort();
const objectIn = (value: JsonValue | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
const listIn = (value: JsonValue | undefined): readonly JsonValue[] =>
  Array.isArray(value) ? (value as JsonValue[]) : [];
