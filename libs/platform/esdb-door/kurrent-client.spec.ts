import { binaryEvent, jsonEvent, KurrentDBClient, type WrongExpectedVersionError } from '@kurrent/kurrentdb-client';
import type { ClientEvent } from '../../testing/esdb-client';
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
