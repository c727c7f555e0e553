import type { Projection } from '../../kernel/projection';
import { BEGINNING } from '../event-store/event-store';
import {
  siblingName,
  siblingOf,
  type Comparison,
  type Rebuild,
  type RebuildProgress,
  type Rebuilds,
  type RebuildState,
} from './rebuilds';

/** A database that understands the same few statements as the other one. */
export interface RebuildSql {
  /** Rows of one statement, as of one moment; it may take long. */
  rows<Row>(statement: string): Promise<readonly Row[]>;
  /** In one transaction; false, and nothing was done, where the first changes no row. */
  together(first: string, ...rest: readonly string[]): Promise<boolean>;
  /** Makes the table and its checkpoints where they are missing. */
  prepare(projection: Projection): Promise<unknown>;
}

/** Rebuilds by plain SQL that SQLite and PostgreSQL both take: names come from the code of projections only. */
export class SqlRebuilds implements Rebuilds {
  constructor(private readonly sql: RebuildSql) {}

  all(): Promise<readonly Rebuild[]> {
    return this.sql.rows(
      `SELECT projection, state, position, log_end AS "end", events, worked_ms AS "workedMs" FROM rebuilds ORDER BY projection`,
    );
  }

  async begin(projection: Projection, end: number): Promise<boolean> {
    const { name } = projection;
    const rebuilds = await this.all();
    if (rebuilds.some((rebuild) => rebuild.projection === name)) return false;
    await this.drop(name);
    await this.sql.prepare(siblingOf(projection));
    return this.sql.together(
      `INSERT INTO rebuilds (projection, state, position, log_end, events, worked_ms)
       VALUES (${text(name)}, 'building', ${BEGINNING}, ${end}, 0, 0)`,
    );
  }

  async progress(projection: string, { position, events, workedMs }: RebuildProgress): Promise<boolean> {
    const [row] = await this.sql.rows<{ readonly state: RebuildState }>(
      `UPDATE rebuilds SET position = ${position}, events = ${events}, worked_ms = ${Math.round(workedMs)}
       WHERE projection = ${text(projection)} RETURNING state`,
    );
    return row?.state === 'building';
  }

  move(projection: string, from: RebuildState, to: RebuildState): Promise<boolean> {
    return this.sql.together(moved(projection, from, to));
  }

  async compare(projection: Projection): Promise<Comparison> {
    const { name } = projection;
    const columns = projection.columns.map((column) => quoted(column.name)).join(', ');
    const rows = (table: string): string => `SELECT ${columns} FROM ${quoted(table)}`;
    const [here, there] = [rows(name), rows(siblingName(name))];
    const [found] = await this.sql.rows<Omit<Comparison, 'comparable'> & { readonly apart: number }>(
      `SELECT (SELECT count(*) FROM ${quoted(name)}) AS rows,
         (SELECT count(*) FROM (${here} EXCEPT ${there}) AS a) AS "onlyLive",
         (SELECT count(*) FROM (${there} EXCEPT ${here}) AS b) AS "onlySibling",
         (SELECT count(*) FROM checkpoints AS a JOIN checkpoints AS b ON a.shard = b.shard AND a.position <> b.position
          WHERE a.projection = ${text(name)} AND b.projection = ${text(siblingName(name))}) AS apart`,
    );
    const { apart = 1, ...counted } = found ?? { rows: 0, onlyLive: 0, onlySibling: 0 };
    return { ...counted, comparable: apart === 0 };
  }

  async swap(projection: string): Promise<boolean> {
    const between = `${projection}@between`;
    const sibling = siblingName(projection);
    const rename = (from: string, to: string): readonly string[] => [
      `ALTER TABLE ${quoted(from)} RENAME TO ${quoted(to)}`,
      ...KEPT_BY_NAME.map(
        ([table, column]) => `UPDATE ${table} SET ${column} = ${text(to)} WHERE ${column} = ${text(from)}`,
      ),
    ];
    const places = [...rename(projection, between), ...rename(sibling, projection), ...rename(between, sibling)];
    return (
      (await this.sql.together(moved(projection, 'built', 'switched'), REFUSE_WHAT_IS_IN_HAND, ...places)) ||
      (await this.sql.together(moved(projection, 'switched', 'built'), REFUSE_WHAT_IS_IN_HAND, ...places))
    );
  }

  async drop(projection: string): Promise<void> {
    const sibling = siblingName(projection);
    await this.sql.together(
      REFUSE_WHAT_IS_IN_HAND,
      `DROP TABLE IF EXISTS ${quoted(sibling)}`,
      ...KEPT_BY_NAME.map(([table, column]) => `DELETE FROM ${table} WHERE ${column} = ${text(sibling)}`),
      `DELETE FROM rebuilds WHERE projection = ${text(projection)}`,
    );
  }
}

/** Where projections are named. */
const KEPT_BY_NAME = [
  ['projections', 'name'],
  ['checkpoints', 'projection'],
  ['parked_lines', 'projection'],
  ['parked_events', 'projection'],
] as const;

/** Waits for commits under way, and lets none in until this one is through: every commit checks its leases first. */
const REFUSE_WHAT_IS_IN_HAND = 'UPDATE shard_leases SET epoch = epoch + 1';

const moved = (projection: string, from: RebuildState, to: RebuildState): string =>
  `UPDATE rebuilds SET state = '${to}' WHERE projection = ${text(projection)} AND state = '${from}'`;

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
