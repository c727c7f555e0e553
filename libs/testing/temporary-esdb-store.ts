import { EmbeddedEventStore } from '../platform/event-store/embedded/embedded-event-store';
import { SimulatedLogFiles } from '../platform/event-store/embedded/simulated-log-files';
import { ClientDriver, type ClientLibrary } from '../platform/event-store/esdb/client-driver';
import { EsdbEventStore, type EsdbStoreOptions } from '../platform/event-store/esdb/esdb-event-store';
import { EsdbDoor } from '../platform/esdb-door/esdb-door';
import { testUnseal } from './temporary-store';

export interface EsdbStoreUnderTest {
  readonly store: EsdbEventStore;
  /** Another process that uses the same server. */
  another(options?: Partial<EsdbStoreOptions>): EsdbEventStore;
  reopen(): Promise<EsdbEventStore>;
  dispose(): Promise<void>;
}

/** The adapter over a client library and a real socket, with the door over a log in memory in place of the server. */
export async function openThroughDoor(
  library: ClientLibrary,
  options: Partial<EsdbStoreOptions> = {},
): Promise<
  EsdbStoreUnderTest & { readonly log: EmbeddedEventStore; readonly door: EsdbDoor; readonly address: string }
> {
  const log = await EmbeddedEventStore.open({ log: new SimulatedLogFiles(), unseal: testUnseal });
  const door = await EsdbDoor.open({ store: log, port: 0, writable: true, unseal: testUnseal, clock: Date.now });
  const address = `esdb://127.0.0.1:${door.port}?tls=false`;
  const opened: EsdbEventStore[] = [];
  const another = (more: Partial<EsdbStoreOptions> = {}): EsdbEventStore => {
    const store = EsdbEventStore.open({
      driver: new ClientDriver(library(address)),
      unseal: testUnseal,
      ...options,
      ...more,
    });
    opened.push(store);
    return store;
  };
  let current = another();
  return {
    store: current,
    log,
    door,
    address,
    another,
    async reopen() {
      await current.close();
      current = another();
      return current;
    },
    async dispose() {
      await Promise.all(opened.map((store) => store.close()));
      await door.close();
      await log.close();
    },
  };
}
