import { bought } from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { always, onePointPer } from '../../../testing/rule-sketches';
import type { Cap } from '../../programmes';

const capped = (per: Cap['per']) =>
  always({
    timeZone: 'UTC',
    rules: [onePointPer('1.00')],
    caps: [{ id: 'most', wallet: 'points', points: 50, per }],
  });
/** In Manila, which is eight hours ahead of the programme. */
const sale = (receipt: string, at: string, amount: number) =>
  bought(receipt, { at: `${at}+08:00`, amount, offsetMinutes: 480 });

describe('S6 S22 a cap of 50', () => {
  it.each([
    ['day', '2026-01-01T23:59:59', '2026-01-02T00:00:00'],
    ['week', '2026-01-04T23:59:59', '2026-01-05T00:00:00'],
    ['month', '2026-01-31T23:59:59', '2026-02-01T00:00:00'],
    ['year', '2026-12-31T23:59:59', '2027-01-01T00:00:00'],
  ] as const)('a %s leaves no room until %s at the outlet, and is whole again on %s', (per, last, next) => {
    const story = new AccountStory(capped(per)).deliver(
      sale('1', '2026-01-01T08:00:00', 45),
      sale('2', last, 30),
      sale('3', next, 80),
    );
    expect([...(story.account.wallets[0]?.lots ?? [])].map(({ points }) => points)).toEqual([45, 5, 50]);
  });

  it('for ever is never whole again, and of a basket it is for every one', () => {
    const earned = (per: Cap['per']): number =>
      new AccountStory(capped(per))
        .deliver(sale('1', '2026-01-01T08:00:00', 45), sale('2', '2126-01-01T08:00:00', 80))
        .totals().earned;
    expect(earned('ever')).toBe(50);
    expect(earned('basket')).toBe(95);
  });

  it('of one rule leaves the room of another as it is', () => {
    const visit = { id: 'visit', kind: 'perVisit', wallet: 'points', points: '20' } as const;
    const story = new AccountStory(
      always({
        timeZone: 'UTC',
        rules: [onePointPer('1.00'), visit],
        caps: [
          { id: 'sales', wallet: 'points', points: 50, per: 'day', rules: ['base'] },
          { id: 'visits', wallet: 'points', points: 50, per: 'day', rules: ['visit'] },
        ],
      }),
    ).deliver(
      sale('1', '2026-01-01T08:00:00', 30),
      sale('2', '2026-01-01T09:00:00', 30),
      sale('3', '2026-01-01T10:00:00', 30),
    );
    const [day] = [Date.parse('2026-01-01') / 86_400_000];
    expect(story.account.wallets[0]?.caps).toEqual([
      { cap: 'sales', period: day, points: 50 },
      { cap: 'visits', period: day, points: 50 },
    ]);
    expect(story.totals().earned).toBe(100);
  });

  it('a week counts on in the outlet where Sunday is not over, though in another it is Monday', () => {
    const caps = [
      { id: 'weekly', wallet: 'points', points: 45, per: 'week' },
      { id: 'daily', wallet: 'points', points: 40, per: 'day' },
    ] as const;
    const story = new AccountStory(always({ timeZone: 'UTC', rules: [onePointPer('1.00')], caps })).deliver(
      bought('1', { at: '2026-01-03T10:00:00Z', amount: 30 }),
      sale('2', '2026-01-05T04:00:00', 20),
      bought('3', { at: '2026-01-04T22:00:00Z', amount: 40 }),
      bought('4', { at: '2026-01-04T23:00:00Z', amount: 40 }),
    );
    const earned = [...(story.account.wallets[0]?.lots ?? [])].map(({ points }) => points);
    // The week has room for 45, of which 30 are used.
    expect(earned).toEqual([30, 20, 15]);
  });
});
