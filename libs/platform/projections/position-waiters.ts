import { BEGINNING } from '../event-store/event-store';

interface Waiter {
  readonly position: number;
  readonly settle: (reached: boolean) => void;
}

/** Who waits for a position to be reached (read-your-write). */
export class PositionWaiters {
  private reachedPosition = BEGINNING;
  private readonly waiting = new Set<Waiter>();

  get position(): number {
    return this.reachedPosition;
  }

  get awaited(): boolean {
    return this.waiting.size > 0;
  }

  /** True once `position` is reached, false after `timeoutMs` or when it ends before. */
  waitFor(position: number, timeoutMs: number): Promise<boolean> {
    if (position <= this.reachedPosition) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        position,
        settle: (reached) => {
          clearTimeout(timer);
          this.waiting.delete(waiter);
          resolve(reached);
        },
      };
      const timer = setTimeout(waiter.settle, timeoutMs, false);
      this.waiting.add(waiter);
    });
  }

  reach(position: number): void {
    this.reachedPosition = Math.max(this.reachedPosition, position);
    for (const waiter of this.waiting) if (waiter.position <= this.reachedPosition) waiter.settle(true);
  }

  /** Starts again from an earlier position: the rows were lost. */
  restart(position: number): void {
    this.reachedPosition = position;
  }

  end(): void {
    for (const waiter of this.waiting) waiter.settle(false);
  }
}
