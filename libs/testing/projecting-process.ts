import { setTimeout as delay } from 'node:timers/promises';
import { ProjectionRunner, type EventSource } from '../platform/projections/projection-runner';
import { PostgresReadStore } from '../platform/read-store/postgres-read-store';
import { countedVisits, visitsOf } from './counted-visits';

/** A projector in a process of its own, to be killed: `node projecting-process.js JSON`. It ends only so. */
export interface ProjectingOrder {
  readonly postgres: string;
  readonly owner: string;
  readonly customers: number;
  readonly events: number;
  /** Events a second at which the log shows itself, from this instant on. */
  readonly eventsPerSecond: number;
  readonly startedAt: number;
}

async function run(order: ProjectingOrder): Promise<void> {
  const history = visitsOf(order.customers, order.events);
  const shown = (): number => Math.floor(((Date.now() - order.startedAt) / 1_000) * order.eventsPerSecond);
  const end = (): number => Math.min(order.events, Math.max(0, shown())) - 1;
  const source: EventSource = {
    endPosition: () => Promise.resolve(end()),
    readAll: (options) => history.readAll(options),
    async *subscribe({ after, signal }) {
      for (let position = after; signal?.aborted !== true;) {
        const events = history.events.slice(position + 1, Math.min(end(), position + 1_000) + 1);
        position += events.length;
        if (events.length > 0) yield { events, position, caughtUp: position >= end() };
        else await delay(10);
      }
    },
  };
  await ProjectionRunner.start({
    source,
    store: await PostgresReadStore.open({ url: order.postgres, connections: 3 }),
    projections: [countedVisits],
    owner: order.owner,
    shards: 'shared',
    now: Date.now,
  });
}

void run(JSON.parse(process.argv[2] ?? '') as ProjectingOrder);
