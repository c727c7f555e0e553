import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../kernel/time';
import { nextAttemptAt, RETRIED_FOR_MS, retryAfterMs } from './retry-schedule';

const NOW = Date.parse('2026-11-25T10:00:00Z');

describe('S.2 when a delivery is tried again', () => {
  it('is sooner at first and seldom later, the last time after three days to the millisecond', () => {
    const pauses: number[] = [];
    const until = NOW + RETRIED_FOR_MS;
    let [now, attempts] = [NOW, 1];
    for (let next = nextAttemptAt({ now, attempts, until, random: 0 }); next !== undefined;) {
      pauses.push(next - now);
      now = next;
      next = nextAttemptAt({ now, attempts: ++attempts, until, random: 0 });
    }
    expect(pauses.slice(0, 8)).toEqual(
      [5, 30, 120, 600, 1_800, 3_600, 7_200, 7_200].map((seconds) => seconds * SECOND_MS),
    );
    expect(now).toBe(until);
    expect(pauses.length).toBeGreaterThan(35);
  });

  it('is up to a fifth later at random', () => {
    const at = (random: number) => nextAttemptAt({ now: NOW, attempts: 3, until: NOW + DAY_MS, random });
    expect([at(0), at(1)]).toEqual([NOW + 2 * MINUTE_MS, NOW + 2.4 * MINUTE_MS]);
  });

  it('is not before what the receiver asked for, but for the last time', () => {
    const attempt = { now: NOW, attempts: 1, retryAfterMs: HOUR_MS, random: 0 };
    expect(nextAttemptAt({ ...attempt, until: NOW + DAY_MS })).toBe(NOW + HOUR_MS);
    expect(nextAttemptAt({ ...attempt, until: NOW + MINUTE_MS })).toBe(NOW + MINUTE_MS);
  });

  it.each([
    [undefined, 0],
    ['120', 120_000],
    ['Wed, 25 Nov 2026 10:05:00 GMT', 300_000],
    ['Wed, 25 Nov 2026 09:00:00 GMT', 0],
    ['soon', 0],
    ['-5', 0],
    ['99999999', DAY_MS],
  ])('reads Retry-After %s as %d ms', (header, wait) => {
    expect(retryAfterMs(header, NOW)).toBe(wait);
  });
});
