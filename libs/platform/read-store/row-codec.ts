import { canonicalJson } from '../../kernel/canonical-json';
import { Defect } from '../../kernel/defect';
import type { JsonValue } from '../../kernel/json';
import { jsonOf, type Column, type Projection, type RowKey, type StoredRow, type StoredValue } from './read-store';

/** What a table is made for: another shape is another table. */
export function shapeOf({ version, columns, primaryKey, indexes }: Projection): string {
  return canonicalJson({
    version,
    columns: columns.map(({ name, type, nullable }) => [name, type, nullable ?? false]),
    primaryKey,
    indexes: indexes ?? [],
  });
}

/** Names a row inside its projection. */
export const keyText = (key: RowKey): string => key.join('\u0000');

/**
 * Turns rows of one projection into stored values and back. A row that does not fit its columns is a defect, found while
 * the event that made it is at hand and not when the batch is written.
 */
export class RowCodec {
  private readonly keyColumns: readonly number[];

  constructor(private readonly projection: Projection) {
    this.keyColumns = projection.primaryKey.map((name) => {
      const index = projection.columns.findIndex((column) => column.name === name);
      if (index < 0) throw new Defect(`${projection.name}: the primary key names no column ${name}`);
      return index;
    });
  }

  encode(row: object, key: RowKey): StoredRow {
    const members = row as Readonly<Record<string, unknown>>;
    const stored = this.projection.columns.map((column) => this.storedValue(column, members[column.name]));
    this.keyColumns.forEach((column, index) => {
      if (stored[column] !== key[index]) throw new Defect(`${this.projection.name}: the row is not that of its key`);
    });
    return stored;
  }

  decode(stored: StoredRow): object {
    const row: Record<string, JsonValue> = {};
    this.projection.columns.forEach((column, index) => {
      const value = stored[index] ?? null;
      row[column.name] = column.type === 'json' && typeof value === 'string' ? jsonOf<JsonValue>(value) : value;
    });
    return row;
  }

  /** The key of a stored row, as `keyText` names it. */
  keyText(stored: StoredRow): string {
    return this.keyColumns.map((column) => stored[column]).join('\u0000');
  }

  private storedValue(column: Column, value: unknown): StoredValue {
    if (value === null && column.nullable === true) return null;
    switch (column.type) {
      case 'text':
        // PostgreSQL's text holds everything but NUL.
        if (typeof value === 'string' && !value.includes('\u0000')) return value;
        break;
      case 'integer':
        if (Number.isSafeInteger(value)) return value as number;
        break;
      case 'json':
        if (value !== undefined && value !== null) return canonicalJson(value as JsonValue);
    }
    throw new Defect(`${this.projection.name}.${column.name}: ${String(value)} is no ${column.type}`);
  }
}
