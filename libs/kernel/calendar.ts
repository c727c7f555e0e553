/** The proleptic Gregorian calendar on days since 1970-01-01: whole numbers in, whole numbers out. */
export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly date: number;
}

const DAYS_IN_ERA = 146_097;

/** Source: the days-from-civil algorithms of H. Hinnant, in eras of 400 years that begin on 1 March. */
export function civilOfDay(day: number): CivilDate {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / DAYS_IN_ERA);
  const dayOfEra = shifted - era * DAYS_IN_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const date = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, date };
}

export function dayOfCivil({ year, month, date }: CivilDate): number {
  const fromMarch = month <= 2 ? year - 1 : year;
  const era = Math.floor(fromMarch / 400);
  const yearOfEra = fromMarch - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + date - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_IN_ERA + dayOfEra - 719_468;
}

/** Weeks begin on Monday. */
export const weekOfDay = (day: number): number => Math.floor((day + 3) / 7);

/** Months since year 0. */
export function monthOfDay(day: number): number {
  const { year, month } = civilOfDay(day);
  return year * 12 + month - 1;
}

export const yearOfDay = (day: number): number => civilOfDay(day).year;

/** First day of a month counted from year 0. */
export const firstDayOfMonth = (month: number): number =>
  dayOfCivil({ year: Math.floor(month / 12), month: (month % 12) + 1, date: 1 });

/** The same day of another month, or the last one where it has no such day: 31 January and a month is the last of February (S6). */
export function addMonths(day: number, months: number): number {
  const { date } = civilOfDay(day);
  const month = monthOfDay(day) + months;
  const [first, next] = [firstDayOfMonth(month), firstDayOfMonth(month + 1)];
  return Math.min(first + date - 1, next - 1);
}
