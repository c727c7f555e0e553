import { join } from 'node:path';
import { KafkaPublishing } from '../../libs/capabilities/feed/kafka-publishing';
import { openSqliteWebhookDeliveries } from '../../libs/capabilities/webhooks/deliveries/sqlite-webhook-deliveries';
import { WebhookDelivery } from '../../libs/capabilities/webhooks/deliveries/webhook-delivery';
import { WebhookSender } from '../../libs/capabilities/webhooks/deliveries/webhook-sender';
import { ProductServer } from '../../libs/capabilities/product-server';
import { FIRST_TENANT } from '../../libs/capabilities/tenants';
import { ensureTenant } from '../../libs/capabilities/tenants/create-tenant/ensure-tenant';
import { SqliteCheckpointStore } from '../../libs/platform/decisions/sqlite-checkpoint-store';
import { DataDirectory } from '../../libs/platform/event-store/embedded/data-directory';
import { StoreUnavailableFault } from '../../libs/platform/event-store/faults';
import {
  EmbeddedEventStore,
  type OpeningProgress,
} from '../../libs/platform/event-store/embedded/embedded-event-store';
import { openingServer } from '../../libs/platform/http/opening-server';
import { IdentityVault } from '../../libs/platform/keys/identity-vault';
import { SqliteKeyStore } from '../../libs/platform/keys/sqlite-key-store';
import { openKafka } from '../../libs/platform/kafka/kafka-cluster';
import { SqliteTopicLeases } from '../../libs/platform/kafka/sqlite-topic-leases';
import { addressGuard } from '../../libs/platform/outbound/address-guard';
import { errorText } from '../../libs/platform/projections/batch-fold';
import { ProjectionService } from '../../libs/platform/projections/projection-service';
import { openParts, type OpenedParts } from '../../libs/platform/process/opened-parts';
import { TimerScheduler } from '../../libs/platform/scheduling/scheduler';
import type { Log } from '../../libs/platform/telemetry/log';
import { Metrics } from '../../libs/platform/telemetry/metrics';
import { PartHealth } from '../../libs/platform/telemetry/part-health';
import { openEsdbDoor, type OpenedEsdbDoor } from './open-esdb-door';
import type { Settings } from './settings';

/** The whole product in this process, on one data directory. */
export interface LocalProduct {
  readonly url: string;
  readonly directory: string;
  /** Secret of the local admin of the first tenant. */
  readonly keyFile: string;
  readonly store: EmbeddedEventStore;
  /** The EventStoreDB door, where there is one. */
  readonly esdb: OpenedEsdbDoor | undefined;
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
export function openLocalProduct(options: LocalProductOptions): Promise<LocalProduct> {
  return openParts((opened) => open(options, opened));
}

async function open(
  { settings, log, clock, onProgress, onFatal }: LocalProductOptions,
  opened: OpenedParts,
): Promise<Omit<LocalProduct, 'close'>> {
  const opening = await openingServer(settings.port);
  opened.push(() => opening.close());
  const directory = await DataDirectory.open(settings.eventStore ?? settings.data);
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
    readModelsPath: settings.readStore ?? directory.readModels,
    onPaused: (error) => log.error({ error }, 'the read models stand still'),
  });
  opened.push(() => projecting.stop());

  const leases = new SqliteTopicLeases(join(directory.path, 'published.db'));
  opened.push(() => leases.close());
  const guard = addressGuard({ allowPrivate: settings.webhooksAllowPrivate });
  const deliveries = openSqliteWebhookDeliveries(join(directory.path, 'webhooks.db'));
  opened.push(() => deliveries.close());
  const delivering = new WebhookDelivery({
    source: store,
    deliveries,
    sender: new WebhookSender({ guard, pepper: keys.pepper, clock }),
    leases,
    owner: OWNER,
    scheduler: new TimerScheduler((error) => log.warn({ err: error }, 'webhooks are looked at later')),
    clock,
    onTrouble: (error) => log.warn({ reason: errorText(error) }, 'deliveries to webhooks pause'),
  });
  delivering.start();
  opened.push(() => delivering.stop());
  const publishing = settings.kafka === '' ? undefined : publish(settings, leases, store, projecting, log);
  if (publishing !== undefined) opened.push(() => publishing.stop());
  const health = new PartHealth({
    probes: { index: () => followingIndex(store), disk: seldom(() => directory.probeWrite()) },
    projecting,
    ...(publishing !== undefined && { kafka: () => publishing.state }),
  });

  const metrics = new Metrics();
  metrics.watch('suki_log_positions', 'Events in the log', () => store.health().endPosition + 1);
  metrics.watch(
    'suki_log_appends_not_indexed',
    'Appends the index has not yet',
    () => store.health().appendsNotIndexed,
  );
  const server = await ProductServer.open({
    platform: {
      eventStore: store,
      queryDoor: projecting.query,
      longQueryDoor: projecting.longQuery,
      projecting,
      keyStore: keys,
      identityVault: vault,
      checkpoints,
      addressGuard: guard,
      webhookDeliveries: deliveries,
      clock,
      metrics,
      health,
      log,
    },
    limits: settings,
    announceSeconds: settings.announceSeconds,
    onLogWriteFault: onFatal,
  });
  opened.push(() => server.close());
  opened.push(() => directory.freeReserve());
  const esdb = await openEsdbDoor(settings, {
    store,
    unseal: vault.unseal,
    clock,
    callers: server.callers,
    keys: directory.keys,
    log,
  });
  if (esdb !== undefined) opened.push(() => esdb.close());
  const url = await server.listen(opening);
  return { url, directory: directory.path, keyFile, store, esdb };
}

/** Of the leases. The lock on the directory lets one process be it, which takes at once what it held before it was killed. */
const OWNER = 'local';

function publish(
  { kafka, kafkaPartitions, kafkaPrefix }: Settings,
  leases: SqliteTopicLeases,
  source: EmbeddedEventStore,
  projecting: ProjectionService,
  log: Log,
): KafkaPublishing {
  return KafkaPublishing.start({
    kafka: openKafka({ brokers: kafka, clientId: 'suki' }),
    prefix: kafkaPrefix,
    partitions: kafkaPartitions,
    source,
    query: projecting.query,
    projecting,
    leases,
    owner: OWNER,
    scheduler: new TimerScheduler((error) => log.warn({ err: error }, 'leases of topics are looked at later')),
    onPaused: (topic, error) => log.warn({ topic, reason: errorText(error) }, 'publishing pauses'),
  });
}

async function followingIndex(store: EmbeddedEventStore): Promise<void> {
  const { index } = store.health();
  if (index.state === 'paused') throw new StoreUnavailableFault(index.reason ?? 'it is paused');
}

/** A probe is written at most so often, however often readiness is asked for. */
const PROBE_EVERY_MS = 1_000;

function seldom(probe: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> | undefined;
  let at = 0;
  return () => {
    if (last === undefined || Date.now() - at > PROBE_EVERY_MS) {
      at = Date.now();
      last = probe();
    }
    return last;
  };
}
