import { Migrator, sql, type Kysely, type Migration } from 'kysely';
import { StoreUnavailableFault } from '../event-store/faults';

/** Where everything lies in PostgreSQL, so that whatever else is in the database is left alone. */
export const READ_SCHEMA = 'suki_read';

export type ReadStoreDatabase = 'sqlite' | 'postgres';

/** The tables that every read store has, in steps that are never changed, only added to. Names sort in order. */
const migrationsOn = (database: ReadStoreDatabase): Readonly<Record<string, Migration>> => ({
  '001-checkpoints-and-parked-lines': {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema
        .createTable('checkpoints')
        .addColumn('projection', 'text', (column) => column.primaryKey())
        .addColumn('shape', 'text', (column) => column.notNull())
        .addColumn('position', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('parked_lines')
        .addColumn('projection', 'text', (column) => column.notNull())
        .addColumn('line', 'text', (column) => column.notNull())
        .addColumn('error', 'text', (column) => column.notNull())
        .addColumn('failedAt', 'bigint', (column) => column.notNull())
        .addColumn('attempts', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('parked_lines_key', ['projection', 'line'])
        .execute();
      // `skipped` = 1: left out for good, on command; 0: waits for its line.
      await db.schema
        .createTable('parked_events')
        .addColumn('projection', 'text', (column) => column.notNull())
        .addColumn('line', 'text', (column) => column.notNull())
        .addColumn('position', 'bigint', (column) => column.notNull())
        .addColumn('skipped', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('parked_events_key', ['projection', 'line', 'position'])
        .execute();
    },
    async down(db: Kysely<unknown>): Promise<void> {
      for (const table of ['parked_events', 'parked_lines', 'checkpoints']) await db.schema.dropTable(table).execute();
    },
  },

  // What was projected so far was one shard.
  '002-shards': {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema
        .createTable('projections')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('version', 'integer', (column) => column.notNull())
        .addColumn('shape', 'text', (column) => column.notNull())
        .execute();
      await db.schema.alterTable('checkpoints').renameTo('whole_checkpoints').execute();
      // Every batch moves them all: rows that have room beside them are changed in place.
      const roomy = database === 'postgres' ? sql`WITH (fillfactor = 25)` : sql``;
      await db.schema
        .createTable('checkpoints')
        .addColumn('projection', 'text', (column) => column.notNull())
        .addColumn('shard', 'integer', (column) => column.notNull())
        .addColumn('position', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('shard_checkpoints_key', ['projection', 'shard'])
        .modifyEnd(roomy)
        .execute();
      // One row a shard: how many there are is how the store was made. `until` in milliseconds since 1970; 0 = free.
      await db.schema
        .createTable('shard_leases')
        .addColumn('shard', 'integer', (column) => column.primaryKey())
        .addColumn('owner', 'text', (column) => column.notNull())
        .addColumn('epoch', 'bigint', (column) => column.notNull())
        .addColumn('until', 'bigint', (column) => column.notNull())
        .modifyEnd(roomy)
        .execute();
      await db.schema
        .createTable('shard_owners')
        .addColumn('owner', 'text', (column) => column.primaryKey())
        .addColumn('until', 'bigint', (column) => column.notNull())
        .execute();
      const version =
        database === 'sqlite' ? sql`json_extract(shape, '$.version')` : sql`(shape::json ->> 'version')::integer`;
      await sql`INSERT INTO projections (name, version, shape) SELECT projection, ${version}, shape FROM whole_checkpoints`.execute(db); // prettier-ignore
      await sql`INSERT INTO checkpoints (projection, shard, position) SELECT projection, 0, position FROM whole_checkpoints`.execute(db); // prettier-ignore
      await sql`INSERT INTO shard_leases (shard, owner, epoch, until) SELECT DISTINCT 0, '', 0, 0 FROM whole_checkpoints`.execute(db); // prettier-ignore
      await db.schema.dropTable('whole_checkpoints').execute();
    },
    /** A projection is as far as its last shard: what the others had seen beyond it would be applied twice, so it begins anew. */
    async down(db: Kysely<unknown>): Promise<void> {
      await db.schema.alterTable('checkpoints').renameTo('shard_checkpoints').execute();
      await db.schema
        .createTable('checkpoints')
        .addColumn('projection', 'text', (column) => column.primaryKey())
        .addColumn('shape', 'text', (column) => column.notNull())
        .addColumn('position', 'bigint', (column) => column.notNull())
        .execute();
      await sql`INSERT INTO checkpoints (projection, shape, position)
        SELECT name, CASE WHEN MIN(position) = MAX(position) THEN shape ELSE '{"version":0}' END, MIN(position)
        FROM projections JOIN shard_checkpoints ON projection = name GROUP BY name, shape`.execute(db);
      for (const table of ['projections', 'shard_checkpoints', 'shard_leases', 'shard_owners']) {
        await db.schema.dropTable(table).execute();
      }
    },
  },

  // The one function that queries use and PostgreSQL has not under this name and form: the members of a JSON array.
  '003-json-each': {
    async up(db: Kysely<unknown>): Promise<void> {
      if (database === 'sqlite') return;
      await sql`CREATE FUNCTION json_each(text) RETURNS TABLE (value text) LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        AS 'SELECT json_array_elements_text($1::json)'`.execute(db);
    },
    async down(db: Kysely<unknown>): Promise<void> {
      if (database === 'postgres') await sql`DROP FUNCTION json_each(text)`.execute(db);
    },
  },

  '004-rebuilds': {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema
        .createTable('rebuilds')
        .addColumn('projection', 'text', (column) => column.primaryKey())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('position', 'bigint', (column) => column.notNull())
        .addColumn('log_end', 'bigint', (column) => column.notNull())
        .addColumn('events', 'bigint', (column) => column.notNull())
        .addColumn('worked_ms', 'bigint', (column) => column.notNull())
        .execute();
    },
    async down(db: Kysely<unknown>): Promise<void> {
      await db.schema.dropTable('rebuilds').execute();
    },
  },
});

/** Up and down, step by step. */
export function readStoreMigrator(db: Kysely<unknown>, database: ReadStoreDatabase): Migrator {
  const provider = { getMigrations: () => Promise.resolve({ ...migrationsOn(database) }) };
  return new Migrator({ db, provider, ...(database === 'postgres' && { migrationTableSchema: READ_SCHEMA }) });
}

/** Brings the fixed tables up to date. Throws `StoreUnavailableFault` with its cause. */
export async function migrateReadStore(db: Kysely<unknown>, database: ReadStoreDatabase): Promise<void> {
  const { error } = await readStoreMigrator(db, database).migrateToLatest();
  if (error !== undefined) {
    throw new StoreUnavailableFault('the read store could not be brought up to date', { cause: error });
  }
}
