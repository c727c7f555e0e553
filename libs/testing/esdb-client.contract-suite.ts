import { eventId } from '../platform/identifiers/identifiers';
import { accountStream, MAIN } from './append-request';
import {
  at,
  eventually,
  failureOf,
  foreign,
  gatherResolved,
  ofStreams,
  ofTypes,
  typesOf,
  type EsdbClient,
  type EsdbLibrary,
  type Filter,
  type Position,
} from './esdb-client';
import { appendingContract, appendTo } from './esdb-client.appending-contract';
import { DoorThread } from './esdb-door-thread';
import { setTimeout as sleep } from 'node:timers/promises';

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

    const appendOwn = (id: string, ...events: string[]): Promise<void> => appendTo(door, id, events);

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

    appendingContract(library, () => ({ door, client }));
  });
}
