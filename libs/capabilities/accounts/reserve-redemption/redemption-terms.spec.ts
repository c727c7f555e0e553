import type { RewardKey } from '../../../kernel/ids';
import { DAY_MS, HORIZON_MS } from '../../../kernel/time';
import { bought, redemptionId, returned } from '../../../testing/account-facts';
import { decideOn, recording, tell, untold, type ToldAccount } from '../../../testing/given-when-then';
import { always, onePointPer, programme, terms, type ProgrammeSketch } from '../../../testing/rule-sketches';
import type { Terms } from '../../programmes';
import type { AccountFact } from '../account/effective-order';
import { adjustDecider } from '../adjust-points/adjust-points.decide';
import { confirmDecider } from '../confirm-redemption/confirm-redemption.decide';
import { releaseDecider } from '../release-redemption/release-redemption.decide';
import { reportDecider } from '../report-redemption/report-redemption.decide';
import { reserveDecider, type ReserveRedemption } from './reserve-redemption.decide';

const wallet = (id: string) => ({ id, name: id, rounding: { mode: 'floor', scope: 'basket' } as const });
const reward = (id: string, points: number, of = 'points') =>
  ({ id, name: id, kind: 'service', cost: { wallet: of, points } }) as const;
const card = (id: string, issues: string) =>
  ({ id, name: id, collect: 'unit', when: { skus: ['WASH'] }, every: 5, reward: issues }) as const;

const SHOP = {
  timeZone: 'UTC',
  wallets: [wallet('points'), wallet('stars')],
  rules: [onePointPer('1.00'), onePointPer('10.00', { id: 'star', wallet: 'stars' })],
  rewards: [
    reward('gift', 100),
    { ...reward('mug', 10), stock: 2 },
    reward('lamp', 11, 'stars'),
    { ...reward('stars', 20), kind: 'points', wallet: 'stars', points: 50 },
    reward('wash', 30),
    { id: 'dry', name: 'dry', kind: 'service' },
  ],
  stampCards: [card('other', 'dry'), card('card', 'wash')],
} satisfies ProgrammeSketch;

/** Ten points for every unit, where the shop gives one; the same names stand for other things. */
const CLUB = {
  timeZone: 'UTC',
  rules: [onePointPer('0.10')],
  rewards: [reward('gift', 500), { id: 'wash', name: 'wash', kind: 'service' }],
  stampCards: [card('club', 'wash')],
} satisfies ProgrammeSketch;

const both = terms({ club: { '1970-01-01': programme(CLUB) }, main: { '1970-01-01': programme(SHOP) } });
const instant = (text: string): number => Date.parse(text);
const NOON = '2026-03-11T12:00:00Z';

/** 100.00 spent on the day before, of which 5 units are washes. */
const visited = (under: Terms): ToldAccount =>
  tell(
    under,
    untold,
    recording(bought('1', { at: '2026-03-10', lines: [{ amount: 95 }, { sku: 'WASH', quantity: 5, amount: 5 }] })),
  );

type Wanted = Partial<Omit<ReserveRedemption, 'reward'>> & { readonly reward?: string; readonly programme?: string };

const redemptionOf = (name: string, { reward: id = 'gift', programme: of = 'main', ...more }: Wanted) => ({
  redemption: redemptionId(name),
  outlet: 'manila-1',
  till: '1',
  reward: { programme: of, id },
  now: instant(NOON),
  ...more,
});

const reserving = (name: string, wanted: Wanted = {}) => reserveDecider(redemptionOf(name, wanted));
const reporting = (name: string, wanted: Wanted = {}) =>
  reportDecider({ occurredAt: instant(NOON), source: 'till', ...redemptionOf(name, wanted) });

const wash = { reward: 'wash', issued: 'main~card~1~1' as RewardKey };

function accepted<Code extends string>(
  decider: Parameters<typeof decideOn<Code>>[1],
  before: ToldAccount,
  under = both,
) {
  const draft = decideOn(under, decider, before);
  if (draft.kind === 'refused') throw new Error(`${draft.code}: ${draft.detail}`);
  const [fact] = draft.facts;
  if (fact === undefined) throw new Error('nothing is recorded');
  return { ...draft, fact, data: fact.event.data };
}

const refusedBy = <Code extends string>(
  decider: Parameters<typeof decideOn<Code>>[1],
  before: ToldAccount,
  under = both,
) => {
  const decided = decideOn(under, decider, before);
  return decided.kind === 'refused' ? [decided.code, decided.detail] : [];
};

describe('a reward for points', () => {
  const held = visited(both);

  it('S35 is paid from the wallet of its own programme that it names', () => {
    expect(accepted(reserving('a'), held).next.wallets).toMatchObject([
      { programme: 'club', wallet: 'points', totals: { available: 1_000 } },
      { programme: 'main', wallet: 'points', totals: { available: 0, reserved: 100 } },
      { programme: 'main', wallet: 'stars', totals: { available: 10 } },
    ]);
    expect(refusedBy(reserving('a', { reward: 'lamp' }), held)).toEqual([
      'InsufficientPoints',
      'lamp costs 11 of stars, of which 10 can be spent.',
    ]);
    expect(accepted(reserving('a', { programme: 'club' }), held).data).toMatchObject({ programme: 'club', cost: 500 });
    const poor = tell(both, untold, recording(bought('1', { at: '2026-03-10', amount: 60 })));
    expect(refusedBy(reserving('a'), poor)).toEqual([
      'InsufficientPoints',
      'gift costs 100 of points, of which 60 can be spent.',
    ]);
    expect(refusedBy(reserving('a'), untold)).toEqual([
      'InsufficientPoints',
      'gift costs 100 of points, of which 0 can be spent.',
    ]);
  });

  it('that is points says which it gives; no other says so', () => {
    expect(accepted(reserving('a', { reward: 'stars' }), held).data).toMatchObject({
      cost: 20,
      gives: { wallet: 'stars', points: 50 },
    });
    expect(Object.keys(accepted(reserving('a'), held).data).sort()).toEqual(
      ['redemption', 'programme', 'revision', 'reward', 'wallet', 'cost', 'outlet', 'till', 'reservedUntil'].sort(),
    );
  });

  it('that a card issues as well costs nothing where the issued one is used', () => {
    expect(accepted(reserving('a', wash), held).data).toMatchObject({ issued: wash.issued, cost: 0 });
    expect('wallet' in accepted(reserving('a', wash), held).data).toBe(false);
    expect(accepted(reserving('a', { reward: 'wash' }), held).data).toMatchObject({ wallet: 'points', cost: 30 });
  });

  it('S35 issued by a card of one programme is not had for it in another', () => {
    const club = 'club~club~1~1' as RewardKey;
    expect(accepted(reserving('a', { reward: 'wash', programme: 'club', issued: club }), held).data).toMatchObject({
      issued: club,
    });
    expect(refusedBy(reserving('a', { ...wash, issued: club }), held)[0]).toBe('RewardNotHeld');
    expect(refusedBy(reporting('a', { ...wash, issued: club }), held)[0]).toBe('RewardNotHeld');
  });

  it('of which there are so many takes the piece that is free; one without stock has none', () => {
    expect(accepted(reserving('a', { reward: 'mug', piece: 2 }), held)).toMatchObject({
      data: { piece: 2 },
      outcome: { piece: 2, flags: [] },
    });
    expect(refusedBy(reserving('a', { reward: 'mug' }), held)[0]).toBe('RewardOutOfStock');
    expect('piece' in accepted(reserving('a', { piece: 2 }), held).data).toBe(false);
  });

  it('is held and given back at the server’s time; the till’s own is kept', () => {
    const said = instant('2026-03-11T11:58:00Z');
    const { fact } = accepted(reserving('a', { occurredAt: said }), held);
    expect([fact.occurredAt, fact.effectiveAt]).toEqual([said, instant(NOON)]);
    expect(accepted(reserving('a'), held).fact.occurredAt).toBe(instant(NOON));
    const reserved = tell(both, held, reserving('a'));
    const release = (occurredAt?: number) =>
      releaseDecider({
        ...reservationIn(reserved),
        now: instant('2026-03-11T12:02:00Z'),
        of: 'held',
        ...(occurredAt !== undefined && { occurredAt }),
      });
    expect(accepted(release(said), reserved)).toMatchObject({
      fact: { occurredAt: said, effectiveAt: instant('2026-03-11T12:02:00Z') },
      outcome: { flags: [] },
    });
    expect(accepted(release(), reserved).fact.occurredAt).toBe(instant('2026-03-11T12:02:00Z'));
  });
});

function reservationIn({ facts }: ToldAccount) {
  const fact = facts.findLast(({ event }) => event.type === 'RedemptionReserved');
  if (fact?.event.type !== 'RedemptionReserved') throw new Error('nothing is reserved');
  return { reserved: fact.event.data, reservedAt: fact.effectiveAt };
}

describe('S25 a confirmation', () => {
  const held = visited(both);
  const confirming = (reserved: ToldAccount, now: number, occurredAt?: number) =>
    confirmDecider({ ...reservationIn(reserved), now, ...(occurredAt !== undefined && { occurredAt }) });
  const until = instant('2026-03-11T12:05:00Z');

  it('in time acts when it is told, whatever the till says', () => {
    const reserved = tell(both, held, reserving('a'));
    const told = accepted(confirming(reserved, until - 1, instant('2026-03-11T12:01:00Z')), reserved);
    expect(told).toMatchObject({
      fact: { occurredAt: instant('2026-03-11T12:01:00Z'), effectiveAt: until - 1 },
      outcome: { flags: [] },
    });
    // A till whose clock runs ahead says no more than that it is confirmed now.
    expect(accepted(confirming(reserved, until - 1, until + 1), reserved).fact.occurredAt).toBe(until - 1);
  });

  it('too late acts when the reward was handed over, which cannot be before it was held', () => {
    const reserved = tell(both, held, reserving('a'));
    const late = (occurredAt: number) => accepted(confirming(reserved, until, occurredAt), reserved);
    expect(late(until - 1)).toMatchObject({ fact: { effectiveAt: until - 1 }, outcome: { flags: ['late'] } });
    expect(late(instant('2026-03-11T11:00:00Z')).fact.effectiveAt).toBe(instant(NOON));
  });

  it('S2 too late counts for 45 days, and not a moment longer', () => {
    const reserved = tell(both, held, reserving('a'));
    const of = (now: number) => decideOn(both, confirming(reserved, now, until - 1), reserved);
    expect(of(until - 1 + HORIZON_MS)).toMatchObject({ kind: 'draft', outcome: { flags: ['late'] } });
    expect(of(until + HORIZON_MS)).toMatchObject({ code: 'ReservationLapsed' });
  });

  it('too late is told where its piece was given back meanwhile', () => {
    const flagsOf = (wanted: Wanted, givenBack: boolean): unknown => {
      // What became of another reservation is no matter.
      let told = tell(both, held, reserving('z', { reward: 'stars' }));
      told = tell(both, told, releaseDecider({ ...reservationIn(told), now: instant(NOON) + 1_000, of: 'held' }));
      told = tell(both, told, reserving('a', { ...wanted, now: instant(NOON) + 1_000 }));
      const late = confirming(told, until + 60_000, until - 1);
      const lapsed = releaseDecider({ ...reservationIn(told), now: until + 30_000, of: 'lapsed' });
      const since = givenBack ? lapsed : recording(bought('2', { at: '2026-03-11T12:05:30Z', amount: 1 }));
      return accepted(late, tell<string>(both, told, since)).outcome['flags'];
    };
    const mug = { reward: 'mug', piece: 1 };
    expect(flagsOf(mug, true)).toEqual(['late', 'stockOverdrawn']);
    expect([flagsOf(mug, false), flagsOf({ reward: 'gift' }, true)]).toEqual([['late'], ['late']]);
  });
});

describe('S26 what a till that was cut off reports', () => {
  const held = visited(both);

  it('is stamped with what is wrong with it as far as it is known; of a late one, the ledger tells of the points', () => {
    expect(accepted(reporting('a'), held).data).toMatchObject({ flags: [] });
    expect(accepted(reporting('a', { reward: 'lamp' }), held).data).toMatchObject({ flags: ['overdrawn'] });
    expect(accepted(reporting('a', { programme: 'club' }), held).data).toMatchObject({ flags: [] });
    const later = tell(both, held, reporting('a'), reporting('b', { ...wash, now: instant(NOON) }));
    // The club's points are none of the shop's.
    expect(accepted(reporting('c'), later).data).toMatchObject({ programme: 'main', flags: ['overdrawn'] });
    const earlier = { occurredAt: instant('2026-03-11T11:00:00Z') };
    expect(accepted(reporting('c', { ...earlier, reward: 'lamp' }), later)).toMatchObject({
      data: { flags: ['late'] },
      outcome: { flags: ['late', 'overdrawn'] },
    });
    expect(accepted(reporting('d', { ...earlier, ...wash }), later).data).toMatchObject({
      flags: ['late', 'rewardNotHeld'],
    });
    const nobody = accepted(reporting('a', earlier), untold);
    expect(nobody.data).toMatchObject({ flags: ['overdrawn'] });
  });

  it('takes the piece that is free, and is told where none was', () => {
    const mug = { reward: 'mug' };
    expect(accepted(reporting('a', { ...mug, piece: 2 }), held)).toMatchObject({
      data: { piece: 2 },
      outcome: { piece: 2, flags: [] },
    });
    const none = accepted(reporting('a', mug), held);
    expect(none.outcome).toMatchObject({ flags: ['stockOverdrawn'] });
    const without = accepted(reporting('a', { piece: 2 }), held);
    expect(without.outcome).toMatchObject({ flags: [] });
    expect(['piece' in none.data, 'piece' in without.data]).toEqual([false, false]);
  });

  it('is of a reward that a card issues under any revision, as that very reward', () => {
    expect(accepted(reporting('a', wash), held).data).toMatchObject({ issued: wash.issued, cost: 0 });
    // The card issues washes, and another of the same programme what it is asked for.
    expect(refusedBy(reporting('a', { ...wash, reward: 'dry' }), held)[0]).toBe('RewardNotHeld');
    const other = 'main~other~1~1' as RewardKey;
    expect(accepted(reporting('a', { reward: 'dry', issued: other }), held).data).toMatchObject({ issued: other });
    const cardless = { ...SHOP, stampCards: [card('other', 'dry')] };
    const changing = terms({ main: { '1970-01-01': programme(SHOP), '2026-03-11': programme(cardless) } });
    expect(accepted(reporting('a', wash), visited(changing), changing).data).toMatchObject({ flags: [] });
    // A card of the club is none of the shop's, though its name is asked for there.
    const posing = { reward: 'wash', issued: 'main~club~1~1' as RewardKey };
    expect(refusedBy(reporting('a', posing), held)[0]).toBe('RewardNotHeld');
  });
});

describe('S27 where a return was settled meanwhile', () => {
  const dearer = [...SHOP.rewards, reward('dear', 150)];
  const settling = always({ ...SHOP, rewards: dearer, returns: { basis: 'rerate', unmatched: 'ownInvoice' } });
  const facts: readonly AccountFact[] = [
    bought('1', { at: '2026-01-01', amount: 150 }),
    returned('r', { at: '2026-01-02', of: 'unknown', amount: 40 }),
  ];
  const waiting = tell(settling, untold, ...facts.map(recording));
  const due = instant('2026-02-16T12:00:00Z');

  it.each([due, due + 60 * DAY_MS])('what can be spent is less by it from that very instant on: %d', (later) => {
    const dear = (name: string, now: number) => reserving(name, { reward: 'dear', now });
    expect(accepted(dear('a', due - 1), waiting, settling).next.wallets).toMatchObject([
      { totals: { available: 0, reserved: 150 } },
      {},
    ]);
    expect(refusedBy(dear('a', later), waiting, settling)).toEqual([
      'InsufficientPoints',
      'dear costs 150 of points, of which 110 can be spent.',
    ]);
    expect(accepted(reserving('a', { now: later }), waiting, settling).next.wallets).toMatchObject([
      { totals: { available: 10, reserved: 100, reversed: 40, debt: 0 } },
      {},
    ]);
  });

  it('what is reported is overdrawn by it, and what is adjusted cannot take it', () => {
    const report = (name: string, now: number) => reporting(name, { reward: 'dear', now, occurredAt: now });
    expect(accepted(report('a', due - 1), waiting, settling).data).toMatchObject({ flags: [] });
    expect(accepted(report('a', due), waiting, settling).data).toMatchObject({ flags: ['overdrawn'] });
    const adjustment = { key: 'k', programme: 'main', wallet: 'points', reason: 'miskeyed', role: 'manager' } as const;
    const taking = (points: number, now: number) => adjustDecider({ ...adjustment, points: -points, now });
    expect(accepted(taking(150, due - 1), waiting, settling).data).toMatchObject({ points: -150 });
    expect(refusedBy(taking(111, due), waiting, settling)).toEqual([
      'InsufficientPoints',
      'Only 110 points can be taken from points, not 111.',
    ]);
    expect(accepted(taking(110, due), waiting, settling).data).toMatchObject({ points: -110 });
  });
});

describe('an adjustment', () => {
  it('S35 is of the wallet it names, of the programme it names', () => {
    const held = visited(both);
    const taking = (of: string, name: string, points: number) =>
      adjustDecider({
        key: 'k',
        programme: of,
        wallet: name,
        points: -points,
        reason: 'miskeyed',
        role: 'admin',
        now: instant(NOON),
      });
    const most = { 'club points': 1_000, 'main points': 100, 'main stars': 10 };
    for (const [named, points] of Object.entries(most)) {
      const [of = '', name = ''] = named.split(' ');
      expect(accepted(taking(of, name, points), held).data).toMatchObject({ points: -points });
      expect(refusedBy(taking(of, name, points + 1), held)).toEqual([
        'InsufficientPoints',
        `Only ${points} points can be taken from ${name}, not ${points + 1}.`,
      ]);
    }
  });
});
