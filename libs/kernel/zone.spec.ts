import { dayOfDate, instantText } from './time';
import { instantOfLocal, localDay, offsetAt, type Zone } from './zone';

const at = Date.parse;
const day = (text: string): number => dayOfDate(text) ?? NaN;

/** An hour ahead from 29 March, 01:00, to 25 October, 01:00. */
const london: Zone = {
  name: 'Europe/London',
  transitions: [
    [0, 60],
    [at('1971-10-31T02:00:00Z'), 0],
    [at('2026-03-29T01:00:00Z'), 60],
    [at('2026-10-25T01:00:00Z'), 0],
  ],
};
const utc: Zone = { name: 'UTC', transitions: [[0, 0]] };

describe('a time zone', () => {
  const instant = (date: string, minute: number) => instantText(instantOfLocal(london, day(date), minute));

  it('changes its offset at the very millisecond, and has its first one for all time before', () => {
    const change = at('2026-03-29T01:00:00Z');
    expect([change - 1, change].map((moment) => offsetAt(london, moment))).toEqual([0, 60]);
    expect([-Infinity, -1, 0].map((moment) => offsetAt(london, moment))).toEqual([60, 60, 60]);
    expect(offsetAt(london, at('2090-07-01T00:00:00Z'))).toBe(0);
  });

  it('S6 has days of its own', () => {
    expect(localDay(london, at('2026-06-30T23:30:00Z'))).toBe(day('2026-07-01'));
    expect(localDay(utc, at('2026-06-30T23:30:00Z'))).toBe(day('2026-06-30'));
    expect(localDay(utc, -1)).toBe(-1);
  });

  it('S6 a local time that comes twice is the first', () => {
    expect(instant('2026-10-25', 90)).toBe('2026-10-25T00:30:00.000Z');
    expect(instant('2026-10-25', 120)).toBe('2026-10-25T02:00:00.000Z');
  });

  it('S6 a local time that is skipped moves forward by the length of the gap', () => {
    expect(instant('2026-03-29', 59)).toBe('2026-03-29T00:59:00.000Z');
    expect(instant('2026-03-29', 90)).toBe('2026-03-29T01:30:00.000Z');
    expect(instant('2026-03-29', 120)).toBe('2026-03-29T01:00:00.000Z');
  });

  it('S6 a midnight that is skipped is the first moment of its day', () => {
    const santiago: Zone = {
      name: 'America/Santiago',
      transitions: [
        [0, -240],
        [at('2026-09-06T04:00:00Z'), -180],
      ],
    };
    expect(instantText(instantOfLocal(santiago, day('2026-09-06')))).toBe('2026-09-06T04:00:00.000Z');
  });

  it('S6 a day that is skipped moves forward by a day', () => {
    const apia: Zone = {
      name: 'Pacific/Apia',
      transitions: [
        [0, -600],
        [at('2011-12-30T10:00:00Z'), 840],
      ],
    };
    expect(instantText(instantOfLocal(apia, day('2011-12-29')))).toBe('2011-12-29T10:00:00.000Z');
    expect(instantText(instantOfLocal(apia, day('2011-12-30')))).toBe('2011-12-30T10:00:00.000Z');
    expect(instantText(instantOfLocal(apia, day('2011-12-31')))).toBe('2011-12-30T10:00:00.000Z');
  });
});
