import { DateTime } from 'luxon';
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../kernel/canonical-json';
import { assert } from '../../../kernel/defect';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../kernel/time';
import type { Zone } from '../../../kernel/zone';
import type { StoredZone } from './programme.events';

/** No programme asks for a time outside these years. */
const [FIRST, LAST] = [Date.UTC(1970, 0, 1), Date.UTC(2100, 0, 1)];

/**
 * Every change of offset of an IANA zone, by what this machine knows of it: found to the minute between days whose offsets
 * differ. Stored with a revision, so that a later edition of the zone's rules changes nothing that was decided.
 */
export function compileZone(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const transitions: [number, number][] = [[FIRST, offsetOf(name, FIRST)]];
  for (let at = FIRST; at < LAST; at += STEP) {
    const [before, after] = [offsetOf(name, at), offsetOf(name, at + STEP)];
    if (before === after) continue;
    for (let day = at; day < at + STEP; day += HOUR_MS) {
      const [earlier, later] = [offsetOf(name, day), offsetOf(name, day + HOUR_MS)];
      if (earlier !== later) transitions.push([changeWithin(name, day, earlier), later]);
    }
  }
  const zone = { name, transitions };
  zones.set(name, zone);
  return zone;
}

/** A zone as a revision stores it. */
export const storedZone = (name: string): StoredZone => {
  const zone = compileZone(name);
  return { ...zone, hash: hashOf(zone) };
};

/** A stored zone that is not the one it was is a defect: every balance may rest on it. */
export function checkZone({ hash, ...zone }: StoredZone): void {
  assert(hashOf(zone) === hash, `the stored zone ${zone.name} is not what was published`);
}

const hashOf = ({ name, transitions }: Zone): string =>
  createHash('sha256').update(canonicalJson({ name, transitions })).digest('hex');

/** No zone that counts here has changed its offset and gone back within so few days. */
const STEP = 7 * DAY_MS;

const zones = new Map<string, Zone>();

function changeWithin(name: string, hour: number, before: number): number {
  let [low, high] = [0, HOUR_MS / MINUTE_MS];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (offsetOf(name, hour + middle * MINUTE_MS) === before) low = middle;
    else high = middle;
  }
  return hour + high * MINUTE_MS;
}

const offsetOf = (name: string, at: number): number => Math.round(DateTime.fromMillis(at, { zone: name }).offset);
