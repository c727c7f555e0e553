import { hostname } from 'node:os';
import type { Pool } from 'pg';
import { KafkaPublishing, type KafkaPublishingOptions } from '../../libs/capabilities/feed/kafka-publishing';
import { openPostgresWebhookDeliveries } from '../../libs/capabilities/webhooks/deliveries/postgres-webhook-deliveries';
import { WebhookDelivery } from '../../libs/capabilities/webhooks/deliveries/webhook-delivery';
import { WebhookSender } from '../../libs/capabilities/webhooks/deliveries/webhook-sender';
import { READ_MODELS } from '../../libs/capabilities/read-models';
import { openEsdbStore } from '../../libs/platform/event-store/esdb/kurrent-library';
import type { EventStore } from '../../libs/platform/event-store/event-store';
import { openStatusServer } from '../../libs/platform/http/status-server';
import { openKafka } from '../../libs/platform/kafka/kafka-cluster';
import { PostgresTopicLeases } from '../../libs/platform/kafka/postgres-topic-leases';
import { readMasterKey } from '../../libs/platform/keys/master-key';
import { PostgresKeyStore } from '../../libs/platform/keys/postgres-key-store';
import { addressGuard } from '../../libs/platform/outbound/address-guard';
import type { TopicLeases } from '../../libs/platform/kafka/topic-leases';
import { openPostgres } from '../../libs/platform/postgres/postgres';
import { openParts, type OpenedParts } from '../../libs/platform/process/opened-parts';
import { untilAvailable } from '../../libs/platform/process/until-available';
import { errorText } from '../../libs/platform/projections/batch-fold';
import { StoredProjections } from '../../libs/platform/projections/stored-projections';
import { PostgresReadStore } from '../../libs/platform/read-store/postgres-read-store';
import { TimerScheduler, type Scheduler } from '../../libs/platform/scheduling/scheduler';
import { sharedServers } from '../../libs/platform/settings/process-settings';
import { SettingFault } from '../../libs/platform/settings/settings';
import type { Log } from '../../libs/platform/telemetry/log';
import { Metrics } from '../../libs/platform/telemetry/metrics';
import { PartHealth } from '../../libs/platform/telemetry/part-health';
import type { PublisherSettings } from './settings';

export interface PublisherProcess {
  readonly statusUrl: string;
  /** Ends after the batch in hand; another one has its topics at once. */
  close(): Promise<void>;
}

export interface PublisherProcessOptions {
  readonly settings: PublisherSettings;
  readonly log: Log;
  readonly clock: () => number;
}

/**
 * One of any number of processes of which one publishes each topic, one delivers to webhooks, and the others stand by. Only
 * webhooks need keys.
 */
export function openPublisherProcess(options: PublisherProcessOptions): Promise<PublisherProcess> {
  return openParts((opened) => open(options, opened));
}

async function open(
  { settings, log, clock }: PublisherProcessOptions,
  opened: OpenedParts,
): Promise<{ readonly statusUrl: string }> {
  const { eventStoreDb, postgres } = sharedServers(settings);
  if (settings.kafka === '' && settings.masterKeyFile === '') {
    throw new SettingFault('SUKI_KAFKA and SUKI_MASTER_KEY_FILE are missing: a publisher has nowhere to publish to');
  }
  const waiting = (fault: Error): void => log.warn({ reason: fault.message }, 'waits for its servers');
  const owner = `publisher-${hostname()}-${process.pid}`;
  const source = openEsdbStore(eventStoreDb, { unseal: () => Promise.resolve(undefined) });
  opened.push(() => source.close());
  const store = await untilAvailable(() => PostgresReadStore.open({ url: postgres }), waiting);
  opened.push(() => store.close());
  const projecting = await untilAvailable(
    () => StoredProjections.start({ source, store, projections: READ_MODELS, owner, now: clock }),
    waiting,
  );
  opened.push(() => projecting.stop());
  const pool = openPostgres({ url: postgres, name: 'suki publisher', connections: 2 });
  opened.push(() => pool.end());
  const leases = await untilAvailable(() => PostgresTopicLeases.open(pool), waiting);
  const common = { source, leases, owner, scheduler: timers(log), log };
  const publishing =
    settings.kafka === '' ? undefined : publish(settings, { ...common, query: store.query, projecting });
  if (publishing !== undefined) opened.push(() => publishing.stop());
  if (settings.masterKeyFile !== '') {
    const keyPool = openPostgres({ url: settings.keyStore || postgres, name: 'suki keys', connections: 1 });
    opened.push(() => keyPool.end());
    const deliveryPool = openPostgres({ url: postgres, name: 'suki webhooks', connections: 4 });
    opened.push(() => deliveryPool.end());
    const delivering = await untilAvailable(
      () => deliver(settings, { ...common, keyPool, deliveryPool, clock }),
      waiting,
    );
    opened.push(() => delivering.stop());
  }
  const health = new PartHealth({
    probes: { log: () => source.endPosition(), 'read models': () => store.parkedLines() },
    projecting,
    ...(publishing !== undefined && { kafka: () => publishing.state }),
  });
  const status = await openStatusServer(settings.statusPort, health, new Metrics());
  opened.push(() => status.close());
  return { statusUrl: status.url };
}

interface Publishing {
  readonly source: EventStore;
  readonly leases: TopicLeases;
  readonly owner: string;
  readonly scheduler: Scheduler;
  readonly log: Log;
}

const timers = (log: Log): Scheduler =>
  new TimerScheduler((error) => log.warn({ err: error }, 'leases are looked at later'));

function publish(
  { kafka, kafkaPrefix, kafkaPartitions }: PublisherSettings,
  { log, ...parts }: Publishing & Pick<KafkaPublishingOptions, 'query' | 'projecting'>,
): KafkaPublishing {
  return KafkaPublishing.start({
    ...parts,
    kafka: openKafka({ brokers: kafka, clientId: 'suki' }),
    prefix: kafkaPrefix,
    partitions: kafkaPartitions,
    onPaused: (topic, error) => log.warn({ topic, reason: errorText(error) }, 'publishing pauses'),
  });
}

interface Delivering extends Publishing {
  readonly keyPool: Pool;
  readonly deliveryPool: Pool;
  readonly clock: () => number;
}

async function deliver(
  { masterKeyFile, webhooksAllowPrivate }: PublisherSettings,
  { log, keyPool, deliveryPool, ...parts }: Delivering,
): Promise<WebhookDelivery> {
  const { source, clock } = parts;
  const mayBegin = async (): Promise<boolean> => (await source.endPosition()) < 0;
  const masterKey = readMasterKey(masterKeyFile);
  const { pepper } = await PostgresKeyStore.open({ pool: keyPool, masterKey, mayBegin });
  const guard = addressGuard({ allowPrivate: webhooksAllowPrivate });
  const delivering = new WebhookDelivery({
    ...parts,
    deliveries: await openPostgresWebhookDeliveries(deliveryPool),
    sender: new WebhookSender({ guard, pepper, clock }),
    onTrouble: (error) => log.warn({ reason: errorText(error) }, 'deliveries to webhooks pause'),
  });
  delivering.start();
  return delivering;
}
