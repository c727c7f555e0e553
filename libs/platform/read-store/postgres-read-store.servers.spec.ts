import { Client } from 'pg';
import { readStoreMigrationsContract } from '../../testing/migrations.contract-suite';
import { readStoreContract } from '../../testing/read-store.contract-suite';
import { shardLeasesContract } from '../../testing/shard-leases.contract-suite';
import { temporaryDatabase } from '../../testing/temporary-database';
import { openPostgres } from '../postgres/postgres';
import { kyselyOn } from './postgres-query-door';
import { READ_SCHEMA } from './read-store.migrations';
import { PostgresReadStore } from './postgres-read-store';

async function sql(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

readStoreContract('PostgreSQL', async () => {
  const database = await temporaryDatabase();
  return {
    open: () => PostgresReadStore.open({ url: database.url }),
    lose: async () => void (await sql(database.url, 'DROP SCHEMA suki_read CASCADE')),
    remove: () => database.drop(),
  };
});

shardLeasesContract('PostgreSQL', async () => {
  const database = await temporaryDatabase();
  const store = await PostgresReadStore.open({ url: database.url });
  return {
    leases: store.leases,
    shards: store.shards,
    async pass(ms) {
      for (const table of ['shard_leases', 'shard_owners']) {
        await sql(database.url, `UPDATE suki_read.${table} SET until = until - ${ms} WHERE until > 0`);
      }
    },
    async remove() {
      await store.close();
      await database.drop();
    },
  };
});

readStoreMigrationsContract('postgres', async () => {
  const database = await temporaryDatabase();
  return {
    open: () => PostgresReadStore.open({ url: database.url }),
    tables: () =>
      kyselyOn<unknown>(
        openPostgres({ url: database.url, name: 'suki tests', settings: { search_path: READ_SCHEMA } }),
        'allowed',
      ),
    remove: () => database.drop(),
  };
});
