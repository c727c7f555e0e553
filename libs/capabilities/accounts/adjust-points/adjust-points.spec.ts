import type { Refusal } from '../../../kernel/decision';
import { bought, reserved } from '../../../testing/account-facts';
import { decideOn, recording, tell, untold, type ToldAccount } from '../../../testing/given-when-then';
import { always, onePointPer } from '../../../testing/rule-sketches';
import type { ProgrammeDocument } from '../../programmes';
import { adjustDecider, type AdjustPoints } from './adjust-points.decide';

const termsWith = (adjustments?: ProgrammeDocument['adjustments']) =>
  always({ rules: [onePointPer('1.00')], ...(adjustments && { adjustments }) });

const NOON = Date.parse('2026-03-11T12:00:00Z');

const adjustment = (points: number, more: Partial<AdjustPoints> = {}): AdjustPoints => ({
  key: 'k',
  programme: 'main',
  wallet: 'points',
  points,
  reason: 'The till was down',
  role: 'manager',
  now: NOON,
  ...more,
});

/** What comes of it: the code of a refusal, or what can be spent afterwards. */
function adjusted(command: AdjustPoints, before: ToldAccount = untold, terms = termsWith()): string | number {
  const decided = decideOn(terms, adjustDecider(command), before);
  if (decided.kind === 'refused') return decided.code;
  return decided.next.wallets.find(({ wallet }) => wallet === 'points')?.totals.available ?? 0;
}

describe('L.7 an adjustment', () => {
  const held = tell(termsWith(), untold, recording(bought('1', { at: '2026-03-10', amount: 100 })));

  it('adds or takes as many points as the role may, and not one more', () => {
    expect([adjusted(adjustment(1000)), adjusted(adjustment(1001))]).toEqual([1000, 'AdjustmentTooLarge']);
    expect([adjusted(adjustment(-100), held), adjusted(adjustment(-1001), held)]).toEqual([0, 'AdjustmentTooLarge']);
    expect(adjusted(adjustment(5_000_000, { role: 'admin' }))).toBe(5_000_000);
    expect(adjusted(adjustment(1, { role: 'staff' }))).toBe('AdjustmentTooLarge');
  });

  it('is limited by the programme where that says who may', () => {
    const terms = termsWith({ staff: 20 });
    expect(adjusted(adjustment(20, { role: 'staff' }), untold, terms)).toBe(20);
    expect(adjusted(adjustment(21, { role: 'staff' }), untold, terms)).toBe('AdjustmentTooLarge');
    expect(adjusted(adjustment(1, { role: 'admin' }), untold, terms)).toBe('AdjustmentTooLarge');
  });

  it('takes what can be spent, and never what is reserved', () => {
    expect(adjusted(adjustment(-101), held)).toBe('InsufficientPoints');
    const reservation = reserved('r', { at: '2026-03-11T11:58:00Z', cost: 60 });
    const reserving = tell(termsWith(), held, recording(reservation));
    expect(adjusted(adjustment(-41), reserving)).toBe('InsufficientPoints');
    expect(adjusted(adjustment(-40), reserving)).toBe(0);
    // Five minutes later the reservation has lapsed.
    expect(adjusted(adjustment(-100, { now: NOON + 180_000 }), reserving)).toBe(0);
  });

  it('is of a wallet of a programme in force', () => {
    expect(adjusted(adjustment(1, { wallet: 'stars' }))).toBe('WalletUnknown');
    expect(adjusted(adjustment(1, { programme: 'other' }))).toBe('WalletUnknown');
  });

  it('that is refused says why, and where', () => {
    const refusal = (command: AdjustPoints) => {
      const { detail, errors } = decideOn(termsWith(), adjustDecider(command), held) as Refusal;
      return [detail, ...(errors ?? []).map(({ pointer }) => pointer)];
    };
    expect([
      refusal(adjustment(-1001)),
      refusal(adjustment(-101)),
      refusal(adjustment(1, { wallet: 'stars' })),
    ]).toEqual([
      ['The role manager may adjust by at most 1000 points at once, not by -1001.', '/points'],
      ['Only 100 points can be taken from points, not 101.', '/points'],
      ['No programme main is in force that has a wallet stars.', '/wallet'],
    ]);
  });

  it('S3 acts after all that the account has seen, at one instant in the order they came', () => {
    const twice = tell(termsWith(), held, adjustDecider(adjustment(5, { key: 'b' })), adjustDecider(adjustment(7)));
    expect(twice.drafts.flatMap(({ events }) => events.map(({ type }) => type)).slice(-4)).toEqual([
      'PointsAdjusted',
      'PointsGranted',
      'PointsAdjusted',
      'PointsGranted',
    ]);
    expect(twice.facts.slice(-2).map(({ effectiveAt }) => effectiveAt)).toEqual([NOON, NOON + 1]);
    const ahead = recording(bought('2', { at: '2026-03-11T12:04:00Z', amount: 1, recordedAt: '2026-03-11T12:00:00Z' }));
    const later = tell(termsWith(), held, ahead, adjustDecider(adjustment(7)));
    expect(later.facts.at(-1)?.effectiveAt).toBe(NOON + 240_000);
  });

  it('tells the change and the balance', () => {
    const { drafts } = tell(termsWith(), held, adjustDecider(adjustment(-30)));
    expect(drafts.at(-1)?.outcome).toMatchObject({
      balances: [{ programme: 'main', wallet: 'points', available: 70 }],
      receiptLines: ['points -30', 'points balance: 70'],
    });
  });
});
