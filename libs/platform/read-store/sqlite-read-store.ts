import { rmSync } from 'node:fs';
import { Kysely } from 'kysely';
import { Defect } from '../../kernel/defect';
import { BEGINNING } from '../event-store/event-store';
import { StoreUnavailableFault } from '../event-store/faults';
import { Sqlite, SQLITE_CORRUPT, SQLITE_NOT_A_DATABASE, sqliteErrorCode, type Statement } from '../sqlite/sqlite';
import { CheckpointMovedFault, LeaseLostFault } from './faults';
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
import { migrateReadStore } from './read-store.migrations';
import { shapeOf } from './row-codec';
import type { HeldShard } from './shard-leases';
import { SqlRebuilds } from './sql-rebuilds';
import { SqliteDialect, statementsOn } from './sqlite-dialect';
import { SqliteShardLeases } from './sqlite-shard-leases';
import { createTable, SqliteTable } from './sqlite-table';
import { TenantGuard } from './tenant-guard';

/** The read-only door to a read store that its writer has prepared; in the writer's process or another thread. */
export class SqliteQueryDoor {
  readonly query: QueryDoor;
  private readonly database: Sqlite;

  constructor(path: string) {
    this.database = new Sqlite(path, { readOnly: true });
    this.query = new Kysely<object>({ dialect: new SqliteDialect(statementsOn(this.database)) }).withPlugin(
      new TenantGuard(),
    );
  }

  close(): void {
    this.database.close();
  }
}

/** read.db: WAL, so that queries go on while the one writer commits. A file that is no database is made anew. */
export class SqliteReadStore implements ReadStore {
  readonly leases: SqliteShardLeases;
  readonly rebuilds: SqlRebuilds;
  private readonly tables = new Map<string, SqliteTable>();
  private readonly statements: FixedStatements;
  private readonly door: SqliteQueryDoor;

  private constructor(
    private readonly database: Sqlite,
    path: string,
    readonly shards: number,
  ) {
    this.statements = new FixedStatements(database);
    this.leases = new SqliteShardLeases(database, shards);
    this.rebuilds = new SqlRebuilds({
      rows: async <Row>(statement: string) => database.prepare<Row>(statement).all(),
      together: async (first, ...rest) =>
        database.transaction(() => {
          const changed = database.prepare(first).run() > 0;
          if (changed) for (const statement of rest) database.exec(statement);
          return changed;
        }),
      prepare: (projection) => this.prepare([projection]),
    });
    this.door = new SqliteQueryDoor(path);
  }

  /** `shards` counts where the store is made: one, as SQLite has one writer however many share the work. */
  static async open(path: string, shards = 1): Promise<SqliteReadStore> {
    let database: Sqlite;
    try {
      database = await openMigrated(path);
    } catch (error) {
      const code = sqliteErrorCode(error instanceof StoreUnavailableFault ? error.cause : error);
      if (code !== SQLITE_CORRUPT && code !== SQLITE_NOT_A_DATABASE) throw error;
      for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
      database = await openMigrated(path);
    }
    return new SqliteReadStore(database, path, shardsIn(database, shards));
  }

  get query(): QueryDoor {
    return this.door.query;
  }

  async prepare(projections: readonly Projection[]): Promise<ReadonlyMap<string, readonly number[]>> {
    this.database.transaction(() => {
      for (const projection of projections) {
        if (this.statements.shape.get(projection.name)?.shape !== shapeOf(projection)) this.begin(projection);
      }
    });
    for (const projection of projections) this.tables.set(projection.name, new SqliteTable(this.database, projection));
    return this.positions(projections);
  }

  async positions(projections: readonly Projection[]): Promise<ReadonlyMap<string, readonly number[]>> {
    const positionsOf = ({ name }: Projection) => this.statements.checkpoints.all(name).map(({ position }) => position);
    return new Map(projections.map((projection) => [projection.name, positionsOf(projection)]));
  }

  async load(projection: Projection, keys: readonly RowKey[]): Promise<ReadonlyMap<string, StoredRow>> {
    return this.table(projection).load(keys);
  }

  async commit(changes: readonly ProjectionChanges[], held: readonly HeldShard[]): Promise<void> {
    this.database.transaction(() => {
      for (const { shard, epoch } of held) {
        if (this.statements.epoch.get(shard)?.epoch !== epoch) {
          throw new LeaseLostFault(`shard ${shard} is no longer held at epoch ${epoch}`);
        }
      }
      for (const change of changes) {
        const { name } = change.projection;
        for (const { shard, from, to } of change.checkpoints) {
          if (this.statements.advance.run(to, name, shard, from) !== 1) {
            throw new CheckpointMovedFault(`${name} is no longer at position ${from}`);
          }
        }
        this.table(change.projection).upsert(change.rows);
        for (const event of change.parked ?? []) this.park(name, event);
        if (change.resumed !== undefined) this.resume(name, change.resumed);
      }
    });
  }

  async parkedLines(): Promise<readonly ParkedLine[]> {
    return this.statements.parkedLines.all().map(({ error, failedAt, ...line }) => ({
      ...line,
      failure: { error, at: failedAt },
    }));
  }

  async parkedPositions(projection: string, line: string, limit: number): Promise<readonly number[]> {
    return this.statements.parkedPositions.all(projection, line, limit).map((row) => row.position);
  }

  async skippedEvents(projection: string): Promise<number> {
    return this.statements.skippedEvents.get(projection)?.events ?? 0;
  }

  async close(): Promise<void> {
    this.door.close();
    this.database.close();
  }

  private begin(projection: Projection): void {
    const { name, version } = projection;
    createTable(this.database, projection);
    this.statements.forget(name);
    this.statements.begin.run(name, version, shapeOf(projection));
    for (let shard = 0; shard < this.shards; shard++) this.statements.beginShard.run(name, shard, BEGINNING);
  }

  private park(projection: string, { line, position, failure }: ParkedEvent): void {
    if (failure !== undefined) this.statements.fail.run(projection, line, failure.error, failure.at);
    this.statements.parkEvent.run(projection, line, position);
  }

  private resume(projection: string, { line, applied, skipped, failure }: ResumedLine): void {
    for (const position of applied) this.statements.releaseEvent.run(projection, line, position);
    for (const position of skipped) this.statements.skipEvent.run(projection, line, position);
    if (failure !== null) this.statements.fail.run(projection, line, failure.error, failure.at);
    this.statements.releaseLine.run(projection, line);
  }

  private table(projection: Projection): SqliteTable {
    const table = this.tables.get(projection.name);
    if (table === undefined) throw new Defect(`the read store was not prepared for ${projection.name}`);
    return table;
  }
}

async function openMigrated(path: string): Promise<Sqlite> {
  const database = new Sqlite(path, { journal: 'wal', synchronous: 'normal' });
  try {
    // Pages are written back once per 32 MiB of changes: most of a batch's pages change again soon.
    database.exec('PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8192');
    const dialect = new SqliteDialect(statementsOn(database), 'allowed');
    await migrateReadStore(new Kysely<unknown>({ dialect }), 'sqlite');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** How many the store was made with; `wanted` where it is made now. */
function shardsIn(database: Sqlite, wanted: number): number {
  return database.transaction(() => {
    const count = database.prepare<{ readonly shards: number }>('SELECT COUNT(*) AS shards FROM shard_leases');
    if (count.get()?.shards === 0) {
      const begin = database.prepare(`INSERT INTO shard_leases (shard, owner, epoch, until) VALUES (?, '', 0, 0)`);
      for (let shard = 0; shard < wanted; shard++) begin.run(shard);
    }
    return count.get()?.shards ?? wanted;
  });
}

interface ParkedLineRow extends Omit<ParkedLine, 'failure'> {
  readonly error: string;
  readonly failedAt: number;
}

class FixedStatements {
  readonly shape: Statement<{ readonly shape: string }>;
  readonly checkpoints: Statement<{ readonly position: number }>;
  readonly epoch: Statement<{ readonly epoch: number }>;
  readonly begin: Statement<never>;
  readonly beginShard: Statement<never>;
  readonly advance: Statement<never>;
  readonly fail: Statement<never>;
  readonly parkEvent: Statement<never>;
  readonly releaseEvent: Statement<never>;
  readonly skipEvent: Statement<never>;
  readonly releaseLine: Statement<never>;
  readonly parkedLines: Statement<ParkedLineRow>;
  readonly parkedPositions: Statement<{ readonly position: number }>;
  readonly skippedEvents: Statement<{ readonly events: number }>;

  constructor(private readonly database: Sqlite) {
    this.shape = database.prepare('SELECT shape FROM projections WHERE name = ?');
    this.checkpoints = database.prepare('SELECT position FROM checkpoints WHERE projection = ? ORDER BY shard');
    this.epoch = database.prepare('SELECT epoch FROM shard_leases WHERE shard = ?');
    this.begin = database.prepare('REPLACE INTO projections (name, version, shape) VALUES (?, ?, ?)');
    this.beginShard = database.prepare('REPLACE INTO checkpoints (projection, shard, position) VALUES (?, ?, ?)');
    this.advance = database.prepare(
      'UPDATE checkpoints SET position = ? WHERE projection = ? AND shard = ? AND position = ?',
    );
    this.fail = database.prepare(
      'INSERT INTO parked_lines (projection, line, error, "failedAt", attempts) VALUES (?, ?, ?, ?, 1) ' +
        'ON CONFLICT (projection, line) DO UPDATE ' +
        'SET error = excluded.error, "failedAt" = excluded."failedAt", attempts = attempts + 1',
    );
    this.parkEvent = database.prepare(
      'INSERT INTO parked_events (projection, line, position, skipped) VALUES (?, ?, ?, 0)',
    );
    this.releaseEvent = database.prepare(
      'DELETE FROM parked_events WHERE projection = ? AND line = ? AND position = ?',
    );
    this.skipEvent = database.prepare(
      'UPDATE parked_events SET skipped = 1 WHERE projection = ? AND line = ? AND position = ?',
    );
    this.releaseLine = database.prepare(
      'DELETE FROM parked_lines WHERE projection = ?1 AND line = ?2 AND NOT EXISTS ' +
        '(SELECT 1 FROM parked_events WHERE projection = ?1 AND line = ?2 AND skipped = 0)',
    );
    this.parkedLines = database.prepare(
      'SELECT l.projection, l.line, l.error, l."failedAt", l.attempts, ' +
        'MIN(e.position) AS "firstPosition", ' +
        'COUNT(*) AS events FROM parked_lines l ' +
        'JOIN parked_events e ON e.projection = l.projection AND e.line = l.line AND e.skipped = 0 ' +
        'GROUP BY l.projection, l.line ORDER BY "firstPosition", l.projection',
    );
    this.parkedPositions = database.prepare(
      'SELECT position FROM parked_events WHERE projection = ? AND line = ? AND skipped = 0 ORDER BY position LIMIT ?',
    );
    this.skippedEvents = database.prepare(
      'SELECT COUNT(*) AS events FROM parked_events WHERE projection = ? AND skipped = 1',
    );
  }

  forget(projection: string): void {
    this.database.prepare('DELETE FROM parked_lines WHERE projection = ?').run(projection);
    this.database.prepare('DELETE FROM parked_events WHERE projection = ?').run(projection);
  }
}
