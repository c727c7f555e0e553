import { hostname } from 'node:os';
import { READ_MODELS } from '../../libs/capabilities/read-models';
import { openEsdbStore } from '../../libs/platform/event-store/esdb/kurrent-library';
import { openingServer } from '../../libs/platform/http/opening-server';
import { openStatusServer } from '../../libs/platform/http/status-server';
import { openParts, type OpenedParts } from '../../libs/platform/process/opened-parts';
import { untilAvailable } from '../../libs/platform/process/until-available';
import { errorText } from '../../libs/platform/projections/batch-fold';
import { ProjectionRunner } from '../../libs/platform/projections/projection-runner';
import { PostgresReadStore } from '../../libs/platform/read-store/postgres-read-store';
import { sharedServers } from '../../libs/platform/settings/process-settings';
import type { Log } from '../../libs/platform/telemetry/log';
import { Metrics } from '../../libs/platform/telemetry/metrics';
import { PartHealth } from '../../libs/platform/telemetry/part-health';
import type { ProjectorSettings } from './settings';

export interface ProjectorProcess {
  readonly statusUrl: string;
  /** Ends after the batch in hand; others have its shards at once. */
  close(): Promise<void>;
}

export interface ProjectorProcessOptions {
  readonly settings: ProjectorSettings;
  readonly log: Log;
  readonly clock: () => number;
}

/** One of any number of processes that make the read models; each has its share of the shards. It has no keys and needs none. */
export function openProjectorProcess(options: ProjectorProcessOptions): Promise<ProjectorProcess> {
  return openParts((opened) => open(options, opened));
}

async function open(
  { settings, log, clock }: ProjectorProcessOptions,
  opened: OpenedParts,
): Promise<{ readonly statusUrl: string }> {
  const { eventStoreDb, postgres } = sharedServers(settings);
  const opening = await openingServer(settings.statusPort);
  opened.push(() => opening.close());
  const waiting = (what: string) => (fault: Error) => {
    opening.waitsFor(what);
    log.warn({ reason: fault.message }, `waits for ${what}`);
  };
  const source = openEsdbStore(eventStoreDb, { unseal: () => Promise.resolve(undefined) });
  opened.push(() => source.close());
  const store = await untilAvailable(() => PostgresReadStore.open({ url: postgres }), waiting('the read models'));
  opened.push(() => store.close());
  const projecting = await untilAvailable(
    () =>
      ProjectionRunner.start({
        source,
        store,
        projections: READ_MODELS,
        owner: `projector-${hostname()}-${process.pid}`,
        shards: 'shared',
        now: clock,
        onPaused: (error) => log.warn({ reason: errorText(error) }, 'the read models stand still'),
      }),
    waiting('the log or the read models'),
  );
  opened.push(() => projecting.stop());
  const metrics = new Metrics();
  metrics.watchProjections(() => projecting.status());
  metrics.watch('suki_shards', 'Shards this process works on', () => projecting.shards.length);
  const health = new PartHealth({
    probes: { log: () => source.endPosition(), 'read models': () => store.parkedLines() },
    projecting,
  });
  await opening.close();
  const status = await openStatusServer(opening.port, health, metrics);
  opened.push(() => status.close());
  return { statusUrl: status.url };
}
