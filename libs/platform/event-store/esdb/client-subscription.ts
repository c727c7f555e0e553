import type { DriverSubscription, SubscriptionStep } from './driver';
import type { RawSubscription, Resolved } from './client-library';
import { storedEvent } from './raw-events';

/** More than this is not taken from the library before it is asked for, so that a slow consumer slows the server down. */
const MAX_WAITING = 512;

/**
 * Puts a library's events, checkpoints and signals into the one order they came in. The library tells of a checkpoint while
 * events before it still lie in its buffer; they are taken first, so no checkpoint ever runs ahead.
 */
export class ClientSubscription implements DriverSubscription {
  private readonly raw: RawSubscription;
  private steps: SubscriptionStep[] = [];
  private failure: unknown;
  private failed = false;
  private wake: (() => void) | undefined;

  constructor(start: (checkpointReached: (position: number) => void) => RawSubscription) {
    this.raw = start((position) => this.add({ kind: 'checkpoint', position }));
    this.raw.on('readable', () => this.take(MAX_WAITING));
    this.raw.on('caughtUp', () => this.add({ kind: 'caughtUp' }));
    this.raw.on('error', (error) => this.fail(error));
    this.raw.on('end', () => this.fail(endedError()));
    this.raw.on('close', () => this.fail(endedError()));
  }

  async next(): Promise<readonly SubscriptionStep[]> {
    this.take(MAX_WAITING);
    while (this.steps.length === 0 && !this.failed) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    if (this.steps.length === 0) throw this.failure;
    const steps = this.steps;
    this.steps = [];
    return steps;
  }

  async close(): Promise<void> {
    this.fail(endedError());
    await this.raw.unsubscribe();
  }

  private add(step: SubscriptionStep): void {
    this.take(Infinity);
    this.steps.push(step);
    this.wakeUp();
  }

  private take(limit: number): void {
    try {
      while (this.steps.length < limit && !this.failed) {
        const resolved = this.raw.read() as Resolved | null;
        if (resolved === null) break;
        if (resolved.event !== undefined) this.steps.push({ kind: 'event', event: storedEvent(resolved.event) });
      }
    } catch (error) {
      this.fail(error);
    }
    if (this.steps.length > 0) this.wakeUp();
  }

  private fail(error: unknown): void {
    if (!this.failed) this.failure = error;
    this.failed = true;
    this.wakeUp();
  }

  private wakeUp(): void {
    this.wake?.();
    this.wake = undefined;
  }
}

const endedError = (): Error => Object.assign(new Error('the subscription ended'), { type: 'cancelled' });
