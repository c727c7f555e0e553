import { hash } from 'node:crypto';
import { streamParts, type StreamName } from '../../kernel/ids';
import { FIRST_PREVIOUS_HASH } from './embedded/record-format';
import { chainHash } from './esdb/stored-form';
import type { AppendRequest, AppendResult, Claim, EventStore, RecordedAppend, StoredClaim } from './event-store';

export interface LogCopyOptions {
  readonly from: Pick<EventStore, 'readAll' | 'endPosition'>;
  readonly to: Pick<EventStore, 'append' | 'readAll' | 'headRevision'>;
  /** The key of a sealed claim; undefined where the person was erased: then nobody holds it. */
  readonly unseal: (sealed: string, stream: StreamName) => Promise<string | undefined>;
  /**
   * Appends sent before the ones before them are answered. More than one needs a store that takes them in the order in
   * which they are sent, over all streams, as the embedded one does for streams whose heads it has at hand.
   */
  readonly inFlight: number;
  /** Of so many streams, the ones appended to last, the target has the heads at hand. */
  readonly headsAtHand: number;
  /** Position in the source up to which all was looked at. */
  readonly onProgress?: (position: number) => void;
}

export interface LogCopyReport {
  readonly appends: number;
  /** Of them, those that were not there yet. */
  readonly copied: number;
  readonly events: number;
  readonly streams: number;
}

/** The target is no copy of the source, nor the beginning of one. */
export class LogCopyFault extends Error {
  override readonly name = 'LogCopyFault';
}

/**
 * Copies every append of one store to another, in the order of the source, and answers when the chain of every stream is
 * found equal in both. Begun again it goes on where it was: what the target has is not sent again. Both keep their own
 * positions; claims are taken and released as they were.
 */
export async function copyLog(options: LogCopyOptions): Promise<LogCopyReport> {
  const { from, onProgress } = options;
  const end = await from.endPosition();
  const target = new CopyTarget(options);
  const source = new Chains();
  let [appends, events] = [0, 0];
  try {
    for await (const append of appendsOf(from, end)) {
      source.take(append);
      await target.take(append);
      appends++;
      events += append.events.length;
      onProgress?.(append.position + append.events.length - 1);
    }
    await target.answered();
  } finally {
    await target.settled();
  }
  await assertEqualChains(source, options.to);
  return { appends, copied: target.copied, events, streams: source.links.size };
}

async function* appendsOf(store: Pick<EventStore, 'readAll'>, end: number): AsyncGenerator<RecordedAppend, void> {
  for await (const batch of store.readAll()) {
    for (const { append, index, position } of batch) {
      if (position > end) return;
      if (index === 0) yield append;
    }
  }
}

class CopyTarget {
  copied = 0;
  /** Revision of the newest event the target has, of each stream that came by. */
  private readonly heads = new Map<StreamName, number>();
  private readonly atHand = new Set<StreamName>();
  private readonly sent: Promise<void>[] = [];

  constructor(private readonly options: LogCopyOptions) {}

  async take(append: RecordedAppend): Promise<void> {
    const { stream, firstRevision, events } = append;
    let head = this.heads.get(stream);
    if (head === undefined) {
      head = await this.options.to.headRevision(stream);
      this.heads.set(stream, head);
    }
    const last = firstRevision + events.length - 1;
    if (last <= head) return;
    const request = await this.requestOf(append);
    // The store has to read the head of such a stream first, and would let what is sent after it overtake.
    const alone = firstRevision > 0 && !this.atHand.has(stream);
    if (alone) await this.answered();
    this.heads.set(stream, last);
    if (this.atHand.size >= this.options.headsAtHand) this.atHand.clear();
    this.atHand.add(stream);
    this.copied++;
    const sent = this.options.to.append(request).then((result) => assertCopied(append, result));
    // Looked at in its turn.
    void sent.catch(() => undefined);
    this.sent.push(sent);
    if (alone) await this.answered();
    else while (this.sent.length >= this.options.inFlight) await this.nextAnswer();
  }

  async answered(): Promise<void> {
    while (this.sent.length > 0) await this.nextAnswer();
  }

  private async nextAnswer(): Promise<void> {
    await this.sent[0];
    void this.sent.shift();
  }

  /** Nothing is on its way any more, whatever became of it. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.sent);
  }

  private async requestOf(append: RecordedAppend): Promise<AppendRequest> {
    const { stream, firstRevision, commandKey, fingerprint, recordedAt, occurredAt, effectiveAt } = append;
    const { actor, correlationId, causationId, events, outcome } = append;
    const claims = append.claims.map((claim) => keyedClaim(claim, stream, this.options.unseal));
    return {
      stream,
      expectedRevision: firstRevision - 1,
      commandKey,
      fingerprint,
      recordedAt,
      occurredAt,
      effectiveAt,
      actor,
      correlationId,
      causationId,
      events,
      claims: await Promise.all(claims),
      outcome,
    };
  }
}

/** A sealed claim whose key is gone keeps its sealed text, under a key that nobody can ask for. */
export async function keyedClaim(
  { action, key, sealed }: StoredClaim,
  stream: StreamName,
  unseal: LogCopyOptions['unseal'],
): Promise<Claim> {
  if (sealed === undefined) return { action, key: key ?? '' };
  const gone = `${streamParts(stream).tenant}/gone/${hash('sha256', sealed, 'hex')}`;
  return { action, key: (await unseal(sealed, stream)) ?? gone, sealed };
}

function assertCopied({ stream, firstRevision, events }: RecordedAppend, result: AppendResult): void {
  const place = `revision ${firstRevision} of ${stream}`;
  switch (result.kind) {
    case 'appended':
      if (result.firstRevision === firstRevision && result.lastRevision === firstRevision + events.length - 1) return;
      throw new LogCopyFault(`${place} lies at revision ${result.firstRevision} in the target`);
    case 'conflict':
      throw new LogCopyFault(`${place} cannot be copied: the target is at revision ${result.actualRevision} there`);
    case 'claimTaken':
      throw new LogCopyFault(
        `${place} cannot be copied: ${result.key} is held by ${result.holder.stream} in the target`,
      );
  }
}

/** The newest link of every stream's chain, computed from what the appends hold. */
class Chains {
  readonly links = new Map<StreamName, Buffer>();

  take(append: RecordedAppend): void {
    const before = this.links.get(append.stream) ?? FIRST_PREVIOUS_HASH;
    this.links.set(append.stream, chainHash(append, before));
  }
}

async function assertEqualChains(source: Chains, to: LogCopyOptions['to']): Promise<void> {
  const target = new Chains();
  for await (const append of appendsOf(to, Number.POSITIVE_INFINITY)) target.take(append);
  for (const [stream, link] of source.links) {
    const copied = target.links.get(stream);
    if (copied?.equals(link) !== true) {
      throw new LogCopyFault(`the chain of ${stream} ${copied === undefined ? 'is missing' : 'differs'} in the target`);
    }
  }
  const [more] = [...target.links.keys()].filter((stream) => !source.links.has(stream));
  if (more !== undefined) throw new LogCopyFault(`the target holds ${more}, which the source does not`);
}
