/** How far the log may be shown, and the news of it. */
export class DurableEnd {
  /** Everything before this position is durable. */
  position = 0;
  closed = false;
  private waiting: { promise: Promise<void>; resolve: () => void } | undefined;

  moveTo(position: number): void {
    this.position = position;
    this.wake();
  }

  close(): void {
    this.closed = true;
    this.wake();
  }

  /** Until it moves or closes, or `abort` is raised. */
  async change(abort?: AbortSignal): Promise<void> {
    if (this.closed || abort?.aborted === true) return;
    this.waiting ??= withResolver();
    const { promise } = this.waiting;
    if (abort === undefined) return promise;
    const aborted = withResolver();
    abort.addEventListener('abort', aborted.resolve, { once: true });
    try {
      await Promise.race([promise, aborted.promise]);
    } finally {
      abort.removeEventListener('abort', aborted.resolve);
    }
  }

  private wake(): void {
    this.waiting?.resolve();
    this.waiting = undefined;
  }
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
