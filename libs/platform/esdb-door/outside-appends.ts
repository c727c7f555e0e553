import type { StreamName } from '../../kernel/ids';
import type { AppendRequest, EventStore } from '../event-store/event-store';
import { LoggedAppend } from '../event-store/embedded/recorded';
import { FIRST_PREVIOUS_HASH } from '../event-store/embedded/record-format';
import {
  chainHash,
  fromStored,
  hasWholeChainLink,
  placeInAppend,
  type StoredEvent,
} from '../event-store/esdb/stored-form';
import { keyedClaim } from '../event-store/log-copy';
import { mayEnter, type Visitor } from './doorkeeper';
import { appendBytes, wrappedAppend, type OutsideEvent } from './outside-form';
import { accessDenied, appendTooLarge, invalidArgument, MAX_APPEND_BYTES } from './refusals';
import type { ShownEvents } from './shown-events';

export type ExpectedState = number | 'any' | 'exists';

export interface OutsideCall {
  readonly stream: string;
  /** `NO_STREAM` is -1. */
  readonly expected: ExpectedState;
  readonly events: readonly OutsideEvent[];
}

export type OutsideAnswer =
  | { readonly kind: 'appended'; readonly revision: number; readonly position: number | undefined }
  /** -1 where the stream does not exist. */
  | { readonly kind: 'conflict'; readonly actual: number };

export interface OutsideAppendsParts {
  readonly store: EventStore;
  readonly events: ShownEvents;
  readonly unseal: (sealed: string, stream: StreamName) => Promise<string | undefined>;
  readonly clock: () => number;
  /** Categories whose events we read ourselves: only appends in our own form may come into their streams. */
  readonly ownCategories: ReadonlySet<string>;
}

type Place = Extract<OutsideAnswer, { kind: 'appended' }>;

const streamForm = /^([a-z][a-z0-9]*)-[a-z0-9]{1,32}\../;
const REMEMBERED = 10_000;

/**
 * Appends that come through the door, by the rules of the real server: an exact expected revision makes the same ids again
 * the same append for ever; `any` and `exists` know them again only until the restart.
 */
export class OutsideAppends {
  /** Where ids of this run went. */
  private readonly remembered = new Map<string, Place>();

  constructor(private readonly parts: OutsideAppendsParts) {}

  /** @throws CallRefused, StoreFault */
  async append(call: OutsideCall, visitor: Visitor): Promise<OutsideAnswer> {
    const { stream, expected, events } = call;
    const { store } = this.parts;
    assertAcceptable(call, visitor);
    if (typeof expected === 'number') return this.appendAt(call, expected, visitor);
    const before = this.appendedBefore(call);
    if (before !== undefined) return before;
    for (;;) {
      const head = await store.headRevision(stream as StreamName);
      if (expected === 'exists' && head < 0) return { kind: 'conflict', actual: head };
      if (events.length === 0) return { kind: 'appended', revision: head, position: undefined };
      const answer = await this.appendAt(call, head, visitor);
      if (answer.kind === 'appended') return answer;
    }
  }

  private async appendAt(call: OutsideCall, expected: number, visitor: Visitor): Promise<OutsideAnswer> {
    const stream = call.stream as StreamName;
    const { store } = this.parts;
    const head = await store.headRevision(stream);
    if (call.events.length === 0) {
      return head === expected
        ? { kind: 'appended', revision: head, position: undefined }
        : { kind: 'conflict', actual: head };
    }
    if (expected < head) return this.again(call, expected);
    const result = await store.append(await this.requestOf(call, stream, expected, visitor));
    switch (result.kind) {
      case 'appended':
        if (result.lastRevision !== expected + call.events.length) return this.again(call, expected);
        return this.remember(call, { kind: 'appended', revision: result.lastRevision, position: result.position });
      case 'conflict':
        return this.again(call, expected);
      case 'claimTaken':
        // Whoever holds it may have been faster to the same revision; the real server knows of revisions alone.
        if ((await store.headRevision(stream)) !== expected) return this.again(call, expected);
        throw invalidArgument(`the claim ${result.key} is held by ${result.holder.stream}`);
    }
  }

  /** The stream has moved on: with these very events, or with others. */
  private async again({ stream, events }: OutsideCall, expected: number): Promise<OutsideAnswer> {
    const { store } = this.parts;
    let place: Place | undefined;
    let next = 0;
    const options = { from: expected + 1, limit: events.length };
    for await (const batch of store.readStream(stream as StreamName, options)) {
      for (const recorded of batch) {
        if (events[next++]?.id !== this.parts.events.idOf(recorded)) return this.conflict(stream);
        place = { kind: 'appended', revision: recorded.revision, position: recorded.position };
      }
    }
    return place === undefined || next < events.length ? this.conflict(stream) : place;
  }

  private async conflict(stream: string): Promise<OutsideAnswer> {
    return { kind: 'conflict', actual: await this.parts.store.headRevision(stream as StreamName) };
  }

  private async requestOf(
    { events }: OutsideCall,
    stream: StreamName,
    expectedRevision: number,
    visitor: Visitor,
  ): Promise<AppendRequest> {
    const { clock, ownCategories } = this.parts;
    const stored = events.map((event, index) => storedEvent(event, stream, expectedRevision + 1 + index));
    if (stored.some((event) => placeInAppend(event) !== undefined)) {
      return this.ownRequest(stored, stream, expectedRevision);
    }
    const [, category = ''] = streamForm.exec(stream) ?? [];
    if (ownCategories.has(category)) {
      throw invalidArgument(`streams of the category ${category} take only appends in the form the log itself has`);
    }
    return wrappedAppend({ stream, expectedRevision, events, key: visitor.key, now: clock() });
  }

  /** An append of ours, from a log of ours: it is stored as what it is, and must continue the chain it says it does. */
  private async ownRequest(
    stored: readonly StoredEvent[],
    stream: StreamName,
    expectedRevision: number,
  ): Promise<AppendRequest> {
    const read = fromStored(stored);
    if (read.kind === 'foreign')
      throw invalidArgument(`neither one whole append of ours nor a foreign one: ${read.reason}`);
    const link = await this.linkAt(stream, expectedRevision);
    if (!hasWholeChainLink(read) || link?.equals(read.previousHash) === false) {
      throw invalidArgument(`the append does not continue the chain of ${stream} at revision ${expectedRevision}`);
    }
    const { append } = read;
    const claims = await Promise.all(append.claims.map((claim) => keyedClaim(claim, stream, this.parts.unseal)));
    return { ...append, expectedRevision, claims };
  }

  /** Undefined where the stream has no append that ends there: then the store answers that it is elsewhere. */
  private async linkAt(stream: StreamName, revision: number): Promise<Buffer | undefined> {
    if (revision < 0) return FIRST_PREVIOUS_HASH;
    const append = await this.parts.store.readAppend(stream, revision);
    return append instanceof LoggedAppend ? chainHash(append, append.previousHash) : undefined;
  }

  private appendedBefore({ stream, events }: OutsideCall): Place | undefined {
    const places = events.map(({ id }) => this.remembered.get(`${stream}/${id}`));
    return places.includes(undefined) ? undefined : places.at(-1);
  }

  private remember({ stream, events }: OutsideCall, place: Place): Place {
    for (const [index, { id }] of events.entries()) {
      const back = events.length - 1 - index;
      this.remembered.set(`${stream}/${id}`, {
        kind: 'appended',
        revision: place.revision - back,
        position: (place.position ?? 0) - back,
      });
    }
    for (const oldest of this.remembered.keys()) {
      if (this.remembered.size <= REMEMBERED) break;
      this.remembered.delete(oldest);
    }
    return place;
  }
}

function assertAcceptable({ stream, events }: OutsideCall, visitor: Visitor): void {
  if (!streamForm.test(stream)) {
    throw invalidArgument(
      `${stream === '' ? 'a stream needs a name' : `the stream ${stream} cannot lie here`}: <category>-<tenant>.<id>`,
    );
  }
  if (!mayEnter(visitor, stream)) throw accessDenied('the stream is of another tenant');
  let bytes = 0;
  for (const event of events) {
    if (event.id === '') throw invalidArgument('an event needs a UUID');
    if (event.type === '') throw invalidArgument('an event needs a type');
    bytes += appendBytes(event);
  }
  if (bytes > MAX_APPEND_BYTES) throw appendTooLarge();
}

function storedEvent({ id, type, data, metadata }: OutsideEvent, stream: string, revision: number): StoredEvent {
  return { stream, revision, position: 0, id, type, data: parsed(data), metadata: parsed(metadata) };
}

function parsed(bytes: Uint8Array): unknown {
  if (bytes[0] !== BRACE) return bytes;
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return bytes;
  }
}

const BRACE = 0x7b;
