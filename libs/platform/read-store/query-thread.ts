import { Worker } from 'node:worker_threads';
import { Kysely } from 'kysely';
import { StoreUnavailableFault } from '../event-store/faults';
import type { SqlValue } from '../sqlite/sqlite';
import type { QueryDoor } from './read-store';
import { SqliteDialect } from './sqlite-dialect';
import { TenantGuard } from './tenant-guard';

/** To the query thread: one statement. */
export interface ThreadQuery {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** From it: its rows, or why there are none. */
export interface ThreadRows {
  readonly id: number;
  readonly rows?: readonly unknown[];
  readonly error?: string;
}

interface Waiting {
  resolve(rows: readonly unknown[]): void;
  reject(fault: Error): void;
}

/**
 * A query door for what may take long (insights, reports): every statement runs in a thread of its own, one after the
 * other, so that it never holds up a till. The thread begins with the first query and again after it failed; queries it
 * could not answer fail with `StoreUnavailableFault`.
 */
export class QueryThread {
  readonly query: QueryDoor;
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | undefined;
  private nextQuery = 0;
  private closed = false;

  constructor(private readonly path: string) {
    const dialect = new SqliteDialect((sql, parameters) => this.run(sql, parameters));
    this.query = new Kysely<object>({ dialect }).withPlugin(new TenantGuard());
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.worker?.terminate();
  }

  private run(sql: string, parameters: readonly SqlValue[]): Promise<readonly unknown[]> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new StoreUnavailableFault('the read models are closed'));
      const query: ThreadQuery = { id: this.nextQuery++, sql, parameters };
      this.waiting.set(query.id, { resolve, reject });
      this.worker ??= this.begin();
      this.worker.postMessage(query);
    });
  }

  private begin(): Worker {
    const worker = new Worker(require.resolve('./query.worker'), { workerData: this.path });
    worker.on('message', ({ id, rows, error }: ThreadRows) => {
      const asked = this.waiting.get(id);
      this.waiting.delete(id);
      if (rows === undefined) asked?.reject(new StoreUnavailableFault(`the query failed: ${error}`));
      else asked?.resolve(rows);
    });
    worker.on('error', ({ message }) => this.end(message));
    worker.on('exit', () => this.end('the query thread ended'));
    return worker;
  }

  private end(reason: string): void {
    this.worker = undefined;
    for (const { reject } of this.waiting.values()) reject(new StoreUnavailableFault(`the query failed: ${reason}`));
    this.waiting.clear();
  }
}
