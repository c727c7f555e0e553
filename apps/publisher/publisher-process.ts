import { hostname } from 'node:os';
import { KafkaPublishing } from '../../libs/capabilities/feed/kafka-publishing';
import { READ_MODELS } from '../../libs/capabilities/read-models';
import { openEsdbStore } from '../../libs/platform/event-store/esdb/kurrent-library';
import { openStatusServer } from '../../libs/platform/http/status-server';
import { openKafka } from '../../libs/platform/kafka/kafka-cluster';
import { PostgresTopicLeases } from '../../libs/platform/kafka/postgres-topic-leases';
import { openPostgres } from '../../libs/platform/postgres/postgres';
import { openParts, type OpenedParts } from '../../libs/platform/process/opened-parts';
import { untilAvailable } from '../../libs/platform/process/until-available';
import { errorText } from '../../libs/platform/projections/batch-fold';
import { StoredProjections } from '../../libs/platform/projections/stored-projections';
import { PostgresReadStore } from '../../libs/platform/read-store/postgres-read-store';
import { TimerScheduler } from '../../libs/platform/scheduling/scheduler';
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

/** One of any number of processes of which one publishes each topic and the others stand by. It has no keys and needs none. */
export function openPublisherProcess(options: PublisherProcessOptions): Promise<PublisherProcess> {
  return openParts((opened) => open(options, opened));
}

async function open(
  { settings, log, clock }: PublisherProcessOptions,
  opened: OpenedParts,
): Promise<{ readonly statusUrl: string }> {
  const { eventStoreDb, postgres } = sharedServers(settings);
  if (settings.kafka === '') throw new SettingFault('SUKI_KAFKA is missing: a publisher has nowhere to publish to');
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
  const publishing = KafkaPublishing.start({
    kafka: openKafka({ brokers: settings.kafka, clientId: 'suki' }),
    prefix: settings.kafkaPrefix,
    partitions: settings.kafkaPartitions,
    source,
    query: store.query,
    projecting,
    leases,
    owner,
    scheduler: new TimerScheduler((error) => log.warn({ err: error }, 'leases of topics are looked at later')),
    onPaused: (topic, error) => log.warn({ topic, reason: errorText(error) }, 'publishing pauses'),
  });
  opened.push(() => publishing.stop());
  const health = new PartHealth({
    probes: { log: () => source.endPosition(), 'read models': () => store.parkedLines() },
    projecting,
    kafka: () => publishing.state,
  });
  const status = await openStatusServer(settings.statusPort, health, new Metrics());
  opened.push(() => status.close());
  return { statusUrl: status.url };
}
