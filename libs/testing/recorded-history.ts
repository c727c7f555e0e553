import type { JsonObject } from '../kernel/json';
import { streamParts, type StreamName } from '../kernel/ids';
import {
  BEGINNING,
  NO_STREAM,
  type ReadAllOptions,
  type RecordedEvent,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../platform/event-store/event-store';

/** What a test says of an append; the rest is filled in. */
export interface GivenAppend {
  readonly stream: string;
  readonly events: readonly GivenEvent[];
  readonly commandKey?: string;
  readonly occurredAt?: number;
  readonly effectiveAt?: number;
  readonly recordedAt?: number;
}

/** Any event of the typed unions. */
export interface GivenEvent {
  readonly type: string;
  readonly version: number;
  readonly data: object;
}

/** Recorded events without a store, numbered as the embedded one does: for projections, which see nothing else. */
export class RecordedHistory {
  readonly events: RecordedEvent[] = [];
  private readonly heads = new Map<string, number>();
  private readonly grown = new EventTarget();

  append(given: GivenAppend): readonly RecordedEvent[] {
    const stream = given.stream as StreamName;
    const occurredAt = given.occurredAt ?? Date.UTC(2026, 10, 20, 2, 15);
    const firstRevision = (this.heads.get(stream) ?? NO_STREAM) + 1;
    const position = this.events.length;
    // Through JSON, as stored events come.
    const events = JSON.parse(JSON.stringify(given.events)) as { type: string; version: number; data: JsonObject }[];
    const append = {
      stream,
      tenant: streamParts(stream).tenant,
      firstRevision,
      position: position + events.length - 1,
      commandKey: given.commandKey ?? `command-${position}`,
      fingerprint: null,
      recordedAt: given.recordedAt ?? occurredAt,
      occurredAt,
      effectiveAt: given.effectiveAt ?? occurredAt,
      actor: { key: 'key_test', role: 'till' },
      correlationId: `correlation-${position}`,
      causationId: null,
      events,
      claims: [],
      outcome: null,
    };
    const recorded = events.map((event, index) => ({
      ...event,
      append,
      index,
      revision: firstRevision + index,
      position: position + index,
    }));
    this.events.push(...recorded);
    this.heads.set(stream, firstRevision + events.length - 1);
    this.grown.dispatchEvent(new Event('grown'));
    return recorded;
  }

  endPosition(): Promise<number> {
    return Promise.resolve(this.events.length - 1);
  }

  async *readAll({ after = BEGINNING, from = after + 1, limit, filter }: ReadAllOptions = {}): AsyncGenerator<
    readonly RecordedEvent[]
  > {
    const wanted = this.events.slice(from).filter((event) => filter?.types?.includes(event.type) ?? true);
    yield wanted.slice(0, limit);
  }

  async *subscribe({ after, filter, signal }: SubscribeOptions): AsyncGenerator<SubscriptionBatch> {
    let position = after;
    while (signal?.aborted !== true) {
      const found = this.events.slice(position + 1, position + 1_001);
      if (found.length === 0) {
        await new Promise<void>((resolve) => {
          this.grown.addEventListener('grown', () => resolve(), { once: true });
          signal?.addEventListener('abort', () => resolve(), { once: true });
        });
        continue;
      }
      position += found.length;
      const events = found.filter((event) => filter?.types?.includes(event.type) ?? true);
      yield { events, position, caughtUp: position === this.events.length - 1 };
    }
  }
}
