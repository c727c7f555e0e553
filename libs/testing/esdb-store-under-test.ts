import { ClientDriver } from '../platform/event-store/esdb/client-driver';
import type { ClientLibrary } from '../platform/event-store/esdb/client-library';
import type { Driver } from '../platform/event-store/esdb/driver';
import { EsdbEventStore, type EsdbStoreOptions } from '../platform/event-store/esdb/esdb-event-store';
import { testUnseal } from './temporary-store';

export interface EsdbStoreUnderTest {
  readonly store: EsdbEventStore;
  reopen(): Promise<EsdbEventStore>;
  dispose(): Promise<void>;
}

/** The adapter over a client library, on whatever answers at an address. */
export function openEsdbStoreAt(
  library: ClientLibrary,
  address: string,
  options: Partial<EsdbStoreOptions> = {},
  within: (driver: Driver) => Driver = (driver) => driver,
): EsdbStoreUnderTest {
  const open = (): EsdbEventStore =>
    EsdbEventStore.open({ driver: within(new ClientDriver(library, address)), unseal: testUnseal, ...options });
  let current = open();
  return {
    store: current,
    async reopen() {
      await current.close();
      current = open();
      return current;
    },
    dispose: () => current.close(),
  };
}
