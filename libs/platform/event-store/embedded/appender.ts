import { assert } from '../../../kernel/defect';
import type { StreamName } from '../../../kernel/ids';
import { APPEND_LIMITS, type AppendRequest, type AppendResult, type Claim, type ClaimHolder } from '../event-store';
import { AppendTooLargeFault, StoreUnavailableFault } from '../faults';
import { ClaimCeilings } from './claim-ceilings';
import { Heads, type Head } from './heads';
import type { History } from './history';
import type { RecentRecords } from './recent-records';
import { FIRST_PREVIOUS_HASH, recordHash, type StoredLogClaim } from './record-format';
import { bodyOf, LoggedAppend } from './recorded';
import type { SegmentLog } from './segment-log';
import type { IndexedClaim, StreamIndexReader } from './stream-index-reader';
import { TailAppend, type Tail } from './tail';

export interface AppenderParts {
  readonly log: Pick<SegmentLog, 'append'>;
  readonly index: StreamIndexReader;
  readonly tail: Tail;
  readonly recent: RecentRecords;
  readonly history: History;
  /** How many heads are kept in memory. */
  readonly cachedHeads: number;
  /** How many appends the index may be behind before no more are taken: they are held in memory until it has them. */
  readonly tailLimit: number;
}

interface Draft {
  readonly request: AppendRequest;
  readonly body: Buffer;
  readonly claims: readonly StoredLogClaim[];
}

type Appended = Extract<AppendResult, { kind: 'appended' }>;

/**
 * Decides appends one after another in memory, against what is in flight as well as what is durable, and answers each when
 * what its answer depends on is durable. Every record takes its position in the same turn in which it was decided.
 */
export class Appender {
  private readonly heads: Heads;
  private readonly ceilings: ClaimCeilings;

  constructor(private readonly parts: AppenderParts) {
    this.heads = new Heads((stream) => this.loadHead(stream), parts.cachedHeads);
    this.ceilings = new ClaimCeilings(parts.index);
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    return this.attempt(draftOf(request));
  }

  async claimHolder(key: string): Promise<ClaimHolder | undefined> {
    for (;;) {
      const change = this.parts.tail.claim(key);
      if (change === undefined) break;
      // A change that was rolled back leaves what was before it.
      if (await change.append.settled) return change.action === 'take' ? change.append.holder : undefined;
    }
    const found = this.indexedClaim(key);
    if (found === undefined) return undefined;
    const { stream, firstRevision } = found;
    const append = await this.parts.history.readAppend(stream as StreamName, firstRevision);
    assert(append !== undefined, `the index knows revision ${firstRevision} of ${stream}`);
    return { stream: append.stream, firstRevision, commandKey: append.commandKey, fingerprint: append.fingerprint };
  }

  private attempt(draft: Draft): Promise<AppendResult> {
    return this.heads.with(draft.request.stream, (head) => this.decide(draft, head));
  }

  private decide(draft: Draft, head: Head): Promise<AppendResult> {
    const { expectedRevision } = draft.request;
    if (expectedRevision < head.revision) return this.answerLate(draft);
    const taken = this.firstTaken(draft.request.claims);
    if (taken !== undefined) return this.answerTaken(draft, taken);
    if (expectedRevision > head.revision) return this.answerConflict(draft);
    const builtOn = draft.request.expectedCommandKey;
    if (builtOn !== undefined && builtOn !== head.commandKey) return this.answerBuiltOnAnother(draft);
    return this.write(draft, head);
  }

  private async write({ request, body, claims }: Draft, head: Head): Promise<Appended> {
    const { log, tail, recent, tailLimit } = this.parts;
    if (tail.size >= tailLimit) throw new StoreUnavailableFault('the index is too far behind to take more appends');
    const { stream, recordedAt, events } = request;
    const firstRevision = head.revision + 1;
    const eventCount = events.length;
    const record = { stream, firstRevision, eventCount, recordedAt, previousHash: head.hash, claims, body };
    const pending = log.append(record);
    const append = new TailAppend(request, firstRevision, pending);
    tail.add(append);
    for (const { action, key } of request.claims) if (action === 'take') this.ceilings.raiseTo(key);
    recent.add({ ...record, position: append.position });
    this.heads.set(stream, append);
    try {
      await pending.durable;
    } catch (fault) {
      if (tail.has(append)) this.rollBackTo(append.position);
      throw fault;
    }
    return appended(append);
  }

  /** The stream has moved on: the same request again, or one that comes too late. */
  private async answerLate(draft: Draft): Promise<AppendResult> {
    const { stream, expectedRevision, commandKey, claims } = draft.request;
    const firstRevision = expectedRevision + 1;
    const pending = this.parts.tail.ofStream(stream).find((append) => append.firstRevision === firstRevision);
    if (pending !== undefined) {
      if (pending.holder.commandKey === commandKey)
        return (await pending.settled) ? appended(pending) : this.attempt(draft);
    } else {
      const stored = await this.parts.history.readAppend(stream, firstRevision);
      if (stored?.firstRevision === firstRevision && stored.commandKey === commandKey) {
        const eventCount = stored.events.length;
        return appended({ firstRevision, eventCount, position: stored.position - eventCount + 1 });
      }
    }
    const taken = this.firstTaken(claims);
    return taken === undefined ? this.answerConflict(draft) : this.answerTaken(draft, taken);
  }

  private async answerTaken(draft: Draft, key: string): Promise<AppendResult> {
    const holder = await this.claimHolder(key);
    return holder === undefined ? this.attempt(draft) : { kind: 'claimTaken', key, holder };
  }

  /** Names a revision only once it is durable. */
  private async answerConflict(draft: Draft): Promise<AppendResult> {
    const { stream, expectedRevision } = draft.request;
    await this.parts.tail.newest(stream)?.settled;
    const actualRevision = this.parts.history.headRevision(stream);
    return actualRevision === expectedRevision ? this.attempt(draft) : { kind: 'conflict', actualRevision };
  }

  /** Somebody else's append got the revision this one builds on. */
  private async answerBuiltOnAnother({ request: { stream } }: Draft): Promise<AppendResult> {
    await this.parts.tail.newest(stream)?.settled;
    return { kind: 'conflict', actualRevision: this.parts.history.headRevision(stream) };
  }

  private firstTaken(claims: readonly Claim[]): string | undefined {
    for (const { action, key } of claims) {
      if (action === 'release') continue;
      const change = this.parts.tail.claim(key);
      if (change === undefined ? this.indexedClaim(key) !== undefined : change.action === 'take') return key;
    }
    return undefined;
  }

  /** Of a key that is not in the tail. */
  private indexedClaim(key: string): IndexedClaim | undefined {
    return this.ceilings.isAboveAll(key) ? undefined : this.parts.index.claim(key);
  }

  private loadHead(stream: StreamName): Head | Promise<Head> {
    const pending = this.parts.tail.newest(stream);
    if (pending !== undefined) return pending;
    const newest = this.parts.index.newestAppend(stream);
    if (newest === undefined) return { revision: -1, hash: FIRST_PREVIOUS_HASH, commandKey: undefined };
    const revision = newest.firstRevision + newest.eventCount - 1;
    return this.parts.history.read(stream, newest).then((record) => {
      const { commandKey } = new LoggedAppend(record);
      return { revision, hash: recordHash(record), commandKey };
    });
  }

  /** Nothing from a position on was stored, or will be: whatever was decided on it is forgotten. */
  rollBackTo(position: number): void {
    for (const stream of this.parts.tail.rollBackTo(position)) this.heads.forget(stream);
    this.parts.recent.rollBackTo(position);
  }
}

function draftOf(request: AppendRequest): Draft {
  const { events, claims, stream } = request;
  assert(events.length > 0, 'an append holds at least one event');
  assert(streamForm.test(stream), `not a stream name: ${stream}`);
  if (events.length > APPEND_LIMITS.events) {
    throw new AppendTooLargeFault(`${events.length} events; an append holds at most ${APPEND_LIMITS.events}`);
  }
  if (claims.length > APPEND_LIMITS.claims) {
    throw new AppendTooLargeFault(`${claims.length} claims; an append holds at most ${APPEND_LIMITS.claims}`);
  }
  const body = bodyOf(request);
  if (body.length > APPEND_LIMITS.bytes) {
    throw new AppendTooLargeFault(`${body.length} bytes of JSON; an append holds at most ${APPEND_LIMITS.bytes}`);
  }
  return { request, body, claims: claims.map(storedClaim) };
}

const streamForm = /^[a-z][a-z0-9]*-[a-z0-9]{1,32}\../;

function storedClaim({ action, key, sealed }: Claim): StoredLogClaim {
  return sealed === undefined ? { action, sealed: false, text: key } : { action, sealed: true, text: sealed };
}

function appended(append: Pick<TailAppend, 'firstRevision' | 'eventCount' | 'position'>): Appended {
  const { firstRevision, eventCount, position } = append;
  return {
    kind: 'appended',
    firstRevision,
    lastRevision: firstRevision + eventCount - 1,
    position: position + eventCount - 1,
  };
}
