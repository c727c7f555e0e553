import type { FieldError } from '../../../kernel/decision';
import { DAY_MS } from '../../../kernel/time';
import { repeatedIds } from './check-references';
import type { Expiry, Period, ProgrammeDocument } from './programme-document';

export function walletErrors({ wallets }: ProgrammeDocument): readonly FieldError[] {
  return [
    ...repeatedIds(wallets, '/wallets'),
    ...wallets.flatMap(({ pending, expiry }, index) => {
      if (pending === undefined || expiry === undefined || !outlives(pending, expiry)) return [];
      const detail =
        'is as long as points live, so they could never be spent; give a shorter period, or a longer "expiry"';
      return [{ pointer: `/wallets/${index}/pending`, detail }];
    }),
  ];
}

/** Whether points expire before they are active: some of them, or all where a calendar period ends their life. */
function outlives(pending: Period, expiry: Expiry): boolean {
  if (expiry.kind !== 'endOfPeriod') {
    const [one, other] = [monthsOf(pending), monthsOf(expiry.after)];
    if (one !== undefined && other !== undefined) return one >= other;
    return longest(pending) >= shortest(expiry.after);
  }
  const months = { month: 1, quarter: 3, year: 12 }[expiry.period] * (1 + (expiry.extra ?? 0));
  return shortest(pending) >= longest({ unit: 'month', count: months });
}

const monthsOf = ({ unit, count }: Period): number | undefined =>
  unit === 'day' ? undefined : count * (unit === 'year' ? 12 : 1);

const shortest = (period: Period): number => Math.min(...lengthsOf(period));
const longest = (period: Period): number => Math.max(...lengthsOf(period));

/** In days, from every month of a four-year round of the calendar. */
function lengthsOf(period: Period): readonly number[] {
  const months = monthsOf(period);
  if (months === undefined) return [period.count];
  return Array.from({ length: 48 }, (_, first) => (Date.UTC(2024, first + months) - Date.UTC(2024, first)) / DAY_MS);
}
