import { setTimeout as pause } from 'node:timers/promises';
import type { RecordedEvent, SubscribeOptions, SubscriptionBatch } from '../event-store';
import { LogDamageFault, StoreFault } from '../faults';
import { AppendGroups, type ForeignEvents } from './append-groups';
import type { Driver, SubscriptionStep } from './driver';
import type { EsdbHistory } from './esdb-history';
import { withinTime } from './server-calls';
import { SelectedEvents } from './stream-selection';
import { failureOf } from './unavailable';

export interface SubscriptionParts {
  readonly driver: Pick<Driver, 'subscribe'>;
  readonly history: EsdbHistory;
  readonly foreign: ForeignEvents;
  /** A new subscription that has shown no sign of life after so long is given up. */
  readonly attemptMs: number;
  /** Raised when the store closes. */
  readonly closing: AbortSignal;
}

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Follows the log for ever, over as many subscriptions of the server as it takes: each ends at an outage, or when we were too
 * slow, and the next begins behind the last batch that was taken. A batch is given only when the one before was handled,
 * so its position is a checkpoint that nothing before it is missing from.
 */
export async function* followLog(
  { after, filter, signal }: SubscribeOptions,
  parts: SubscriptionParts,
): AsyncGenerator<SubscriptionBatch> {
  const { history, closing } = parts;
  const ended = signal === undefined ? closing : AbortSignal.any([closing, signal]);
  const selected = new SelectedEvents(filter);
  let position = after;
  let pauseMs = FIRST_PAUSE_MS;
  while (!ended.aborted) {
    try {
      // Read first: a subscription that says afterwards that it has caught up has shown everything up to here.
      const end = await history.endPosition();
      if (position > end && position > (await history.serverEnd())) {
        throw new LogDamageFault(`asked for what follows position ${position}, and the log ends before it`);
      }
      for await (const batch of oneSubscription(position, end, selected, parts, ended)) {
        position = batch.position;
        pauseMs = FIRST_PAUSE_MS;
        yield batch;
        if (ended.aborted) return;
      }
    } catch (error) {
      if (ended.aborted) return;
      if (error instanceof StoreFault ? !error.retryable : failureOf(error) !== 'unavailable') throw error;
      await pause(pauseMs, undefined, { signal: ended }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }
}

async function* oneSubscription(
  after: number,
  end: number,
  selected: SelectedEvents,
  { driver, history, foreign, attemptMs }: SubscriptionParts,
  ended: AbortSignal,
): AsyncGenerator<SubscriptionBatch> {
  const subscription = driver.subscribe(after, selected.streams);
  const progress = new Progress(
    after,
    end,
    selected,
    new AppendGroups(foreign.add, (part) => history.wholeAppend(part)),
  );
  const close = (): void => void subscription.close().catch(() => undefined);
  ended.addEventListener('abort', close, { once: true });
  try {
    for (let alive = false; !ended.aborted; alive = true) {
      const steps = await (alive ? subscription.next() : withinTime(() => subscription.next(), attemptMs));
      const batch = await progress.take(steps);
      if (batch !== undefined) yield batch;
    }
  } finally {
    ended.removeEventListener('abort', close);
    close();
  }
}

/** How far one subscription has come: its steps become batches, which end where an append ends. */
class Progress {
  private position: number;
  private live = false;
  private told = false;

  constructor(
    private readonly after: number,
    /** Of the newest event that was there before the subscription began. */
    private readonly end: number,
    private readonly selected: SelectedEvents,
    private readonly groups: AppendGroups,
  ) {
    this.position = after;
  }

  /** Undefined where there is nothing new to say. */
  async take(steps: readonly SubscriptionStep[]): Promise<SubscriptionBatch | undefined> {
    const from = this.position;
    const events: RecordedEvent[] = [];
    for (const step of steps) {
      switch (step.kind) {
        case 'event': {
          const append = await this.groups.take(step.event);
          for (const event of append?.events ?? []) {
            if (event.position > this.after && this.selected.matches(event)) events.push(event);
          }
          this.moveTo(append?.append.position ?? step.event.position);
          break;
        }
        case 'checkpoint':
          this.moveTo(step.position);
          break;
        case 'caughtUp':
          this.live = true;
          this.moveTo(this.end);
      }
    }
    const caughtUp = (this.live || this.position >= this.end) && !this.groups.pending;
    if (this.position === from && events.length === 0 && (!caughtUp || this.told)) return undefined;
    this.told = caughtUp;
    return { events, position: this.position, caughtUp };
  }

  /** Never into an append that is not whole. */
  private moveTo(position: number): void {
    if (!this.groups.pending) this.position = Math.max(this.position, position);
  }
}
