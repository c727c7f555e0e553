import { EsdbDoor } from '../platform/esdb-door/esdb-door';
import { EmbeddedEventStore } from '../platform/event-store/embedded/embedded-event-store';
import { SimulatedLogFiles } from '../platform/event-store/embedded/simulated-log-files';
import { ClientDriver } from '../platform/event-store/esdb/client-driver';
import type { ClientLibrary } from '../platform/event-store/esdb/client-library';
import { EsdbEventStore } from '../platform/event-store/esdb/esdb-event-store';
import { testUnseal } from './temporary-store';

export interface SharedEsdbStore {
  readonly store: EsdbEventStore;
  /** Another process that uses the same server. */
  another(): EsdbEventStore;
  dispose(): Promise<void>;
}

/** The adapter over a client library and a real socket, with the door over a log in memory in place of the server. */
export async function openThroughDoor(library: ClientLibrary): Promise<SharedEsdbStore> {
  const log = await EmbeddedEventStore.open({ log: new SimulatedLogFiles(), unseal: testUnseal });
  const door = await EsdbDoor.open({ store: log, port: 0, writable: true, unseal: testUnseal, clock: Date.now });
  const opened: EsdbEventStore[] = [];
  const another = (): EsdbEventStore => {
    const driver = new ClientDriver(library, `esdb://127.0.0.1:${door.port}?tls=false`);
    const store = EsdbEventStore.open({ driver, unseal: testUnseal });
    opened.push(store);
    return store;
  };
  return {
    store: another(),
    another,
    async dispose() {
      await Promise.all(opened.map((store) => store.close()));
      await door.close();
      await log.close();
    },
  };
}
