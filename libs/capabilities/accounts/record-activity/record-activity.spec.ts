import { bought } from '../../../testing/account-facts';
import { recording, tell, untold } from '../../../testing/given-when-then';
import { always, onePointPer } from '../../../testing/rule-sketches';
import { activityDecider, type RecordActivity } from './record-activity.decide';

const TERMS = always({
  rules: [
    onePointPer('1.00'),
    { id: 'review', kind: 'perActivity', wallet: 'points', points: '25', activity: 'review' },
    { id: 'first', kind: 'perActivity', wallet: 'points', points: '5', activity: 'review' },
  ],
});

const DAY = 86_400_000;
const NOON = Date.parse('2026-03-11T12:00:00Z');

const review = (more: Partial<RecordActivity> = {}): RecordActivity => ({
  activity: { key: 'k', activity: 'review', channel: 'online', offsetMinutes: 480, source: 'till' },
  occurredAt: NOON,
  now: NOON,
  ...more,
});

const outcomeOf = (command: RecordActivity, before = untold) => {
  const { drafts, facts } = tell(TERMS, before, activityDecider(command));
  const event = facts.at(-1)?.event;
  const flags = event?.type === 'ActivityRecorded' ? event.data.flags : [];
  return { ...drafts.at(-1)?.outcome, flags, effectiveAt: facts.at(-1)?.effectiveAt };
};

describe('F1.2 a custom event', () => {
  it('earns what all rules that name it give', () => {
    expect(outcomeOf(review())).toMatchObject({
      earned: [{ programme: 'main', wallet: 'points', points: 30 }],
      balances: [{ available: 30 }],
      receiptLines: ['points earned: +30'],
      flags: [],
    });
  });

  it('that no rule names earns nothing', () => {
    const { activity } = review();
    const yawn = review({ activity: { ...activity, activity: 'yawn' } });
    expect(outcomeOf(yawn)).toMatchObject({ earned: [], receiptLines: [], flags: [] });
  });

  it('S2 acts when it happened, at most 45 days ago, and no later than it was reported', () => {
    const held = tell(TERMS, untold, recording(bought('1', { at: '2026-03-11T11:00:00Z', amount: 10 })));
    const earlier = outcomeOf(review({ occurredAt: NOON - DAY }), held);
    expect(earlier).toMatchObject({ flags: ['late'], effectiveAt: NOON - DAY, balances: [{ available: 40 }] });
    expect(earlier).toMatchObject({ earned: [{ points: 30 }] });
    expect(outcomeOf(review({ occurredAt: NOON - 46 * DAY }))).toMatchObject({
      flags: ['beyondHorizon'],
      effectiveAt: NOON,
    });
    expect(outcomeOf(review({ occurredAt: NOON + DAY }))).toMatchObject({ flags: ['inTheFuture'], effectiveAt: NOON });
    const { activity } = review();
    const imported = review({ activity: { ...activity, source: 'import' }, occurredAt: NOON - 460 * DAY });
    expect(outcomeOf(imported)).toMatchObject({ flags: [], effectiveAt: NOON - 460 * DAY });
  });
});
