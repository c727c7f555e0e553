import fc from 'fast-check';
import { DateTime } from 'luxon';
import { addMonths, civilOfDay, dayOfCivil, firstDayOfMonth, monthOfDay, weekOfDay, yearOfDay } from './calendar';
import { DAY_MS, dateOfDay, dayOfDate } from './time';

const days = fc.integer({ min: -200_000, max: 200_000 });
const luxonOf = (day: number): DateTime => DateTime.fromMillis(day * DAY_MS, { zone: 'utc' });
const dayOfLuxon = (date: DateTime): number => date.toMillis() / DAY_MS;
const day = (text: string): number => dayOfDate(text) ?? NaN;

describe('the calendar', () => {
  it('names every day as an independent calendar does, and finds it again', () => {
    fc.assert(
      fc.property(days, (number) => {
        const { year, month, day: date } = luxonOf(number);
        expect(civilOfDay(number)).toEqual({ year, month, date });
        expect(dayOfCivil({ year, month, date })).toBe(number);
        expect([yearOfDay(number), monthOfDay(number)]).toEqual([year, year * 12 + month - 1]);
        expect(firstDayOfMonth(monthOfDay(number))).toBe(dayOfLuxon(luxonOf(number).startOf('month')));
      }),
    );
  });

  it('adds months as an independent calendar does', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -600, max: 600 }), (number, months) => {
        expect(addMonths(number, months)).toBe(dayOfLuxon(luxonOf(number).plus({ months })));
      }),
    );
  });

  it('S6 clamps to the last day of the month', () => {
    const added = (from: string, months: number) => dateOfDay(addMonths(day(from), months));
    expect(added('2026-01-31', 1)).toBe('2026-02-28');
    expect(added('2028-01-31', 1)).toBe('2028-02-29');
    expect(added('2028-02-29', 12)).toBe('2029-02-28');
    expect(added('2026-12-15', 1)).toBe('2027-01-15');
  });

  it('counts weeks from Monday to Sunday', () => {
    fc.assert(
      fc.property(days, (number) => {
        const begins = luxonOf(number).weekday === 1;
        expect(weekOfDay(number) - weekOfDay(number - 1)).toBe(begins ? 1 : 0);
      }),
    );
  });
});
