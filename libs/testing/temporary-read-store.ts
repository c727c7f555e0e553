import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { ProjectionRunner, type EventSource } from '../platform/projections/projection-runner';
import type { Projection, QueryDoor, ReadStore } from '../platform/read-store/read-store';
import { PostgresReadStore } from '../platform/read-store/postgres-read-store';
import { READ_SCHEMA } from '../platform/read-store/read-store.migrations';
import { SqliteReadStore } from '../platform/read-store/sqlite-read-store';
import { temporaryDatabase } from './temporary-database';

export interface TemporaryReadModels {
  readonly query: QueryDoor;
  readonly runner: ProjectionRunner;
  dispose(): Promise<void>;
}

/**
 * Real read models of everything the source holds now, in a store of their own: PostgreSQL where servers run, else SQLite.
 * Dispose of them after the test.
 */
export async function projectAll(
  source: EventSource,
  projections: readonly Projection[],
  batchEvents = 1_000,
): Promise<TemporaryReadModels> {
  const { store, remove } = await (process.env['SUKI_SERVERS'] === undefined ? inDirectory() : inDatabase());
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
      await remove();
    },
  };
}

interface TemporaryStore {
  readonly store: ReadStore;
  readonly remove: () => Promise<void>;
}

async function inDirectory(): Promise<TemporaryStore> {
  const directory = mkdtempSync(join(tmpdir(), 'suki-read-'));
  const store = await SqliteReadStore.open(join(directory, 'read.db'));
  return { store, remove: async () => rmSync(directory, { recursive: true }) };
}

/** Making a database takes longer than emptying one; the server they are on is gone after the tests. */
const idleDatabases: string[] = [];

async function inDatabase(): Promise<TemporaryStore> {
  const url = idleDatabases.pop() ?? (await temporaryDatabase()).url;
  const store = await PostgresReadStore.open({ url });
  return {
    store,
    async remove() {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(`DROP SCHEMA ${READ_SCHEMA} CASCADE`);
      await client.end();
      idleDatabases.push(url);
    },
  };
}
