import { addMonths, firstDayOfMonth, monthOfDay, yearOfDay } from '../../../kernel/calendar';
import { assertNever } from '../../../kernel/defect';
import { instantOfLocal, localDay, type Zone } from '../../../kernel/zone';
import type { CompiledReward } from './compiled-programme';
import type { Expiry, Period, Reward } from './programme-document';
import { readDay } from './read-checked';

/** Exclusive end of the last local day of a period that begins at an instant (S6): 31 January and a month ends with February. */
export function endOfPeriod(zone: Zone, at: number, { unit, count }: Period): number {
  const day = localDay(zone, at);
  switch (unit) {
    case 'day':
      return instantOfLocal(zone, day + count + 1);
    case 'month':
      return instantOfLocal(zone, addMonths(day, count) + 1);
    case 'year':
      return instantOfLocal(zone, addMonths(day, 12 * count) + 1);
    default:
      return assertNever(unit);
  }
}

/** When points earned at an instant end; null = never. */
export function compileExpiry(zone: Zone, expiry: Expiry | undefined): (earnedAt: number) => number | null {
  if (expiry === undefined) return () => null;
  if (expiry.kind !== 'endOfPeriod') return (earnedAt) => endOfPeriod(zone, earnedAt, expiry.after);
  const { period, extra = 0 } = expiry;
  return (earnedAt) => instantOfLocal(zone, endOfCalendarPeriod(localDay(zone, earnedAt), period, extra));
}

/** First day after the calendar period a day lies in, or after `extra` more. */
function endOfCalendarPeriod(day: number, period: 'month' | 'quarter' | 'year', extra: number): number {
  switch (period) {
    case 'month':
      return firstDayOfMonth(monthOfDay(day) + 1 + extra);
    case 'quarter':
      return firstDayOfMonth((Math.floor(monthOfDay(day) / 3) + 1 + extra) * 3);
    case 'year':
      return firstDayOfMonth((yearOfDay(day) + 1 + extra) * 12);
    default:
      return assertNever(period);
  }
}

export function compileReward(zone: Zone, terms: Reward): CompiledReward {
  const { validity, from, until } = terms;
  const start = from === undefined ? -Infinity : instantOfLocal(zone, readDay(from));
  const end = until === undefined ? Infinity : instantOfLocal(zone, readDay(until));
  return {
    terms,
    expiresAt: (issuedAt) => (validity === undefined ? null : endOfPeriod(zone, issuedAt, validity)),
    isOffered: (at) => at >= start && at < end,
  };
}
