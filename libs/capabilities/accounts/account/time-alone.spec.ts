import { adjusted, bought, claimed, released, reserved, returned, usedOffline } from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { atOnce } from '../../../kernel/sliced';
import { always, onePointPer, type ProgrammeSketch } from '../../../testing/rule-sketches';
import {
  accountAt,
  claimablePoints,
  comesLate,
  dueAt,
  evolveAccount,
  foldAccount,
  lapsesNext,
  lapsesUntil,
  stepAccount,
} from './account.ledger';
import { initialAccount, type Account } from './account.state';
import { placeOf, type AccountFact } from './effective-order';
import { recordInOrder } from './record-fact';

const zone = { timeZone: 'UTC' };
const base = onePointPer('1.00');
const under = (sketch: Partial<ProgrammeSketch>) => always({ ...zone, rules: [base], ...sketch });
const plain = under({});
const slow = under({
  pending: { unit: 'day', count: 5 },
  expiry: { kind: 'fixed', after: { unit: 'day', count: 20 } },
});
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);
const activeFrom = day('2026-01-07');
const endsAt = day('2026-01-22');

describe('what comes due by time alone', () => {
  /** 30 are owed; 100 become active on 7 January and end on 22 January. */
  const owing = () =>
    new AccountStory(slow).deliver(
      usedOffline('r', { at: '2026-01-01T10:00:00Z', cost: 30 }),
      bought('1', { at: '2026-01-01', amount: 100 }),
    ).account;
  const lapses = (at: number, announced = -Infinity) =>
    lapsesUntil({ ...owing(), announced }, at, slow).map(({ type }) => type);

  it('is told up to an instant, inclusive: debt is paid as points become active', () => {
    expect(lapses(activeFrom - 1)).toEqual([]);
    expect(lapses(activeFrom)).toEqual(['PointsActivated', 'DebtPaid']);
    expect(lapses(endsAt)).toEqual(['PointsActivated', 'DebtPaid', 'PointsExpired']);
    expect(lapsesNext(owing(), slow)).toBe(activeFrom);
    expect(lapsesNext(accountAt(owing(), endsAt, slow), slow)).toBe(Infinity);
  });

  it('is told once: what was announced goes with what it brought about', () => {
    expect(lapses(endsAt, activeFrom - 1)).toEqual(['PointsActivated', 'DebtPaid', 'PointsExpired']);
    expect(lapses(endsAt, activeFrom)).toEqual(['PointsExpired']);
    expect(lapses(endsAt, endsAt)).toEqual([]);
  });

  it('and what the next fact does itself is told, though time alone was announced before it', () => {
    const told = (announced: number, fact: AccountFact) =>
      recordInOrder({ ...owing(), announced }, fact, slow)?.decisions.map(({ type }) => type);
    const adjusting = adjusted('a', 25, { at: '2026-01-08' });
    expect(told(activeFrom - 1, adjusting)).toEqual(['PointsActivated', 'DebtPaid', 'PointsGranted']);
    expect(told(activeFrom, adjusting)).toEqual(['PointsGranted']);
    // What it gives pays the debt that is left, and that is told with it.
    expect(told(day('2026-01-02'), adjusted('a', 25, { at: '2026-01-03' }))).toEqual(['PointsGranted', 'DebtPaid']);
  });

  it('S25 a reservation that lapses says when; one that is released does not', () => {
    const held = new AccountStory(plain).deliver(
      bought('1', { at: '2026-01-01', amount: 100 }),
      reserved('r', { at: '2026-01-02T10:00:00Z', cost: 80 }),
    );
    expect(lapsesUntil(held.account, day('2026-01-03'), plain).map(dueAt)).toEqual([
      Date.parse('2026-01-02T10:05:00Z'),
    ]);
    const freed = stepAccount(held.account, released('r', { at: '2026-01-02T10:01:00Z' }), plain);
    expect(freed?.decisions.map((decision) => [decision.type, dueAt(decision)])).toEqual([
      ['PointsReleased', Infinity],
    ]);
  });
});

describe('S27 an account that waits for a return to be settled', () => {
  const settling = under({ returns: { basis: 'rerate', unmatched: 'ownInvoice' } });
  const due = Date.parse('2026-02-15T12:00:00Z');
  const facts = [
    bought('1', { at: '2026-01-01T08:00:00Z', amount: 100 }),
    returned('2', { at: '2026-01-01', of: 'unknown', amount: 40 }),
    returned('3', { at: '2026-01-03', of: 'unknown', amount: 1 }),
  ];
  const folded = (asOf?: number) => atOnce(foldAccount(facts, settling, asOf === undefined ? {} : { asOf })).account;

  it('knows when the first is; what was matched is not waited for', () => {
    expect(folded().settlesAt).toBe(due);
    expect(folded(due - 1).settlesAt).toBe(due);
    expect(folded(due).settlesAt).toBe(Date.parse('2026-02-17T12:00:00Z'));
    expect(folded(due).wallets[0]?.totals.available).toBe(60);
    const matched = [facts[0], returned('2', { at: '2026-01-01', of: '1', amount: 40 })].flatMap((fact) => fact ?? []);
    expect(atOnce(foldAccount(matched, settling)).account.settlesAt).toBe(Infinity);
  });

  it('cannot be carried over that instant by itself: only the whole history can', () => {
    const account = folded();
    expect(accountAt(account, due - 1, settling).wallets[0]?.totals.available).toBe(100);
    expect(() => accountAt(account, due, settling)).toThrow(
      'a return is settled meanwhile, which needs the whole history',
    );
    const at = (instant: number) => adjusted('a', 1, { at: new Date(instant).toISOString() });
    expect(stepAccount(account, at(due - 1), settling)).toBeDefined();
    expect(stepAccount(account, at(due), settling)).toBeUndefined();
    expect(stepAccount({ ...account, behind: true }, at(due - 1), settling)).toBeUndefined();
  });
});

describe('an account that follows its stored facts', () => {
  const sale = bought('1', { at: '2026-01-10', amount: 100 });
  const followed = (): Account => new AccountStory(plain).deliver(sale).account;

  it('moves with each as it was decided', () => {
    const account = followed();
    const next = bought('2', { at: '2026-01-11', amount: 10 });
    expect(evolveAccount(account, next, plain)).toEqual(stepAccount(account, next, plain)?.account);
  });

  it('is behind at one that only the history can place, and stays so', () => {
    const account = followed();
    const late = evolveAccount(account, bought('0', { at: '2026-01-09', amount: 10 }), plain);
    expect(late).toEqual({ ...account, behind: true });
    const back = returned('2', { at: '2026-01-11', of: '1', amount: 10 });
    const named = evolveAccount(account, back, plain);
    expect(named).toEqual({ ...account, newest: placeOf(back), behind: true });
    const later = bought('3', { at: '2026-01-12', amount: 10 });
    expect(evolveAccount(named, later, plain)).toEqual({ ...account, newest: placeOf(later), behind: true });
  });

  it('S4 a fact is late that belongs before the newest, and no other', () => {
    const account = followed();
    expect(comesLate(initialAccount, placeOf(sale))).toBe(false);
    expect(comesLate(account, placeOf(sale))).toBe(false);
    expect(comesLate(account, { ...placeOf(sale), receipt: '0' })).toBe(true);
    expect(comesLate(account, { ...placeOf(sale), receipt: '2' })).toBe(false);
  });
});

describe('S36 what an anonymous purchase holds ready', () => {
  it('are its points, lot by lot; stamps are collected by whoever claims it', () => {
    const rules = under({
      rewards: [{ id: 'free', name: 'A free one', kind: 'service' }],
      stampCards: [{ id: 'card', name: 'Card', collect: 'unit', every: 1, reward: 'free' }],
    });
    const anonymous = bought('1', { at: '2026-01-10', amount: 100, anonymous: true });
    if (anonymous.event.type !== 'PurchaseRecorded') throw new Error('a purchase was told');
    expect(claimablePoints(anonymous, anonymous.event.data, rules).map(({ points }) => points)).toEqual([100]);
    const story = new AccountStory(rules).deliver(claimed(anonymous, { at: '2026-01-12' }));
    expect([story.totals().available, story.card(1)]).toEqual([100, [1, 0, 1, 0]]);
  });
});
