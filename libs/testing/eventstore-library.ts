import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { askingTheLeader, type ClientLibrary } from '../platform/event-store/esdb/client-library';

/** The older client, which reads all streams whatever it is asked for. */
export const eventstoreLibrary: ClientLibrary = (connectionString) => {
  const client = EventStoreDBClient.connectionString(askingTheLeader(connectionString));
  return {
    append: (stream, events, expectedRevision) =>
      client.appendToStream(stream, events.map(jsonEvent), { expectedRevision }),
    readStream: (stream, options) => client.readStream(stream, options),
    readAll: ({ fromPosition, direction, maxCount }) => client.readAll({ fromPosition, direction, maxCount }),
    subscribeToAll: (options) => client.subscribeToAll(options),
    dispose: () => client.dispose(),
  };
};
