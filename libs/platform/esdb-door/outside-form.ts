import { hash } from 'node:crypto';
import type { StreamName } from '../../kernel/ids';
import type { JsonObject, JsonValue } from '../../kernel/json';
import type { AppendRequest, NewEvent, RecordedAppend, RecordedEvent } from '../event-store/event-store';

/**
 * How an event of somebody else lies in our log: under its own type in a stream of its own name, with all that its writer
 * gave it, byte for byte, wrapped in the data. Its append says `outside` as the role of who made it; no role of ours does.
 */
export interface OutsideEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

const OUTSIDE_ROLE = 'outside';

export const isFromOutside = ({ actor }: RecordedAppend): boolean => actor.role === OUTSIDE_ROLE;

export interface OutsideAppend {
  readonly stream: StreamName;
  readonly expectedRevision: number;
  readonly events: readonly OutsideEvent[];
  /** Id of the key that let it in. */
  readonly key: string;
  readonly now: number;
}

/** The ids of its events name the append, so that the same call again is the same command. */
export function wrappedAppend({ stream, expectedRevision, events, key, now }: OutsideAppend): AppendRequest {
  const ids = events.map(({ id }) => id);
  return {
    stream,
    expectedRevision,
    commandKey: `${OUTSIDE_ROLE}~${hash('sha256', ids.join('~'), 'hex')}`,
    fingerprint: null,
    recordedAt: now,
    occurredAt: now,
    effectiveAt: now,
    actor: { key, role: OUTSIDE_ROLE },
    correlationId: ids[0] ?? '',
    causationId: null,
    events: events.map(wrapped),
    claims: [],
    outcome: null,
  };
}

function wrapped({ id, type, contentType, data, metadata }: OutsideEvent): NewEvent {
  return { type, version: 1, data: { id, contentType, data: stored(data), metadata: stored(metadata) } };
}

export function unwrapped({ type, data: { id, contentType, data, metadata } }: RecordedEvent): OutsideEvent {
  return { id: String(id), type, contentType: String(contentType), data: bytesOf(data), metadata: bytesOf(metadata) };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Readable in the log where it is text. */
function stored(bytes: Uint8Array): JsonObject {
  try {
    return { text: utf8.decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}

function bytesOf(value: JsonValue | undefined): Uint8Array {
  const { text, base64 } = value as { text?: string; base64?: string };
  return text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text);
}
