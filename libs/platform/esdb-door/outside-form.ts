import { hash } from 'node:crypto';
import type { StreamName } from '../../kernel/ids';
import type { JsonObject } from '../../kernel/json';
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

/** As the server counts them. */
export const appendBytes = ({ type, data, metadata }: OutsideEvent): number =>
  2 * type.length + data.length + metadata.length;

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
  const content: WrappedData = { id, contentType, data: wrappedBytes(data), metadata: wrappedBytes(metadata) };
  return { type, version: 1, data: { ...content } };
}

interface WrappedData {
  readonly id: string;
  readonly contentType: string;
  readonly data: WrappedBytes;
  readonly metadata: WrappedBytes;
}

/** Text where the bytes are text, so that the log can be read. */
type WrappedBytes = { readonly text: string } | { readonly base64: string };

export function unwrapped({ type, data }: RecordedEvent): OutsideEvent {
  const wrapped = data as JsonObject & WrappedData;
  return { ...wrapped, type, data: bytesOf(wrapped.data), metadata: bytesOf(wrapped.metadata) };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function wrappedBytes(bytes: Uint8Array): WrappedBytes {
  try {
    return { text: utf8.decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}

const bytesOf = (wrapped: WrappedBytes): Buffer =>
  'text' in wrapped ? Buffer.from(wrapped.text) : Buffer.from(wrapped.base64, 'base64');
