import type { Sqlite, Statement } from '../sqlite/sqlite';
import type { Column, Projection, RowKey, StoredRow, StoredValue } from './read-store';
import { keyText } from './row-codec';

/** Rows or keys a statement takes at once; what is left over goes one by one. */
const AT_ONCE = 40;

type TableRow = Readonly<Record<string, StoredValue>>;

/** The table of one projection, with its prepared statements. */
export class SqliteTable {
  private readonly columnNames: readonly string[];
  private readonly loadMany: Statement<TableRow>;
  private readonly loadOne: Statement<TableRow>;
  private readonly upsertMany: Statement<never>;
  private readonly upsertOne: Statement<never>;

  constructor(
    database: Sqlite,
    private readonly projection: Projection,
  ) {
    this.columnNames = projection.columns.map((column) => column.name);
    this.loadMany = database.prepare(loadSql(projection, AT_ONCE));
    this.loadOne = database.prepare(loadSql(projection, 1));
    this.upsertMany = database.prepare(upsertSql(projection, AT_ONCE));
    this.upsertOne = database.prepare(upsertSql(projection, 1));
  }

  load(keys: readonly RowKey[]): Map<string, StoredRow> {
    const found = new Map<string, StoredRow>();
    inGroups(keys, (group) => {
      const statement = group.length === AT_ONCE ? this.loadMany : this.loadOne;
      for (const row of statement.all(...group.flat())) {
        found.set(
          keyText(this.projection.primaryKey.map((name) => row[name] as string | number)),
          this.columnNames.map((name) => row[name] ?? null),
        );
      }
    });
    return found;
  }

  upsert(rows: readonly StoredRow[]): void {
    inGroups(rows, (group) => {
      const statement = group.length === AT_ONCE ? this.upsertMany : this.upsertOne;
      statement.run(...group.flat());
    });
  }
}

/** Creates the table anew and empty. Rows are clustered by the primary key: pages of one account lie together. */
export function createTable(database: Sqlite, projection: Projection): void {
  const table = quoted(projection.name);
  const columns = projection.columns.map(columnSql).join(', ');
  database.exec(`DROP TABLE IF EXISTS ${table}`);
  database.exec(`CREATE TABLE ${table} (${columns}, PRIMARY KEY (${list(projection.primaryKey)})) WITHOUT ROWID`);
  for (const index of projection.indexes ?? []) {
    const name = quoted(`${projection.name}_by_${index.join('_')}`);
    database.exec(`CREATE INDEX ${name} ON ${table} (${list(index)})`);
  }
}

function inGroups<Item>(items: readonly Item[], each: (group: readonly Item[]) => void): void {
  const whole = items.length - (items.length % AT_ONCE);
  for (let start = 0; start < whole; start += AT_ONCE) each(items.slice(start, start + AT_ONCE));
  for (let index = whole; index < items.length; index++) each(items.slice(index, index + 1));
}

function loadSql(projection: Projection, keys: number): string {
  const names = projection.columns.map((column) => column.name);
  const key = `(${projection.primaryKey.map(() => '?').join(', ')})`;
  return (
    `SELECT ${list(names)} FROM ${quoted(projection.name)} ` +
    `WHERE (${list(projection.primaryKey)}) IN (VALUES ${Array<string>(keys).fill(key).join(', ')})`
  );
}

function upsertSql(projection: Projection, rows: number): string {
  const names = projection.columns.map((column) => column.name);
  const row = `(${names.map(() => '?').join(', ')})`;
  const changing = names.filter((name) => !projection.primaryKey.includes(name));
  const update =
    changing.length === 0
      ? 'NOTHING'
      : `UPDATE SET ${changing.map((name) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ')}`;
  return (
    `INSERT INTO ${quoted(projection.name)} (${list(names)}) VALUES ${Array<string>(rows).fill(row).join(', ')} ` +
    `ON CONFLICT (${list(projection.primaryKey)}) DO ${update}`
  );
}

function columnSql(column: Column): string {
  const type = column.type === 'integer' ? 'INTEGER' : 'TEXT';
  return `${quoted(column.name)} ${type}${column.nullable === true ? '' : ' NOT NULL'}`;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const list = (names: readonly string[]): string => names.map(quoted).join(', ');
