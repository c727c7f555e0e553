import type { Transactions } from './transactions';

/** The part of `pg` that is used, so that any version of it does. */
export interface PostgresClient {
  query(sql: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  /** With an error: this connection is not to be used again. */
  release(error?: boolean): void;
}

export interface PostgresPool<Client extends PostgresClient> {
  connect(): Promise<Client>;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS consumed_positions
    (consumer_group TEXT, topic TEXT, partition INTEGER, position BIGINT, PRIMARY KEY (consumer_group, topic, partition))`;

/** Keeps the numbers in `consumed_positions`, which it makes, beside the consumer's tables in PostgreSQL. */
export class PostgresTransactions<Client extends PostgresClient> implements Transactions<Client> {
  private constructor(private readonly pool: PostgresPool<Client>) {}

  static async on<Client extends PostgresClient>(pool: PostgresPool<Client>): Promise<PostgresTransactions<Client>> {
    const transactions = new PostgresTransactions(pool);
    await transactions.inTransaction(async (client) => {
      // Two processes that start at once would otherwise both try to make it.
      await client.query('SELECT pg_advisory_xact_lock(7185402)');
      await client.query(TABLE);
    });
    return transactions;
  }

  run: Transactions<Client>['run'] = ({ group, topic, partition }, work) =>
    this.inTransaction(async (client) => {
      const name = [group, topic, partition];
      await client.query('INSERT INTO consumed_positions VALUES ($1, $2, $3, NULL) ON CONFLICT DO NOTHING', name);
      const { rows } = await client.query(
        'SELECT position FROM consumed_positions WHERE consumer_group = $1 AND topic = $2 AND partition = $3 FOR UPDATE',
        name,
      );
      const { position } = rows[0] as { position: string | number | null };
      const handled = await work(client, position === null ? undefined : Number(position));
      await client.query(
        'UPDATE consumed_positions SET position = $4 WHERE consumer_group = $1 AND topic = $2 AND partition = $3',
        [...name, handled ?? null],
      );
    });

  async rewind(group: string, topic: string, position: number | undefined): Promise<void> {
    await this.inTransaction(async (client) => {
      await client.query('UPDATE consumed_positions SET position = $3 WHERE consumer_group = $1 AND topic = $2', [
        group,
        topic,
        position ?? null,
      ]);
    });
  }

  private async inTransaction(work: (client: Client) => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
    let broken = true;
    try {
      await client.query('BEGIN');
      try {
        await work(client);
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK');
        broken = false;
        throw error;
      }
      broken = false;
    } finally {
      client.release(broken);
    }
  }
}
