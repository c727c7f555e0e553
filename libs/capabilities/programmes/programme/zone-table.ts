import { DateTime } from 'luxon';
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../kernel/canonical-json';
import { assert } from '../../../kernel/defect';
import { DAY_MS, MINUTE_MS } from '../../../kernel/time';
import type { Zone } from '../../../kernel/zone';
import type { StoredZone } from './programme.events';

/** What is asked of a zone lies between; after the last change its offset holds on. */
const FIRST = Date.UTC(1970, 0, 1);
const LAST = Date.UTC(2100, 0, 1);

/** No zone has changed its offset and gone back within so few days. */
const STEP = 7 * DAY_MS;

const compiled = new Map<string, Zone>();

/**
 * Every change of offset of an IANA zone, to the minute, as this machine knows it. A revision stores it, so that a later
 * edition of the zone's rules changes nothing that was decided. Takes tens of milliseconds, once a process and zone.
 */
export function compileZone(name: string): Zone {
  let zone = compiled.get(name);
  if (zone === undefined) compiled.set(name, (zone = { name, transitions: transitionsOf(name) }));
  return zone;
}

/** A zone as a revision stores it. */
export function storedZone(name: string): StoredZone {
  const zone = compileZone(name);
  return { ...zone, hash: hashOf(zone) };
}

/** A stored zone that is not the one it was is a defect: every expiry may rest on it. */
export function checkZone({ hash, ...zone }: StoredZone): void {
  assert(hashOf(zone) === hash, `the stored zone ${zone.name} is not what was published`);
}

const hashOf = ({ name, transitions }: Zone): string =>
  createHash('sha256').update(canonicalJson({ name, transitions })).digest('hex');

function transitionsOf(name: string): Zone['transitions'] {
  let [from, offset] = [FIRST, offsetOf(name, FIRST)];
  const transitions: [number, number][] = [[from, offset]];
  for (let end = FIRST + STEP; end <= LAST; end += STEP) {
    while (offsetOf(name, end) !== offset) {
      from = changeBetween(name, from, end, offset);
      offset = offsetOf(name, from);
      transitions.push([from, offset]);
    }
    from = end;
  }
  return transitions;
}

/** First minute whose offset is no longer the one at `from`; at `end` it is another. */
function changeBetween(name: string, from: number, end: number, offset: number): number {
  let [low, high] = [0, (end - from) / MINUTE_MS];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (offsetOf(name, from + middle * MINUTE_MS) === offset) low = middle;
    else high = middle;
  }
  return from + high * MINUTE_MS;
}

function offsetOf(name: string, at: number): number {
  const { offset } = DateTime.fromMillis(at, { zone: name });
  assert(Number.isFinite(offset), `this machine knows no time zone ${name}`);
  return Math.round(offset);
}
