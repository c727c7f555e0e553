import * as fc from 'fast-check';
import { accountStream, appendRequest } from '../../../testing/append-request';
import { RecentRecords } from './recent-records';
import { Tail, TailAppend } from './tail';

/** What happens to the end of the log: appends, the index follows, a group fails. Numbers say how far, in parts of what is there. */
const happening = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      stream: fc.integer({ min: 0, max: 3 }),
      events: fc.integer({ min: 1, max: 3 }),
      key: fc.integer({ min: 0, max: 3 }),
      action: fc.constantFrom('take' as const, 'release' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('indexed' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('failed' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
);

const RECENT_BYTES = 250;

describe('tail of the log', () => {
  it('answers like a plain list of appends, whatever was indexed and whatever failed', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const tail = new Tail();
        const recent = new RecentRecords(RECENT_BYTES);
        let model: TailAppend[] = [];
        let recentModel: TailAppend[] = [];
        let end = 0;
        for (const what of happenings) {
          if (what.kind === 'append') {
            const append = appendOf(what, end);
            tail.add(append);
            recent.add(recordOf(append));
            model.push(append);
            recentModel.push(append);
            while (recentModel.length * 100 > RECENT_BYTES && recentModel.length > 1) recentModel.shift();
            end += what.events;
          } else {
            const at = model[Math.floor(what.part * model.length)]?.position ?? end;
            if (what.kind === 'indexed') {
              tail.dropBefore(at);
              model = model.filter(({ position }) => position >= at);
            } else {
              const touched = new Set(model.filter(({ position }) => position >= at).map(({ stream }) => stream));
              expect(tail.rollBackTo(at)).toEqual(touched);
              recent.rollBackTo(at);
              model = model.filter(({ position }) => position < at);
              recentModel = recentModel.filter(({ position }) => position < at);
              end = at;
            }
          }
          expect(tail.size).toBe(model.length);
          for (let number = 0; number < 4; number++) {
            expect(tail.ofStream(accountStream(number))).toEqual(
              model.filter(({ stream }) => stream === accountStream(number)),
            );
            expect(tail.claim(String(number))?.append).toBe(
              model.findLast(({ claims }) => claims[0]?.key === String(number)),
            );
          }
          for (let position = 0; position <= end; position++) {
            const holding = model.findLast((append) => append.position <= position);
            expect(tail.placeAt(position, 0)?.position).toBe(holding?.position);
            const shown = recentModel.filter((append) => append.position + append.eventCount > position);
            const known = (recentModel[0]?.position ?? Infinity) <= position;
            const found = recent.from(position, 1_000)?.map((record) => record.position);
            if (position < end) expect(found).toEqual(known ? shown.map((append) => append.position) : undefined);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

interface Sketch {
  readonly stream: number;
  readonly events: number;
  readonly key: number;
  readonly action: 'take' | 'release';
}

function appendOf({ stream, events, key, action }: Sketch, position: number): TailAppend {
  const request = appendRequest(accountStream(stream), -1, {
    events: Array.from({ length: events }, () => 'One'),
    claims: [{ action, key: String(key) }],
  });
  const location = { segment: 0, offset: position * 8, length: 8 };
  return new TailAppend(request, 0, { position, location, durable: Promise.resolve(), hash: () => Buffer.alloc(32) });
}

function recordOf({ stream, firstRevision, eventCount, position }: TailAppend): Parameters<RecentRecords['add']>[0] {
  return {
    stream,
    firstRevision,
    eventCount,
    position,
    recordedAt: 0,
    claims: [],
    body: Buffer.alloc(100),
    previousHash: Buffer.alloc(32),
  };
}
