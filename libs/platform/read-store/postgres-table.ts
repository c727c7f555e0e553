import type { Column, Projection, RowKey, StoredRow, StoredValue } from './read-store';
import { keyText } from './row-codec';

/** A statement that a connection prepares once and keeps, with its parameters. */
export interface PreparedQuery {
  readonly name: string;
  readonly text: string;
  readonly values: readonly string[];
}

/** Statements on the table of one projection. Many rows are one statement, each column one array: it is prepared once for any number. */
export class PostgresTable {
  private readonly selectText: string;
  private readonly upsertText: string;
  private readonly keyColumns: readonly Column[];

  constructor(private readonly projection: Projection) {
    this.keyColumns = projection.primaryKey.flatMap((name) =>
      projection.columns.filter((column) => column.name === name),
    );
    this.selectText = selectSql(projection, this.keyColumns);
    this.upsertText = upsertSql(projection);
  }

  select(keys: readonly RowKey[]): PreparedQuery {
    const values = this.keyColumns.map((_, index) => arrayText(keys, (key) => key[index] ?? null));
    return { name: `select ${this.projection.name}`, text: this.selectText, values };
  }

  /** Of the one text that `select` answers: rows by `keyText`. */
  selected(rows: string | null): Map<string, StoredRow> {
    const found = new Map<string, StoredRow>();
    const keyLength = this.keyColumns.length;
    for (const row of JSON.parse(rows ?? '[]') as readonly StoredRow[]) {
      found.set(keyText(row.slice(0, keyLength) as RowKey), row.slice(keyLength));
    }
    return found;
  }

  upsert(rows: readonly StoredRow[]): PreparedQuery {
    const values = this.projection.columns.map((_, index) => arrayText(rows, (row) => row[index] ?? null));
    return { name: `upsert ${this.projection.name}`, text: this.upsertText, values };
  }
}

/** Rows lie in the order they came. Text is compared by its bytes, as SQLite does. */
export function createTableSql(projection: Projection): string {
  const { name, columns, primaryKey, indexes = [] } = projection;
  const table = quoted(name);
  return [
    `DROP TABLE IF EXISTS ${table}`,
    `CREATE TABLE ${table} (${columns.map(columnSql).join(', ')}, PRIMARY KEY (${list(primaryKey)}))`,
    // An index keeps its name where its table changes places with another: PostgreSQL finds free ones.
    ...indexes.map((index) => `CREATE INDEX ON ${table} (${list(index)})`),
  ].join('; ');
}

/** One text, as parsing it at once costs a fifth of what the driver's rows do: an array of rows, each its key and then its columns. */
function selectSql({ name, columns }: Projection, keyColumns: readonly Column[]): string {
  const values = [...keyColumns, ...columns].map((column) => quoted(column.name)).join(', ');
  const wanted = keyColumns.map((column, index) => `$${index + 1}::${arrayType(column)}`).join(', ');
  const names = list(keyColumns.map((column) => column.name));
  return (
    `SELECT json_agg(json_build_array(${values}))::text AS rows ` +
    `FROM unnest(${wanted}) AS wanted (${names}) JOIN ${quoted(name)} USING (${names})`
  );
}

function upsertSql({ name, columns, primaryKey }: Projection): string {
  const names = columns.map((column) => column.name);
  const changing = names.filter((column) => !primaryKey.includes(column));
  const update =
    changing.length === 0
      ? 'NOTHING'
      : `UPDATE SET ${changing.map((column) => `${quoted(column)} = excluded.${quoted(column)}`).join(', ')}`;
  const arrays = columns.map((column, index) => `$${index + 1}::${arrayType(column)}`).join(', ');
  return (
    `INSERT INTO ${quoted(name)} (${list(names)}) SELECT * FROM unnest(${arrays}) ` +
    `ON CONFLICT (${list(primaryKey)}) DO ${update}`
  );
}

const arrayType = (column: Column): string => (column.type === 'integer' ? 'bigint[]' : 'text[]');

function columnSql(column: Column): string {
  const type = column.type === 'integer' ? 'BIGINT' : 'TEXT COLLATE "C"';
  return `${quoted(column.name)} ${type}${column.nullable === true ? '' : ' NOT NULL'}`;
}

/** PostgreSQL's text form of an array, which costs a third of what the driver makes of a JavaScript one. */
export function arrayText<Item>(items: readonly Item[], valueOf: (item: Item) => StoredValue): string {
  let text = '{';
  for (const item of items) {
    const value = valueOf(item);
    if (text.length > 1) text += ',';
    if (typeof value === 'number') text += value;
    else if (value === null) text += 'NULL';
    else text += `"${NEEDS_ESCAPE.test(value) ? value.replace(ESCAPED, '\\$&') : value}"`;
  }
  return `${text}}`;
}

const NEEDS_ESCAPE = /["\\]/;
const ESCAPED = /["\\]/g;

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const list = (names: readonly string[]): string => names.map(quoted).join(', ');
