import { BEGINNING } from '../event-store/event-store';
import { CheckpointMovedFault, LeaseLostFault } from '../read-store/faults';
import type { ParkedLine, Projection, ProjectionStatus, ReadStore } from '../read-store/read-store';
import { shardOf } from '../read-store/shard-of';
import { BatchFold } from './batch-fold';
import { resumeParkedLine, resumeSlice, type LeaveOut, type LineOutcome, type ResumedSlice } from './parked-line';
import { PositionWaiters } from './position-waiters';
import { lagAt } from './projection-lag';
import type { EventSource, Projecting } from './projection-runner';

export interface StoredProjectionsOptions {
  readonly source: Pick<EventSource, 'readAll' | 'endPosition'>;
  /** Closed by whoever opened it. */
  readonly store: ReadStore;
  readonly projections: readonly Projection[];
  /** Names this process among those that share the store. */
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How often the store is asked how far it is, while somebody waits. */
const LOOK_EVERY_MS = 15;
/** A command on a line gives way to the projector this often before it gives up. */
const TRIES = 5;
/** Parked events applied in one transaction. */
const SLICE_EVENTS = 1_000;

/**
 * The read models as a process sees them that makes none: projectors elsewhere do. How far they are is read from the store.
 * A command on a parked line takes its shard from the projector for a moment, which then reads what is parked again: so
 * there is one writer of a line, as always.
 */
export class StoredProjections implements Projecting {
  private readonly waiters = new PositionWaiters();
  private looking: Promise<void> | undefined;
  private stopped = false;

  private constructor(private readonly options: StoredProjectionsOptions) {}

  /** Makes the tables that are missing, so that queries find them. Throws what `ReadStore.prepare` throws. */
  static async start(options: StoredProjectionsOptions): Promise<StoredProjections> {
    const stored = new StoredProjections(options);
    await options.store.prepare(options.projections);
    await stored.look();
    return stored;
  }

  /** As of the last time somebody waited. */
  get position(): number {
    return this.waiters.position;
  }

  waitFor(position: number, timeoutMs: number): Promise<boolean> {
    const reached = this.waiters.waitFor(position, timeoutMs);
    this.looking ??= this.lookWhileAwaited();
    return reached;
  }

  async status(): Promise<readonly ProjectionStatus[]> {
    const { store, projections, source, now } = this.options;
    const end = await source.endPosition();
    const positions = await store.positions(projections);
    const parked = await store.parkedLines();
    const paused = await this.orphans();
    return Promise.all(
      projections.map(async ({ name, version, types }) => {
        const position = leastOf(positions.get(name) ?? []);
        return {
          name,
          version,
          position,
          ...(await lagAt(source, { position, end, types, now: now() })),
          parkedLines: parked.filter(({ projection }) => projection === name).length,
          skippedEvents: await store.skippedEvents(name),
          paused,
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
    this.stopped = true;
    this.waiters.end();
    await this.looking;
  }

  /** Shards that nobody works on, in words. */
  private async orphans(): Promise<string | null> {
    const { store } = this.options;
    const held = new Set((await store.leases.holders()).map(({ shard }) => shard));
    const orphans = Array.from({ length: store.shards }, (_, shard) => shard).filter((shard) => !held.has(shard));
    return orphans.length === 0 ? null : `no projector works on shards ${orphans.join(', ')}`;
  }

  private async lookWhileAwaited(): Promise<void> {
    while (this.waiters.awaited && !this.stopped) {
      // Where the store cannot be asked, who waits is told so by the time-out.
      await this.look().catch(() => undefined);
      if (this.waiters.awaited) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    this.looking = undefined;
  }

  private async look(): Promise<void> {
    const positions = await this.options.store.positions(this.options.projections);
    this.waiters.reach(leastOf([...positions.values()].flat()));
  }

  private async resumeLine(name: string, line: string, leaveOut: LeaveOut): Promise<LineOutcome> {
    const projection = this.options.projections.find((one) => one.name === name);
    const parked = await this.options.store.parkedLines();
    if (projection === undefined || !parked.some((one) => one.projection === name && one.line === line)) {
      return { kind: 'notParked' };
    }
    const fold = new BatchFold(projection);
    return resumeParkedLine(leaveOut, (leave) => this.resumeOnce(fold, line, leave));
  }

  private async resumeOnce(fold: BatchFold, line: string, leaveOut: LeaveOut): Promise<ResumedSlice> {
    const { store, source, owner, now } = this.options;
    const shard = shardOf(line, store.shards);
    for (let tries = 1; ; tries++) {
      const [held] = await store.leases.take(owner, [shard]);
      try {
        if (held === undefined) throw new LeaseLostFault(`there is no shard ${shard}`);
        const positions = await store.positions([fold.projection]);
        const position = positions.get(fold.projection.name)?.[shard] ?? BEGINNING;
        return await resumeSlice({ store, source, fold, line, leaveOut, held, position, limit: SLICE_EVENTS, now: now() }); // prettier-ignore
      } catch (error) {
        const movedOn = error instanceof LeaseLostFault || error instanceof CheckpointMovedFault;
        if (!movedOn || tries === TRIES) throw error;
      } finally {
        if (held !== undefined) await store.leases.release(owner, [held]);
      }
    }
  }
}

const leastOf = (positions: readonly number[]): number => (positions.length === 0 ? BEGINNING : Math.min(...positions));
