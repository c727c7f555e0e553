import { jsonEvent, KurrentDBClient } from '@kurrent/kurrentdb-client';
import type { ClientLibrary } from './client-driver';

/** The maintained client, for servers of both names. It warns of the older scheme, which it reads like the newer one. */
export const kurrentLibrary: ClientLibrary = (connectionString) => {
  const client = KurrentDBClient.connectionString(connectionString.replace(/^esdb/, 'kurrentdb'));
  return {
    append: (stream, events, streamState) => client.appendToStream(stream, events.map(jsonEvent), { streamState }),
    readStream: (stream, options) => client.readStream(stream, options),
    readAll: (options) => client.readAll(options),
    subscribeToAll: (options) => client.subscribeToAll(options),
    dispose: () => client.dispose(),
  };
};
