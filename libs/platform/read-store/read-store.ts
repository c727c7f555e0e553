import type { JsonObject } from '../../kernel/json';
import type { RecordedEvent } from '../event-store/event-store';

/**
 * A read model: rows keyed by something, made from events and nothing else, so it can be thrown away and made again.
 * `keys` names the rows an event touches (usually one), `apply` is pure and gets undefined for a row that is not there
 * yet. Rows are flat: their columns are those of the model's table, tenant first.
 */
export interface Projection<Row extends object = JsonObject> {
  /** Also the table's name: `snake_case`. */
  readonly name: string;
  /** A change in meaning or columns is a new version, rebuilt beside the old one. */
  readonly version: number;
  readonly types: readonly string[];
  readonly columns: readonly Column[];
  /** Column names of the primary key, tenant first. */
  readonly primaryKey: readonly string[];
  readonly indexes?: readonly (readonly string[])[];
  /** One key per touched row, in the order of `primaryKey`. */
  keys(event: RecordedEvent): readonly RowKey[];
  /** The customer or account whose line is parked when an event fails; by default the id in the stream's name. */
  apply(row: Row | undefined, event: RecordedEvent, key: RowKey): Row;
}

export type RowKey = readonly (string | number)[];

export interface Column {
  readonly name: string;
  /** `json` is stored as canonical text. */
  readonly type: 'text' | 'integer' | 'json';
  readonly nullable?: boolean;
}

/** How far the read models are, and who is stuck. */
export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  /** Everything up to here is in the rows. */
  readonly position: number;
  readonly lagEvents: number;
  readonly lagSeconds: number;
  readonly parkedLines: number;
}
