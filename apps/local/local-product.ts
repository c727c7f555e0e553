import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { LapseAnnouncer } from '../../libs/capabilities/accounts/announce-lapses/lapse-announcer';
import { ProgrammeDirectory } from '../../libs/capabilities/programmes/programme/programme-directory';
import { FIRST_TENANT, PERMISSIONS } from '../../libs/capabilities/tenants';
import { ensureTenant } from '../../libs/capabilities/tenants/create-tenant/ensure-tenant';
import { TenantDirectory } from '../../libs/capabilities/tenants/tenant/tenant-directory';
import { SECOND_MS } from '../../libs/kernel/time';
import { SqliteCheckpointStore } from '../../libs/platform/decisions/sqlite-checkpoint-store';
import { DataDirectory } from '../../libs/platform/event-store/embedded/data-directory';
import {
  EmbeddedEventStore,
  type OpeningProgress,
} from '../../libs/platform/event-store/embedded/embedded-event-store';
import { openingServer } from '../../libs/platform/http/opening-server';
import { closeHttpServer, createHttpServer } from '../../libs/platform/http/http-server';
import { IdentityVault } from '../../libs/platform/keys/identity-vault';
import { SqliteKeyStore } from '../../libs/platform/keys/sqlite-key-store';
import { ProjectionService } from '../../libs/platform/projections/projection-service';
import { TimerScheduler } from '../../libs/platform/scheduling/scheduler';
import type { Log } from '../../libs/platform/telemetry/log';
import { Metrics } from '../../libs/platform/telemetry/metrics';
import { LocalHealth } from './local-health';
import { LocalModule } from './local.module';
import { generateOpenApi } from './openapi';
import type { Settings } from './settings';

/** The whole product in this process, on one data directory. */
export interface LocalProduct {
  readonly url: string;
  readonly directory: string;
  /** Secret of the local admin of the first tenant. */
  readonly keyFile: string;
  readonly store: EmbeddedEventStore;
  /** Takes no new request, finishes what was accepted, and lets go of the directory. */
  close(): Promise<void>;
}

export interface LocalProductOptions {
  readonly settings: Settings;
  readonly log: Log;
  readonly clock: () => number;
  readonly onProgress?: (progress: OpeningProgress) => void;
  /** The log can never be written again: the process must end. */
  readonly onFatal: (fault: Error) => void;
}

/** Opens everything in the order it rests on each other; what was opened is closed again when a later part fails. */
export async function openLocalProduct(options: LocalProductOptions): Promise<LocalProduct> {
  const opened: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    const faults: unknown[] = [];
    for (let last = opened.pop(); last !== undefined; last = opened.pop()) {
      try {
        await last();
      } catch (fault) {
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw faults[0];
  };
  try {
    return { ...(await open(options, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  { settings, log, clock, onProgress, onFatal }: LocalProductOptions,
  opened: (() => Promise<void> | void)[],
): Promise<Omit<LocalProduct, 'close'>> {
  const opening = await openingServer(settings.port);
  opened.push(() => opening.close());
  const directory = await DataDirectory.open(settings.data);
  opened.push(() => directory.close());
  const keys = SqliteKeyStore.open(directory.path);
  opened.push(() => keys.close());
  const vault = new IdentityVault(keys);
  const store = await EmbeddedEventStore.open({
    log: directory.log,
    indexPath: directory.index,
    unseal: vault.unseal,
    onFatal,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  opened.push(() => store.close());
  const checkpoints = SqliteCheckpointStore.open(join(directory.path, 'checkpoints.db'), {
    onTrouble: (error) => log.warn({ err: error }, 'checkpoints pause'),
  });
  opened.push(() => checkpoints.close());
  const keyFile = join(directory.keys, 'local-admin.key');
  await ensureTenant({ store, keys, tenant: FIRST_TENANT, keyFile, now: clock() });
  const projecting = await ProjectionService.start({
    events: store,
    threadFile: require.resolve('./projection.worker'),
    logDirectory: directory.log,
    indexPath: directory.index,
    readModelsPath: directory.readModels,
    onPaused: (error) => log.error({ error }, 'the read models stand still'),
  });
  opened.push(() => projecting.stop());

  const metrics = new Metrics();
  const health = new LocalHealth(directory, store, projecting);
  const module = LocalModule.on({
    eventStore: store,
    queryDoor: projecting.query,
    longQueryDoor: projecting.longQuery,
    projecting,
    keyStore: keys,
    identityVault: vault,
    checkpoints,
    clock,
    metrics,
    health,
    log,
  });
  const app = await createHttpServer(module, {
    permissions: PERMISSIONS,
    limits: settings,
    onAnswered: (operation, status, seconds) => metrics.requestAnswered(operation, status, seconds),
    log,
    onLogWriteFault: onFatal,
    openApi: await generateOpenApi(),
  });
  const directories = [app.get(TenantDirectory), app.get(ProgrammeDirectory)];
  health.watch(directories);
  metrics.watchProjections(() => projecting.status());
  metrics.watch('suki_log_positions', 'Events in the log', () => store.health().endPosition + 1);
  metrics.watch(
    'suki_log_appends_not_indexed',
    'Appends the index has not yet',
    () => store.health().appendsNotIndexed,
  );
  opened.push(async () => {
    await closeHttpServer(app);
    for (const each of directories) await each.stop();
  });
  if (settings.announceSeconds > 0) {
    const timers = new TimerScheduler((error) => log.warn({ err: error }, 'what came due is announced later'));
    const closing = new AbortController();
    const announcer = app.get(LapseAnnouncer, { strict: false });
    const announcing = timers.repeat(settings.announceSeconds * SECOND_MS, async () => {
      await announcer.announceDue(closing.signal);
    });
    opened.push(() => {
      closing.abort();
      return announcing.stop();
    });
  }
  opened.push(() => directory.freeReserve());
  // Not Nest's own, which logs what we answer for.
  await opening.close();
  await app.getHttpAdapter().getInstance().listen({ port: opening.port, host: '127.0.0.1' });
  return { url: urlOf(app), directory: directory.path, keyFile, store };
}

const urlOf = (app: NestFastifyApplication): string =>
  `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
