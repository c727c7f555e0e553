import { Migrator, type Kysely, type Migration } from 'kysely';
import { StoreUnavailableFault } from '../event-store/faults';

/** The tables that every read store has, in steps that are never changed, only added to. Names sort in order. */
const migrations: Readonly<Record<string, Migration>> = {
  '001-checkpoints-and-parked-lines': {
    async up(database: Kysely<unknown>): Promise<void> {
      await database.schema
        .createTable('checkpoints')
        .addColumn('projection', 'text', (column) => column.primaryKey())
        .addColumn('shape', 'text', (column) => column.notNull())
        .addColumn('position', 'bigint', (column) => column.notNull())
        .execute();
      await database.schema
        .createTable('parked_lines')
        .addColumn('projection', 'text', (column) => column.notNull())
        .addColumn('line', 'text', (column) => column.notNull())
        .addColumn('error', 'text', (column) => column.notNull())
        .addColumn('failedAt', 'bigint', (column) => column.notNull())
        .addColumn('attempts', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('parked_lines_key', ['projection', 'line'])
        .execute();
      // `skipped` = 1: left out for good, on command; 0: waits for its line.
      await database.schema
        .createTable('parked_events')
        .addColumn('projection', 'text', (column) => column.notNull())
        .addColumn('line', 'text', (column) => column.notNull())
        .addColumn('position', 'bigint', (column) => column.notNull())
        .addColumn('skipped', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('parked_events_key', ['projection', 'line', 'position'])
        .execute();
    },
  },
};

/** Brings the fixed tables up to date. Throws `StoreUnavailableFault` with its cause. */
export async function migrateReadStore(database: Kysely<unknown>): Promise<void> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw new StoreUnavailableFault('the read store could not be brought up to date', { cause: error });
  }
}
