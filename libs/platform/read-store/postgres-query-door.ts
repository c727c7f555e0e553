import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, type PostgresQueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { Defect } from '../../kernel/defect';
import { StoreFault } from '../event-store/faults';
import { onPostgres, openPostgres } from '../postgres/postgres';
import type { QueryDoor } from './read-store';
import { READ_SCHEMA } from './read-store.migrations';
import { TenantGuard } from './tenant-guard';

export interface PostgresDoorOptions {
  readonly url: string;
  readonly connections?: number;
  /** A query that takes longer is ended, and fails with `StoreUnavailableFault`. */
  readonly statementTimeoutMs?: number;
}

/** The read-only door to read models in PostgreSQL, for any process. A server that cannot be reached is `StoreUnavailableFault`. */
export class PostgresQueryDoor {
  readonly query: QueryDoor;
  private readonly pool: Pool;

  constructor({ url, connections = 4, statementTimeoutMs = 5_000 }: PostgresDoorOptions) {
    this.pool = openPostgres({
      url,
      name: 'suki queries',
      connections,
      statementTimeoutMs,
      settings: { search_path: READ_SCHEMA, default_transaction_read_only: 'on' },
    });
    this.query = kyselyOn<object>(this.pool, 'refused').withPlugin(new TenantGuard());
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

/** Kysely over a pool, with failures of the server as faults of ours. */
export function kyselyOn<Tables>(pool: Pool, transactions: 'allowed' | 'refused'): Kysely<Tables> {
  const faulting: PostgresPool = {
    connect: async () => faultingClient(await onPostgres(() => pool.connect()), transactions),
    end: () => pool.end(),
  };
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: faulting }) });
}

/** One that a statement failed on for the server's sake is given back as broken. */
function faultingClient(client: PoolClient, transactions: 'allowed' | 'refused'): PostgresPoolClient {
  let broken = false;
  const query = async (text: unknown, parameters: readonly unknown[] = []): Promise<PostgresQueryResult<unknown>> => {
    if (typeof text !== 'string') throw new Defect('a stream would keep a statement open: page by a cursor');
    if (transactions === 'refused' && /^\s*(begin|start)\b/i.test(text)) {
      throw new Defect('the query door takes single queries, no transactions');
    }
    try {
      const { command, rowCount, rows } = await onPostgres(() => client.query(text, [...parameters]));
      return { command: command as PostgresQueryResult<unknown>['command'], rowCount: rowCount ?? 0, rows };
    } catch (error) {
      broken = error instanceof StoreFault;
      throw error;
    }
  };
  return { query: query as PostgresPoolClient['query'], release: () => client.release(broken) };
}
