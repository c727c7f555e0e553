import { assert } from '../kernel/defect';
import { lineOf } from '../platform/projections/batch-fold';
import type { Projection, RowKey } from '../platform/read-store/read-store';
import { keyText } from '../platform/read-store/row-codec';
import { RecordedHistory, type GivenAppend } from './recorded-history';

/**
 * `given(appends).rowsOf(projection)`: what a projection makes of a history, in the order its rows came to be. No row is ever
 * touched by the events of two lines, as each line has a writer of its own.
 */
export function given(...appends: readonly GivenAppend[]) {
  const history = new RecordedHistory();
  for (const append of appends) history.append(append);
  return {
    rowsOf<Row extends object>(projection: Projection<Row>): readonly Row[] {
      const rows = new Map<string, Row>();
      const makers = new Map<string, string>();
      for (const event of history.events) {
        if (!projection.types.includes(event.type)) continue;
        for (const key of projection.keys(event)) {
          const line = lineOf(event);
          const maker = makers.get(keyText(key)) ?? line;
          assert(maker === line, `${keyText(key)} is touched by ${maker} and ${line}: two shards would write one row`);
          makers.set(keyText(key), maker);
          applyTo(rows, key, (row) => projection.apply(row, event, key));
        }
      }
      return [...rows.values()];
    },
  };
}

function applyTo<Row>(rows: Map<string, Row>, key: RowKey, change: (row: Row | undefined) => Row): void {
  rows.set(keyText(key), change(rows.get(keyText(key))));
}
