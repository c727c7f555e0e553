import { setTimeout as delay } from 'node:timers/promises';
import {
  BEGINNING,
  SLOT_CLOSED,
  type EventFilter,
  type EventStore,
  type RecordedEvent,
} from '../event-store/event-store';
import { PositionWaiters } from './position-waiters';

const RETRY_MS = 100;

/**
 * Keeps something in memory in step with the log: everything recorded so far, then what comes, in order. `take` is given
 * each event once; where it throws, following pauses, and the batch is given again.
 */
export class LogFollower {
  private readonly waiters = new PositionWaiters();
  private readonly ending = new AbortController();
  private following: Promise<void> = Promise.resolve();
  private taken = BEGINNING;
  private trouble: unknown;

  private constructor(
    private readonly store: EventStore,
    private readonly filter: EventFilter,
    private readonly take: (events: readonly RecordedEvent[]) => void | Promise<void>,
  ) {}

  /** Answers when everything recorded so far was taken. Throws what `take` throws. */
  static async start(
    store: EventStore,
    filter: EventFilter,
    take: (events: readonly RecordedEvent[]) => void | Promise<void>,
  ): Promise<LogFollower> {
    const follower = new LogFollower(store, filter, take);
    const end = await store.endPosition();
    for await (const events of store.readAll({ filter })) await follower.takeNew(events);
    follower.waiters.reach(end);
    follower.following = follower.follow();
    return follower;
  }

  /** True once everything up to `position` was taken; false after the time, or when it stops before. */
  waitFor(position: number, timeoutMs: number): Promise<boolean> {
    return this.waiters.waitFor(position, timeoutMs);
  }

  /** Why it cannot follow at the moment; undefined while it does. */
  get paused(): unknown {
    return this.trouble;
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.following;
    this.waiters.end();
  }

  private async follow(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      try {
        const after = this.waiters.position;
        for await (const { events, position } of this.store.subscribe({ after, filter: this.filter, signal })) {
          await this.takeNew(events);
          this.trouble = undefined;
          this.waiters.reach(position);
        }
      } catch (error) {
        this.trouble = error;
      }
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** What came while the log was read for the first time comes again from the subscription. */
  private async takeNew(events: readonly RecordedEvent[]): Promise<void> {
    const unseen = events.filter(({ position, type }) => position > this.taken && type !== SLOT_CLOSED);
    await this.take(unseen);
    this.taken = unseen.at(-1)?.position ?? this.taken;
  }
}
