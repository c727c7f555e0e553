import { jsonEvent, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { ClientDriver } from './client-driver';
import { askingTheLeader, type ClientLibrary } from './client-library';
import { EsdbEventStore, type EsdbStoreOptions } from './esdb-event-store';

/** The maintained client, for servers of both names. It warns of the older scheme, which it reads like the newer one. */
export const kurrentLibrary: ClientLibrary = (connectionString) => {
  const client = KurrentDBClient.connectionString(askingTheLeader(connectionString).replace(/^esdb/, 'kurrentdb'));
  return {
    append: (stream, events, streamState) => client.appendToStream(stream, events.map(jsonEvent), { streamState }),
    readStream: (stream, options) => client.readStream(stream, options),
    readAll: (options) => client.readAll(options),
    subscribeToAll: (options) => client.subscribeToAll(options),
    dispose: () => client.dispose(),
  };
};

/**
 * The product's event store on a server: `esdb://user:password@host:2113?tls=true`. The string is also where certificates are
 * named; in a cluster all is asked of the leader unless it says otherwise.
 */
export function openEsdbStore(connectionString: string, options: Omit<EsdbStoreOptions, 'driver'>): EsdbEventStore {
  return EsdbEventStore.open({ ...options, driver: new ClientDriver(kurrentLibrary, connectionString) });
}
