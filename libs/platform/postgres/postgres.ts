import { Pool, types, type PoolClient, type PoolConfig } from 'pg';
import { StoreFullFault, StoreUnavailableFault, type StoreFault } from '../event-store/faults';

/** The one door to PostgreSQL: no other file makes a pool, so that every connection has the same limits and types. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?sslmode=…`, the only place of credentials and TLS settings. */
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
  readonly connections?: number;
  /** A statement that takes longer is ended by the server. */
  readonly statementTimeoutMs?: number;
  /** How long a caller waits for a connection, new or freed. */
  readonly connectTimeoutMs?: number;
  /** Of every connection's session, such as `search_path`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A connection that nobody was using broke; the pool makes another when one is needed. */
  readonly onIdleTrouble?: (error: Error) => void;
}

const INT8 = 20;
/** What sums of integers are. */
const NUMERIC = 1700;

/**
 * A pool of connections. Integers come back as numbers: what is stored stays below 2^53. Commits are durable on the server
 * when they answer, whatever the server's own default is.
 */
export function openPostgres(options: PostgresOptions): Pool {
  const { statementTimeoutMs = 30_000, connectTimeoutMs = 5_000 } = options;
  const settings = { synchronous_commit: 'on', ...options.settings };
  const config: PoolConfig = {
    connectionString: options.url,
    application_name: options.name,
    max: options.connections ?? 4,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    // A server that answers no more: the client gives up a little after the server should have.
    query_timeout: statementTimeoutMs + connectTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    keepAlive: true,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 || oid === NUMERIC ? safeInteger : (types.getTypeParser(oid, format) as (text: string) => unknown),
    },
  };
  const pool = new Pool(config);
  // Without a listener a connection that breaks would end the process: while it is idle, and between two statements of one
  // who holds it, whose next statement then fails.
  pool.on('error', (error) => options.onIdleTrouble?.(error));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`an integer of 2^53 or more: ${text}`);
  return value;
}

/**
 * Runs `work` as one transaction: committed when it is done, rolled back when it throws. A connection on which anything failed
 * is thrown away: what is still under way on it is nobody's any more.
 */
export function inTransaction<Result>(pool: Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  return onPostgres(async () => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    }
  });
}

/**
 * What a failure of the driver means to us, or undefined where the statement itself is at fault, which is a defect. Whether a
 * commit that failed so was made is not known, except for `StoreFullFault`.
 */
export function postgresFault(error: unknown): StoreFault | undefined {
  // Not `instanceof Error`: the sockets' errors may come from another realm (a test sandbox).
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  const message = String(error.message);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (FULL.test(code)) return new StoreFullFault(`PostgreSQL: ${message}`, { cause: error });
  if (UNAVAILABLE.test(code) || (code === '' && BROKEN.test(message))) {
    return new StoreUnavailableFault(`PostgreSQL: ${message || code}`, { cause: error });
  }
  return undefined;
}

/** Answers what `work` does; its failures as faults of ours where the server or the way to it is to blame. */
export async function onPostgres<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw postgresFault(error) ?? error;
  }
}

/** No space left, and too many locks or too little memory are not of our making; 53300 is too many connections, which passes. */
const FULL = /^(53100)$/;
/**
 * Connections (08), resources (53), an operator or a start-up in the way (57P), a time-out or a cancelled statement (57014),
 * a deadlock or a conflict of transactions (40), a standby or a read-only server after a fail-over (25006), locks (55P03), the
 * system's own (58), and the sockets'.
 */
const UNAVAILABLE =
  /^(08...|53...|57P..|57014|40...|25006|55P03|58...|ECONN[A-Z]+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)$/;
/** What `pg` says without a code. */
const BROKEN = /terminated|timeout|not queryable|Connection ended|client was closed|end on the pool/i;
