import fc from 'fast-check';
import type { RewardKey } from '../../../kernel/ids';
import { bought, redemptionId } from '../../../testing/account-facts';
import { decideOn, recording, tell, untold, type ToldAccount } from '../../../testing/given-when-then';
import {
  always,
  onePointPer,
  programme,
  terms as timeline,
  type ProgrammeSketch,
} from '../../../testing/rule-sketches';
import type { Terms } from '../../programmes';
import { accountAt } from '../account/account.ledger';
import type { AccountDecider } from '../account/decide-account';
import { confirmDecider } from '../confirm-redemption/confirm-redemption.decide';
import { releaseDecider } from '../release-redemption/release-redemption.decide';
import { reportDecider } from '../report-redemption/report-redemption.decide';
import type { RedemptionOutcome } from './redemption.answer';
import { reserveDecider } from './reserve-redemption.decide';

const SHOP = {
  timeZone: 'UTC',
  rules: [onePointPer('1.00')],
  rewards: [
    { id: 'gift', name: 'Gift', kind: 'service', cost: { wallet: 'points', points: 100 } },
    { id: 'wash', name: 'Free wash', kind: 'service' },
  ],
  stampCards: [{ id: 'card', name: 'Card', collect: 'unit', when: { skus: ['WASH'] }, every: 5, reward: 'wash' }],
} satisfies ProgrammeSketch;

const instant = (text: string): number => Date.parse(text.length === 10 ? `${text}T12:00:00Z` : text);

/** Which reward is wanted; by default the gift, for points. */
interface Wanted {
  readonly reward?: string;
  readonly issued?: string;
}

/** An account, and what tills say of it, each at its own time. They are told the code of a refusal, or the outcome. */
class Counter {
  private told: ToldAccount = untold;

  constructor(private readonly terms: Terms = always(SHOP)) {}

  buys(receipt: string, at: string, amount: number, washes = 0): this {
    const lines = [{ amount }, ...(washes === 0 ? [] : [{ sku: 'WASH', quantity: washes, amount: washes }])];
    this.told = tell(this.terms, this.told, recording(bought(receipt, { at, lines })));
    return this;
  }

  reserves(name: string, at: string, wanted: Wanted = {}): string | RedemptionOutcome {
    return this.decide(reserveDecider({ ...redemptionOf(name, wanted), now: instant(at) }));
  }

  reports(name: string, at: string, recordedAt: string, wanted: Wanted = {}): string | RedemptionOutcome {
    const times = { occurredAt: instant(at), now: instant(recordedAt) };
    return this.decide(reportDecider({ ...redemptionOf(name, wanted), source: 'till', ...times }));
  }

  confirms(name: string, at: string, saidAt?: string): string | RedemptionOutcome {
    const { reserved, reservedAt } = this.reservation(name);
    const said = saidAt === undefined ? {} : { occurredAt: instant(saidAt) };
    return this.decide(confirmDecider({ reserved, reservedAt, now: instant(at), ...said }));
  }

  releases(name: string, at: string, of: 'held' | 'lapsed' = 'held'): string | RedemptionOutcome {
    return this.decide(releaseDecider({ reserved: this.reservation(name).reserved, now: instant(at), of }));
  }

  /** Available, reserved, spent, expired, debt. */
  holds(at?: string): readonly number[] {
    const { account } = this.told;
    const then = at === undefined ? account : accountAt(account, instant(at), this.terms);
    const totals = then.wallets.find(({ wallet }) => wallet === 'points')?.totals;
    const { available = 0, reserved = 0, spent = 0, expired = 0, debt = 0 } = totals ?? {};
    return [available, reserved, spent, expired, debt];
  }

  /** Whether anything was told as if it had come late. */
  get isCorrected(): boolean {
    return this.told.drafts.some(({ events }) => events.some(({ type }) => type === 'LedgerCorrected'));
  }

  private decide<Code extends string>(decider: AccountDecider<Code>): string | RedemptionOutcome {
    const decided = decideOn(this.terms, decider, this.told);
    if (decided.kind === 'refused') return decided.code;
    this.told = tell(this.terms, this.told, decider);
    return decided.outcome as RedemptionOutcome;
  }

  /** What the refusal of a command that is not taken says, and where in the body it points. */
  refusal<Code extends string>(decider: AccountDecider<Code>): readonly string[] {
    const decided = decideOn(this.terms, decider, this.told);
    if (decided.kind !== 'refused') throw new Error('it was accepted');
    return [decided.code, decided.detail, ...(decided.errors ?? []).map(({ pointer }) => pointer)];
  }

  reservation(name: string) {
    for (const { event, effectiveAt } of this.told.facts) {
      if (event.type !== 'RedemptionReserved' || event.data.redemption !== redemptionId(name)) continue;
      return { reserved: event.data, reservedAt: effectiveAt };
    }
    throw new Error(`nothing is reserved as ${name}`);
  }
}

const redemptionOf = (name: string, { reward = 'gift', issued }: Wanted) => ({
  redemption: redemptionId(name),
  outlet: 'manila-1',
  till: '1',
  reward: { programme: 'main', id: reward },
  ...(issued !== undefined && { issued: issued as RewardKey }),
});

describe('a reservation', () => {
  it('S3 is effective at the newest instant of the account, where till A runs 4 minutes fast', () => {
    const counter = new Counter().buys('1', '2026-03-10T10:04:00Z', 100);
    const reserved = counter.reserves('r', '2026-03-10T10:02:00Z');
    expect(reserved).toMatchObject({ reservedUntil: instant('2026-03-10T10:09:00Z') });
    expect(counter.confirms('r', '2026-03-10T10:03:00Z')).toMatchObject({ flags: [] });
    expect(counter.holds()).toEqual([0, 0, 100, 0, 0]);
  });

  it('S25 keeps points from expiring; left alone, they expire when it lapses', () => {
    const expiring = always({ ...SHOP, expiry: { kind: 'fixed', after: { unit: 'day', count: 1 } } });
    const reserved = (): Counter => {
      const counter = new Counter(expiring).buys('1', '2026-01-01', 100);
      counter.reserves('r', '2026-01-02T23:58:00Z');
      return counter;
    };
    const confirmed = reserved();
    expect(confirmed.confirms('r', '2026-01-03T00:02:00Z')).toMatchObject({ step: 'confirmed', flags: [] });
    expect(confirmed.holds()).toEqual([0, 0, 100, 0, 0]);
    expect(reserved().holds('2026-01-03T00:02:59Z')).toEqual([0, 100, 0, 0, 0]);
    expect(reserved().holds('2026-01-03T00:03:00Z')).toEqual([0, 0, 0, 100, 0]);
    const late = reserved().buys('2', '2026-01-03T00:10:00Z', 5);
    expect(late.confirms('r', '2026-01-03T00:20:00Z')).toBe('ReservationLapsed');
    expect(late.confirms('r', '2026-01-03T00:20:00Z', '2026-01-03T00:03:00Z')).toBe('ReservationLapsed');
    const counted = late.confirms('r', '2026-01-03T00:20:00Z', '2026-01-03T00:02:59Z');
    expect(counted).toMatchObject({ flags: ['late'] });
    expect(late.holds()).toEqual([5, 0, 100, 0, 0]);
  });

  it('S25 is never silently made again: what lapsed and was told as released counts if it was handed over in time', () => {
    const counter = new Counter().buys('1', '2026-03-10', 100);
    counter.reserves('r', '2026-03-11');
    expect(counter.releases('r', '2026-03-12')).toBe('ReservationLapsed');
    expect(counter.releases('r', '2026-03-12', 'lapsed')).toMatchObject({ step: 'released' });
    expect(counter.confirms('r', '2026-03-13')).toBe('ReservationLapsed');
    expect(counter.confirms('r', '2026-03-13', '2026-03-11T12:01:00Z')).toMatchObject({ flags: ['late'] });
    expect(counter.releases('r', '2026-03-14', 'lapsed')).toBe('RedemptionConfirmed');
    expect(counter.holds()).toEqual([0, 0, 100, 0, 0]);
  });

  it('S28 is priced by its own revision, whichever is in force when it is confirmed', () => {
    const dearer = [{ id: 'gift', name: 'Gift', kind: 'service', cost: { wallet: 'points', points: 150 } }] as const;
    const revisions = {
      '1970-01-01': programme(SHOP),
      '2026-03-11T12:02:00Z': programme({ ...SHOP, rewards: [...dearer], stampCards: [] }),
    };
    const counter = new Counter(timeline({ main: revisions })).buys('1', '2026-03-10', 200, 5);
    counter.reserves('r', '2026-03-11');
    counter.confirms('r', '2026-03-11T12:03:00Z');
    expect(counter.holds()).toEqual([105, 0, 100, 0, 0]);
    expect(counter.reserves('s', '2026-03-12')).toBe('InsufficientPoints');
    // The free wash is no reward of the new revision, and the customer has it all the same.
    const wash = { reward: 'wash', issued: 'main~card~1~1' };
    expect(counter.reserves('t', '2026-03-12', wash)).toMatchObject({ issued: wash.issued, reward: { id: 'wash' } });
  });

  it('holds an issued reward for one redemption, and gives it back when it lapses', () => {
    const counter = new Counter().buys('1', '2026-03-10', 1, 5);
    const wash = { reward: 'wash', issued: 'main~card~1~1' };
    expect(counter.reserves('r', '2026-03-11', { reward: 'gift', issued: wash.issued })).toBe('RewardNotHeld');
    expect(counter.reserves('r', '2026-03-11', wash)).toMatchObject({ step: 'reserved', rewards: [] });
    expect(counter.reserves('s', '2026-03-11T12:04:59Z', wash)).toBe('RewardReserved');
    expect(counter.reserves('s', '2026-03-11T12:05:00Z', wash)).toMatchObject({ step: 'reserved' });
    expect(counter.confirms('r', '2026-03-11T12:06:00Z')).toBe('ReservationLapsed');
    expect(counter.confirms('s', '2026-03-11T12:06:00Z')).toMatchObject({ step: 'confirmed' });
    expect(counter.reserves('t', '2026-03-12', wash)).toBe('RewardNotHeld');
  });

  it('never spends what is not there, and is never late, whatever tills reserve, confirm and release at whatever instant', () => {
    const step = fc.record({
      kind: fc.constantFrom('buys' as const, 'reserves' as const, 'confirms' as const, 'releases' as const),
      which: fc.nat({ max: 4 }),
      minutes: fc.nat({ max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const counter = new Counter().buys('0', '2026-03-10T00:00:00Z', 150);
        const [reserved, confirmed] = [new Set<string>(), new Set<string>()];
        let earned = 150;
        let now = instant('2026-03-10T00:00:00Z');
        for (const [index, { kind, which, minutes }] of steps.entries()) {
          // A purchase of the same instant would come before what was reserved (S4).
          now += (kind === 'buys' ? minutes + 1 : minutes) * 60_000;
          const at = new Date(now).toISOString();
          const name =
            kind === 'reserves' ? `r${99 - index}` : ([...reserved][which % Math.max(1, reserved.size)] ?? '');
          if (kind === 'buys') {
            counter.buys(`${index + 1}`, at, 40);
            earned += 40;
          } else if (name !== '') {
            const done = counter[kind](name, at);
            if (typeof done !== 'string' && kind === 'reserves') reserved.add(name);
            if (typeof done !== 'string' && kind === 'confirms') confirmed.add(name);
          }
          const [available = 0, held = 0, spent = 0, expired = 0, debt = 0] = counter.holds();
          expect([available + held + spent, available >= 0, expired, debt]).toEqual([earned, true, 0, 0]);
          expect(spent).toBe(100 * confirmed.size);
        }
        expect(counter.isCorrected).toBe(false);
      }),
    );
  });
});

describe('a redemption that is refused', () => {
  const at = instant('2026-03-11');
  const offered = { id: 'spring', name: 'Spring', kind: 'service', cost: { wallet: 'points', points: 1 } } as const;
  const stocked = { ...offered, id: 'mug', name: 'Mug', stock: 1 };
  const terms = always({
    ...SHOP,
    rewards: [
      ...SHOP.rewards,
      stocked,
      { ...offered, id: 'from', from: '2026-03-12' },
      { ...offered, id: 'until', until: '2026-03-11' },
      { ...offered, id: 'between', from: '2026-03-01', until: '2026-03-02' },
    ],
  });
  const counter = new Counter(terms).buys('1', '2026-03-10', 30, 5);
  const wash = { reward: 'wash', issued: 'main~card~1~1' };
  counter.reserves('held', '2026-03-11', wash);

  it.each([
    ['gift', ['InsufficientPoints', 'Gift costs 100 of points, of which 35 can be spent.', '/reward/id']],
    ['none', ['RewardUnknown', 'No programme main is in force that has a reward none.', '/reward/id']],
    ['mug', ['RewardOutOfStock', 'Every piece of Mug is reserved or handed over.', '/reward/id']],
    ['from', ['RewardNotOffered', 'Spring is offered from 2026-03-12.', '/reward/id']],
    ['until', ['RewardNotOffered', 'Spring is offered until 2026-03-11.', '/reward/id']],
    ['between', ['RewardNotOffered', 'Spring is offered from 2026-03-01 until 2026-03-02.', '/reward/id']],
    [
      'wash',
      ['RewardNotForPoints', 'Free wash cannot be had for points: name the issued one that is to be used.', '/issued'],
    ],
  ])('%s says why, and where', (reward, expected) => {
    expect(counter.refusal(reserveDecider({ ...redemptionOf('r', { reward }), now: at }))).toEqual(expected);
  });

  it('says of an issued reward who holds it, or that nobody does', () => {
    const refusal = (issued: string) =>
      counter.refusal(reserveDecider({ ...redemptionOf('r', { reward: 'wash', issued }), now: at }));
    expect(refusal('main~card~1~1')).toEqual([
      'RewardReserved',
      'main~card~1~1 is reserved already, by redemption red_held.',
      '/issued',
    ]);
    const gone = 'The customer does not hold main~card~2~1 as this reward: it was used, has ended or was taken back.';
    expect(refusal('main~card~2~1')).toEqual(['RewardNotHeld', gone, '/issued']);
  });

  it('offline says that no programme knows it', () => {
    const report = { ...redemptionOf('r', { reward: 'wash', issued: 'main~x~1~1' }), source: 'till' as const };
    expect(counter.refusal(reportDecider({ ...report, occurredAt: at, now: at }))).toEqual([
      'RewardNotHeld',
      'main~x~1~1 is no reward that a stamp card of main issues as wash.',
      '/issued',
    ]);
  });

  it('because it is over says what it has become', () => {
    const over = new Counter().buys('1', '2026-03-10', 300);
    for (const name of ['a', 'b', 'c']) over.reserves(name, '2026-03-11');
    over.confirms('a', '2026-03-11T12:01:00Z');
    over.releases('b', '2026-03-11T12:01:00Z');
    const said = (name: string): readonly (readonly string[])[] => {
      const reservation = over.reservation(name);
      const now = instant('2026-03-11T12:06:00Z');
      return [
        over.refusal(confirmDecider({ ...reservation, now })),
        over.refusal(releaseDecider({ ...reservation, now, of: 'held' })),
      ];
    };
    expect(said('a')).toEqual([
      ['RedemptionConfirmed', 'red_a is confirmed already.'],
      ['RedemptionConfirmed', 'red_a is confirmed: the reward was handed over.'],
    ]);
    expect(said('b')).toEqual([
      ['RedemptionReleased', 'red_b was released: reserve the reward again.'],
      ['RedemptionReleased', 'red_b is released already.'],
    ]);
    const held = 'red_c was held until 2026-03-11T12:05:00.002Z and has lapsed';
    expect(said('c')).toEqual([
      ['ReservationLapsed', `${held}: reserve the reward again.`],
      ['ReservationLapsed', `${held}: nothing is held any more.`],
    ]);
  });
});

describe('a redemption that is reported', () => {
  it('S26 takes what there is and owes the rest', () => {
    const counter = new Counter().buys('1', '2026-03-10', 100);
    expect(counter.reports('a', '2026-03-11', '2026-03-11')).toMatchObject({ step: 'confirmed', flags: [] });
    expect(counter.reports('b', '2026-03-11', '2026-03-11T13:00:00Z')).toMatchObject({ flags: ['overdrawn'] });
    expect(counter.holds()).toEqual([0, 0, 100, 0, 100]);
  });

  it('S12 late takes points that have expired since, and owes nothing', () => {
    const expiring = always({ ...SHOP, expiry: { kind: 'endOfPeriod', period: 'month' } });
    const counter = new Counter(expiring).buys('1', '2026-01-10', 100).buys('2', '2026-02-02', 5);
    expect(counter.holds()).toEqual([5, 0, 0, 100, 0]);
    expect(counter.reports('a', '2026-01-30', '2026-02-03')).toMatchObject({ flags: ['late'] });
    expect(counter.holds()).toEqual([5, 0, 100, 0, 0]);
    expect(counter.reports('b', '2026-01-30', '2026-02-03')).toMatchObject({ flags: ['late', 'overdrawn'] });
  });

  it('S26 of one reward twice is flagged; of one that no card issues it is refused', () => {
    const counter = new Counter().buys('1', '2026-03-10', 1, 5);
    const wash = { reward: 'wash', issued: 'main~card~1~1' };
    expect(counter.reports('a', '2026-03-11', '2026-03-11', wash)).toMatchObject({ flags: [] });
    expect(counter.reports('b', '2026-03-11', '2026-03-12', wash)).toMatchObject({ flags: ['rewardNotHeld'] });
    for (const issued of ['main~other~1~1', 'x~card~1~1', 'main~card~one~1', 'card']) {
      expect(counter.reports('c', '2026-03-11', '2026-03-12', { reward: 'wash', issued })).toBe('RewardNotHeld');
    }
    expect(counter.reports('d', '2026-03-11', '2026-03-12', { reward: 'wash' })).toBe('RewardNotForPoints');
    expect(counter.reports('e', '2026-03-11', '2026-03-12', { reward: 'none' })).toBe('RewardUnknown');
  });
});
