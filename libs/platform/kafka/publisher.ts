import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore, RecordedEvent } from '../event-store/event-store';
import type { OutgoingRecord, RecordSink } from './kafka-sink';

/** What one recorded event says to the outside in one topic. */
export interface Publication {
  /** Of the event in the log. */
  readonly position: number;
  readonly key: string;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is published in a topic, from events alone or from a read model too: at most one publication an event, in their order. */
export interface PublishedTopic {
  readonly topic: string;
  readonly types: readonly string[];
  /**
   * Whether a record names the one before it in its partition, by which a gap is told from a filter. Not where older
   * records go away by themselves, in a compacted topic.
   */
  readonly chained: boolean;
  publish(events: readonly RecordedEvent[]): Promise<readonly Publication[]>;
}

/** How far a topic has been published, and the position of the newest record of each partition. */
export interface Published {
  readonly position: number;
  readonly newest: Readonly<Record<string, number>>;
}

/** Where that is kept, for the one publisher that holds the lease. */
export interface PublishedPositions {
  load(): Promise<Published>;
  /** Throws where the lease is no longer ours: what was sent stays sent, and its receiver tells it by position. */
  save(published: Published): Promise<void>;
}

export interface PublisherOptions {
  readonly source: Pick<EventStore, 'subscribe'>;
  readonly topic: PublishedTopic;
  readonly partitionOf: (key: string) => number;
  readonly sink: RecordSink;
  readonly positions: PublishedPositions;
  /** At most so many records a send. */
  readonly batchRecords?: number;
  readonly retryMs?: number;
  /** It stands still and tries again until it can go on. */
  readonly onPaused?: (error: unknown) => void;
  readonly onPublished?: (position: number, records: number) => void;
}

/** Where nothing is to be published, how far we looked is saved this seldom: looking again is cheap. */
const SAVED_WITHOUT_RECORDS = 10_000;

export const POSITION_HEADER = 'ce_position';
export const PREVIOUS_HEADER = 'ce_previous';

/**
 * Publishes one topic from the log, in the log's order: read, map, send, wait for every in-sync replica, and only then save
 * how far it is. Killed anywhere in between, the next one sends again from there; a record carries its position in the log, by
 * which a receiver knows what it has. Kafka being away holds up nothing but this.
 */
export class Publisher {
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private trouble: unknown;

  constructor(private readonly options: PublisherOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** Why it stands still at the moment; undefined while it does not. */
  get paused(): unknown {
    return this.trouble;
  }

  /** Ends after the batch in hand. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { retryMs = 200, onPaused } = this.options;
    const { signal } = this.ending;
    let wait = retryMs;
    while (!signal.aborted) {
      try {
        await this.follow(() => (wait = retryMs));
      } catch (error) {
        this.trouble = error;
        onPaused?.(error);
      }
      if (signal.aborted) return;
      await delay(wait, undefined, { signal }).catch(() => undefined);
      wait = Math.min(wait * 2, retryMs * 32);
    }
  }

  private async follow(onWorked: () => void): Promise<void> {
    const { source, topic, positions, batchRecords = 2_000 } = this.options;
    let published = await positions.load();
    const batches = source.subscribe({
      after: published.position,
      filter: { types: topic.types },
      signal: this.ending.signal,
    });
    for await (const { events, position } of batches) {
      for (let start = 0; start < events.length; start += batchRecords) {
        const slice = events.slice(start, start + batchRecords);
        const last = start + batchRecords >= events.length;
        published = await this.publish(published, slice, last ? position : (slice.at(-1)?.position ?? position));
        if (this.ending.signal.aborted) return;
      }
      if (position - published.position > SAVED_WITHOUT_RECORDS) {
        published = { ...published, position };
        await positions.save(published);
      }
      this.trouble = undefined;
      onWorked();
    }
  }

  private async publish(published: Published, events: readonly RecordedEvent[], to: number): Promise<Published> {
    const { topic, sink, positions, onPublished } = this.options;
    const newest = { ...published.newest };
    const records = (await topic.publish(events)).map((publication) => this.placed(publication, newest));
    await sink.send(records);
    const after = { position: to, newest };
    await positions.save(after);
    onPublished?.(to, records.length);
    return after;
  }

  private placed({ position, key, value, headers }: Publication, newest: Record<string, number>): OutgoingRecord {
    const { topic, chained } = this.options.topic;
    const partition = this.options.partitionOf(key);
    const previous = newest[partition];
    newest[partition] = position;
    return {
      topic,
      partition,
      key,
      value,
      headers: {
        ...headers,
        [POSITION_HEADER]: String(position),
        ...(chained ? { [PREVIOUS_HEADER]: previous === undefined ? 'none' : String(previous) } : {}),
      },
    };
  }
}
