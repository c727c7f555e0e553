import { streamParts } from '../../kernel/ids';
import type { RecordedEvent } from '../event-store/event-store';
import type { LineFailure, ParkedEvent, Projection, RowKey, StoredRow } from '../read-store/read-store';
import { keyText, RowCodec } from '../read-store/row-codec';

/** Whose events are parked together, so that nobody's row is ever made from half a history: the customer or account. */
export function lineOf(event: RecordedEvent): string {
  const { tenant, id } = streamParts(event.append.stream);
  return `${tenant}.${id}`;
}

/** An event and the rows it touches; or why that cannot be told. */
export interface PlannedEvent {
  readonly event: RecordedEvent;
  readonly keys: readonly RowKey[];
  readonly failure: LineFailure | undefined;
}

export interface FoldedBatch {
  readonly rows: readonly StoredRow[];
  readonly parked: readonly ParkedEvent[];
}

/** One projection made ready to fold batches: which rows a batch needs, then what it makes of them. Pure. */
export class BatchFold {
  readonly types: ReadonlySet<string>;
  private readonly codec: RowCodec;

  constructor(readonly projection: Projection) {
    this.types = new Set(projection.types);
    this.codec = new RowCodec(projection);
  }

  plan(events: readonly RecordedEvent[], now: number): readonly PlannedEvent[] {
    return events.map((event) => {
      try {
        return { event, keys: this.projection.keys(event), failure: undefined };
      } catch (error) {
        return { event, keys: [], failure: failureOf(error, now) };
      }
    });
  }

  /** Every key once. */
  keysOf(planned: readonly PlannedEvent[]): readonly RowKey[] {
    const keys = new Map<string, RowKey>();
    for (const { keys: touched } of planned) for (const key of touched) keys.set(keyText(key), key);
    return [...keys.values()];
  }

  /**
   * Applies the events in order. The first that fails parks its line: it and the line's later events leave no trace in
   * the rows and are named in `parked`; events of other lines are applied as if nothing had happened.
   */
  fold(
    planned: readonly PlannedEvent[],
    loaded: ReadonlyMap<string, StoredRow>,
    parkedBefore: ReadonlySet<string>,
    now: number,
  ): FoldedBatch {
    const rows = new BatchRows(this.codec, loaded);
    const parkedLines = new Set(parkedBefore);
    const parked: ParkedEvent[] = [];
    for (const { event, keys, failure } of planned) {
      const line = lineOf(event);
      const { position } = event;
      if (parkedLines.has(line)) {
        parked.push({ line, position });
        continue;
      }
      const failed = failure ?? this.apply(event, keys, rows, now);
      if (failed === undefined) continue;
      parkedLines.add(line);
      parked.push({ line, position, failure: failed });
    }
    return { rows: rows.changed(), parked };
  }

  /** All rows of the event, or none and why. */
  private apply(event: RecordedEvent, keys: readonly RowKey[], rows: BatchRows, now: number): LineFailure | undefined {
    try {
      const after = keys.map((key) => {
        const name = keyText(key);
        const row = this.projection.apply(rows.get(name), event, key);
        return { name, row, stored: this.codec.encode(row, key) };
      });
      for (const { name, row, stored } of after) rows.set(name, row, stored);
      return undefined;
    } catch (error) {
      return failureOf(error, now);
    }
  }
}

/** Rows as they are after the events so far. */
class BatchRows {
  private readonly rows = new Map<string, { readonly row: object; readonly stored: StoredRow }>();

  constructor(
    private readonly codec: RowCodec,
    private readonly loaded: ReadonlyMap<string, StoredRow>,
  ) {}

  get(name: string): object | undefined {
    const changed = this.rows.get(name);
    if (changed !== undefined) return changed.row;
    const stored = this.loaded.get(name);
    return stored === undefined ? undefined : this.codec.decode(stored);
  }

  set(name: string, row: object, stored: StoredRow): void {
    this.rows.set(name, { row, stored });
  }

  changed(): readonly StoredRow[] {
    return Array.from(this.rows.values(), ({ stored }) => stored);
  }
}

function failureOf(error: unknown, at: number): LineFailure {
  return { error: errorText(error), at };
}

export function errorText(error: unknown): string {
  // Not `instanceof Error`: the driver's errors may come from another realm (a test sandbox).
  if (typeof error === 'object' && error !== null && 'name' in error && 'message' in error) {
    return `${String(error.name)}: ${String(error.message)}`;
  }
  return String(error);
}
