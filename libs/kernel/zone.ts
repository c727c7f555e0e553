import { DAY_MS, MINUTE_MS } from './time';

/** A time zone as data, so that pure code can read clocks: it knows every change of offset it will ever be asked for. */
export type Zone = {
  /** IANA. */
  readonly name: string;
  /** `[from, offset]` in the order of time: from that instant (milliseconds) on, local time is so many minutes ahead of UTC. Never empty; the first counts for all time before it too. */
  readonly transitions: readonly (readonly [number, number])[];
};

/** Minutes that local time is ahead of UTC. */
export function offsetAt({ transitions }: Zone, at: number): number {
  let [low, high] = [0, transitions.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((transitions[middle]?.[0] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return transitions[low]?.[1] ?? 0;
}

/** Days since 1970-01-01 on the zone's calendar. */
export const localDay = (zone: Zone, at: number): number => Math.floor((at + offsetAt(zone, at) * MINUTE_MS) / DAY_MS);

/**
 * The instant at which clocks of the zone show a local time. One that comes twice is the first; one that is skipped moves
 * forward by the length of the gap (S6).
 */
export function instantOfLocal(zone: Zone, day: number, minute = 0): number {
  const local = day * DAY_MS + minute * MINUTE_MS;
  // No offset is more than a day: what holds a day before and a day after are the only candidates.
  const before = local - offsetAt(zone, local - DAY_MS) * MINUTE_MS;
  const after = local - offsetAt(zone, local + DAY_MS) * MINUTE_MS;
  const shows = (at: number): boolean => at + offsetAt(zone, at) * MINUTE_MS === local;
  if (shows(before)) return shows(after) ? Math.min(before, after) : before;
  // In a gap the offset before it puts the time as far behind the gap as it stood in it.
  return shows(after) ? after : before;
}
