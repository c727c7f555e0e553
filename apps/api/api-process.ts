import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ProductServer } from '../../libs/capabilities/product-server';
import { READ_MODELS } from '../../libs/capabilities/read-models';
import { openPostgresWebhookDeliveries } from '../../libs/capabilities/webhooks/deliveries/postgres-webhook-deliveries';
import { FIRST_TENANT } from '../../libs/capabilities/tenants';
import { ensureTenant } from '../../libs/capabilities/tenants/create-tenant/ensure-tenant';
import { SqliteCheckpointStore } from '../../libs/platform/decisions/sqlite-checkpoint-store';
import { openEsdbStore } from '../../libs/platform/event-store/esdb/kurrent-library';
import { openingServer } from '../../libs/platform/http/opening-server';
import { IdentityVault } from '../../libs/platform/keys/identity-vault';
import { readMasterKey } from '../../libs/platform/keys/master-key';
import { PostgresKeyStore } from '../../libs/platform/keys/postgres-key-store';
import { addressGuard } from '../../libs/platform/outbound/address-guard';
import { openPostgres } from '../../libs/platform/postgres/postgres';
import { openParts, type OpenedParts } from '../../libs/platform/process/opened-parts';
import { untilAvailable } from '../../libs/platform/process/until-available';
import { StoredProjections } from '../../libs/platform/projections/stored-projections';
import { PostgresQueryDoor } from '../../libs/platform/read-store/postgres-query-door';
import { PostgresReadStore } from '../../libs/platform/read-store/postgres-read-store';
import { sharedServers } from '../../libs/platform/settings/process-settings';
import type { Log } from '../../libs/platform/telemetry/log';
import { Metrics } from '../../libs/platform/telemetry/metrics';
import { PartHealth } from '../../libs/platform/telemetry/part-health';
import type { ApiSettings } from './settings';

export interface ApiProcess {
  readonly url: string;
  /** Takes no new request and finishes what was accepted. */
  close(): Promise<void>;
}

export interface ApiProcessOptions {
  readonly settings: ApiSettings;
  readonly log: Log;
  readonly clock: () => number;
}

const REPORT_TIMEOUT_MS = 60_000;

/**
 * One of any number of processes that take commands and answer questions, on servers that all of them share. It waits for
 * servers that are not there yet, answering 503 meanwhile.
 */
export function openApiProcess(options: ApiProcessOptions): Promise<ApiProcess> {
  return openParts((opened) => open(options, opened));
}

async function open(
  { settings, log, clock }: ApiProcessOptions,
  opened: OpenedParts,
): Promise<{ readonly url: string }> {
  const { eventStoreDb, postgres } = sharedServers(settings);
  const masterKey = readMasterKey(settings.masterKeyFile);
  const opening = await openingServer(settings.port);
  opened.push(() => opening.close());
  const waiting = (what: string) => (fault: Error) => {
    opening.waitsFor(what);
    log.warn({ reason: fault.message }, `waits for ${what}`);
  };

  const keyUrl = settings.keyStore === '' ? postgres : settings.keyStore;
  // The store asks for keys only once it finds sealed claims, which is after this.
  const store = openEsdbStore(eventStoreDb, { unseal: (sealed, stream) => vault.unseal(sealed, stream) });
  opened.push(() => store.close());
  const keys = await untilAvailable(async () => {
    const pool = openPostgres({ url: keyUrl, name: 'suki keys' });
    try {
      return await PostgresKeyStore.open({ pool, masterKey, mayBegin: async () => (await store.endPosition()) < 0 });
    } catch (error) {
      await pool.end();
      throw error;
    }
  }, waiting('its keys'));
  opened.push(() => keys.close());
  const vault = new IdentityVault(keys);

  const reads = await untilAvailable(() => PostgresReadStore.open({ url: postgres }), waiting('the read models'));
  opened.push(() => reads.close());
  const reports = new PostgresQueryDoor({ url: postgres, connections: 2, statementTimeoutMs: REPORT_TIMEOUT_MS });
  opened.push(() => reports.close());
  const deliveryPool = openPostgres({ url: postgres, name: 'suki webhooks', connections: 2 });
  opened.push(() => deliveryPool.end());
  const deliveries = await untilAvailable(
    () => openPostgresWebhookDeliveries(deliveryPool),
    waiting('how far webhooks are delivered'),
  );
  const owner = `api-${process.pid}`;
  const projecting = await untilAvailable(
    () => StoredProjections.start({ source: store, store: reads, projections: READ_MODELS, owner, now: clock }),
    waiting('the read models'),
  );
  opened.push(() => projecting.stop());
  const checkpoints = SqliteCheckpointStore.open(checkpointPath(settings.scratch), {
    onTrouble: (error) => log.warn({ err: error }, 'checkpoints pause'),
  });
  opened.push(() => checkpoints.close());
  const { adminKeyFile } = settings;
  if (adminKeyFile !== '') {
    const firstStart = { store, keys, tenant: FIRST_TENANT, keyFile: adminKeyFile, now: clock() };
    await untilAvailable(() => ensureTenant(firstStart), waiting('the log'));
  }

  const metrics = new Metrics();
  metrics.watch('suki_foreign_events', 'Events of the log that are not ours', () => store.health().foreignEvents);
  const health = new PartHealth({
    probes: {
      log: () => store.endPosition(),
      'read models': () => reads.parkedLines(),
      keys: () => keys.personKey(FIRST_TENANT, NOBODY),
    },
    projecting,
  });
  const server = await untilAvailable(
    () =>
      ProductServer.open({
        platform: {
          eventStore: store,
          queryDoor: reads.query,
          longQueryDoor: reports.query,
          projecting,
          keyStore: keys,
          identityVault: vault,
          checkpoints,
          addressGuard: addressGuard({ allowPrivate: settings.webhooksAllowPrivate }),
          webhookDeliveries: deliveries,
          clock,
          metrics,
          health,
          log,
        },
        limits: settings,
        announceSeconds: settings.announceSeconds,
        onLogWriteFault: (fault) => log.error({ err: fault }, 'the log could not be written'),
      }),
    waiting('the log'),
  );
  opened.push(() => server.close());
  return { url: await server.listen(opening) };
}

const NOBODY = 'cus_nobody' as Parameters<PostgresKeyStore['personKey']>[1];

function checkpointPath(scratch: string): string {
  if (scratch === '') return ':memory:';
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  return join(scratch, 'checkpoints.db');
}
