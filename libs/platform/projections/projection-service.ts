import { Worker } from 'node:worker_threads';
import type { EventStore } from '../event-store/event-store';
import { StoreUnavailableFault } from '../event-store/faults';
import type { ParkedLine, ProjectionStatus, QueryDoor } from '../read-store/read-store';
import { QueryThread } from '../read-store/query-thread';
import { SqliteQueryDoor } from '../read-store/sqlite-read-store';
import { PositionWaiters } from './position-waiters';
import type {
  FromProjectionThread,
  ProjectionAnswer,
  ProjectionQuestion,
  ProjectionThreadData,
  ToProjectionThread,
} from './projection-messages';
import type { LineOutcome, Projecting } from './projection-runner';

export interface ProjectionServiceOptions {
  readonly events: Pick<EventStore, 'endPosition'>;
  /** The compiled file that calls `runProjectionThread`. */
  readonly threadFile: string;
  readonly logDirectory: string;
  readonly indexPath: string;
  readonly readModelsPath: string;
  /** The projections stand still and try again by themselves, or (`ended`) have stopped until the next start. */
  readonly onPaused?: (error: string, ended: boolean) => void;
}

/** How long an event may be durable before the thread hears of it, unless somebody waits: fuller batches cost a till less. */
const FOLLOW_EVERY_MS = 100;

/**
 * The projections in a thread of their own, so that neither folding nor SQLite's checkpoints hold up a till: the main
 * thread only tells how far the log is durable. Short queries run here, over a read-only connection, long ones in a thread. Errors never end the
 * process; they show in `status`, which fails with `StoreUnavailableFault` once the thread is gone.
 */
export class ProjectionService implements Projecting {
  private readonly waiters = new PositionWaiters();
  private readonly asked = new Map<number, { resolve(answer: ProjectionAnswer): void; reject(fault: Error): void }>();
  private readonly exited: Promise<unknown>;
  private readonly timer: NodeJS.Timeout;
  private readonly queryThread: QueryThread;
  private door: SqliteQueryDoor | undefined;
  private nextQuestion = 0;
  private told: number;
  private fault: StoreUnavailableFault | undefined;
  private stopping = false;
  private onStarted: (fault?: Error) => void = () => undefined;

  private constructor(
    private readonly options: ProjectionServiceOptions,
    private readonly worker: Worker,
    endPosition: number,
  ) {
    this.told = endPosition;
    this.queryThread = new QueryThread(options.readModelsPath);
    // Not `once` of node:events, which fails when the thread does.
    this.exited = new Promise((resolve) => worker.on('exit', resolve));
    worker.on('message', (message: FromProjectionThread) => this.receive(message));
    worker.on('error', (error) => this.fail(`${error.name}: ${error.message}`));
    worker.on('exit', () => this.fail('the projection thread ended'));
    this.timer = setInterval(() => void this.follow(), FOLLOW_EVERY_MS);
  }

  /** Answers when the tables are ready and queries may be asked. Throws `StoreUnavailableFault` where it cannot begin. */
  static async start(options: ProjectionServiceOptions): Promise<ProjectionService> {
    const endPosition = await options.events.endPosition();
    const { threadFile, logDirectory, indexPath, readModelsPath } = options;
    const workerData: ProjectionThreadData = { logDirectory, indexPath, readModelsPath, endPosition };
    const service = new ProjectionService(options, new Worker(threadFile, { workerData }), endPosition);
    await new Promise<void>((resolve, reject) => {
      service.onStarted = (fault) => (fault === undefined ? resolve() : reject(fault));
    });
    service.door = new SqliteQueryDoor(readModelsPath);
    return service;
  }

  get query(): QueryDoor {
    if (this.door === undefined) throw new StoreUnavailableFault('the read models are closed');
    return this.door.query;
  }

  /** For queries that may take long: answered by a thread, so that they hold up nothing here. */
  get longQuery(): QueryDoor {
    return this.queryThread.query;
  }

  get position(): number {
    return this.waiters.position;
  }

  async waitFor(position: number, timeoutMs: number): Promise<boolean> {
    if (position > this.told) await this.follow();
    return this.waiters.waitFor(position, timeoutMs);
  }

  async status(): Promise<readonly ProjectionStatus[]> {
    await this.follow();
    return (await this.ask({ name: 'status' })) as readonly ProjectionStatus[];
  }

  async parkedLines(): Promise<readonly ParkedLine[]> {
    return (await this.ask({ name: 'parkedLines' })) as readonly ParkedLine[];
  }

  async retry(projection: string, line: string): Promise<LineOutcome> {
    return (await this.ask({ name: 'retry', projection, line })) as LineOutcome;
  }

  async skip(projection: string, line: string): Promise<LineOutcome> {
    return (await this.ask({ name: 'skip', projection, line })) as LineOutcome;
  }

  async unpark(projection: string, line: string): Promise<LineOutcome> {
    return (await this.ask({ name: 'unpark', projection, line })) as LineOutcome;
  }

  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    clearInterval(this.timer);
    this.door?.close();
    this.door = undefined;
    await this.queryThread.close();
    this.send({ kind: 'stop' });
    await this.exited;
    this.waiters.end();
  }

  private async follow(): Promise<void> {
    const position = await this.options.events.endPosition();
    if (position <= this.told) return;
    this.told = position;
    this.send({ kind: 'durable', position });
  }

  private ask(question: ProjectionQuestion): Promise<ProjectionAnswer> {
    return new Promise((resolve, reject) => {
      if (this.fault !== undefined) return reject(this.fault);
      const id = this.nextQuestion++;
      this.asked.set(id, { resolve, reject });
      this.send({ kind: 'ask', id, question });
    });
  }

  private receive(message: FromProjectionThread): void {
    switch (message.kind) {
      case 'started':
        this.waiters.restart(message.position);
        return this.onStarted();
      case 'reached':
        return this.waiters.reach(message.position);
      case 'paused':
        return this.options.onPaused?.(message.error, false);
      case 'answer':
        this.asked.get(message.id)?.resolve(message.answer);
        break;
      case 'failed':
        this.asked.get(message.id)?.reject(new StoreUnavailableFault(message.error));
        break;
    }
    this.asked.delete(message.id);
  }

  private fail(reason: string): void {
    if (this.fault !== undefined) return;
    this.fault = new StoreUnavailableFault(`read models: ${reason}`);
    clearInterval(this.timer);
    this.onStarted(this.fault);
    for (const { reject } of this.asked.values()) reject(this.fault);
    this.asked.clear();
    if (!this.stopping) this.options.onPaused?.(reason, true);
  }

  private send(message: ToProjectionThread): void {
    this.worker.postMessage(message);
  }
}
