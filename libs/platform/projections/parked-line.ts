import { Defect } from '../../kernel/defect';
import type { EventStore, RecordedEvent } from '../event-store/event-store';
import type { ReadStore, ResumedLine } from '../read-store/read-store';
import type { HeldShard } from '../read-store/shard-leases';
import type { BatchFold } from './batch-fold';

/** What to leave out for good: nothing (retry), the event that failed (skip), or all that waits (unpark). */
export type LeaveOut = 'none' | 'first' | 'all';

/** What became of a parked line after a command. */
export type LineOutcome =
  | { readonly kind: 'running'; readonly applied: number; readonly skipped: number }
  | { readonly kind: 'parked'; readonly applied: number; readonly skipped: number; readonly error: string }
  | { readonly kind: 'notParked' };

export interface LineSlice {
  readonly store: ReadStore;
  readonly source: Pick<EventStore, 'readAll'>;
  readonly fold: BatchFold;
  readonly line: string;
  readonly leaveOut: LeaveOut;
  /** The lease of the line's shard, and how far the shard is. */
  readonly held: HeldShard;
  readonly position: number;
  /** At most so many events. */
  readonly limit: number;
  readonly now: number;
}

/** Slice by slice until the line runs or stops again. */
export async function resumeParkedLine(
  leaveOut: LeaveOut,
  resume: (leaveOut: LeaveOut) => Promise<ResumedSlice>,
): Promise<LineOutcome> {
  let applied = 0;
  let skipped = 0;
  for (;;) {
    const { resumed, more } = await resume(leaveOut === 'first' && skipped > 0 ? 'none' : leaveOut);
    applied += resumed.applied.length;
    skipped += resumed.skipped.length;
    if (resumed.failure !== null) return { kind: 'parked', applied, skipped, error: resumed.failure.error };
    if (!more) return { kind: 'running', applied, skipped };
  }
}

export interface ResumedSlice {
  readonly resumed: ResumedLine;
  readonly more: boolean;
}

/** One transaction's worth of a line; what came meanwhile parks behind the rest. */
export async function resumeSlice(slice: LineSlice): Promise<ResumedSlice> {
  const { store, fold, line, leaveOut, held, position, limit, now } = slice;
  const { projection } = fold;
  const waiting = await store.parkedPositions(projection.name, line, limit);
  const skipped = leaveOut === 'all' ? waiting : waiting.slice(0, leaveOut === 'first' ? 1 : 0);
  const positions = waiting.slice(skipped.length);
  const events: RecordedEvent[] = [];
  for (const at of positions) events.push(await eventAt(slice.source, at));
  const planned = fold.plan(events, now);
  const loaded = await store.load(projection, fold.keysOf(planned));
  const { rows, parked } = fold.fold(planned, loaded, new Set(), now);
  const applied = positions.slice(0, positions.length - parked.length);
  const resumed = { line, applied, skipped, failure: parked[0]?.failure ?? null };
  const checkpoints = [{ shard: held.shard, from: position, to: position }];
  await store.commit([{ projection, checkpoints, rows, resumed }], [held]);
  return { resumed, more: waiting.length === limit && parked.length === 0 };
}

async function eventAt(source: LineSlice['source'], position: number): Promise<RecordedEvent> {
  for await (const events of source.readAll({ from: position, limit: 1 })) {
    if (events[0]?.position === position) return events[0];
  }
  throw new Defect(`the log holds no event at position ${position}`);
}
