import { bought, voided } from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { always, onePointPer } from '../../../testing/rule-sketches';
import type { EarningRule } from '../../programmes';

const zone = { timeZone: 'UTC' };

describe('S6 the first visit', () => {
  const first = (firstOf: 'day' | 'week' | 'month' | 'year', points: string): EarningRule => ({
    id: firstOf,
    kind: 'perVisit',
    wallet: 'points',
    points,
    when: { firstOf },
  });
  const rules = always({
    ...zone,
    rules: [first('day', '1'), first('week', '10'), first('month', '100'), first('year', '1000')],
  });

  it.each([
    ['of all is the first of its year', '2026-01-04', 1_111],
    ['of a week is on Monday or after', '2026-01-05', 11],
    ['of a day is nothing more', '2026-01-06', 1],
    ['of a day is one: a second is none', '2026-01-06T13:00:00Z', 0],
    ['of a week at the end of a month', '2026-01-31', 11],
    ['of a month within the same week', '2026-02-01', 101],
    ['of the last month of a year', '2026-12-31', 111],
    ['of a year within the same week', '2027-01-01', 1_101],
  ])('%s: %s', (_, at, expected) => {
    const days = ['2026-01-04', '2026-01-05', '2026-01-06', '2026-01-06T13:00:00Z', '2026-01-31', '2026-02-01'];
    const visits = [...days, '2026-12-31', '2027-01-01'];
    const story = new AccountStory(rules);
    let earned = 0;
    for (const [index, day] of visits.slice(0, visits.indexOf(at) + 1).entries()) {
      earned = story.totals().earned;
      story.deliver(bought(String(index), { at: day, amount: 1 }));
    }
    expect(story.totals().earned - earned).toBe(expected);
  });
});

describe('S7 S22 a purchase that is void', () => {
  it('fills no cap and is no visit: the next one has the room, and is the first', () => {
    const double: EarningRule = {
      id: 'first',
      kind: 'multiplier',
      wallet: 'points',
      factor: '2',
      when: { firstOf: 'day' },
    };
    const capped = always({
      ...zone,
      rules: [onePointPer('1.00'), double],
      caps: [{ id: 'daily', wallet: 'points', points: 100, per: 'day' }],
    });
    const story = new AccountStory(capped).deliver(
      bought('1', { at: '2026-01-01T10:00:00Z', amount: 40 }),
      voided('1', { at: '2026-01-01T11:00:00Z' }),
      bought('2', { at: '2026-01-01T12:00:00Z', amount: 45 }),
    );
    expect(story.shown()).toEqual({ earned: 170, reversed: 80, available: 90 });
  });
});
