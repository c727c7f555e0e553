import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DataDirectory } from '../../../libs/platform/event-store/embedded/data-directory';
import { EmbeddedEventStore } from '../../../libs/platform/event-store/embedded/embedded-event-store';
import { LogView } from '../../../libs/platform/event-store/embedded/log-view';
import type { EsdbEventStore } from '../../../libs/platform/event-store/esdb/esdb-event-store';
import { openEsdbStore } from '../../../libs/platform/event-store/esdb/kurrent-library';
import { copyLog, LogCopyFault, type LogCopyOptions } from '../../../libs/platform/event-store/log-copy';
import { IdentityVault } from '../../../libs/platform/keys/identity-vault';
import { SqliteKeyStore } from '../../../libs/platform/keys/sqlite-key-store';
import { EVENT_STORE, type EventStorePlace } from '../../../libs/platform/settings/process-settings';
import { CliFault } from '../cli-fault';
import { Progress } from '../progress';

export interface CopyOptions {
  /** Places, as in the settings: `embedded:DIR` or `esdb://…`. */
  readonly from: string;
  readonly to: string;
  /** Data directory with the keys of persons; the embedded side's when absent. */
  readonly keys?: string;
}

type Unseal = LogCopyOptions['unseal'];

const HEADS_AT_HAND = 500_000;
const EMBEDDED_IN_FLIGHT = 256;

/**
 * `suki log copy`: a whole log from one place to another, checked by its hash chains at the end. The source may be in use;
 * what comes after the verb began is not copied. Nothing else may write to the target meanwhile.
 */
export async function copyLogVerb(options: CopyOptions): Promise<void> {
  const [from, to] = [placeOf(options.from), placeOf(options.to)];
  const opened: { close(): Promise<void> }[] = [];
  try {
    const unseal = openKeys(options.keys ?? keysOf(from, to), opened);
    const source = await openSource(from, unseal, opened);
    const target = await openTarget(to, unseal, opened);
    const inFlight = to.kind === 'embedded' ? EMBEDDED_IN_FLIGHT : 1;
    await copy({ from: source, to: target, unseal, inFlight, headsAtHand: HEADS_AT_HAND });
  } finally {
    for (const each of opened.reverse()) await each.close();
  }
}

async function copy(options: LogCopyOptions): Promise<void> {
  const total = (await options.from.endPosition()) + 1;
  const progress = new Progress('copying', 'positions', total);
  try {
    const { appends, copied, events, streams } = await copyLog({
      ...options,
      onProgress: (position) => progress.show(position + 1),
    });
    progress.stop();
    console.log(`${events} events in ${appends} appends of ${streams} streams, ${copied} of them new: equal in both`);
  } catch (error) {
    throw error instanceof LogCopyFault ? new CliFault('damaged', error.message) : error;
  } finally {
    progress.stop();
  }
}

function placeOf(text: string): EventStorePlace {
  try {
    return EVENT_STORE.read(text);
  } catch (error) {
    throw new CliFault('usage', `${text} ${(error as Error).message}`);
  }
}

/** Sealed claims can be told only with the keys of the persons they are of. */
function keysOf(...places: readonly EventStorePlace[]): string {
  for (const place of places) {
    if (place.kind === 'embedded' && existsSync(join(place.directory, 'keys.db'))) return place.directory;
  }
  throw new CliFault(
    'usage',
    'keys.db is in neither place: copy it and keys/ to the data directory first, or say --keys',
  );
}

function openKeys(directory: string, opened: { close(): Promise<void> }[]): Unseal {
  const keys = SqliteKeyStore.openReadOnly(directory);
  opened.push(keys);
  return new IdentityVault(keys).unseal;
}

async function openSource(
  place: EventStorePlace,
  unseal: Unseal,
  opened: { close(): Promise<void> }[],
): Promise<LogCopyOptions['from']> {
  if (place.kind === 'eventStoreDb') return openServer(place.address, unseal, opened);
  const directory = await DataDirectory.openReadOnly(place.directory);
  const view = LogView.open({ logDirectory: directory.log, indexPath: directory.index });
  opened.push(view);
  return view;
}

async function openTarget(
  place: EventStorePlace,
  unseal: Unseal,
  opened: { close(): Promise<void> }[],
): Promise<LogCopyOptions['to']> {
  if (place.kind === 'eventStoreDb') return openServer(place.address, unseal, opened);
  const directory = await DataDirectory.open(place.directory);
  opened.push({ close: async () => directory.close() });
  const store = await EmbeddedEventStore.open({
    log: directory.log,
    indexPath: directory.index,
    cachedHeads: HEADS_AT_HAND,
    unseal,
  });
  opened.push(store);
  return store;
}

function openServer(address: string, unseal: Unseal, opened: { close(): Promise<void> }[]): EsdbEventStore {
  const store = openEsdbStore(address, { unseal });
  opened.push(store);
  return store;
}
