import { bought, claimed, returned } from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { always, onePointPer, programme, terms } from '../../../testing/rule-sketches';

const base = onePointPer('1.00');
const zone = { timeZone: 'UTC' };
const rounding = { mode: 'floor', scope: 'basket' } as const;
const expiry = { kind: 'fixed', after: { unit: 'day', count: 10 } } as const;
const tenDays = always({ ...zone, rules: [base], wallets: [{ id: 'points', name: 'points', rounding, expiry }] });

describe('S36 a claimed purchase', () => {
  it('100 - 30 under R1, claimed under R2: 70', () => {
    const revisions = terms({
      main: {
        '2026-01-01': programme({ ...zone, rules: [base] }),
        '2026-02-01': programme({ ...zone, rules: [onePointPer('0.50')] }),
      },
    });
    const anonymous = bought('1', { at: '2026-01-20', amount: 100, anonymous: true });
    const back = returned('2', { at: '2026-01-25', of: '1', amount: 30 });
    const story = new AccountStory(revisions).deliver(claimed(anonymous, { at: '2026-02-10' }, back));
    expect(story.derived()).toBe(70);
    expect(story.shown()).toEqual({ earned: 100, reversed: 30, available: 70 });
  });

  it('lives 30 days at least from then on', () => {
    const anonymous = bought('1', { at: '2026-01-01', amount: 100, anonymous: true });
    const story = new AccountStory(tenDays).deliver(claimed(anonymous, { at: '2026-01-20' }));
    expect(story.totals('points', '2026-02-19T23:59:59Z').available).toBe(100);
    expect(story.totals('points', '2026-02-20T00:00:00Z').expired).toBe(100);
  });
});
