/**
 * How an append lies in EventStoreDB, for ever: one event of the server for each of its events. Everything we write there
 * has this form, claim records included, and the door shows the embedded log in it, so that a copied log is equal.
 *
 * Id: `eventId(tenant, stream, commandKey, index)`. Type and data: the event's own. Metadata of every event: `suki` (the form,
 * 1), `version` (of the event's type), `index` (from 0). Metadata of the first one also: `events` (how many), `commandKey`,
 * `fingerprint`, `actor`, `claims`, `outcome`, `previousHash` and `hash` (hex; the chain of the stream as `recordHash`
 * makes it, with no position in it), and what the others hold a copy of for readers who see only them: `recordedAt`,
 * `occurredAt`, `effectiveAt`, `$correlationId` and, where something caused it, `$causationId`. An append of very many
 * events leaves the copies out, so that whatever `APPEND_LIMITS` lets through fits into the server's 1 MiB.
 */
import { streamParts, type StreamName } from '../../../kernel/ids';
import type { JsonObject, JsonValue } from '../../../kernel/json';
import { eventId } from '../../identifiers/identifiers';
import { recordHash, type StoredLogClaim } from '../embedded/record-format';
import { bodyOf } from '../embedded/recorded';
import { APPEND_LIMITS, type Actor, type RecordedAppend, type RecordedEvent, type StoredClaim } from '../event-store';

/** An event as a client of the server sends it. Data and metadata are JSON. */
export interface NewStoredEvent {
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
}

/** An event as a client of the server reads it: anybody may have written it, so nothing about it is certain. */
export interface StoredEvent {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
}

/** All that makes an append what it is: its position is the store's, its tenant is in the stream's name. */
export type AppendContent = Omit<RecordedAppend, 'position' | 'tenant'>;

export interface StoredAppend {
  readonly events: readonly NewStoredEvent[];
  /** The link of the stream's chain that this append makes: the next one's `previousHash`. */
  readonly hash: Buffer;
}

export interface ReadAppend {
  readonly kind: 'append';
  readonly append: RecordedAppend;
  /** All of them, in order. */
  readonly events: readonly RecordedEvent[];
  /** As stored; `hasWholeChainLink` says whether it is true. */
  readonly hash: Buffer;
  readonly previousHash: Buffer;
}

/** Not written by us, or no longer whole. */
export interface Foreign {
  readonly kind: 'foreign';
  readonly reason: string;
}

const FORM = 1;
/** Appends of more events than this store no copies of the times and ids in the later ones. */
const COPIES_UP_TO = 256;

/** `hash` is the link the append makes, for whoever knows it already. */
export function toStored(
  append: AppendContent,
  previousHash: Buffer,
  hash = chainHash(append, previousHash),
): StoredAppend {
  const { stream, commandKey, events } = append;
  const { tenant } = streamParts(stream);
  const copied: JsonObject = {
    recordedAt: append.recordedAt,
    occurredAt: append.occurredAt,
    effectiveAt: append.effectiveAt,
    $correlationId: append.correlationId,
    ...(append.causationId === null ? {} : { $causationId: append.causationId }),
  };
  const ofFirst: JsonObject = {
    events: events.length,
    commandKey,
    fingerprint: append.fingerprint,
    ...copied,
    actor: { ...append.actor },
    claims: append.claims.map((claim) => ({ ...claim })),
    outcome: append.outcome,
    previousHash: previousHash.toString('hex'),
    hash: hash.toString('hex'),
  };
  const ofOthers = events.length > COPIES_UP_TO ? {} : copied;
  return {
    hash,
    events: events.map(({ type, version, data }, index) => ({
      id: eventId(tenant, stream, commandKey, index),
      type,
      data,
      metadata: { suki: FORM, version, index, ...(index === 0 ? ofFirst : ofOthers) },
    })),
  };
}

/** The link an append makes in its stream's chain: what the embedded engine computes for the same append. */
export function chainHash(append: AppendContent, previousHash: Buffer): Buffer {
  const { stream, firstRevision, recordedAt, claims } = append;
  return recordHash({
    stream,
    firstRevision,
    recordedAt,
    claims: claims.map(logClaim),
    previousHash,
    body: bodyOf(append),
  });
}

/** False where what was read is not what was written. Costs as much as writing it did. */
export const hasWholeChainLink = ({ append, previousHash, hash }: ReadAppend): boolean =>
  chainHash(append, previousHash).equals(hash);

/** Where an event stands in its append, as far as it is of our form: enough to find the first one. */
export function placeInAppend(event: StoredEvent): number | undefined {
  const { metadata } = event;
  return isObject(metadata) && metadata['suki'] === FORM && isCount(metadata['index']) ? metadata['index'] : undefined;
}

/** How many events the append has that begins with this one; undefined where none of our form does. */
export function lengthOfAppend(first: StoredEvent): number | undefined {
  if (placeInAppend(first) !== 0 || !isObject(first.metadata)) return undefined;
  const { events } = first.metadata;
  return isCount(events) && events > 0 && events <= APPEND_LIMITS.events ? events : undefined;
}

/** An append from all its stored events, in order. Never throws: what is not of our form is `foreign`. */
export function fromStored(stored: readonly StoredEvent[]): ReadAppend | Foreign {
  const [first] = stored;
  if (first === undefined) return foreign('no event');
  const head = headOf(first);
  if (typeof head === 'string') return foreign(head);
  if (stored.length !== head.eventCount) return foreign(`${stored.length} of ${head.eventCount} events`);
  const { tenant } = streamParts(head.content.stream);
  const events: RecordedEvent[] = [];
  const position = stored.at(-1)?.position ?? first.position;
  const append: RecordedAppend = { ...head.content, tenant, position, events };
  for (const [index, event] of stored.entries()) {
    const problem = takeEvent(event, index, append, events);
    if (problem !== undefined) return foreign(`event ${index}: ${problem}`);
  }
  return { kind: 'append', append, events, hash: head.hash, previousHash: head.previousHash };
}

interface Head {
  readonly content: Omit<AppendContent, 'events'>;
  readonly eventCount: number;
  readonly hash: Buffer;
  readonly previousHash: Buffer;
}

const streamForm = /^[a-z][a-z0-9]*-[a-z0-9]{1,32}\../;
const hashForm = /^[0-9a-f]{64}$/;

/** Or what is wrong with it. */
function headOf(first: StoredEvent): Head | string {
  const { stream, revision, metadata } = first;
  if (!streamForm.test(stream)) return 'not the name of a stream of ours';
  const eventCount = lengthOfAppend(first);
  if (eventCount === undefined || !isObject(metadata)) return 'not the first event of an append';
  const { commandKey, fingerprint, actor, claims, outcome, previousHash, hash } = metadata;
  const { recordedAt, occurredAt, effectiveAt, $correlationId, $causationId = null } = metadata;
  if (!isText(commandKey) || !isText($correlationId)) return 'no command key or correlation id';
  if (!isTextOrNull(fingerprint) || !isTextOrNull($causationId)) return 'fingerprint or causation id is no text';
  if (!isCount(recordedAt) || !isCount(occurredAt) || !isCount(effectiveAt)) return 'a time is missing';
  if (!isActor(actor) || !isClaims(claims)) return 'actor or claims are not readable';
  if (outcome !== null && !isObject(outcome)) return 'the outcome is no object';
  if (!isHash(previousHash) || !isHash(hash)) return 'no link of a chain';
  return {
    content: {
      stream: stream as StreamName,
      firstRevision: revision,
      commandKey,
      fingerprint,
      recordedAt,
      occurredAt,
      effectiveAt,
      actor,
      correlationId: $correlationId,
      causationId: $causationId,
      claims,
      outcome,
    },
    eventCount,
    previousHash: Buffer.from(previousHash, 'hex'),
    hash: Buffer.from(hash, 'hex'),
  };
}

function takeEvent(
  event: StoredEvent,
  index: number,
  append: RecordedAppend,
  into: RecordedEvent[],
): string | undefined {
  const { stream, revision, position, id, type, data, metadata } = event;
  if (stream !== append.stream || revision !== append.firstRevision + index) return 'of another place';
  if (placeInAppend(event) !== index || !isObject(metadata)) return 'of another append';
  if (id !== eventId(append.tenant, append.stream, append.commandKey, index)) return 'its id is not what it should be';
  const { version } = metadata;
  if (!isCount(version) || type === '' || !isObject(data)) return 'no type, version or data';
  into.push({ append, index, revision, position, type, version, data });
  return undefined;
}

const foreign = (reason: string): Foreign => ({ kind: 'foreign', reason });

const logClaim = ({ action, key, sealed }: StoredClaim): StoredLogClaim =>
  sealed === undefined ? { action, sealed: false, text: key ?? '' } : { action, sealed: true, text: sealed };

type Json = JsonValue | undefined;

// What comes out of a JSON parser is JSON all the way down; bytes that were none are no plain object.
function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

const isText = (value: Json): value is string => typeof value === 'string';
const isTextOrNull = (value: Json): value is string | null => value === null || isText(value);
const isCount = (value: Json): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isHash = (value: Json): value is string => isText(value) && hashForm.test(value);

function isActor(value: Json): value is JsonObject & Actor {
  return isObject(value) && isText(value['key']) && isText(value['role']) && Object.values(value).every(isText);
}

function isClaims(value: Json): value is readonly (JsonObject & StoredClaim)[] {
  return Array.isArray(value) && value.length <= APPEND_LIMITS.claims && value.every(isClaim);
}

function isClaim(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const { action, key, sealed } = value;
  return (action === 'take' || action === 'release') && isText(key) !== isText(sealed);
}
