import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import type { Pool } from 'pg';
import { Defect } from '../../kernel/defect';
import { onPostgres, openPostgres } from '../postgres/postgres';
import type { QueryDoor } from './read-store';
import { READ_SCHEMA } from './read-store.migrations';

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
    this.query = kyselyOn<object>(this.pool, 'refused');
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

function faultingClient(client: PostgresPoolClient, transactions: 'allowed' | 'refused'): PostgresPoolClient {
  return {
    // A cursor is for streams, which the door has none of: a statement is never open across an await.
    query: (text: unknown, parameters?: readonly unknown[]) => {
      if (typeof text !== 'string') throw new Defect('a stream would keep a statement open: page by a cursor');
      if (transactions === 'refused' && /^\s*(begin|start)\b/i.test(text)) {
        throw new Defect('the query door takes single queries, no transactions');
      }
      return onPostgres(() => client.query(text, parameters ?? []));
    },
    release: () => client.release(),
  } as PostgresPoolClient;
}
