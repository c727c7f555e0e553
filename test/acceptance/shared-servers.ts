import type { ServedProduct } from './served-product';
import { join } from 'node:path';
import { openApiProcess } from '../../apps/api/api-process';
import { API_SETTINGS, type ApiSettings } from '../../apps/api/settings';
import { openProjectorProcess } from '../../apps/projector/projector-process';
import { PROJECTOR_SETTINGS } from '../../apps/projector/settings';
import { openPublisherProcess } from '../../apps/publisher/publisher-process';
import { PUBLISHER_SETTINGS } from '../../apps/publisher/settings';
import { EsdbDoor } from '../../libs/platform/esdb-door/esdb-door';
import { DataDirectory } from '../../libs/platform/event-store/embedded/data-directory';
import { EmbeddedEventStore } from '../../libs/platform/event-store/embedded/embedded-event-store';
import { openEsdbStore } from '../../libs/platform/event-store/esdb/kurrent-library';
import { writeSecretFile } from '../../libs/platform/keys/key-files';
import { OpenedParts } from '../../libs/platform/process/opened-parts';
import { readSettings } from '../../libs/platform/settings/settings';
import { createLog } from '../../libs/platform/telemetry/log';
import { temporaryDatabase, type TemporaryDatabase } from '../../libs/testing/temporary-database';

/** Databases of directories that may be opened again. */
const databases = new Map<string, TemporaryDatabase>();

/**
 * Two of each process, and one that delivers to webhooks, on PostgreSQL and on the EventStoreDB door, whose log lies in the
 * directory.
 */
export async function openOnServers(
  data: string,
  clock: () => number,
  change: Partial<Pick<ApiSettings, 'announceSeconds' | 'webhooksAllowPrivate'>>,
): Promise<ServedProduct> {
  const opened = new OpenedParts();
  const database = databases.get(data) ?? (await temporaryDatabase());
  databases.set(data, database);
  const log = createLog('silent');
  const directory = await DataDirectory.open(data);
  opened.push(() => directory.close());
  const store = await EmbeddedEventStore.open({
    log: directory.log,
    indexPath: directory.index,
    unseal: () => Promise.resolve(undefined),
  });
  opened.push(() => store.close());
  const door = await EsdbDoor.open({
    store,
    port: 0,
    writable: true,
    unseal: () => Promise.resolve(undefined),
    clock: Date.now,
  });
  opened.push(() => door.close());
  const eventStoreUrl = `esdb://127.0.0.1:${door.port}?tls=false`;
  const seen = openEsdbStore(eventStoreUrl, { unseal: () => Promise.resolve(undefined) });
  opened.push(() => seen.close());
  const masterKeyFile = join(directory.keys, 'master.key');
  const keyFile = join(directory.keys, 'local-admin.key');
  writeSecretFile(masterKeyFile, Buffer.from('0f'.repeat(32)));
  const environment = {
    SUKI_EVENT_STORE: eventStoreUrl,
    SUKI_READ_STORE: database.url,
    SUKI_MASTER_KEY_FILE: masterKeyFile,
    SUKI_ADMIN_KEY_FILE: keyFile,
  };
  const limits = { port: 0, requestsPerSecond: 100_000, inFlight: 2_000, streams: 16 };
  const { announceSeconds = 0, webhooksAllowPrivate = false } = change;
  const apiSettings = {
    ...readSettings(API_SETTINGS, [], environment),
    ...limits,
    announceSeconds,
    webhooksAllowPrivate,
  };
  const urls: string[] = [];
  for (let process = 0; process < 2; process++) {
    const api = await openApiProcess({ settings: apiSettings, log, clock });
    opened.push(() => api.close());
    urls.push(api.url);
  }
  for (let process = 0; process < 2; process++) {
    const settings = readSettings(PROJECTOR_SETTINGS, [], environment);
    const projector = await openProjectorProcess({ settings, log, clock });
    opened.push(() => projector.close());
  }
  const publisherSettings = { ...readSettings(PUBLISHER_SETTINGS, [], environment), webhooksAllowPrivate };
  const publisher = await openPublisherProcess({ settings: publisherSettings, log, clock });
  opened.push(() => publisher.close());
  return {
    urls,
    store,
    keyFile,
    endPosition: () => seen.endPosition(),
    indexed: () => store.indexed(),
    close: () => opened.close(),
  };
}

export async function forgetServers(data: string): Promise<void> {
  await databases.get(data)?.drop();
  databases.delete(data);
}
