import { monthOfDay, weekOfDay, yearOfDay } from '../../../kernel/calendar';
import type { Cap } from '../../programmes';

/** Number of the period a local day lies in; it grows with time. Every day is in the one period `ever`. */
export function periodNumber(per: Exclude<Cap['per'], 'basket'>, day: number): number {
  switch (per) {
    case 'day':
      return day;
    case 'week':
      return weekOfDay(day);
    case 'month':
      return monthOfDay(day);
    case 'year':
      return yearOfDay(day);
    case 'ever':
      return 0;
  }
}
