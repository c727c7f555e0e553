import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEventStore, type EmbeddedStoreOptions } from '../platform/event-store/embedded/embedded-event-store';
import type { LogFiles } from '../platform/event-store/embedded/log-files';
import { SimulatedLogFiles } from '../platform/event-store/embedded/simulated-log-files';

export interface TemporaryStore {
  readonly store: EmbeddedEventStore;
  readonly directory: string;
  /** Closes the store and opens it again on what is on the disk. */
  reopen(): Promise<EmbeddedEventStore>;
  /** Closes the newest store and deletes its directory. */
  dispose(): Promise<void>;
}

/** For specs: seals a key so that anybody can read it. */
export const testSeal = (key: string): string => Buffer.from(key).toString('base64url');
export const testUnseal = async (sealed: string): Promise<string> => Buffer.from(sealed, 'base64url').toString();

/** The real event store in a directory of its own under the system's temporary one. Dispose of it after the test. */
export async function openTemporaryStore(options: Partial<EmbeddedStoreOptions> = {}): Promise<TemporaryStore> {
  const directory = await mkdtemp(join(tmpdir(), 'suki-store-'));
  const open = (): Promise<EmbeddedEventStore> =>
    EmbeddedEventStore.open({
      log: join(directory, 'log'),
      indexPath: join(directory, 'index.db'),
      unseal: testUnseal,
      ...options,
    });
  let current = await open();
  return {
    store: current,
    directory,
    async reopen() {
      await current.close();
      current = await open();
      return current;
    },
    async dispose() {
      await current.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** The real event store on a disk in memory, with its index in memory too: faster, and able to fail. */
export async function openSimulatedStore(
  files: LogFiles = new SimulatedLogFiles(),
  options: Partial<EmbeddedStoreOptions> = {},
): Promise<Omit<TemporaryStore, 'directory'>> {
  const open = (): Promise<EmbeddedEventStore> =>
    EmbeddedEventStore.open({ log: files, unseal: testUnseal, ...options });
  let current = await open();
  return {
    store: current,
    async reopen() {
      await current.close();
      current = await open();
      return current;
    },
    async dispose() {
      await current.close();
    },
  };
}
