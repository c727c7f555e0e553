import { setTimeout as delay } from 'node:timers/promises';
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
  let next = batches.next();
  try {
    while (!options.signal.aborted) {
      const beat = new AbortController();
      const pause = delay(HEARTBEAT_MS, 'beat' as const, { signal: AbortSignal.any([beat.signal, options.signal]) });
      const first = await Promise.race([next, pause.catch(() => 'stopped' as const)]);
      beat.abort();
      if (first === 'stopped') return;
      if (first === 'beat') {
        yield format.heartbeat;
        continue;
      }
      if (first.done === true) return;
      const text = first.value.events.flatMap((event) => feedEvent(event) ?? []).map((event) => format.text(event));
      if (text.length > 0) yield text.join('');
      next = batches.next();
    }
  } finally {
    await batches.return?.();
  }
}
