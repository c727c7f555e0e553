import type { Repeated, Scheduler } from '../scheduling/scheduler';
import { Publisher, type PublisherOptions } from './publisher';
import { LEASE_MS, TopicLeaseLostFault, type TopicLease, type TopicLeases } from './topic-leases';

export interface LeasedPublisherOptions extends Omit<PublisherOptions, 'positions'> {
  readonly leases: TopicLeases;
  /** Names this process among those that would publish too. */
  readonly owner: string;
  readonly scheduler: Scheduler;
  /** What must be so before anything is published; asked until it does not throw. */
  readonly prepare: () => Promise<void>;
}

/**
 * Publishes a topic while this process holds its lease, and stands by while another one does. A holder that dies is replaced
 * within a lease and a third; one that was paused and wakes up may send a batch once more, which readers leave out, and saves
 * nothing.
 */
export class LeasedPublisher {
  private held: { readonly lease: TopicLease; readonly publisher: Publisher } | undefined;
  private ticking: Repeated | undefined;
  private starting: Promise<void> = Promise.resolve();
  private trouble: unknown;
  private prepared = false;

  constructor(private readonly options: LeasedPublisherOptions) {}

  /** At once; it waits for leases and Kafka by itself. */
  start(): void {
    this.starting = this.tick().then(() => {
      this.ticking = this.options.scheduler.repeat(LEASE_MS / 3, () => this.tick());
    });
  }

  get publishing(): boolean {
    return this.held !== undefined;
  }

  /** Why nothing is published by anybody here; undefined where it is, or another process does. */
  get paused(): unknown {
    return this.held?.publisher.paused ?? this.trouble;
  }

  /** After the batch in hand; another process may go on at once. */
  async stop(): Promise<void> {
    await this.starting;
    await this.ticking?.stop();
    await this.letGo();
  }

  private async tick(): Promise<void> {
    try {
      if (this.held === undefined) await this.acquire();
      else await this.held.lease.renew();
      this.trouble = undefined;
    } catch (error) {
      this.trouble = error;
      this.options.onPaused?.(error);
      if (error instanceof TopicLeaseLostFault) await this.letGo();
    }
  }

  private async acquire(): Promise<void> {
    const { leases, owner, prepare, ...options } = this.options;
    if (!this.prepared) await prepare();
    this.prepared = true;
    const lease = await leases.acquire(options.topic.topic, owner);
    if (lease === undefined) return;
    const publisher = new Publisher({ ...options, positions: lease });
    this.held = { lease, publisher };
    publisher.start();
  }

  private async letGo(): Promise<void> {
    const held = this.held;
    this.held = undefined;
    if (held === undefined) return;
    await held.publisher.stop();
    // Where it cannot be reached the lease lapses by itself.
    await held.lease.release().catch(() => undefined);
  }
}
