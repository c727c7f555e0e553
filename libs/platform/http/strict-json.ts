import { isUtf8 } from 'node:buffer';
import { problem, type HttpProblem } from './http-problem';
import { findJsonFault } from './json-fault';

/**
 * JSON as two parties cannot read differently: refuses duplicate members, `__proto__` and `constructor`, half characters,
 * depth over 32 and bytes that are not UTF-8. Good bodies pay for one JSON.parse, one walk and one count of colons; only
 * what looks odd is scanned character by character, which names the place.
 */
export const JSON_DEPTH_LIMIT = 32;

/** @throws HttpProblem (400) that names what is wrong and where. */
export function parseStrictJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw problem('InvalidUtf8', `byte ${firstInvalidByte(bytes)} starts no UTF-8 character`);
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw faultProblem(text) ?? problem('MalformedJson', 'the body is not JSON');
  }
  // Without a backslash no member name is escaped and no half character can be written, so that counting is enough.
  if (text.includes('\\') || colonsIn(text) !== colonsExplainedBy(value, 1)) {
    const fault = faultProblem(text);
    if (fault !== undefined) throw fault;
  }
  return value;
}

function colonsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) count++;
  return count;
}

/** One for every member and one for every colon inside a string; NaN, equal to nothing, where a limit is broken. */
function colonsExplainedBy(value: unknown, depth: number): number {
  if (typeof value === 'string') return colonsIn(value);
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > JSON_DEPTH_LIMIT) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += colonsExplainedBy(item, depth + 1);
    return count;
  }
  for (const name of Object.keys(value)) {
    if (isForbiddenMember(name)) return Number.NaN;
    count += 1 + colonsIn(name) + colonsExplainedBy((value as Record<string, unknown>)[name], depth + 1);
  }
  return count;
}

export const isForbiddenMember = (name: string): boolean => name === '__proto__' || name === 'constructor';

function faultProblem(text: string): HttpProblem | undefined {
  const fault = findJsonFault(text, JSON_DEPTH_LIMIT, isForbiddenMember);
  if (fault === undefined) return undefined;
  const { code, detail, pointer, position } = fault;
  return problem(code, `${detail} (character ${position})`, { errors: [{ pointer, detail }], members: { position } });
}

/** Decoding puts U+FFFD where bytes make no sense; the first one that was not sent as such marks the place. */
function firstInvalidByte(bytes: Buffer): number {
  const replacement = Buffer.from('\ufffd');
  const text = bytes.toString('utf8');
  for (let at = text.indexOf('\ufffd'); at !== -1; at = text.indexOf('\ufffd', at + 1)) {
    const offset = Buffer.byteLength(text.slice(0, at));
    if (!bytes.subarray(offset, offset + 3).equals(replacement)) return offset;
  }
  return bytes.length;
}
