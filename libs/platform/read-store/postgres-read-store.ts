import type { Pool, PoolClient } from 'pg';
import { Defect } from '../../kernel/defect';
import { BEGINNING } from '../event-store/event-store';
import { inTransaction, onPostgres, openPostgres } from '../postgres/postgres';
import { CheckpointMovedFault, LeaseLostFault, ReadStoreNewerFault } from './faults';
import { kyselyOn, PostgresQueryDoor } from './postgres-query-door';
import { PostgresShardLeases } from './postgres-shard-leases';
import { arrayText, createTableSql, PostgresTable, type PreparedQuery } from './postgres-table';
import type {
  ParkedEvent,
  ParkedLine,
  Projection,
  ProjectionChanges,
  QueryDoor,
  ReadStore,
  ResumedLine,
  RowKey,
  StoredRow,
} from './read-store';
import { migrateReadStore, READ_SCHEMA } from './read-store.migrations';
import { shapeOf } from './row-codec';
import type { HeldShard } from './shard-leases';
import { SqlRebuilds } from './sql-rebuilds';

export interface PostgresReadStoreOptions {
  readonly url: string;
  /** Counts where the store is made. */
  readonly shards?: number;
  readonly connections?: number;
  readonly statementTimeoutMs?: number;
}

/** Enough for as many projector processes as one log feeds, and few enough that moving every checkpoint costs little. */
const SHARDS = 16;
/** Processes that start at once make tables one after the other. */
const MAKING_TABLES = 7_185_402;

/**
 * Read models in PostgreSQL 15 or newer, shared by any number of processes. Everything lies in the schema `suki_read`. A
 * batch is one transaction: leases are checked and locked against being taken, checkpoints moved, rows written.
 */
export class PostgresReadStore implements ReadStore {
  readonly rebuilds: SqlRebuilds;
  private readonly tables = new Map<string, PostgresTable>();

  private constructor(
    private readonly pool: Pool,
    private readonly door: PostgresQueryDoor,
    readonly leases: PostgresShardLeases,
    readonly shards: number,
  ) {
    this.rebuilds = new SqlRebuilds({
      rows: <Row>(statement: string) => inTransaction(pool, (client) => rowsOfLong<Row>(client, statement)),
      together: (first, ...rest) => inTransaction(pool, (client) => together(client, first, rest)),
      prepare: (projection) => this.prepare([projection]),
    });
  }

  /** Makes the schema where it is missing. Throws `StoreUnavailableFault`. */
  static async open(options: PostgresReadStoreOptions): Promise<PostgresReadStore> {
    const { url, connections = 4, statementTimeoutMs = 30_000 } = options;
    const pool = openPostgres({
      url,
      name: 'suki projections',
      connections,
      statementTimeoutMs,
      // Batches look rows up by their keys, and tables grow faster than statistics about them are gathered.
      settings: { search_path: READ_SCHEMA, enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' },
    });
    try {
      // One simple query is one transaction; the lock is let go with it.
      const schema = `SELECT pg_advisory_xact_lock(${MAKING_TABLES}); CREATE SCHEMA IF NOT EXISTS ${READ_SCHEMA}`;
      await onPostgres(() => pool.query(schema));
      await migrateReadStore(kyselyOn<unknown>(pool, 'allowed'), 'postgres');
      const shards = await shardsIn(pool, options.shards ?? SHARDS);
      const door = new PostgresQueryDoor({ url, connections });
      return new PostgresReadStore(pool, door, new PostgresShardLeases(pool, shards), shards);
    } catch (error) {
      await pool.end();
      throw error;
    }
  }

  get query(): QueryDoor {
    return this.door.query;
  }

  async prepare(projections: readonly Projection[]): Promise<ReadonlyMap<string, readonly number[]>> {
    await inTransaction(this.pool, async (client) => {
      await client.query(`SELECT pg_advisory_xact_lock(${MAKING_TABLES})`);
      for (const projection of projections) await prepareOne(client, projection);
    });
    for (const projection of projections) this.tables.set(projection.name, new PostgresTable(projection));
    return this.positions(projections);
  }

  async positions(projections: readonly Projection[]): Promise<ReadonlyMap<string, readonly number[]>> {
    const names = projections.map(({ name }) => name);
    const { rows } = await onPostgres(() =>
      this.pool.query<{ projection: string; position: number }>(
        'SELECT projection, position FROM checkpoints WHERE projection = ANY($1) ORDER BY shard',
        [names],
      ),
    );
    return new Map(names.map((name) => [name, rows.flatMap((row) => (row.projection === name ? [row.position] : []))]));
  }

  async load(projection: Projection, keys: readonly RowKey[]): Promise<ReadonlyMap<string, StoredRow>> {
    if (keys.length === 0) return new Map();
    const table = this.table(projection);
    const { rows } = await onPostgres(() => this.pool.query<{ rows: string | null }>(mutable(table.select(keys))));
    return table.selected(rows[0]?.rows ?? null);
  }

  async commit(changes: readonly ProjectionChanges[], held: readonly HeldShard[]): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      if (held.length > 0) await fence(client, held);
      await advance(client, changes);
      for (const { projection, rows, parked, resumed } of changes) {
        if (rows.length > 0) await client.query(mutable(this.table(projection).upsert(rows)));
        if (parked !== undefined && parked.length > 0) await park(client, projection.name, parked);
        if (resumed !== undefined) await resume(client, projection.name, resumed);
      }
    });
  }

  async parkedLines(): Promise<readonly ParkedLine[]> {
    const { rows } = await onPostgres(() => this.pool.query<ParkedLineRow>(PARKED_LINES));
    return rows.map(({ error, failedAt, ...line }) => ({ ...line, failure: { error, at: failedAt } }));
  }

  async parkedPositions(projection: string, line: string, limit: number): Promise<readonly number[]> {
    const { rows } = await onPostgres(() =>
      this.pool.query<{ position: number }>(
        'SELECT position FROM parked_events WHERE projection = $1 AND line = $2 AND skipped = 0 ORDER BY position LIMIT $3',
        [projection, line, limit],
      ),
    );
    return rows.map(({ position }) => position);
  }

  async skippedEvents(projection: string): Promise<number> {
    const { rows } = await onPostgres(() =>
      this.pool.query<{ events: number }>(
        'SELECT count(*) AS events FROM parked_events WHERE projection = $1 AND skipped = 1',
        [projection],
      ),
    );
    return rows[0]?.events ?? 0;
  }

  async close(): Promise<void> {
    await this.door.close();
    await this.pool.end();
  }

  private table(projection: Projection): PostgresTable {
    const table = this.tables.get(projection.name);
    if (table === undefined) throw new Defect(`the read store was not prepared for ${projection.name}`);
    return table;
  }
}

/** Makes the table where it is missing, or made for another shape. */
async function prepareOne(client: PoolClient, projection: Projection): Promise<void> {
  const { name, version } = projection;
  const { rows } = await client.query<{ version: number; shape: string }>(
    'SELECT version, shape FROM projections WHERE name = $1',
    [name],
  );
  const known = rows[0];
  if (known !== undefined && known.version > version) {
    throw new ReadStoreNewerFault(`${name} is at version ${known.version}, this process makes version ${version}`);
  }
  if (known?.shape === shapeOf(projection)) return;
  await client.query(createTableSql(projection));
  for (const table of ['parked_lines', 'parked_events', 'checkpoints']) {
    await client.query(`DELETE FROM ${table} WHERE projection = $1`, [name]);
  }
  await client.query('DELETE FROM projections WHERE name = $1', [name]);
  await client.query('INSERT INTO projections (name, version, shape) VALUES ($1, $2, $3)', [
    name,
    version,
    shapeOf(projection),
  ]);
  await client.query('INSERT INTO checkpoints (projection, shard, position) SELECT $1, shard, $2 FROM shard_leases', [
    name,
    BEGINNING,
  ]);
}

/** Comparing large models takes long. */
const LONG_MS = 3_600_000;

async function rowsOfLong<Row>(client: PoolClient, text: string): Promise<readonly Row[]> {
  await client.query(`SET LOCAL statement_timeout = ${LONG_MS}`);
  await client.query('SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on');
  const query = { text, query_timeout: LONG_MS };
  const { rows } = await client.query<Row & object>(query);
  return rows;
}

/** Tables that change places wait for long queries, and whoever comes after waits for them: better to try another time. */
const PLACES_WAIT_MS = 3_000;

async function together(client: PoolClient, first: string, rest: readonly string[]): Promise<boolean> {
  await client.query(`SET LOCAL lock_timeout = ${PLACES_WAIT_MS}`);
  const { rowCount } = await client.query(first);
  if (rowCount === 0) return false;
  for (const statement of rest) await client.query(statement);
  return true;
}

/** How many the store was made with; `wanted` where it is made now. */
async function shardsIn(pool: Pool, wanted: number): Promise<number> {
  return onPostgres(async () => {
    await pool.query(
      `INSERT INTO shard_leases (shard, owner, epoch, until) SELECT shard, '', 0, 0 FROM generate_series(0, $1::int - 1) AS shard
       WHERE NOT EXISTS (SELECT 1 FROM shard_leases) ON CONFLICT DO NOTHING`,
      [wanted],
    );
    const { rows } = await pool.query<{ shards: number }>('SELECT count(*) AS shards FROM shard_leases');
    return rows[0]?.shards ?? wanted;
  });
}

/** Locked until the commit: whoever takes a shard meanwhile waits, and reads checkpoints that do not move under it. */
async function fence(client: PoolClient, held: readonly HeldShard[]): Promise<void> {
  const { rowCount } = await client.query({
    name: 'fence',
    text: `SELECT 1 FROM shard_leases AS lease JOIN unnest($1::int[], $2::bigint[]) AS held (shard, epoch)
      ON lease.shard = held.shard AND lease.epoch = held.epoch ORDER BY lease.shard FOR SHARE OF lease`,
    values: [arrayText(held, ({ shard }) => shard), arrayText(held, ({ epoch }) => epoch)],
  });
  if (rowCount !== held.length) {
    throw new LeaseLostFault(`${held.length - (rowCount ?? 0)} of ${held.length} shards are no longer held`);
  }
}

async function advance(client: PoolClient, changes: readonly ProjectionChanges[]): Promise<void> {
  const moves = changes.flatMap(({ projection: { name }, checkpoints }) =>
    checkpoints.map((checkpoint) => ({ name, ...checkpoint })),
  );
  if (moves.length === 0) return;
  const { rowCount } = await client.query({
    name: 'advance',
    text: `UPDATE checkpoints AS checkpoint SET position = moved."to"
      FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[]) AS moved (projection, shard, "from", "to")
      WHERE checkpoint.projection = moved.projection AND checkpoint.shard = moved.shard
        AND checkpoint.position = moved."from"`,
    values: [
      arrayText(moves, ({ name }) => name),
      arrayText(moves, ({ shard }) => shard),
      arrayText(moves, ({ from }) => from),
      arrayText(moves, ({ to }) => to),
    ],
  });
  if (rowCount !== moves.length) {
    throw new CheckpointMovedFault(`${moves.length - (rowCount ?? 0)} of ${moves.length} checkpoints have moved`);
  }
}

async function park(client: PoolClient, projection: string, parked: readonly ParkedEvent[]): Promise<void> {
  for (const { line, position, failure } of parked) {
    if (failure !== undefined) await client.query(FAIL, [projection, line, failure.error, failure.at]);
    await client.query('INSERT INTO parked_events (projection, line, position, skipped) VALUES ($1, $2, $3, 0)', [
      projection,
      line,
      position,
    ]);
  }
}

async function resume(client: PoolClient, projection: string, resumed: ResumedLine): Promise<void> {
  const { line, applied, skipped, failure } = resumed;
  const which = 'projection = $1 AND line = $2';
  await client.query(`DELETE FROM parked_events WHERE ${which} AND position = ANY($3)`, [projection, line, applied]);
  await client.query(`UPDATE parked_events SET skipped = 1 WHERE ${which} AND position = ANY($3)`, [
    projection,
    line,
    skipped,
  ]);
  if (failure !== null) await client.query(FAIL, [projection, line, failure.error, failure.at]);
  await client.query(
    `DELETE FROM parked_lines WHERE ${which} AND NOT EXISTS
      (SELECT 1 FROM parked_events WHERE ${which} AND skipped = 0)`,
    [projection, line],
  );
}

interface ParkedLineRow extends Omit<ParkedLine, 'failure'> {
  readonly error: string;
  readonly failedAt: number;
}

const FAIL = `INSERT INTO parked_lines (projection, line, error, "failedAt", attempts) VALUES ($1, $2, $3, $4, 1)
  ON CONFLICT (projection, line) DO UPDATE
  SET error = excluded.error, "failedAt" = excluded."failedAt", attempts = parked_lines.attempts + 1`;

const PARKED_LINES = `SELECT l.projection, l.line, l.error, l."failedAt", l.attempts,
    min(e.position) AS "firstPosition", count(*) AS events
  FROM parked_lines l JOIN parked_events e ON e.projection = l.projection AND e.line = l.line AND e.skipped = 0
  GROUP BY l.projection, l.line ORDER BY "firstPosition", l.projection`;

/** The driver's types ask for arrays that may be written to. */
const mutable = ({ name, text, values }: PreparedQuery) => ({ name, text, values: [...values] });
