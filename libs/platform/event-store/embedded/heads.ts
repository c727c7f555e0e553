import { LRUCache } from 'lru-cache';
import { Defect } from '../../../kernel/defect';
import type { StreamName } from '../../../kernel/ids';

/** The newest append of a stream, in flight or durable: what the next one is decided against. */
export interface Head {
  /** -1 for a stream that does not exist. */
  readonly revision: number;
  /** `recordHash` of that append. */
  readonly hash: Buffer;
  /** Whose append it is; undefined for a stream that does not exist. */
  readonly commandKey: string | undefined;
}

interface Waiter {
  proceed(head: Head): void;
  fail(error: unknown): void;
}

/**
 * Heads of the streams in use. The newest are kept, the rest is loaded again. What is decided against one head happens in
 * the order it was asked for, so appends to a stream may be sent without waiting for the one before.
 */
export class Heads {
  private readonly cached: LRUCache<StreamName, Head>;
  private readonly loading = new Map<StreamName, Waiter[]>();

  /** `load` answers at once where nothing must be read from the log. */
  constructor(
    private readonly load: (stream: StreamName) => Head | Promise<Head>,
    capacity: number,
  ) {
    this.cached = new LRUCache({ max: capacity });
  }

  set(stream: StreamName, head: Head): void {
    this.cached.set(stream, head);
  }

  forget(stream: StreamName): void {
    this.cached.delete(stream);
  }

  /** Calls `decide` with the head: now where it is at hand, else when it is loaded, always in call order. */
  with<Result>(stream: StreamName, decide: (head: Head) => Result | Promise<Result>): Promise<Result> {
    // Runs `decide` at once, and makes of what it throws a failed promise.
    const decided = async (head: Head): Promise<Result> => decide(head);
    return new Promise<Result>((resolve, reject) => {
      const proceed = (head: Head): void => resolve(decided(head));
      const waiters = this.loading.get(stream);
      if (waiters !== undefined) {
        waiters.push({ proceed, fail: reject });
        return;
      }
      const known = this.cached.get(stream);
      if (known !== undefined) {
        proceed(known);
        return;
      }
      const head = this.load(stream);
      if (head instanceof Promise) {
        this.loading.set(stream, [{ proceed, fail: reject }]);
        void this.finishLoading(stream, head);
      } else {
        this.cached.set(stream, head);
        proceed(head);
      }
    });
  }

  private async finishLoading(stream: StreamName, loading: Promise<Head>): Promise<void> {
    try {
      this.cached.set(stream, await loading);
    } catch (error) {
      for (const waiter of this.takeWaiters(stream)) waiter.fail(error);
      return;
    }
    // Each decision may move the head; nobody may come in between, as nothing here waits.
    for (const waiter of this.takeWaiters(stream)) {
      const head = this.cached.get(stream);
      if (head === undefined) waiter.fail(new Defect('a head was evicted while it was decided against'));
      else waiter.proceed(head);
    }
  }

  private takeWaiters(stream: StreamName): readonly Waiter[] {
    const waiters = this.loading.get(stream) ?? [];
    this.loading.delete(stream);
    return waiters;
  }
}
