import type { FieldError } from '../../../kernel/decision';
import { dayOfDate, minuteOfClock } from '../../../kernel/time';
import type { RuleConditions } from './programme-document';

/** Conditions that can never hold, or always do. */
export function conditionErrors(when: RuleConditions, pointer: string): readonly FieldError[] {
  const { from, until, hours, weekdays, everyVisit } = when;
  const dates = dateErrors(when, pointer, 'the rule no longer holds');
  const errors = [...dates];
  if (dates.length === 0 && from !== undefined && until !== undefined && weekdays !== undefined) {
    const days = weekdaysBetween(from, until);
    if (!weekdays.some((day) => days.has(day))) {
      const detail = `has none of the days from ${from} until ${until}; name one of ${[...days].sort().join(', ')}`;
      errors.push({ pointer: `${pointer}/weekdays`, detail });
    }
  }
  if (hours !== undefined && hours.from === hours.until) {
    const detail = `must differ from ${hours.from}; leave "hours" out for the whole day`;
    errors.push({ pointer: `${pointer}/hours/until`, detail });
  }
  if (everyVisit === 1) {
    const detail = 'is true of every visit; leave it out, or give 2 or more';
    errors.push({ pointer: `${pointer}/everyVisit`, detail });
  }
  return errors;
}

/** Days that do not exist, and ranges that end before they begin; `end` says what is so on the day `until`. */
export function dateErrors(
  { from, until }: Pick<RuleConditions, 'from' | 'until'>,
  pointer: string,
  end: string,
): readonly FieldError[] {
  const wrong = Object.entries({ from, until }).flatMap(([field, date]) =>
    date === undefined || dayOfDate(date) !== undefined
      ? []
      : [{ pointer: `${pointer}/${field}`, detail: `is no day of the calendar: ${date}` }],
  );
  if (wrong.length > 0 || from === undefined || until === undefined || until > from) return wrong;
  return [
    {
      pointer: `${pointer}/until`,
      detail: `must be after ${from}: the day in "until" is the first one on which ${end}`,
    },
  ];
}

/** Conditions that ask what only a purchase has. */
export const PURCHASE_CONDITIONS = ['categories', 'skus', 'minimumAmount', 'everyVisit', 'firstOf'] as const;

export const asksForPurchase = (when: RuleConditions): boolean =>
  PURCHASE_CONDITIONS.some((condition) => when[condition] !== undefined);

export const choosesLines = ({ categories, skus }: RuleConditions): boolean =>
  categories !== undefined || skus !== undefined;

/** Whether some purchase could meet both; true where that cannot be told from the conditions one by one. */
export function canMeet(one: RuleConditions, other: RuleConditions): boolean {
  return (
    overlap(one.categories, other.categories) &&
    overlap(one.skus, other.skus) &&
    overlap(one.outlets, other.outlets) &&
    overlap(one.channels, other.channels) &&
    overlap(one.weekdays, other.weekdays) &&
    datesMeet(one, other) &&
    hoursMeet(one.hours, other.hours)
  );
}

function overlap<Value>(one: readonly Value[] | undefined, other: readonly Value[] | undefined): boolean {
  if (one === undefined || other === undefined) return true;
  const values = new Set(other);
  return one.some((value) => values.has(value));
}

/** Days in this form sort as they follow each other. */
function datesMeet(one: RuleConditions, other: RuleConditions): boolean {
  const begins = [one.from, other.from].filter((day) => day !== undefined);
  const ends = [one.until, other.until].filter((day) => day !== undefined);
  return begins.every((begin) => ends.every((end) => begin < end));
}

type Hours = NonNullable<RuleConditions['hours']>;

function hoursMeet(one: Hours | undefined, other: Hours | undefined): boolean {
  if (one === undefined || other === undefined) return true;
  return rangesOf(one).some((a) => rangesOf(other).some((b) => a.from < b.until && b.from < a.until));
}

/** Half-open, in minutes; hours over midnight are two ranges of one day. */
function rangesOf({ from, until }: Hours): readonly { readonly from: number; readonly until: number }[] {
  const [begin, end] = [minuteOfClock(from) ?? 0, minuteOfClock(until) ?? 0];
  if (begin < end) return [{ from: begin, until: end }];
  return [
    { from: begin, until: 24 * 60 },
    { from: 0, until: end },
  ];
}

/** 1 = Monday … 7 = Sunday. */
function weekdaysBetween(from: string, until: string): ReadonlySet<number> {
  const [first, end] = [dayOfDate(from) ?? 0, dayOfDate(until) ?? 0];
  const length = Math.min(7, end - first);
  return new Set(Array.from({ length }, (_, index) => ((((first + index + 3) % 7) + 7) % 7) + 1));
}
