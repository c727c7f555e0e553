import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProjectionRunner, type EventSource } from '../platform/projections/projection-runner';
import type { Projection, QueryDoor } from '../platform/read-store/read-store';
import { SqliteReadStore } from '../platform/read-store/sqlite-read-store';

export interface TemporaryReadModels {
  readonly query: QueryDoor;
  readonly runner: ProjectionRunner;
  dispose(): Promise<void>;
}

/** Real read models of everything the source holds now, in a directory of their own. Dispose of them after the test. */
export async function projectAll(
  source: EventSource,
  projections: readonly Projection[],
  batchEvents = 1_000,
): Promise<TemporaryReadModels> {
  const directory = mkdtempSync(join(tmpdir(), 'suki-read-'));
  const store = await SqliteReadStore.open(join(directory, 'read.db'));
  const runner = await ProjectionRunner.start({
    source,
    store,
    projections,
    owner: 'test',
    shards: 'alone',
    batchEvents,
    now: Date.now,
  });
  await runner.waitFor(await source.endPosition(), 20_000);
  return {
    query: store.query,
    runner,
    async dispose() {
      await runner.stop();
      await store.close();
      rmSync(directory, { recursive: true });
    },
  };
}
