import { dateOfDay, dayOfDate, localText, localTime, minuteOfClock } from './time';

describe('time', () => {
  it('S6 a day is that of the outlet: 2026-11-20T16:30Z is Saturday, 21 November, in Manila', () => {
    const local = localTime(Date.parse('2026-11-20T16:30:00Z'), 480);
    expect(local).toEqual({ day: dayOfDate('2026-11-21'), minute: 30, weekday: 6 });
    expect(localTime(Date.parse('2026-11-20T02:30:00Z'), -300)).toEqual({
      day: dayOfDate('2026-11-19'),
      minute: 21 * 60 + 30,
      weekday: 4,
    });
  });

  it('knows weekdays on both sides of 1970', () => {
    const weekday = (text: string) => localTime(Date.parse(text), 0).weekday;
    expect([weekday('1970-01-01'), weekday('1969-12-31'), weekday('1969-12-28'), weekday('2026-11-23')]).toEqual([
      4, 3, 7, 1,
    ]);
  });

  it('reads days and times of day that exist, and nothing else', () => {
    expect(dateOfDay(dayOfDate('2024-02-29') ?? 0)).toBe('2024-02-29');
    for (const none of ['2026-02-29', '2026-13-01', '2026-2-1', '2026-04-31']) expect(dayOfDate(none)).toBeUndefined();
    expect([minuteOfClock('00:00'), minuteOfClock('23:59'), minuteOfClock('24:00')]).toEqual([0, 1439, undefined]);
  });

  it('is told to people on the outlet’s clock', () => {
    expect(localText(Date.parse('2026-11-20T02:15:00Z'), 480)).toBe('2026-11-20 10:15 (+08:00)');
    expect(localText(Date.parse('2026-11-20T02:15:00Z'), -210)).toBe('2026-11-19 22:45 (-03:30)');
  });
});
