import { binaryEvent, jsonEvent, EventStoreDBClient, type WrongExpectedVersionError } from '@eventstore/db-client';
import type { ClientEvent } from '../../testing/esdb-client';
import { esdbClientContract } from '../../testing/esdb-client.contract-suite';

const eventOf = ({ data, ...rest }: ClientEvent) =>
  data instanceof Uint8Array ? binaryEvent({ ...rest, data }) : jsonEvent({ ...rest, data });

esdbClientContract({
  name: '@eventstore/db-client',
  filtersReadAll: false,
  connect(address) {
    const client = EventStoreDBClient.connectionString(address);
    return {
      append: (stream, events, expectedRevision, credentials) =>
        client.appendToStream(stream, events.map(eventOf), {
          expectedRevision,
          ...(credentials === undefined ? {} : { credentials }),
        }),
      readStream: (stream, options) => client.readStream(stream, options),
      readAll: (options) => client.readAll(options),
      subscribeToAll: (options) => client.subscribeToAll(options),
      subscribeToStream: (stream, options) => client.subscribeToStream(stream, options),
      conflictOf(error) {
        const { expectedVersion, actualVersion } = error as WrongExpectedVersionError;
        return { expected: expectedVersion, actual: actualVersion };
      },
      dispose: () => client.dispose(),
    };
  },
});
