import { setTimeout as delay } from 'node:timers/promises';
import { Defect } from '../../kernel/defect';
import type { EventStore, RecordedEvent } from '../event-store/event-store';
import { ReadStoreAheadFault } from '../read-store/faults';
import type {
  ParkedLine,
  Projection,
  ProjectionChanges,
  ProjectionStatus,
  ReadStore,
  ResumedLine,
} from '../read-store/read-store';
import { BatchFold, errorText } from './batch-fold';
import { PositionWaiters } from './position-waiters';

/** The reading half of an event store. */
export type EventSource = Pick<EventStore, 'subscribe' | 'readAll' | 'endPosition'>;

export interface ProjectionRunnerOptions {
  readonly source: EventSource;
  readonly store: ReadStore;
  readonly projections: readonly Projection[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Events folded and written in one transaction. */
  readonly batchEvents?: number;
  /** Wait before trying again after an error of source or store; doubles up to 32 times itself. */
  readonly retryMs?: number;
  /** An error of source or store: the projections stand still and try again until it is gone. Never called for a parked line. */
  readonly onPaused?: (error: unknown) => void;
  /** Everything up to here has been projected; in order. */
  readonly onProgress?: (position: number) => void;
}

/** What became of a parked line after a command. */
export type LineOutcome =
  | { readonly kind: 'running'; readonly applied: number; readonly skipped: number }
  | { readonly kind: 'parked'; readonly applied: number; readonly skipped: number; readonly error: string }
  | { readonly kind: 'notParked' };

/** What may be asked of the projections, wherever they run. */
export interface Projecting {
  /** Everything up to here is in the rows (but for parked lines). */
  readonly position: number;
  /** True once the rows hold everything up to `position`, false when that takes longer than `timeoutMs`. */
  waitFor(position: number, timeoutMs: number): Promise<boolean>;
  status(): Promise<readonly ProjectionStatus[]>;
  parkedLines(): Promise<readonly ParkedLine[]>;
  /** Tries the failed event again and then what waits behind it, in order, up to the next failure. */
  retry(projection: string, line: string): Promise<LineOutcome>;
  /** Leaves the failed event out for good and goes on with what waits behind it. */
  skip(projection: string, line: string): Promise<LineOutcome>;
  /** Leaves out all that waits: the line goes on with its next event. */
  unpark(projection: string, line: string): Promise<LineOutcome>;
  /** Ends after the batch in hand. */
  stop(): Promise<void>;
}

/**
 * Feeds all projections from one subscription. Rows and checkpoints of a batch are one transaction, so after a crash it
 * resumes exactly. A failing event stops its customer's line in that projection only; an error of the log or the read
 * store stops everything until it is gone. Both are seen in `status`.
 */
export class ProjectionRunner implements Projecting {
  private readonly folds: readonly BatchFold[];
  private readonly types: readonly string[];
  private readonly ending = new AbortController();
  private readonly waiters = new PositionWaiters();
  /** Committed position of each projection. */
  private checkpoints = new Map<string, number>();
  private parked = new Map<string, Set<string>>();
  private paused: string | null = null;
  /** Batches and commands take turns: one writer. */
  private turn: Promise<unknown> = Promise.resolve();
  private running: Promise<void> = Promise.resolve();

  private constructor(private readonly options: ProjectionRunnerOptions) {
    this.folds = options.projections.map((projection) => new BatchFold(projection));
    this.types = [...new Set(options.projections.flatMap((projection) => projection.types))];
  }

  /** Throws `ReadStoreAheadFault` where the read models have seen more than the log holds. */
  static async start(options: ProjectionRunnerOptions): Promise<ProjectionRunner> {
    const runner = new ProjectionRunner(options);
    await runner.resume();
    const end = await options.source.endPosition();
    const furthest = Math.max(...runner.checkpoints.values());
    if (furthest > end) {
      throw new ReadStoreAheadFault(
        `the log ends at position ${end}, the read models have seen ${furthest}: verify the log; it builds them again once they are deleted`,
      );
    }
    runner.running = runner.run();
    return runner;
  }

  get position(): number {
    return this.waiters.position;
  }

  waitFor(position: number, timeoutMs: number): Promise<boolean> {
    return this.waiters.waitFor(position, timeoutMs);
  }

  async status(): Promise<readonly ProjectionStatus[]> {
    const end = await this.options.source.endPosition();
    return Promise.all(
      this.folds.map(async ({ projection: { name, version } }) => {
        const position = Math.max(this.position, this.checkpointOf(name));
        return {
          name,
          version,
          position,
          lagEvents: Math.max(0, end - position),
          lagSeconds: end > position ? await this.ageAfter(position) : 0,
          parkedLines: this.parkedOf(name).size,
          skippedEvents: await this.options.store.skippedEvents(name),
          paused: this.paused,
        };
      }),
    );
  }

  parkedLines(): Promise<readonly ParkedLine[]> {
    return this.options.store.parkedLines();
  }

  retry(projection: string, line: string): Promise<LineOutcome> {
    return this.resumeLine(projection, line, 'none');
  }

  skip(projection: string, line: string): Promise<LineOutcome> {
    return this.resumeLine(projection, line, 'first');
  }

  unpark(projection: string, line: string): Promise<LineOutcome> {
    return this.resumeLine(projection, line, 'all');
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
    await this.turn;
    this.waiters.end();
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    const shortest = this.options.retryMs ?? 100;
    let wait = shortest;
    while (!signal.aborted) {
      try {
        await this.inTurn(() => this.resume());
        await this.follow(() => (wait = shortest));
      } catch (error) {
        this.paused = errorText(error);
        this.options.onPaused?.(error);
        await delay(wait, undefined, { signal }).catch(() => undefined);
        wait = Math.min(wait * 2, shortest * 32);
      }
    }
  }

  /** Takes up what the store says was committed. */
  private async resume(): Promise<void> {
    const { store, projections } = this.options;
    this.checkpoints = new Map(await store.prepare(projections));
    this.parked = new Map();
    for (const { projection, line } of await store.parkedLines()) this.parkedOf(projection).add(line);
  }

  private async follow(onWorked: () => void): Promise<void> {
    const { source, batchEvents = 1_000 } = this.options;
    const after = Math.min(...this.checkpoints.values());
    this.waiters.restart(after);
    const batches = source.subscribe({ after, filter: { types: this.types }, signal: this.ending.signal });
    for await (const { events, position } of batches) {
      for (const slice of evenSlices(events, batchEvents)) {
        const to = slice.at(-1) === events.at(-1) ? position : (slice.at(-1) as RecordedEvent).position;
        await this.inTurn(() => this.project(slice, to));
        this.reached(to);
      }
      // Where nothing was of interest nothing is written; looking again after a crash is cheap.
      if (events.length === 0) this.reached(position);
      this.paused = null;
      onWorked();
      if (this.ending.signal.aborted) return;
    }
  }

  private reached(position: number): void {
    this.waiters.reach(position);
    this.options.onProgress?.(position);
  }

  private async project(events: readonly RecordedEvent[], to: number): Promise<void> {
    const now = this.options.now();
    const changes: ProjectionChanges[] = [];
    for (const fold of this.folds) {
      const { projection } = fold;
      const from = this.checkpointOf(projection.name);
      if (from >= to) continue;
      const unseen = events.filter((event) => event.position > from && fold.types.has(event.type));
      const planned = fold.plan(unseen, now);
      const loaded = await this.options.store.load(projection, fold.keysOf(planned));
      const { rows, parked } = fold.fold(planned, loaded, this.parkedOf(projection.name), now);
      changes.push({ projection, checkpoint: { from, to }, rows, parked });
    }
    await this.options.store.commit(changes);
    for (const { projection, checkpoint, parked } of changes) {
      this.checkpoints.set(projection.name, checkpoint.to);
      for (const { line } of parked ?? []) this.parkedOf(projection.name).add(line);
    }
  }

  private async resumeLine(name: string, line: string, leaveOut: 'none' | 'first' | 'all'): Promise<LineOutcome> {
    const fold = this.folds.find(({ projection }) => projection.name === name);
    if (fold === undefined || !this.parkedOf(name).has(line)) return { kind: 'notParked' };
    let applied = 0;
    let skipped = 0;
    for (;;) {
      const { resumed, more } = await this.inTurn(() =>
        this.resumeSlice(fold, line, leaveOut === 'first' && skipped > 0 ? 'none' : leaveOut),
      );
      applied += resumed.applied.length;
      skipped += resumed.skipped.length;
      if (resumed.failure !== null) return { kind: 'parked', applied, skipped, error: resumed.failure.error };
      if (!more) return { kind: 'running', applied, skipped };
    }
  }

  /** One turn's worth of a line; between turns new events of the line park behind the rest. */
  private async resumeSlice(
    fold: BatchFold,
    line: string,
    leaveOut: 'none' | 'first' | 'all',
  ): Promise<{ readonly resumed: ResumedLine; readonly more: boolean }> {
    const { store, batchEvents = 1_000 } = this.options;
    const { projection } = fold;
    const now = this.options.now();
    const waiting = await store.parkedPositions(projection.name, line, batchEvents);
    const skipped = leaveOut === 'all' ? waiting : waiting.slice(0, leaveOut === 'first' ? 1 : 0);
    const positions = waiting.slice(skipped.length);
    const events: RecordedEvent[] = [];
    for (const position of positions) events.push(await this.eventAt(position));
    const planned = fold.plan(events, now);
    const loaded = await store.load(projection, fold.keysOf(planned));
    const { rows, parked } = fold.fold(planned, loaded, new Set(), now);
    const applied = positions.slice(0, positions.length - parked.length);
    const resumed = { line, applied, skipped, failure: parked[0]?.failure ?? null };
    const at = this.checkpointOf(projection.name);
    await store.commit([{ projection, checkpoint: { from: at, to: at }, rows, resumed }]);
    const more = waiting.length === batchEvents && parked.length === 0;
    if (!more && parked.length === 0) this.parkedOf(projection.name).delete(line);
    return { resumed, more };
  }

  private async eventAt(position: number): Promise<RecordedEvent> {
    for await (const events of this.options.source.readAll({ after: position - 1, limit: 1 })) {
      if (events[0]?.position === position) return events[0];
    }
    throw new Defect(`the log holds no event at position ${position}`);
  }

  /** Seconds since the next event of interest was recorded, 0 when there is none. */
  private async ageAfter(position: number): Promise<number> {
    const { source, now } = this.options;
    for await (const events of source.readAll({ after: position, limit: 1, filter: { types: this.types } })) {
      const next = events[0];
      if (next !== undefined) return Math.max(0, now() - next.append.recordedAt) / 1_000;
    }
    return 0;
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private checkpointOf(name: string): number {
    const checkpoint = this.checkpoints.get(name);
    if (checkpoint === undefined) throw new Defect(`no checkpoint of ${name}`);
    return checkpoint;
  }

  private parkedOf(name: string): Set<string> {
    const lines = this.parked.get(name) ?? new Set<string>();
    this.parked.set(name, lines);
    return lines;
  }
}

/** As few slices of at most `size` as there can be, and none much shorter than the others. */
function evenSlices<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  const each = Math.ceil(items.length / count);
  return Array.from({ length: count }, (_, index) => items.slice(index * each, (index + 1) * each));
}
