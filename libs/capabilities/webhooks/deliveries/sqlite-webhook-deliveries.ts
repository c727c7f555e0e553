import { Sqlite, type Statement } from '../../../platform/sqlite/sqlite';
import { DELIVERY_SCHEMA, SqlWebhookDeliveries, type DeliverySql, type SqlStatement } from './sql-webhook-deliveries';

/** In a file of its own. What a power cut takes back of it is sent once more. */
export function openSqliteWebhookDeliveries(path: string): SqlWebhookDeliveries {
  return new SqlWebhookDeliveries(new SqliteDeliverySql(path));
}

/** Changes nothing, and tells whoever asked so. */
class NothingChanged extends Error {}

class SqliteDeliverySql implements DeliverySql {
  private readonly database: Sqlite;
  private readonly prepared = new Map<string, Statement<unknown>>();

  constructor(path: string) {
    this.database = new Sqlite(path, { journal: 'wal', synchronous: 'normal' });
    this.database.exec(DELIVERY_SCHEMA);
  }

  async rows<Row extends object>({ sql, values }: SqlStatement): Promise<readonly Row[]> {
    return this.of(sql).all(...values) as Row[];
  }

  async together(first: SqlStatement, ...rest: readonly SqlStatement[]): Promise<boolean> {
    try {
      this.database.transaction(() => {
        if (this.of(first.sql).run(...first.values) === 0) throw new NothingChanged();
        for (const { sql, values } of rest) this.of(sql).run(...values);
      });
      return true;
    } catch (error) {
      if (error instanceof NothingChanged) return false;
      throw error;
    }
  }

  async close(): Promise<void> {
    this.database.close();
  }

  private of(sql: string): Statement<unknown> {
    let statement = this.prepared.get(sql);
    if (statement === undefined) this.prepared.set(sql, (statement = this.database.prepare(sql)));
    return statement;
  }
}
