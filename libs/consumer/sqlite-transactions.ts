import type { PartitionName, Transactions } from './transactions';

/** The part of `node:sqlite`'s `DatabaseSync` that is used; other drivers have it too. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): {
    get(...values: (string | number | null)[]): unknown;
    run(...values: (string | number | null)[]): unknown;
  };
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS consumed_positions
    (consumer_group TEXT, topic TEXT, partition INTEGER, position INTEGER, PRIMARY KEY (consumer_group, topic, partition))`;

/**
 * Keeps the numbers in `consumed_positions`, which it makes, beside the consumer's tables in SQLite. The connection is its own
 * while a transaction runs: use it inside `work` only, or give the consumer a connection of its own.
 */
export class SqliteTransactions<Database extends SqliteDatabase> implements Transactions<Database> {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly database: Database) {
    database.exec(TABLE);
  }

  run(
    { group, topic, partition }: PartitionName,
    work: (database: Database, handled: number | undefined) => Promise<number | undefined>,
  ): Promise<void> {
    return this.inTransaction(async () => {
      const row = this.database
        .prepare('SELECT position FROM consumed_positions WHERE consumer_group = ? AND topic = ? AND partition = ?')
        .get(group, topic, partition) as { position: number | null } | undefined;
      const handled = await work(this.database, row?.position ?? undefined);
      this.database
        .prepare('INSERT OR REPLACE INTO consumed_positions VALUES (?, ?, ?, ?)')
        .run(group, topic, partition, handled ?? null);
    });
  }

  rewind(group: string, topic: string, position: number | undefined): Promise<void> {
    return this.inTransaction(async () => {
      this.database
        .prepare('UPDATE consumed_positions SET position = ? WHERE consumer_group = ? AND topic = ?')
        .run(position ?? null, group, topic);
    });
  }

  /** One after another: a connection has one transaction. */
  private inTransaction(work: () => Promise<void>): Promise<void> {
    const done = this.turn.then(async () => {
      this.database.exec('BEGIN IMMEDIATE');
      try {
        await work();
        this.database.exec('COMMIT');
      } catch (error) {
        this.database.exec('ROLLBACK');
        throw error;
      }
    });
    this.turn = done.catch(() => undefined);
    return done;
  }
}
