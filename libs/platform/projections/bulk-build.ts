import type { EventStore, RecordedEvent } from '../event-store/event-store';
import type { Projection, ReadStore } from '../read-store/read-store';
import { siblingOf, type Rebuild } from '../read-store/rebuilds';
import type { HeldShard } from '../read-store/shard-leases';
import { BatchFold } from './batch-fold';
import { evenSlices } from './even-slices';

export interface BulkBuildOptions {
  readonly source: Pick<EventStore, 'readAll'>;
  readonly store: ReadStore;
  readonly projection: Projection;
  readonly rebuild: Rebuild;
  /** The lease under which this is built, as long as it is held: one process builds at a time. */
  readonly held: () => HeldShard | undefined;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Larger batches than live ones: a row that changes often is written once. */
const BULK_EVENTS = 4_000;

/**
 * Builds the sibling of a projection from where it is up to the end of the log, all shards at once and nothing but its rows:
 * then it is `built`. Ends before where it is paused or dropped, the lease is lost, or the signal aborted; it is
 * taken up from its checkpoint by whoever holds the lease next.
 */
export async function buildInBulk(options: BulkBuildOptions): Promise<void> {
  const { source, store, projection, rebuild, signal, now } = options;
  const sibling = siblingOf(projection);
  const fold = new BatchFold(sibling);
  const [first = 0] = (await store.prepare([sibling])).get(sibling.name) ?? [];
  const parked = new Set(
    (await store.parkedLines()).flatMap((one) => (one.projection === sibling.name ? [one.line] : [])),
  );
  let { events: done } = rebuild;
  let from = first;
  let since = performance.now();
  let workedMs = rebuild.workedMs;
  for await (const events of source.readAll({ after: from, filter: { types: projection.types } })) {
    for (const slice of evenSlices(events, BULK_EVENTS)) {
      const held = options.held();
      if (signal.aborted || held === undefined) return;
      from = await write(slice, from, held);
      done += slice.length;
      workedMs += performance.now() - since;
      since = performance.now();
      if (!(await store.rebuilds.progress(projection.name, { position: from, events: done, workedMs }))) return;
    }
  }
  if (!signal.aborted) await store.rebuilds.move(projection.name, 'building', 'built');

  async function write(slice: readonly RecordedEvent[], after: number, held: HeldShard): Promise<number> {
    const to = slice.at(-1)?.position ?? after;
    const planned = fold.plan(slice, now());
    const loaded = await store.load(sibling, fold.keysOf(planned));
    const folded = fold.fold(planned, loaded, parked, now());
    for (const { line } of folded.parked) parked.add(line);
    const checkpoints = Array.from({ length: store.shards }, (_, shard) => ({ shard, from: after, to }));
    await store.commit([{ projection: sibling, checkpoints, ...folded }], [held]);
    return to;
  }
}
