import { streamName, type StreamName, type TenantId } from '../kernel/ids';
import type {
  AppendRequest,
  AppendResult,
  Claim,
  EventStore,
  NewEvent,
  RecordedEvent,
} from '../platform/event-store/event-store';

export const MAIN = 'main' as TenantId;

export const accountStream = (id: string | number, tenant: TenantId = MAIN): StreamName =>
  streamName('account', tenant, String(id));

export interface AppendSketch extends Partial<Omit<AppendRequest, 'events' | 'claims'>> {
  /** Their types, or the events themselves; one `ThingHappened` when absent. */
  readonly events?: readonly (string | NewEvent)[];
  /** Keys to take, or the claims themselves. */
  readonly claims?: readonly (string | Claim)[];
}

let nextCommand = 0;

/** A whole append request from the few things a test is about; each gets a command key of its own. */
export function appendRequest(stream: StreamName, expectedRevision: number, sketch: AppendSketch = {}): AppendRequest {
  const commandKey = `command-${nextCommand++}`;
  const { events = ['ThingHappened'], claims = [], ...rest } = sketch;
  return {
    stream,
    expectedRevision,
    commandKey,
    fingerprint: null,
    recordedAt: 1_764_000_000_000,
    occurredAt: 1_763_999_999_000,
    effectiveAt: 1_763_999_999_000,
    actor: { key: 'key_test', role: 'till' },
    correlationId: commandKey,
    causationId: null,
    outcome: null,
    ...rest,
    events: events.map((event) => (typeof event === 'string' ? { type: event, version: 1, data: {} } : event)),
    claims: claims.map((claim) => (typeof claim === 'string' ? { action: 'take', key: claim } : claim)),
  };
}

/** Appends at the head of a stream, whatever it is; only for streams nobody else writes. */
export async function appendNext(store: EventStore, stream: StreamName, sketch: AppendSketch = {}): Promise<number> {
  const result = await store.append(appendRequest(stream, await store.headRevision(stream), sketch));
  if (result.kind !== 'appended') throw new Error(`expected to append, got ${JSON.stringify(result)}`);
  return result.position;
}

/** All events of some batches. */
export async function gather(batches: AsyncIterable<readonly RecordedEvent[]>): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const batch of batches) events.push(...batch);
  return events;
}

/** Position of what was appended; anything else ends the test. */
export function positionOf(result: AppendResult): number {
  if (result.kind !== 'appended') throw new Error(`expected to append, got ${JSON.stringify(result)}`);
  return result.position;
}

/** Writers that each append pairs of events to a stream of their own, as fast as they are answered. */
export async function race(store: EventStore, writers: number, appendsEach: number): Promise<void> {
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let count = 0; count < appendsEach; count++) {
        const request = appendRequest(accountStream(writer), count * 2 - 1, { events: ['First', 'Second'] });
        positionOf(await store.append(request));
      }
    }),
  );
}
