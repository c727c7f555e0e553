import fc from 'fast-check';
import { DateTime } from 'luxon';
import { HOUR_MS, instantText } from '../../../kernel/time';
import { onePointPer, programme, type ProgrammeSketch } from '../../../testing/rule-sketches';
import { compileZone } from '../programme/zone-table';
import { compileExpiry, endOfPeriod } from './compile-calendar';
import { compileProgramme } from './compile-programme';
import type { Reward } from './programme-document';

const manila = compileZone('Asia/Manila');
const at = (text: string): number => Date.parse(`${text}+08:00`);
const inManila = (end: number | null): string => instantText((end ?? NaN) + 8 * HOUR_MS).slice(0, 16);

const compiled = (sketch: Partial<ProgrammeSketch>) =>
  compileProgramme('main', 1, programme({ rules: [onePointPer('1.00')], ...sketch }), manila);
const walletOf = (sketch: Partial<ProgrammeSketch>) => {
  const [wallet] = compiled(sketch).wallets;
  if (wallet === undefined) throw new Error('no wallet');
  return wallet;
};

describe('S6 a calendar period', () => {
  const end = (from: string, unit: 'day' | 'month' | 'year', count: number) =>
    inManila(endOfPeriod(manila, at(from), { unit, count }));

  it('is clamped: 31 January and a month can be used through 28 February', () => {
    expect(end('2026-01-31T10:00', 'month', 1)).toBe('2026-03-01T00:00');
    expect(end('2028-01-31T10:00', 'month', 1)).toBe('2028-03-01T00:00');
    expect(end('2028-02-29T10:00', 'year', 1)).toBe('2029-03-01T00:00');
  });

  it('ends with its last local day: 10 January and 30 days can be used through 9 February', () => {
    expect(end('2026-01-10T00:00', 'day', 30)).toBe('2026-02-10T00:00');
    expect(end('2026-01-10T23:59', 'day', 30)).toBe('2026-02-10T00:00');
  });

  it('begins on the programme’s day: 2026-11-20T16:30Z in Manila is the 21st', () => {
    const earned = Date.parse('2026-11-20T16:30:00Z');
    expect(inManila(endOfPeriod(manila, earned, { unit: 'day', count: 1 }))).toBe('2026-11-23T00:00');
  });

  it('S5 until a day ends as the next one begins', () => {
    expect(inManila(compileExpiry(manila, { kind: 'endOfPeriod', period: 'year' })(at('2026-12-31T23:59')))).toBe(
      '2027-01-01T00:00',
    );
  });

  it.each(['Europe/London', 'Asia/Manila', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'])(
    'ends in %s where an independent calendar says',
    (name) => {
      const zone = compileZone(name);
      const instants = fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2055, 0) });
      const periods = fc.record({
        unit: fc.constantFrom('day' as const, 'month' as const, 'year' as const),
        count: fc.integer({ min: 0, max: 40 }),
      });
      fc.assert(
        fc.property(instants, periods, (from, period) => {
          const begins = DateTime.fromMillis(from, { zone: name }).startOf('day');
          const last = begins.plus({ [period.unit]: period.count });
          expect(endOfPeriod(zone, from, period)).toBe(last.plus({ days: 1 }).startOf('day').toMillis());
        }),
      );
      const calendarPeriods = fc.constantFrom('month' as const, 'quarter' as const, 'year' as const);
      fc.assert(
        fc.property(instants, calendarPeriods, fc.integer({ min: 0, max: 8 }), (from, period, extra) => {
          const begins = DateTime.fromMillis(from, { zone: name }).startOf(period);
          const end = begins.plus({ [period]: 1 + extra }).startOf(period);
          expect(compileExpiry(zone, { kind: 'endOfPeriod', period, extra })(from)).toBe(end.toMillis());
        }),
      );
    },
  );
});

describe('L.3 points of a wallet', () => {
  const earnedAt = at('2026-01-31T10:00');

  it('are active at once and live for ever, unless something is said', () => {
    const wallet = walletOf({});
    expect([wallet.activeAt(earnedAt), wallet.expiresAt(earnedAt), wallet.rolling]).toEqual([earnedAt, null, false]);
  });

  it('wait until the end of the last day of the pending period', () => {
    const { activeAt } = walletOf({ pending: { unit: 'day', count: 14 } });
    expect(inManila(activeAt(earnedAt))).toBe('2026-02-15T00:00');
  });

  it('end each by itself, all with the newest, or with the calendar', () => {
    const after = { unit: 'month', count: 1 } as const;
    const kinds = [
      { kind: 'fixed', after },
      { kind: 'rolling', after },
      { kind: 'endOfPeriod', period: 'quarter' },
      { kind: 'endOfPeriod', period: 'month', extra: 2 },
    ] as const;
    const ends = kinds.map((expiry) => {
      const { expiresAt, rolling } = walletOf({ expiry });
      return [inManila(expiresAt(earnedAt)), rolling];
    });
    expect(ends).toEqual([
      ['2026-03-01T00:00', false],
      ['2026-03-01T00:00', true],
      ['2026-04-01T00:00', false],
      ['2026-04-01T00:00', false],
    ]);
  });
});

describe('what a document leaves out', () => {
  it('has its default', () => {
    const { returns, debt, reservationMs, cards, rewards, endOfDays } = compiled({});
    expect({ ...returns, debt, reservationMs, cards, rewards: rewards.size }).toMatchObject({
      basis: 'rerate',
      unmatched: 'wait',
      debt: 'carry',
      reservationMs: 300_000,
      cards: [],
      rewards: 0,
    });
    expect(returns.windowEnd(at('2026-01-10T10:00'))).toBe(Infinity);
    expect(inManila(endOfDays(at('2026-01-10T10:00'), 30))).toBe('2026-02-10T00:00');
  });

  it('S28 and what it says counts: returns, debt, how long a reservation is held', () => {
    const { returns, debt, reservationMs } = compiled({
      returns: { basis: 'rerate', unmatched: 'ignore', window: { unit: 'day', count: 30 } },
      debt: 'forgive',
      reservationMinutes: 15,
    });
    expect([returns.basis, returns.unmatched, debt, reservationMs]).toEqual(['rerate', 'ignore', 'forgive', 900_000]);
    expect(inManila(returns.windowEnd(at('2026-01-10T10:00')))).toBe('2026-02-10T00:00');
  });
});

describe('a reward', () => {
  const reward = (more: Pick<Reward, 'validity' | 'from' | 'until'>) => {
    const cost = { wallet: 'points', points: 100 };
    const mug: Reward = { id: 'mug', name: 'A mug', kind: 'catalogue', description: 'A mug', cost, ...more };
    const found = compiled({ rewards: [mug] }).rewards.get('mug');
    if (found === undefined) throw new Error('no reward');
    return found;
  };

  it('can be redeemed at any time and used for ever, unless something is said', () => {
    const { isOffered, expiresAt } = reward({});
    expect([isOffered(0), isOffered(at('2090-01-01T00:00')), expiresAt(0)]).toEqual([true, true, null]);
  });

  it('S5 is offered from its first day to the end of the day before "until"', () => {
    const { isOffered } = reward({ from: '2026-12-01', until: '2027-01-01' });
    const instants = ['2026-11-30T23:59', '2026-12-01T00:00', '2026-12-31T23:59', '2027-01-01T00:00'];
    expect(instants.map((text) => isOffered(at(text)))).toEqual([false, true, true, false]);
  });

  it('S6 can be used until the end of the last day of its validity', () => {
    const { expiresAt } = reward({ validity: { unit: 'month', count: 1 } });
    expect(inManila(expiresAt(at('2026-01-31T10:00')))).toBe('2026-03-01T00:00');
  });
});
