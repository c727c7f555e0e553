import { assert } from '../../../kernel/defect';
import type { StreamName } from '../../../kernel/ids';
import { FIRST_PREVIOUS_HASH } from '../embedded/record-format';
import { bodyOf } from '../embedded/recorded';
import { APPEND_LIMITS, type AppendRequest, type AppendResult } from '../event-store';
import { AppendTooLargeFault, StoreUnavailableFault } from '../faults';
import { attemptOf, isStreamOfClaims } from './claim-streams';
import type { Claims, Taken } from './claims';
import type { EsdbHistory } from './esdb-history';
import type { ServerCalls, WriteOutcome } from './server-calls';
import { toStored, type AppendContent, type ReadAppend } from './stored-form';

/** The newest append of a stream as this process knows it; others may have gone on. */
interface Head {
  readonly revision: number;
  readonly hash: Buffer;
  readonly commandKey: string | undefined;
}

const NO_HEAD: Head = { revision: -1, hash: FIRST_PREVIOUS_HASH, commandKey: undefined };
const CACHED_HEADS = 50_000;
/** Another writer may get in between each time; whoever loses so often comes again later. */
const MAX_TRIES = 10;

/** Appends one after another in each stream, and answers what the port promises whatever became of earlier tries. */
export class EsdbAppender {
  private readonly heads = new Map<StreamName, Head>();
  private readonly turns = new Map<StreamName, Promise<unknown>>();

  constructor(
    private readonly calls: ServerCalls,
    private readonly history: EsdbHistory,
    private readonly claims: Claims,
  ) {}

  append(request: AppendRequest): Promise<AppendResult> {
    checkLimits(request);
    const { stream } = request;
    const turn = (this.turns.get(stream) ?? Promise.resolve()).then(() => this.decide(request));
    const over = turn.then(nothing, nothing);
    this.turns.set(stream, over);
    void over.then(() => this.turns.get(stream) === over && this.turns.delete(stream));
    return turn;
  }

  /** Answers when nothing is on its way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.turns.values());
  }

  private async decide(request: AppendRequest): Promise<AppendResult> {
    const { stream, expectedRevision, expectedCommandKey, events } = request;
    const attempt = attemptOf(contentOf(request));
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const head = await this.headFor(stream, expectedRevision);
      if (head.revision !== expectedRevision) return this.answerElsewhere(request, head.revision);
      if (expectedCommandKey !== undefined && expectedCommandKey !== head.commandKey) {
        return { kind: 'conflict', actualRevision: head.revision };
      }
      const taken = await this.claims.bind(request, { stream, firstRevision: expectedRevision + 1 }, attempt);
      if (taken !== undefined) return claimTaken(taken);
      const written = await this.write(request, head);
      if (written.kind === 'written') {
        const firstRevision = expectedRevision + 1;
        const lastRevision = expectedRevision + events.length;
        return { kind: 'appended', firstRevision, lastRevision, position: written.position };
      }
    }
    throw new StoreUnavailableFault(`${stream} is shown differently by those who answer for it`);
  }

  private async write(request: AppendRequest, head: Head): Promise<WriteOutcome> {
    const { stream, commandKey, events } = request;
    const { events: stored, hash } = toStored(contentOf(request), head.hash);
    this.heads.delete(stream);
    const outcome = await this.calls.append(stream, head.revision, stored);
    if (outcome.kind === 'written') this.keep(stream, { revision: head.revision + events.length, hash, commandKey });
    return outcome;
  }

  /** The stream is not where the request expects it: it was answered before, comes too late, or is wrong. */
  private async answerElsewhere(request: AppendRequest, actualRevision: number): Promise<AppendResult> {
    const { stream, expectedRevision, commandKey, claims } = request;
    if (expectedRevision < actualRevision) {
      const earlier = await this.history.readAppend(stream, expectedRevision + 1);
      const isSame = earlier?.append.commandKey === commandKey && earlier.append.firstRevision === expectedRevision + 1;
      if (isSame && isOf(earlier, request)) return appendedBefore(earlier);
    }
    const taken = await this.claims.firstTaken(claims);
    return taken === undefined ? { kind: 'conflict', actualRevision } : claimTaken(taken);
  }

  /** From memory only where it is the one expected, for then the server has the last word. */
  private async headFor(stream: StreamName, expectedRevision: number): Promise<Head> {
    const known = this.heads.get(stream);
    if (known?.revision === expectedRevision) return known;
    const newest = await this.history.newestAppend(stream);
    if (newest === undefined) return NO_HEAD;
    const { append, events, hash } = newest;
    const head = { revision: append.firstRevision + events.length - 1, hash, commandKey: append.commandKey };
    this.keep(stream, head);
    return head;
  }

  private keep(stream: StreamName, head: Head): void {
    this.heads.delete(stream);
    this.heads.set(stream, head);
    if (this.heads.size <= CACHED_HEADS) return;
    const [oldest] = this.heads.keys();
    if (oldest !== undefined) this.heads.delete(oldest);
  }
}

const nothing = (): void => undefined;

const claimTaken = ({ key, holder }: Taken): AppendResult => ({ kind: 'claimTaken', key, holder });

function appendedBefore({ append, events }: ReadAppend): AppendResult {
  const { firstRevision, position } = append;
  return { kind: 'appended', firstRevision, lastRevision: firstRevision + events.length - 1, position };
}

/** Not of the same command decided by another process, which has its own times and ids in it. */
const isOf = ({ append }: ReadAppend, request: AppendRequest): boolean =>
  attemptOf(append) === attemptOf(contentOf(request));

function contentOf(request: AppendRequest): AppendContent {
  const { stream, expectedRevision, commandKey, fingerprint, recordedAt, occurredAt, effectiveAt } = request;
  const { actor, correlationId, causationId, events, outcome } = request;
  return {
    stream,
    firstRevision: expectedRevision + 1,
    commandKey,
    fingerprint,
    recordedAt,
    occurredAt,
    effectiveAt,
    actor,
    correlationId,
    causationId,
    events,
    claims: request.claims.map(({ action, key, sealed }) =>
      sealed === undefined ? { action, key } : { action, sealed },
    ),
    outcome,
  };
}

const streamForm = /^[a-z][a-z0-9]*-[a-z0-9]{1,32}\../;

function checkLimits(request: AppendRequest): void {
  const { stream, events, claims } = request;
  assert(events.length > 0, 'an append holds at least one event');
  assert(streamForm.test(stream) && !isStreamOfClaims(stream), `not a stream name: ${stream}`);
  assert(
    events.every(({ type }) => type !== ''),
    'an event has a type',
  );
  if (events.length > APPEND_LIMITS.events) {
    throw new AppendTooLargeFault(`${events.length} events; an append holds at most ${APPEND_LIMITS.events}`);
  }
  if (claims.length > APPEND_LIMITS.claims) {
    throw new AppendTooLargeFault(`${claims.length} claims; an append holds at most ${APPEND_LIMITS.claims}`);
  }
  const bytes = bodyOf(request).length;
  if (bytes > APPEND_LIMITS.bytes) {
    throw new AppendTooLargeFault(`${bytes} bytes of JSON; an append holds at most ${APPEND_LIMITS.bytes}`);
  }
}
