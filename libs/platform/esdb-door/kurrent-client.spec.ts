import {
  binaryEvent,
  jsonEvent,
  KurrentDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults,
  type WrongExpectedVersionError,
} from '@kurrent/kurrentdb-client';
import type { ClientEvent } from '../../testing/esdb-client';
import { DoorThread } from '../../testing/esdb-door-thread';
import { esdbClientContract } from '../../testing/esdb-client.contract-suite';

const eventOf = ({ data, ...rest }: ClientEvent) =>
  data instanceof Uint8Array ? binaryEvent({ ...rest, data }) : jsonEvent({ ...rest, data });

esdbClientContract({
  name: '@kurrent/kurrentdb-client',
  filtersReadAll: true,
  connect(address) {
    const client = KurrentDBClient.connectionString(address.replace(/^esdb/, 'kurrentdb'));
    return {
      append: (stream, events, streamState, credentials) =>
        client.appendToStream(stream, events.map(eventOf), {
          streamState,
          ...(credentials === undefined ? {} : { credentials }),
        }),
      readStream: (stream, options) => client.readStream(stream, options),
      readAll: (options) => client.readAll(options),
      subscribeToAll: (options) => client.subscribeToAll(options),
      subscribeToStream: (stream, options) => client.subscribeToStream(stream, options),
      conflictOf(error) {
        const { expectedState, actualState } = error as WrongExpectedVersionError;
        return { expected: expectedState, actual: actualState };
      },
      dispose: () => client.dispose(),
    };
  },
});

describe('what the EventStoreDB door does not do', () => {
  let door: DoorThread;
  let client: KurrentDBClient;
  beforeAll(async () => {
    door = await DoorThread.open({ writable: true });
    client = KurrentDBClient.connectionString(door.address().replace(/^esdb/, 'kurrentdb'));
  });
  afterAll(async () => {
    await client.dispose();
    await door.close();
  });

  it('is said to be unimplemented', async () => {
    const UNIMPLEMENTED = { code: 12 };
    await expect(client.deleteStream('order-main.1')).rejects.toMatchObject(UNIMPLEMENTED);
    await expect(client.tombstoneStream('order-main.1')).rejects.toMatchObject(UNIMPLEMENTED);
    await expect(client.listProjections()).rejects.toMatchObject(UNIMPLEMENTED);
    const group = persistentSubscriptionToStreamSettingsFromDefaults();
    await expect(client.createPersistentSubscriptionToStream('order-main.1', 'group', group)).rejects.toMatchObject(
      UNIMPLEMENTED,
    );
  });

  it('is no feature it names: appends to several streams are not tried', async () => {
    const request = { streamName: 'order-main.1', events: [], expectedState: 'no_stream' as const };
    await expect(client.multiStreamAppend([request])).rejects.toMatchObject({ type: 'unsupported' });
  });

  it('tells a client that looks for a cluster of one node, which leads', async () => {
    const address = `127.0.0.1:${new URL(door.address()).port}`;
    const looking = KurrentDBClient.connectionString(`kurrentdb://${address},${address}?tls=false`);
    const event = jsonEvent({ type: 'Found', data: {} });
    expect(await looking.appendToStream('order-main.found', event)).toMatchObject({ success: true });
    await looking.dispose();
  });
});
