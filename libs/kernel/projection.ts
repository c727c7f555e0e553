import type { StreamName, TenantId } from './ids';
import type { JsonObject } from './json';

/**
 * A read model: rows keyed by something, made from events and nothing else, so it can be thrown away and made again.
 * `keys` names the rows an event touches (usually one), `apply` is pure and gets undefined for a row that is not there
 * yet. Rows are flat: their members are the columns of the model's table, tenant first. An error thrown by either parks
 * the line of that event (see `lineOf`) in this projection.
 */
export interface Projection<Row extends object = object> {
  /** Also the table's name: `snake_case`. */
  readonly name: string;
  /** A change in meaning is a new version; it, or a change of columns, is rebuilt from the beginning of the log. */
  readonly version: number;
  readonly types: readonly string[];
  readonly columns: readonly Column[];
  /** Column names of the primary key, tenant first; rows lie in this order. */
  readonly primaryKey: readonly string[];
  readonly indexes?: readonly (readonly string[])[];
  /** One key per touched row, in the order of `primaryKey`. */
  keys(event: ProjectedEvent): readonly RowKey[];
  apply(row: Row | undefined, event: ProjectedEvent, key: RowKey): Row;
}

export type RowKey = readonly (string | number)[];

export interface Column {
  /** The row's member of that name. */
  readonly name: string;
  /** `integer` up to 2^53 − 1; `json` is stored as canonical text, and read as text through `query`. */
  readonly type: 'text' | 'integer' | 'json';
  readonly nullable?: boolean;
}

/** What a projection may know of a recorded event. Times are milliseconds since 1970 (UTC). */
export interface ProjectedEvent {
  readonly type: string;
  readonly version: number;
  readonly data: JsonObject;
  readonly revision: number;
  readonly position: number;
  readonly append: {
    readonly tenant: TenantId;
    readonly stream: StreamName;
    readonly commandKey: string;
    readonly occurredAt: number;
    readonly effectiveAt: number;
    readonly recordedAt: number;
  };
}
