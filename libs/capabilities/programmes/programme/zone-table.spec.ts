import fc from 'fast-check';
import { DateTime } from 'luxon';
import { Defect } from '../../../kernel/defect';
import { DAY_MS, MINUTE_MS } from '../../../kernel/time';
import { instantOfLocal, localDay, offsetAt } from '../../../kernel/zone';
import { checkZone, compileZone, storedZone } from './zone-table';

const ZONES = [
  'Asia/Manila',
  'Asia/Kathmandu',
  'Europe/London',
  'America/New_York',
  'America/Santiago',
  'Africa/Casablanca',
  'Pacific/Apia',
  // Summer time is half an hour.
  'Australia/Lord_Howe',
];

const instants = fc.integer({ min: 0, max: Date.UTC(2099, 0, 1) });

describe.each(ZONES)('the compiled zone %s', (name) => {
  const zone = compileZone(name);

  it('shows at any instant what an independent calendar shows', () => {
    const near = fc
      .constantFrom(...zone.transitions.map(([at]) => at))
      .chain((at) => fc.integer({ min: at - 2 * DAY_MS, max: at + 2 * DAY_MS }).filter((instant) => instant >= 0));
    fc.assert(
      fc.property(fc.oneof(instants, near), (at) => {
        const local = DateTime.fromMillis(at, { zone: name });
        expect(offsetAt(zone, at)).toBe(Math.round(local.offset));
        expect(localDay(zone, at)).toBe(Math.floor(local.setZone('utc', { keepLocalTime: true }).toMillis() / DAY_MS));
      }),
    );
  });

  it('S6 finds of every local time the first instant that shows it, or moves it forward by the gap', () => {
    const days = fc.oneof(
      fc.integer({ min: 1, max: 47_000 }),
      fc.constantFrom(...zone.transitions.map(([at]) => localDay(zone, at) + 1)),
      fc.constantFrom(...zone.transitions.map(([at]) => Math.max(1, localDay(zone, at)))),
    );
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 1439 }), (day, minute) => {
        const local = day * DAY_MS + minute * MINUTE_MS;
        // Every change of offset happens within a day, so all that could show the time lies within two.
        const offsets = new Set([-2, -1, 0, 1, 2].map((days) => offsetAt(zone, local + days * DAY_MS)));
        const showing = [...offsets]
          .map((offset) => local - offset * MINUTE_MS)
          .filter((at) => at + offsetAt(zone, at) * MINUTE_MS === local);
        const found = instantOfLocal(zone, day, minute);
        if (showing.length > 0) expect(found).toBe(Math.min(...showing));
        else {
          const gap = Math.max(...offsets) - Math.min(...offsets);
          expect(found + offsetAt(zone, found) * MINUTE_MS).toBe(local + gap * MINUTE_MS);
        }
      }),
    );
  });
});

describe('a stored zone', () => {
  it('reaches from 1970 to sixty years ahead and more', () => {
    const { transitions } = compileZone('Europe/London');
    expect(transitions[0]).toEqual([0, 60]);
    expect(transitions.at(-1)?.[0]).toBeGreaterThan(Date.UTC(2099, 0, 1));
  });

  it('is known by the SHA-256 of its canonical JSON', () => {
    const stored = {
      name: 'UTC',
      transitions: [[0, 0]] as const,
      hash: '6de34506fe1a9f04b7d4a7c8ca86e9a4258ea06042e004de4a43e79c98ef7284',
    };
    expect(storedZone('UTC')).toEqual(stored);
    expect(() => checkZone(stored)).not.toThrow();
    expect(() => checkZone({ ...stored, transitions: [[0, 60]] })).toThrow(Defect);
    expect(() => checkZone({ ...stored, name: 'Etc/UTC' })).toThrow(Defect);
  });

  it('is of a place that this machine knows', () => {
    expect(() => compileZone('Asia/Atlantis')).toThrow(Defect);
  });
});
