/** Time words of the domain. Instants are milliseconds since 1970 (UTC); intervals are half-open. */
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** How late a till's report may come and still be put where it belongs (S2). */
export const HORIZON_MS = 45 * DAY_MS;
/** How far a till's clock may run ahead before its word is not taken (S2). */
export const CLOCK_TOLERANCE_MS = 5 * MINUTE_MS;

/** A moment as the outlet's clocks and calendars show it. */
export interface LocalTime {
  /** Days since 1970-01-01 on the local calendar. */
  readonly day: number;
  /** Minutes since local midnight, 0 to 1439. */
  readonly minute: number;
  /** 1 = Monday … 7 = Sunday. */
  readonly weekday: number;
}

/** `offsetMinutes`: local time minus UTC, as it was at that instant. */
export function localTime(at: number, offsetMinutes: number): LocalTime {
  const local = at + offsetMinutes * MINUTE_MS;
  const day = Math.floor(local / DAY_MS);
  const minute = Math.floor((local - day * DAY_MS) / MINUTE_MS);
  return { day, minute, weekday: ((((day + 3) % 7) + 7) % 7) + 1 };
}

const dateForm = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Days since 1970-01-01 of "YYYY-MM-DD"; undefined where there is no such day. */
export function dayOfDate(text: string): number | undefined {
  if (!dateForm.test(text)) return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) || dateOfDay(at / DAY_MS) !== text ? undefined : at / DAY_MS;
}

export const dateOfDay = (day: number): string => instantText(day * DAY_MS).slice(0, 10);

const clockForm = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** Minutes since midnight of "HH:MM"; undefined where it is no time of day. */
export function minuteOfClock(text: string): number | undefined {
  const match = clockForm.exec(text);
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
}

/** RFC 3339 in UTC, to the millisecond. */
export const instantText = (at: number): string => new Date(at).toISOString();

/** RFC 3339 on the outlet's clock, to the minute: "2026-11-20 10:15 (+08:00)", for words to people. */
export function localText(at: number, offsetMinutes: number): string {
  const local = instantText(at + offsetMinutes * MINUTE_MS);
  const size = Math.abs(offsetMinutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${local.slice(0, 10)} ${local.slice(11, 16)} (${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)})`;
}
