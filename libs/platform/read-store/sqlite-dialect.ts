import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
} from 'kysely';
import { Defect } from '../../kernel/defect';
import type { Sqlite, SqlValue, Statement } from '../sqlite/sqlite';

/** Runs one statement to its end, here or in another thread, and answers its rows. */
export type RunStatement = (
  sql: string,
  parameters: readonly SqlValue[],
) => readonly unknown[] | Promise<readonly unknown[]>;

/**
 * Kysely over our SQLite. Every statement runs to its end within one call, so none is ever open across an await and
 * several callers may share the connection. `transactions` only for a connection with a single user.
 */
export class SqliteDialect implements Dialect {
  constructor(
    private readonly run: RunStatement,
    private readonly transactions: 'allowed' | 'refused' = 'refused',
  ) {}

  createDriver(): Driver {
    return new SqliteDriver(this.run, this.transactions);
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): SqliteAdapter {
    return new SqliteAdapter();
  }

  createIntrospector(database: Kysely<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(database);
  }
}

/** Beyond this many different texts, statements are prepared anew. */
const KEPT_STATEMENTS = 256;

/** Runs statements on a connection of this thread, and keeps them prepared. */
export function statementsOn(database: Sqlite): RunStatement {
  const prepared = new Map<string, Statement<unknown>>();
  return (sql, parameters) => {
    let statement = prepared.get(sql);
    if (statement === undefined) {
      if (prepared.size >= KEPT_STATEMENTS) prepared.clear();
      statement = database.prepare<unknown>(sql);
      prepared.set(sql, statement);
    }
    return statement.all(...parameters);
  };
}

class SqliteDriver implements Driver {
  constructor(
    private readonly run: RunStatement,
    private readonly transactions: 'allowed' | 'refused',
  ) {}

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new SqliteConnection(this.run);
  }

  async beginTransaction(): Promise<void> {
    if (this.transactions === 'refused') throw new Defect('the query door takes single queries, no transactions');
    await this.run('BEGIN', []);
  }

  async commitTransaction(): Promise<void> {
    await this.run('COMMIT', []);
  }

  async rollbackTransaction(): Promise<void> {
    await this.run('ROLLBACK', []);
  }

  async releaseConnection(): Promise<void> {}

  /** The database belongs to whoever opened it. */
  async destroy(): Promise<void> {}
}

class SqliteConnection implements DatabaseConnection {
  constructor(private readonly run: RunStatement) {}

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return { rows: (await this.run(query.sql, query.parameters as readonly SqlValue[])) as Row[] };
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Defect('a stream would keep a statement open across an await: page by a cursor');
  }
}
