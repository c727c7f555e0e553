import { accountStream, appendRequest, positionOf } from './append-request';
import {
  at,
  failureOf,
  foreign,
  gatherResolved,
  retried,
  typesOf,
  type ClientEvent,
  type EsdbClient,
  type EsdbLibrary,
  type Expected,
} from './esdb-client';
import { DoorThread } from './esdb-door-thread';

/** Begins a stream as the product does: not through the door. */
export async function appendTo(door: DoorThread, id: string, events: readonly string[]): Promise<void> {
  const request = appendRequest(accountStream(id), -1, { events, commandKey: `of-${id}` });
  positionOf(await door.append(request));
}

/** What a client that appends through the door may count on. */
export function appendingContract(
  library: EsdbLibrary,
  underTest: () => { readonly door: DoorThread; readonly client: EsdbClient },
): void {
  let door: DoorThread;
  let client: EsdbClient;
  const appendOwn = (id: string, ...events: string[]): Promise<void> => appendTo(door, id, events);

  beforeEach(() => {
    ({ door, client } = underTest());
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
}
