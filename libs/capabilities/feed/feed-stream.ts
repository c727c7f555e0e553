import type { EventStore, SubscribeOptions } from '../../platform/event-store/event-store';
import { feedEvent, type FeedEvent } from './feed-event';

/** How events are written one after another. */
export interface FeedFormat {
  readonly mediaType: string;
  /** Sent at once, so that the reader knows it is connected. */
  readonly begin: string;
  /** Sent while nothing happens, so that nobody in between takes the connection for dead. */
  readonly heartbeat: string;
  text(event: FeedEvent): string;
}

export const NDJSON: FeedFormat = {
  mediaType: 'application/x-ndjson',
  begin: '\n',
  heartbeat: '\n',
  text: (event) => `${JSON.stringify(event)}\n`,
};

export const SERVER_SENT: FeedFormat = {
  mediaType: 'text/event-stream',
  begin: 'retry: 2000\n\n',
  heartbeat: ': nothing new\n\n',
  text: (event) => `id: ${event.position}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
};

const HEARTBEAT_MS = 15_000;

/**
 * Everything after a position, then what comes, until the signal. It is pulled by the reader: one that is slow holds up its
 * own subscription and nothing else, and at most one batch waits in memory for it.
 */
export async function* followFeed(
  store: EventStore,
  options: SubscribeOptions & { readonly signal: AbortSignal },
  format: FeedFormat,
): AsyncGenerator<string> {
  const batches = store.subscribe(options)[Symbol.asyncIterator]();
  yield format.begin;
  const quiet = new QuietTime();
  try {
    let next = quiet.watch(batches.next());
    while (!options.signal.aborted) {
      if (await quiet.passes()) {
        yield format.heartbeat;
        continue;
      }
      const batch = await next;
      if (batch.done === true) return;
      const text = batch.value.events.flatMap((event) => feedEvent(event) ?? []).map((event) => format.text(event));
      if (text.length > 0) yield text.join('');
      next = quiet.watch(batches.next());
    }
  } finally {
    quiet.end();
    await batches.return?.();
  }
}

/**
 * Tells whether what is awaited lets a heartbeat's time pass. One timer for as long as a reader follows; a race of
 * promises would leave something behind in the slower one at every turn.
 */
class QuietTime {
  private arrived = false;
  private wake = (): void => undefined;
  private readonly timer = setTimeout(() => this.wake(), HEARTBEAT_MS);

  watch<Value>(awaited: Promise<Value>): Promise<Value> {
    this.arrived = false;
    const arrive = (): void => {
      this.arrived = true;
      this.wake();
    };
    awaited.then(arrive, arrive);
    return awaited;
  }

  /** False as soon as what is watched has come or failed, true when the time is over before. */
  async passes(): Promise<boolean> {
    if (!this.arrived) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        this.timer.refresh();
      });
    }
    return !this.arrived;
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
