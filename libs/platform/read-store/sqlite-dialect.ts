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

/**
 * Kysely over our SQLite. Every query runs to its end within one call, so no statement is ever open across an await and
 * queries of several callers may share the connection. `transactions` only for a connection with a single user.
 */
export class SqliteDialect implements Dialect {
  constructor(
    private readonly database: Sqlite,
    private readonly transactions: 'allowed' | 'refused' = 'refused',
  ) {}

  createDriver(): Driver {
    return new SqliteDriver(this.database, this.transactions);
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

class SqliteDriver implements Driver {
  private readonly connection: SqliteConnection;

  constructor(
    private readonly database: Sqlite,
    private readonly transactions: 'allowed' | 'refused',
  ) {
    this.connection = new SqliteConnection(database);
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.connection);
  }

  async beginTransaction(): Promise<void> {
    if (this.transactions === 'refused') throw new Defect('the query door takes single queries, no transactions');
    this.database.exec('BEGIN');
  }

  async commitTransaction(): Promise<void> {
    this.database.exec('COMMIT');
  }

  async rollbackTransaction(): Promise<void> {
    this.database.exec('ROLLBACK');
  }

  async releaseConnection(): Promise<void> {}

  /** The database belongs to whoever opened it. */
  async destroy(): Promise<void> {}
}

/** Beyond this many different texts, statements are prepared anew. */
const KEPT_STATEMENTS = 256;

class SqliteConnection implements DatabaseConnection {
  private readonly statements = new Map<string, Statement<unknown>>();

  constructor(private readonly database: Sqlite) {}

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return { rows: this.statement(query.sql).all(...(query.parameters as readonly SqlValue[])) as Row[] };
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Defect('a stream would keep a statement open across an await: page by a cursor');
  }

  private statement(sql: string): Statement<unknown> {
    const kept = this.statements.get(sql);
    if (kept !== undefined) return kept;
    if (this.statements.size >= KEPT_STATEMENTS) this.statements.clear();
    const statement = this.database.prepare<unknown>(sql);
    this.statements.set(sql, statement);
    return statement;
  }
}
