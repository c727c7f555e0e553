import { setTimeout as delay } from 'node:timers/promises';
import { Defect } from '../../kernel/defect';
import type { EventStore, RecordedEvent } from '../event-store/event-store';
import { LeaseLostFault, ReadStoreAheadFault } from '../read-store/faults';
import type {
  ParkedLine,
  Projection,
  ProjectionChanges,
  ProjectionStatus,
  ReadStore,
  StoredRow,
} from '../read-store/read-store';
import { siblingOf, type Rebuild } from '../read-store/rebuilds';
import { LEASE_MS, type HeldShard } from '../read-store/shard-leases';
import { shardOf } from '../read-store/shard-of';
import { BatchFold, errorText, lineOf } from './batch-fold';
import { resumeParkedLine, resumeSlice, type LeaveOut, type LineOutcome } from './parked-line';
import { buildInBulk } from './bulk-build';
import { evenSlices } from './even-slices';
import { lagAt } from './projection-lag';
import { PositionWaiters } from './position-waiters';

export type { LineOutcome };

/** The reading half of an event store. */
export type EventSource = Pick<EventStore, 'subscribe' | 'readAll' | 'endPosition'>;

export interface ProjectionRunnerOptions {
  readonly source: EventSource;
  readonly store: ReadStore;
  readonly projections: readonly Projection[];
  /** Names this runner among those that share the store. */
  readonly owner: string;
  /**
   * `alone`: nobody else may project into this store (its directory is locked), so all shards are taken from whoever held
   * them. `shared`: a fair share of them, as leases allow; checkpoints move also where nothing matched, as other processes
   * wait for them.
   */
  readonly shards: 'alone' | 'shared';
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Events folded and written in one transaction. */
  readonly batchEvents?: number;
  /** Wait before trying again after an error of source or store; doubles up to 32 times itself. */
  readonly retryMs?: number;
  /** How often leases are renewed, at most a third of `LEASE_MS`. */
  readonly renewEveryMs?: number;
  /** An error of source or store: the projections stand still and try again until it is gone. Never called for a parked line. */
  readonly onPaused?: (error: unknown) => void;
  /** Everything up to here has been projected; in order. */
  readonly onProgress?: (position: number) => void;
}

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
 * Feeds all projections from one subscription, for the shards it holds. Rows and checkpoints of a batch are one transaction,
 * so after a crash it resumes exactly. A failing event stops its customer's line in that projection only; an error of the
 * log or the read store stops everything until it is gone. Both are seen in `status`. A shard that is won is taken up from
 * its checkpoint; one that is lost is let go of before the next batch.
 */
export class ProjectionRunner implements Projecting {
  /** Of the projections, and then of their siblings that follow them. */
  private folds: readonly BatchFold[];
  private readonly types: readonly string[];
  private readonly ending = new AbortController();
  private readonly waiters = new PositionWaiters();
  private held: readonly HeldShard[] = [];
  /** Aborted when a shard was won: its checkpoint may lie before what the subscription shows. */
  private winning = new AbortController();
  /** Committed position of each projection, by shard. */
  private checkpoints = new Map<string, number[]>();
  private parked = new Map<string, Set<string>>();
  private rebuilds: readonly Rebuild[] = [];
  private building: Promise<void> | undefined;
  private paused: string | null = null;
  /** Batches, commands and leases take turns: one writer. */
  private turn: Promise<unknown> = Promise.resolve();
  private running: Promise<unknown> = Promise.resolve();

  private constructor(private readonly options: ProjectionRunnerOptions) {
    this.folds = options.projections.map((projection) => new BatchFold(projection));
    this.types = [...new Set(options.projections.flatMap((projection) => projection.types))];
  }

  /** Throws `ReadStoreAheadFault` where the read models have seen more than the log holds. */
  static async start(options: ProjectionRunnerOptions): Promise<ProjectionRunner> {
    const runner = new ProjectionRunner(options);
    await runner.resume();
    const end = await options.source.endPosition();
    const furthest = Math.max(...[...runner.checkpoints.values()].flat());
    if (furthest > end) {
      throw new ReadStoreAheadFault(
        `the log ends at position ${end}, the read models have seen ${furthest}: verify the log; it builds them again once they are deleted`,
      );
    }
    runner.running = Promise.all([runner.run(), runner.keepLeases()]);
    return runner;
  }

  get position(): number {
    return this.waiters.position;
  }

  /** Shards this runner works on at the moment. */
  get shards(): readonly number[] {
    return this.held.map(({ shard }) => shard);
  }

  waitFor(position: number, timeoutMs: number): Promise<boolean> {
    return this.waiters.waitFor(position, timeoutMs);
  }

  async status(): Promise<readonly ProjectionStatus[]> {
    const end = await this.options.source.endPosition();
    return Promise.all(
      this.options.projections.map(async ({ name, version }) => {
        const position = Math.max(this.position, Math.min(end, ...this.heldCheckpointsOf(name)));
        return {
          name,
          version,
          position,
          ...(await lagAt(this.options.source, { position, end, types: this.types, now: this.options.now() })),
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

  /** Shards are let go of, so that others have them at once. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
    await this.turn;
    this.waiters.end();
    // Where the store cannot be reached they lapse by themselves.
    await this.options.store.leases.leave(this.options.owner).catch(() => undefined);
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
        if (error instanceof LeaseLostFault) continue;
        this.pause(error);
        await delay(wait, undefined, { signal }).catch(() => undefined);
        wait = Math.min(wait * 2, shortest * 32);
      }
    }
  }

  private async keepLeases(): Promise<void> {
    const { signal } = this.ending;
    const { renewEveryMs = LEASE_MS / 3 } = this.options;
    while (!signal.aborted) {
      await delay(renewEveryMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.inTurn(() => this.renew());
        await this.lookAtRebuilds();
      } catch (error) {
        this.pause(error);
      }
    }
    await this.building;
  }

  /** Siblings that are built, or gone, are followed from now on, or no longer; whoever holds the first shard builds. */
  private async lookAtRebuilds(): Promise<void> {
    const { store, source, projections, now } = this.options;
    const rebuilds = await store.rebuilds.all();
    if (followed(rebuilds) !== followed(this.rebuilds)) this.winning.abort();
    const held = () => this.held.find(({ shard }) => shard === 0);
    const rebuild = rebuilds.find(({ state }) => state === 'building');
    const projection = projections.find(({ name }) => name === rebuild?.projection);
    if (this.building !== undefined || rebuild === undefined || projection === undefined || held() === undefined)
      return;
    this.building = buildInBulk({ source, store, projection, rebuild, held, signal: this.ending.signal, now })
      .catch((error: unknown) => this.pause(error))
      .finally(() => (this.building = undefined));
  }

  /** What is ours of the shards by now. */
  private async leases(): Promise<readonly HeldShard[]> {
    const { store, owner, shards } = this.options;
    const { leases } = store;
    if (shards === 'shared') return leases.renew(owner);
    const held = this.held.length === 0 ? [] : await leases.renew(owner);
    return held.length === store.shards ? held : leases.take(owner, allShards(store.shards));
  }

  /**
   * What was lost is let go of. What was won, or has changed hands meanwhile, is worked on only after `resume`: until then the
   * subscription may be beyond its checkpoint, and what is known of it is old.
   */
  private async renew(): Promise<void> {
    const now = await this.leases();
    const known = now.filter((one) => this.held.some(({ shard, epoch }) => shard === one.shard && epoch === one.epoch));
    this.held = known;
    if (known.length < now.length) this.winning.abort();
  }

  /** Takes up what the store says was committed, by us or by whoever held our shards before. */
  private async resume(): Promise<void> {
    const { store, projections } = this.options;
    // First, so that a process that is too old for these tables takes no shard.
    await store.prepare(projections);
    this.held = await this.leases();
    this.winning = new AbortController();
    this.rebuilds = await store.rebuilds.all();
    const follows = (name: string) => this.rebuilds.some((one) => one.projection === name && isFollowed(one));
    const siblings = projections.filter(({ name }) => follows(name)).map(siblingOf);
    this.folds = [...projections, ...siblings].map((projection) => new BatchFold(projection));
    const positions = await store.prepare([...projections, ...siblings]);
    this.checkpoints = new Map(Array.from(positions, ([name, ofShards]) => [name, [...ofShards]]));
    this.parked = new Map();
    for (const { projection, line } of await store.parkedLines()) this.parkedOf(projection).add(line);
  }

  private async follow(onWorked: () => void): Promise<void> {
    const { source, batchEvents = 1_000, shards } = this.options;
    const signal = AbortSignal.any([this.ending.signal, this.winning.signal]);
    if (this.held.length === 0) {
      this.paused = null;
      return untilAborted(signal);
    }
    const after = Math.min(...this.folds.flatMap(({ projection }) => this.heldCheckpointsOf(projection.name)));
    this.waiters.restart(after);
    for await (const { events, position, caughtUp } of source.subscribe({
      after,
      filter: { types: this.types },
      signal,
    })) {
      for (const slice of evenSlices(events, batchEvents)) {
        const to = slice.at(-1) === events.at(-1) ? position : (slice.at(-1) as RecordedEvent).position;
        await this.inTurn(() => this.project(slice, to));
        this.reached(to);
      }
      if (events.length === 0) {
        // Alone nothing is written where nothing was of interest; looking again after a crash is cheap.
        if (shards === 'shared' && caughtUp) await this.inTurn(() => this.project([], position));
        this.reached(position);
      }
      this.paused = null;
      onWorked();
      if (signal.aborted) return;
    }
  }

  private pause(error: unknown): void {
    this.paused = errorText(error);
    this.options.onPaused?.(error);
  }

  private reached(position: number): void {
    this.waiters.reach(position);
    this.options.onProgress?.(position);
  }

  private async project(events: readonly RecordedEvent[], to: number): Promise<void> {
    const { store } = this.options;
    const { held } = this;
    const now = this.options.now();
    const shards = events.map((event) => this.shardOf(event));
    const work = this.folds.flatMap((fold) => {
      const positions = this.checkpointsOf(fold.projection.name);
      const seen = positions.map(() => to);
      const checkpoints = held.flatMap(({ shard }) => {
        const from = positions[shard] ?? to;
        seen[shard] = from;
        return from < to ? [{ shard, from, to }] : [];
      });
      if (checkpoints.length === 0) return [];
      const unseen = events.filter(
        (event, index) => event.position > (seen[shards[index] ?? 0] ?? to) && fold.types.has(event.type),
      );
      return [{ fold, checkpoints, planned: fold.plan(unseen, now) }];
    });
    // All at once: a server that is asked for one table's rows has nothing to do with the next one's.
    const loaded = await Promise.all(
      work.map(({ fold, planned }) => store.load(fold.projection, fold.keysOf(planned))),
    );
    const changes = work.map(({ fold, checkpoints, planned }, index): ProjectionChanges => {
      const { projection } = fold;
      const before = loaded[index] ?? new Map<string, StoredRow>();
      return { projection, checkpoints, ...fold.fold(planned, before, this.parkedOf(projection.name), now) };
    });
    if (changes.length === 0) return;
    await store.commit(changes, held);
    for (const { projection, checkpoints, parked } of changes) {
      const positions = this.checkpointsOf(projection.name);
      for (const { shard } of checkpoints) positions[shard] = to;
      for (const { line } of parked ?? []) this.parkedOf(projection.name).add(line);
    }
  }

  private async resumeLine(name: string, line: string, leaveOut: LeaveOut): Promise<LineOutcome> {
    const { store, source, batchEvents = 1_000 } = this.options;
    const fold = this.folds.find(({ projection }) => projection.name === name);
    const shard = shardOf(line, store.shards);
    if (fold === undefined || !this.parkedOf(name).has(line)) return { kind: 'notParked' };
    return resumeParkedLine(leaveOut, (leave) =>
      this.inTurn(async () => {
        const held = this.held.find((one) => one.shard === shard);
        if (held === undefined) throw new LeaseLostFault(`shard ${shard} is held by another process`);
        const position = this.checkpointsOf(name)[shard] as number;
        const now = this.options.now();
        const slice = await resumeSlice({ store, source, fold, line, leaveOut: leave, held, position, limit: batchEvents, now }); // prettier-ignore
        if (!slice.more && slice.resumed.failure === null) this.parkedOf(name).delete(line);
        return slice;
      }),
    );
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private shardOf(event: RecordedEvent): number {
    const { shards } = this.options.store;
    return shards === 1 ? 0 : shardOf(lineOf(event), shards);
  }

  private checkpointsOf(name: string): number[] {
    const checkpoints = this.checkpoints.get(name);
    if (checkpoints === undefined) throw new Defect(`no checkpoints of ${name}`);
    return checkpoints;
  }

  private heldCheckpointsOf(name: string): readonly number[] {
    const positions = this.checkpointsOf(name);
    return this.held.map(({ shard }) => positions[shard] as number);
  }

  private parkedOf(name: string): Set<string> {
    const lines = this.parked.get(name) ?? new Set<string>();
    this.parked.set(name, lines);
    return lines;
  }
}

/** Follows the live one, batch by batch. */
const isFollowed = ({ state }: Rebuild): boolean => state === 'built' || state === 'switched';

const followed = (rebuilds: readonly Rebuild[]): string =>
  rebuilds
    .filter(isFollowed)
    .map(({ projection }) => projection)
    .join();

const allShards = (count: number): readonly number[] => Array.from({ length: count }, (_, shard) => shard);

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
