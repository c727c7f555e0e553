import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteTransactions, type LoyaltyRecord } from '../consumer';
import { Sqlite } from '../platform/sqlite/sqlite';

export interface BalanceRow {
  readonly customer: string;
  readonly points: number;
  /** Points of the newest record: they rise by one with each, see `earnings`. */
  readonly newest: number;
  /** How often the next one was not the next. */
  readonly disorder: number;
}

/** A service's table of balances, and the order in which it saw each customer's points. */
export class BalanceTable {
  private readonly directory = mkdtempSync(join(tmpdir(), 'suki-consumer-'));
  private readonly database = new Sqlite(join(this.directory, 'balances.db'));
  readonly transactions = new SqliteTransactions(this.database);

  constructor() {
    this.database.exec(
      'CREATE TABLE balances (customer TEXT PRIMARY KEY, points INTEGER, newest INTEGER, disorder INTEGER)',
    );
  }

  readonly handle = (database: Sqlite, { data, subject }: LoyaltyRecord): Promise<void> => {
    const points = Number(data?.['balanceChange']);
    database
      .prepare(
        `INSERT INTO balances VALUES (?, ?, ?, 0) ON CONFLICT DO UPDATE SET
          points = points + excluded.points, disorder = disorder + (excluded.newest <> newest + 1), newest = excluded.newest`,
      )
      .run(subject, points, points);
    return Promise.resolve();
  };

  rows(): readonly BalanceRow[] {
    return this.database.prepare<BalanceRow>('SELECT * FROM balances ORDER BY customer').all();
  }

  empty(): void {
    this.database.exec('DELETE FROM balances');
  }

  dispose(): void {
    this.database.close();
    rmSync(this.directory, { recursive: true });
  }
}
