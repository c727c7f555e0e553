import { DateTime } from 'luxon';
import { LRUCache } from 'lru-cache';

const QUARTER_MS = 15 * 60_000;

/** Zones change their offset at quarters of an hour only, since 1972; before, no offset that counts here is finer. */
const offsets = new LRUCache<string, number>({ max: 20_000 });

/** Local time minus UTC in minutes, of an IANA zone at an instant. Remembered per quarter of an hour. */
export function offsetMinutesAt(timeZone: string, at: number): number {
  const quarter = Math.floor(at / QUARTER_MS);
  const key = `${timeZone} ${quarter}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    offset = Math.round(DateTime.fromMillis(quarter * QUARTER_MS, { zone: timeZone }).offset);
    offsets.set(key, offset);
  }
  return offset;
}
