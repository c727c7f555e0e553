import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventId } from '../platform/identifiers/identifiers';
import { accountStream, appendRequest, MAIN, positionOf } from './append-request';
import { DoorThread } from './esdb-door-thread';

export type Expected = 'any' | 'no_stream' | 'stream_exists' | bigint;

export interface ClientEvent {
  readonly id?: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>> | Uint8Array;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

interface Position {
  readonly commit: bigint;
  readonly prepare: bigint;
}

export interface Resolved {
  readonly event?: {
    readonly streamId: string;
    readonly id: string;
    readonly type: string;
    readonly revision: bigint;
    readonly isJson: boolean;
    readonly data?: unknown;
    readonly metadata?: unknown;
    readonly position?: Position | undefined;
  };
}

export type Filter = {
  readonly filterOn: 'streamName' | 'eventType';
  readonly checkpointInterval: number;
  readonly maxSearchWindow?: number;
  readonly checkpointReached?: (subscription: unknown, position: Position) => void;
} & ({ readonly prefixes: string[] } | { readonly regex: string });

const ofStreams = { filterOn: 'streamName', checkpointInterval: 1 } as const;
const ofTypes = { filterOn: 'eventType', checkpointInterval: 1 } as const;

type Direction = 'forwards' | 'backwards';

export interface Subscribed extends AsyncIterable<Resolved> {
  on(event: 'caughtUp', listener: () => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'data', listener: (resolved: Resolved) => void): unknown;
  unsubscribe(): Promise<void>;
}

/** What both client libraries offer, under the names of neither. */
export interface EsdbClient {
  append(
    stream: string,
    events: readonly ClientEvent[],
    expected: Expected,
    credentials?: { username: string; password: string },
  ): Promise<{ success: boolean; nextExpectedRevision: bigint; position?: Position }>;
  readStream(
    stream: string,
    options?: { fromRevision?: bigint | 'start' | 'end'; direction?: Direction; maxCount?: number },
  ): AsyncIterable<Resolved>;
  readAll(options?: {
    fromPosition?: Position | 'start' | 'end';
    direction?: Direction;
    maxCount?: number;
    filter?: Filter;
  }): AsyncIterable<Resolved>;
  subscribeToAll(options?: { fromPosition?: Position | 'start' | 'end'; filter?: Filter }): Subscribed;
  subscribeToStream(stream: string, options?: { fromRevision?: bigint | 'start' | 'end' }): Subscribed;
  /** What a conflict says was expected, and was there. */
  conflictOf(error: unknown): { expected: unknown; actual: unknown };
  dispose(): Promise<void>;
}

export interface EsdbLibrary {
  readonly name: string;
  /** The older one reads `$all` without its filter, and tells nobody. */
  readonly filtersReadAll: boolean;
  connect(address: string): EsdbClient;
}

export async function gatherResolved(reading: AsyncIterable<Resolved>): Promise<NonNullable<Resolved['event']>[]> {
  const events = [];
  for await (const { event } of reading) if (event !== undefined) events.push(event);
  return events;
}

const typesOf = async (reading: AsyncIterable<Resolved>): Promise<string[]> =>
  (await gatherResolved(reading)).map(({ type }) => type);

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

const at = (position: number): Position => ({ commit: BigInt(position), prepare: BigInt(position) });

/** Waits for something that comes in its own time, and says what did not come. */
async function eventually(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 500) throw new Error(`${what} did not come`);
    await sleep(10);
  }
}

/** What the door promises to everybody's client, through a real one and a real socket. */
export function esdbClientContract(library: EsdbLibrary): void {
  describe(`the EventStoreDB door through ${library.name}`, () => {
    let door: DoorThread;
    let client: EsdbClient;

    beforeAll(async () => {
      door = await DoorThread.open({ writable: true });
    });
    beforeEach(async () => {
      await door.renew();
      client = library.connect(door.address());
    });
    afterEach(async () => {
      await client.dispose();
    });
    afterAll(async () => {
      await door.close();
    });

    const foreign = (type: string, more: Partial<ClientEvent> = {}): ClientEvent => ({
      id: randomUUID(),
      type,
      data: { of: type },
      ...more,
    });
    const appendOwn = async (id: string, ...events: string[]): Promise<void> => {
      const request = appendRequest(accountStream(id), -1, { events, commandKey: `of-${id}` });
      positionOf(await door.append(request));
    };

    describe('reading', () => {
      it('shows each append of ours as its events, in one form, in order and without gaps', async () => {
        await appendOwn('a', 'One', 'Two');
        await appendOwn('b', 'Three');
        const events = await gatherResolved(client.readAll());
        expect(events.map(({ streamId, revision, type }) => [streamId, revision, type])).toEqual([
          [accountStream('a'), 0n, 'One'],
          [accountStream('a'), 1n, 'Two'],
          [accountStream('b'), 0n, 'Three'],
        ]);
        expect(events.map(({ position }) => position)).toEqual([at(1), at(2), at(3)]);
        expect(events.map(({ id }) => id)).toEqual([
          eventId(MAIN, accountStream('a'), 'of-a', 0),
          eventId(MAIN, accountStream('a'), 'of-a', 1),
          eventId(MAIN, accountStream('b'), 'of-b', 0),
        ]);
        expect(events[0]?.metadata).toMatchObject({ suki: 1, index: 0, events: 2, commandKey: 'of-a' });
        expect(events[1]).toMatchObject({ isJson: true, data: {}, metadata: { index: 1 } });
      });

      it('reads a stream both ways, from anywhere, and no more than was asked for', async () => {
        const stream = accountStream('a');
        await appendOwn('a', 'One', 'Two', 'Three', 'Four');
        expect(await typesOf(client.readStream(stream))).toEqual(['One', 'Two', 'Three', 'Four']);
        expect(await typesOf(client.readStream(stream, { fromRevision: 1n, maxCount: 2 }))).toEqual(['Two', 'Three']);
        const back = { direction: 'backwards' } as const;
        expect(await typesOf(client.readStream(stream, { ...back, fromRevision: 'end' }))).toEqual([
          'Four',
          'Three',
          'Two',
          'One',
        ]);
        expect(await typesOf(client.readStream(stream, { ...back, fromRevision: 1n }))).toEqual(['Two', 'One']);
        expect(await typesOf(client.readStream(stream, { fromRevision: 9n }))).toEqual([]);
      });

      it('reads $all forwards with its start, and backwards without it', async () => {
        await appendOwn('a', 'One', 'Two', 'Three');
        expect(await typesOf(client.readAll({ fromPosition: at(2), maxCount: 1 }))).toEqual(['Two']);
        const back = { direction: 'backwards' } as const;
        expect(await typesOf(client.readAll({ ...back, fromPosition: at(2) }))).toEqual(['One']);
        expect(await typesOf(client.readAll({ ...back, fromPosition: 'end', maxCount: 2 }))).toEqual(['Three', 'Two']);
      });

      it('says that a stream is not there', async () => {
        for (const stream of [accountStream('nobody'), 'Nothing of ours', '$streams']) {
          expect(await failureOf(typesOf(client.readStream(stream)))).toMatchObject({ type: 'stream-not-found' });
        }
      });

      it('filters $all by stream or type, by prefix or pattern', async () => {
        await appendOwn('a', 'One', 'Other');
        await client.append('order-main.7', [foreign('One')], 'no_stream');
        const all = ['One', 'Other', 'One'];
        const cases: [Filter, string[]][] = [
          [{ ...ofStreams, prefixes: ['account-main.', 'nothing-'] }, ['One', 'Other']],
          [{ ...ofStreams, regex: '^order-' }, ['One']],
          [{ ...ofTypes, prefixes: ['On'] }, ['One', 'One']],
          [{ ...ofTypes, regex: 'th' }, ['Other']],
        ];
        for (const [filter, expected] of cases) {
          expect(await typesOf(client.readAll({ filter }))).toEqual(library.filtersReadAll ? expected : all);
          const subscription = client.subscribeToAll({ filter });
          const seen: string[] = [];
          let caughtUp = false;
          subscription.on('caughtUp', () => (caughtUp = true));
          subscription.on('data', ({ event }) => seen.push(event?.type ?? ''));
          await eventually('the end', () => caughtUp);
          expect(seen).toEqual(expected);
          await subscription.unsubscribe();
        }
      });

      it('fails at a read that cannot be answered', async () => {
        await appendOwn('a', 'One');
        const crooked = { commit: 1n, prepare: 5n };
        for (const reading of [
          client.readStream(accountStream('a'), { maxCount: 0 }),
          client.readAll({ fromPosition: crooked }),
        ]) {
          expect(await failureOf(typesOf(reading))).toBeInstanceOf(Error);
        }
      });
    });

    describe('following', () => {
      it('shows what is there, says so, and then what comes', async () => {
        await appendOwn('a', 'One');
        const subscription = client.subscribeToAll();
        const seen: string[] = [];
        subscription.on('caughtUp', () => seen.push('caught up'));
        subscription.on('data', ({ event }) => seen.push(event?.type ?? ''));
        await eventually('the end', () => seen.includes('caught up'));
        await appendOwn('b', 'Two', 'Three');
        await client.append('order-main.7', [foreign('Four')], 'no_stream');
        await eventually('the newest', () => seen.includes('Four'));
        await subscription.unsubscribe();
        expect(seen).toEqual(['One', 'caught up', 'Two', 'Three', 'Four']);
      });

      it('goes on after a position, exactly', async () => {
        await appendOwn('a', 'One', 'Two', 'Three');
        for (let after = 0; after <= 3; after++) {
          const subscription = client.subscribeToAll({ fromPosition: at(after) });
          const seen: string[] = [];
          let caughtUp = false;
          subscription.on('caughtUp', () => (caughtUp = true));
          subscription.on('data', ({ event }) => seen.push(event?.type ?? ''));
          await eventually('the end', () => caughtUp);
          expect(seen).toEqual(['One', 'Two', 'Three'].slice(after));
          await subscription.unsubscribe();
        }
      });

      it('tells how far it has looked, also where nothing matched, and resumes exactly there', async () => {
        for (let count = 0; count < 20; count++) await appendOwn(`x${count}`, 'Ignored', 'Wanted', 'Ignored');
        const checkpoints: Position[] = [];
        const wanted = { ...ofTypes, prefixes: ['Wanted'], maxSearchWindow: 5, checkpointInterval: 2 };
        const checkpointReached = (_: unknown, position: Position): void => void checkpoints.push(position);
        const follow = async (fromPosition: Position | 'start', only: Filter): Promise<bigint[]> => {
          const seen: bigint[] = [];
          let caughtUp = false;
          const subscription = client.subscribeToAll({ fromPosition, filter: only });
          subscription.on('caughtUp', () => (caughtUp = true));
          subscription.on('data', ({ event }) => seen.push(event?.position?.commit ?? -1n));
          await eventually('the end', () => caughtUp);
          await subscription.unsubscribe();
          return seen;
        };
        const all = await follow('start', { ...wanted, checkpointReached });
        expect(all).toHaveLength(20);
        expect(checkpoints).toEqual([10, 20, 30, 40, 50, 60].map(at));
        for (const checkpoint of checkpoints) {
          const rest = await follow(checkpoint, wanted);
          expect(rest).toEqual(all.filter((position) => position > checkpoint.commit));
        }
        checkpoints.length = 0;
        await follow('start', { ...ofStreams, prefixes: ['nothing-'], maxSearchWindow: 30, checkpointReached });
        expect(checkpoints.at(-1)).toEqual(at(60));
      });

      it('follows one stream after a revision, or from its end', async () => {
        const stream = 'order-main.7';
        await client.append(
          stream,
          ['One', 'Two'].map((type) => foreign(type)),
          'no_stream',
        );
        const seen: Record<string, string[]> = {};
        const followed = (['start', 0n, 'end'] as const).map((fromRevision) => {
          const subscription = client.subscribeToStream(stream, { fromRevision });
          const list = (seen[String(fromRevision)] = [] as string[]);
          subscription.on('caughtUp', () => list.push('caught up'));
          subscription.on('data', ({ event }) => list.push(event?.type ?? ''));
          return subscription;
        });
        const lists = Object.values(seen);
        await eventually('the end', () => lists.every((list) => list.includes('caught up')));
        await client.append('order-main.8', [foreign('Another')], 'no_stream');
        await client.append(stream, [foreign('Three')], 1n);
        await eventually('the newest', () => lists.every((list) => list.includes('Three')));
        for (const subscription of followed) await subscription.unsubscribe();
        expect(seen).toEqual({
          start: ['One', 'Two', 'caught up', 'Three'],
          '0': ['Two', 'caught up', 'Three'],
          end: ['caught up', 'Three'],
        });
      });

      it('waits for a stream that does not exist yet, and catches up with its first event', async () => {
        const subscription = client.subscribeToStream('order-main.9');
        const seen: string[] = [];
        subscription.on('caughtUp', () => seen.push('caught up'));
        subscription.on('data', ({ event }) => seen.push(event?.type ?? ''));
        await sleep(100);
        expect(seen).toEqual([]);
        await client.append('order-main.9', [foreign('First')], 'no_stream');
        await eventually('the end', () => seen.length === 2);
        expect(seen).toEqual(['First', 'caught up']);
        await subscription.unsubscribe();
      });

      it('fails when it is dropped, and loses nothing when it is begun again', async () => {
        await appendOwn('a', 'One');
        const failures: unknown[] = [];
        let last: Position | undefined;
        const subscription = client.subscribeToAll();
        subscription.on('error', (error) => failures.push(error));
        subscription.on('data', ({ event }) => (last = event?.position));
        await eventually('the first', () => last !== undefined);
        await door.drop();
        await eventually('the failure', () => failures.length > 0);
        expect(String(failures[0])).not.toBe('');
        await appendOwn('b', 'Two');
        const seen: string[] = [];
        const again = client.subscribeToAll({ fromPosition: last ?? 'start' });
        again.on('data', ({ event }) => seen.push(event?.type ?? ''));
        await eventually('the second', () => seen.length === 1);
        await again.unsubscribe();
        expect(seen).toEqual(['Two']);
      });

      it('refuses a position that the log never had', async () => {
        await appendOwn('a', 'One');
        const failures: unknown[] = [];
        const subscription = client.subscribeToAll({ fromPosition: at(1_000) });
        subscription.on('error', (error) => failures.push(error));
        subscription.on('data', () => undefined);
        await eventually('the failure', () => failures.length > 0);
      });
    });

    describe('appending', () => {
      const stream = 'order-main.7';

      it('keeps what a foreign client wrote, byte for byte', async () => {
        const json = foreign('Json', { metadata: { from: 'till' } });
        const bytes = foreign('Bytes', { data: Uint8Array.from([0xff, 0, 1]) });
        await client.append(stream, [json, bytes], 'no_stream');
        const [first, second] = await gatherResolved(client.readStream(stream));
        expect(first).toMatchObject({
          id: json.id,
          type: 'Json',
          isJson: true,
          data: json.data,
          metadata: json.metadata,
        });
        expect(second).toMatchObject({ id: bytes.id, type: 'Bytes', isJson: false });
        expect([...(second?.data as Uint8Array)]).toEqual([0xff, 0, 1]);
      });

      it('answers the same append at an exact revision again, for ever, with where it was', async () => {
        const events = [foreign('One'), foreign('Two')];
        const first = await client.append(stream, events, 'no_stream');
        await client.append(stream, [foreign('Three')], 1n);
        expect(await client.append(stream, events, 'no_stream')).toEqual(first);
        await door.restart();
        expect(await retried(() => client.append(stream, events, 'no_stream'))).toEqual(first);
        expect(await typesOf(client.readStream(stream))).toEqual(['One', 'Two', 'Three']);
      });

      it('takes a part of an append for the append, and more than it for another', async () => {
        const [one, two, three] = [foreign('One'), foreign('Two'), foreign('Three')];
        await client.append(stream, [one, two], 'no_stream');
        expect(await client.append(stream, [one], 'no_stream')).toMatchObject({
          nextExpectedRevision: 0n,
          position: at(1),
        });
        expect(await failureOf(client.append(stream, [one, two, three], 'no_stream'))).toMatchObject({
          type: 'wrong-expected-version',
        });
      });

      it('knows ids again under any state until the restart only, and never at another revision', async () => {
        const event = foreign('One');
        const first = await client.append(stream, [event], 'any');
        expect(await client.append(stream, [event], 'any')).toEqual(first);
        expect(await client.append(stream, [event], 'stream_exists')).toEqual(first);
        expect(await client.append(stream, [event], 0n)).toMatchObject({ nextExpectedRevision: 1n });
        await door.restart();
        expect(await retried(() => client.append(stream, [event], 'any'))).toMatchObject({ nextExpectedRevision: 2n });
      });

      it.each([
        ['in the batch', undefined],
        ['by itself', { username: 'somebody', password: 'anything' }],
      ])('answers a conflict with what was expected and what is there, sent %s', async (_, credentials) => {
        const append = (expected: Expected): Promise<unknown> =>
          failureOf(client.append(stream, [foreign('Other')], expected, credentials));
        const missing = await append(5n);
        expect(missing).toMatchObject({ type: 'wrong-expected-version' });
        expect(client.conflictOf(missing)).toEqual({ expected: 5n, actual: 'no_stream' });
        expect(client.conflictOf(await append('stream_exists'))).toEqual({
          expected: 'stream_exists',
          actual: 'no_stream',
        });
        await client.append(stream, [foreign('One'), foreign('Two')], 'no_stream', credentials);
        expect(client.conflictOf(await append('no_stream'))).toEqual({ expected: 'no_stream', actual: 1n });
        expect(client.conflictOf(await append(0n))).toEqual({ expected: 0n, actual: 1n });
      });

      it('has exactly one winner where many begin a stream', async () => {
        const results = await Promise.all(
          Array.from({ length: 20 }, () => failureOf(client.append(stream, [foreign('One')], 'no_stream'))),
        );
        expect(results.filter((failure) => failure === undefined)).toHaveLength(1);
        expect(await gatherResolved(client.readStream(stream))).toHaveLength(1);
      });

      it('answers an empty append, and makes no stream of it', async () => {
        expect(await client.append(stream, [], 'no_stream')).toMatchObject({ success: true });
        expect(await failureOf(typesOf(client.readStream(stream)))).toMatchObject({ type: 'stream-not-found' });
      });

      it('refuses more than 1 MiB a call, empty names and types, and streams that could not lie here', async () => {
        const half = { text: 'x'.repeat(600_000) };
        const tooMuch = [foreign('One', { data: half }), foreign('Two', { data: half })];
        expect(await failureOf(client.append(stream, tooMuch, 'any'))).toMatchObject({
          type: 'maximum-append-size-exceeded',
          maxAppendSize: 1_048_576,
        });
        for (const [name, type] of [
          ['', 'One'],
          [stream, ''],
          ['Orders of today', 'One'],
          ['$settings', 'One'],
        ] as const) {
          const failure = await failureOf(client.append(name, [foreign(type)], 'any'));
          expect(failure).toMatchObject({ type: 'unknown', message: 'Could not recognize BadRequest' });
        }
      });

      it('takes no foreign event into a stream of ours', async () => {
        const failure = await failureOf(client.append(accountStream('a'), [foreign('PointsEarned')], 'any'));
        expect(failure).toMatchObject({ type: 'unknown' });
      });
    });

    describe('appending in the form of our log', () => {
      it('makes a copy that is equal: the same events, ids, metadata and chain', async () => {
        await appendOwn('a', 'One', 'Two');
        const request = appendRequest(accountStream('a'), 1, { claims: ['main/receipt/1'], outcome: { balances: [] } });
        await door.append(request);
        const source = await gatherResolved(client.readStream(accountStream('a')));
        const other = await DoorThread.open({ writable: true });
        const copying = library.connect(other.address());
        const parts = [source.slice(0, 2), source.slice(2)];
        for (const again of [false, true]) {
          for (const [index, part] of parts.entries()) {
            const result = await copying.append(
              accountStream('a'),
              part as ClientEvent[],
              index === 0 ? 'no_stream' : 1n,
            );
            expect(result).toMatchObject({ success: true, nextExpectedRevision: index === 0 ? 1n : 2n });
          }
          expect(again || (await gatherResolved(copying.readAll()))).toEqual(again || source);
        }
        await copying.dispose();
        await other.close();
      });

      it('refuses what is not whole, or does not continue the chain', async () => {
        await appendOwn('a', 'One', 'Two');
        const source = (await gatherResolved(client.readStream(accountStream('a')))) as ClientEvent[];
        const [first, second] = source as [ClientEvent, ClientEvent];
        const broken: [ClientEvent[], Expected][] = [
          [[first], 'no_stream'],
          [[second], 'no_stream'],
          [[first, { ...second, type: 'Another' }], 'no_stream'],
          [[first, { ...second, data: { more: 1 } }], 'no_stream'],
        ];
        for (const [events, expected] of broken) {
          expect(await failureOf(client.append(accountStream('b'), events, expected))).toMatchObject({
            type: 'unknown',
          });
        }
        // Whole, but of another place in a chain.
        expect(await failureOf(client.append(accountStream('a'), source, 1n))).toMatchObject({ type: 'unknown' });
      });
    });
  });

  /** For the moment in which the door is closed. */
  async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let tries = 0; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (tries > 40) throw error;
        await sleep(50);
      }
    }
  }
}
