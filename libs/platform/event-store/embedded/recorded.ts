import { canonicalJson } from '../../../kernel/canonical-json';
import { streamParts, type StreamName, type TenantId } from '../../../kernel/ids';
import type { JsonObject } from '../../../kernel/json';
import type { Actor, NewEvent, RecordedAppend, RecordedEvent, StoredClaim } from '../event-store';
import { recordHash, type LogRecord, type StoredLogClaim } from './record-format';

/** What the body of a record holds: stored bytes are its RFC 8785 form, and nothing may ever leave it. */
interface Body {
  readonly actor: Actor;
  readonly causationId: string | null;
  readonly commandKey: string;
  readonly correlationId: string;
  readonly effectiveAt: number;
  readonly events: readonly NewEvent[];
  readonly fingerprint: string | null;
  readonly occurredAt: number;
  readonly outcome: JsonObject | null;
}

/** Of a request, or of what was made of one: the bytes are the same. */
export function bodyOf(request: Body): Buffer {
  const { actor, causationId, commandKey, correlationId, effectiveAt, fingerprint, occurredAt, outcome } = request;
  const events = request.events.map(({ data, type, version }) => ({ data, type, version }));
  return Buffer.from(
    canonicalJson({
      actor: { ...actor },
      causationId,
      commandKey,
      correlationId,
      effectiveAt,
      events,
      fingerprint,
      occurredAt,
      outcome,
    }),
  );
}

/** What reading needs of a record. */
export type ReadableRecord = Omit<LogRecord, 'commit'>;

/** An append as read from the log. Its body is parsed when first asked for, so that filters by stream cost nothing. */
export class LoggedAppend implements RecordedAppend {
  readonly stream: StreamName;
  readonly firstRevision: number;
  readonly position: number;
  /** Positions of an append follow one another here. */
  readonly firstPosition: number;
  readonly recordedAt: number;
  private readonly storedClaims: readonly StoredLogClaim[];
  private linkBefore: Buffer;
  /** The bytes until they are parsed: they are part of a big block, which must not outlive its reading. */
  private content: Buffer | Body;

  constructor(record: ReadableRecord) {
    this.stream = record.stream as StreamName;
    this.firstRevision = record.firstRevision;
    this.position = record.position + record.eventCount - 1;
    this.firstPosition = record.position;
    this.recordedAt = record.recordedAt;
    this.storedClaims = record.claims;
    this.linkBefore = record.previousHash;
    this.content = record.body;
  }

  get tenant(): TenantId {
    return streamParts(this.stream).tenant;
  }

  get claims(): readonly StoredClaim[] {
    return this.storedClaims.map(({ action, sealed, text }) =>
      sealed ? { action, sealed: text } : { action, key: text },
    );
  }

  get actor(): Actor {
    return this.body.actor;
  }

  get causationId(): string | null {
    return this.body.causationId;
  }

  get commandKey(): string {
    return this.body.commandKey;
  }

  get correlationId(): string {
    return this.body.correlationId;
  }

  get effectiveAt(): number {
    return this.body.effectiveAt;
  }

  get events(): readonly NewEvent[] {
    return this.body.events;
  }

  get fingerprint(): string | null {
    return this.body.fingerprint;
  }

  get occurredAt(): number {
    return this.body.occurredAt;
  }

  get outcome(): JsonObject | null {
    return this.body.outcome;
  }

  /** The link of the stream's chain that this append was joined to. */
  get previousHash(): Buffer {
    return this.linkBefore;
  }

  /** The link it made itself; undefined once its body was parsed, as it is made of the stored bytes. */
  get hash(): Buffer | undefined {
    if (!(this.content instanceof Uint8Array)) return undefined;
    const { stream, firstRevision, recordedAt, storedClaims: claims, linkBefore: previousHash, content: body } = this;
    return recordHash({ stream, firstRevision, recordedAt, claims, previousHash, body });
  }

  private get body(): Body {
    if (this.content instanceof Uint8Array) {
      this.content = JSON.parse(this.content.toString()) as Body;
      this.linkBefore = Buffer.from(this.linkBefore);
    }
    return this.content;
  }
}

/** The events of a record in order; all hold one and the same append. */
export function recordedEvents(record: ReadableRecord): RecordedEvent[] {
  const append = new LoggedAppend(record);
  const events: RecordedEvent[] = [];
  for (let index = 0; index < record.eventCount; index++) events.push(new LoggedEvent(append, index));
  return events;
}

class LoggedEvent implements RecordedEvent {
  constructor(
    readonly append: LoggedAppend,
    readonly index: number,
  ) {}

  get revision(): number {
    return this.append.firstRevision + this.index;
  }

  get position(): number {
    return this.append.firstPosition + this.index;
  }

  get type(): string {
    return this.event.type;
  }

  get version(): number {
    return this.event.version;
  }

  get data(): JsonObject {
    return this.event.data;
  }

  private get event(): NewEvent {
    return this.append.events[this.index] as NewEvent;
  }
}
