import type { Expiry, Period } from '../../capabilities/programmes/language/programme-document';

/** Local days and their ends for the model, straight from Intl and Date; days count from 1970-01-01. */
const dayMs = 86_400_000;

export interface LocalMoment {
  readonly day: number;
  readonly minute: number;
  /** 1 = Monday … 7 = Sunday. */
  readonly weekday: number;
}

export function localMoment(at: number, offsetMinutes: number): LocalMoment {
  const local = new Date(at + offsetMinutes * 60_000);
  return {
    day: Math.floor(local.getTime() / dayMs),
    minute: local.getUTCHours() * 60 + local.getUTCMinutes(),
    weekday: local.getUTCDay() === 0 ? 7 : local.getUTCDay(),
  };
}

export const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / dayMs;

export const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

/** Names the day, week (from Monday), month or year that holds a local day. */
export function periodName(day: number, per: 'day' | 'week' | 'month' | 'year'): string {
  if (per === 'day') return `day ${day}`;
  if (per === 'week') return `week ${Math.floor((day + 3) / 7)}`;
  return `${per} ${new Date(day * dayMs).toISOString().slice(0, per === 'month' ? 7 : 4)}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the zone's clocks show at an instant, as if it were UTC. */
function wallClock(zone: string, at: number): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' });
  formats.set(zone, format);
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const {
    year = 0,
    month = 1,
    day = 1,
    hour = 0,
    minute = 0,
    second = 0,
  } = parts as Record<string, number | undefined>;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const starts = new Map<string, number>();

/** The instant a local day starts: where midnight is there twice, the first; where it is missing, moved by the gap (S6). */
function startOfDay(zone: string, day: number): number {
  const name = `${zone} ${day}`;
  const known = starts.get(name);
  if (known !== undefined) return known;
  const midnight = day * dayMs;
  const candidates = [midnight - dayMs, midnight + dayMs].map((near) => midnight - (wallClock(zone, near) - near));
  const exact = candidates.filter((at) => wallClock(zone, at) === midnight);
  const start = exact.length > 0 ? Math.min(...exact) : (candidates[0] ?? midnight);
  starts.set(name, start);
  return start;
}

const localDays = new Map<string, number>();

function localDay(zone: string, at: number): number {
  const name = `${zone} ${at}`;
  const known = localDays.get(name) ?? Math.floor(wallClock(zone, Math.floor(at / 1000) * 1000) / dayMs);
  localDays.set(name, known);
  return known;
}

/** Day `date` of a month that is `months` later, or the month's last where it has no such day. */
function laterMonth(day: number, months: number): number {
  const date = new Date(day * dayMs);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0));
  return Math.floor(last.setUTCDate(Math.min(date.getUTCDate(), last.getUTCDate())) / dayMs);
}

/** Exclusive end of the last local day of the period that begins at `at`. */
export function endOfPeriod(zone: string, at: number, { unit, count }: Period): number {
  const day = localDay(zone, at);
  const last = unit === 'day' ? day + count : laterMonth(day, unit === 'month' ? count : 12 * count);
  return startOfDay(zone, last + 1);
}

/** Exclusive end of the life of points earned at `at`; null = never. */
export function endOfLife(zone: string, at: number, expiry: Expiry | undefined): number | null {
  if (expiry === undefined) return null;
  if (expiry.kind !== 'endOfPeriod') return endOfPeriod(zone, at, expiry.after);
  const { period, extra = 0 } = expiry;
  const months = { month: 1, quarter: 3, year: 12 }[period];
  const date = new Date(localDay(zone, at) * dayMs);
  const first = Math.floor(date.getUTCMonth() / months) * months;
  return startOfDay(zone, Date.UTC(date.getUTCFullYear(), first + months * (1 + extra), 1) / dayMs);
}
