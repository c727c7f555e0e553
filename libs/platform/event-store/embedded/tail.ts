import type { StreamName } from '../../../kernel/ids';
import type { AppendRequest, Claim, ClaimHolder } from '../event-store';
import type { Head } from './heads';
import type { LogPlace, RecordLocation } from './record-format';
import type { PendingAppend } from './segment-log';
import type { IndexedAppend } from './stream-index-reader';

/** An append the index does not hold yet: in flight, or durable and waiting for the index. */
export class TailAppend implements IndexedAppend, Head {
  readonly stream: StreamName;
  readonly eventCount: number;
  readonly position: number;
  readonly location: RecordLocation;
  readonly holder: ClaimHolder;
  readonly claims: readonly Claim[];
  /** Never fails: true once the append is durable, false when it was voided. */
  readonly settled: Promise<boolean>;
  private link: Buffer | PendingAppend;

  constructor(
    request: AppendRequest,
    readonly firstRevision: number,
    pending: PendingAppend,
  ) {
    const { stream, commandKey, fingerprint, events, claims } = request;
    this.stream = stream;
    this.eventCount = events.length;
    this.position = pending.position;
    this.location = pending.location;
    this.holder = { stream, firstRevision, commandKey, fingerprint };
    this.claims = claims;
    this.link = pending;
    this.settled = pending.durable.then(
      () => this.becomeDurable(),
      () => false,
    );
  }

  /** Its newest revision. */
  get revision(): number {
    return this.firstRevision + this.eventCount - 1;
  }

  get commandKey(): string {
    return this.holder.commandKey;
  }

  get hash(): Buffer {
    return this.link instanceof Uint8Array ? this.link : this.link.hash();
  }

  // Lets go of the record, which the pending append holds.
  private becomeDurable(): true {
    this.link = this.hash;
    return true;
  }
}

/** The newest thing that happened to a key, as far as the tail knows. */
export interface TailClaimChange {
  readonly action: 'take' | 'release';
  readonly append: TailAppend;
}

/**
 * What lies between the index and the end of the log, in position order: index plus tail is the whole store. Appends
 * enter at the end when they get their position, leave there when their group fails, and at the front when indexed.
 */
export class Tail {
  private readonly appends: TailAppend[] = [];
  /** Index into `appends` of the oldest one still here; the array is cut now and then, not on every drop. */
  private front = 0;
  private readonly byStream = new Map<StreamName, TailAppend[]>();
  private readonly byKey = new Map<string, TailClaimChange[]>();

  get size(): number {
    return this.appends.length - this.front;
  }

  add(append: TailAppend): void {
    this.appends.push(append);
    pushTo(this.byStream, append.stream, append);
    for (const { action, key } of append.claims) pushTo(this.byKey, key, { action, append });
  }

  /** Appends of a stream that are not in the index yet, oldest first. */
  ofStream(stream: StreamName): readonly TailAppend[] {
    return this.byStream.get(stream) ?? [];
  }

  streamNames(): readonly StreamName[] {
    return [...this.byStream.keys()];
  }

  newest(stream: StreamName): TailAppend | undefined {
    return this.byStream.get(stream)?.at(-1);
  }

  claim(key: string): TailClaimChange | undefined {
    return this.byKey.get(key)?.at(-1);
  }

  /** Where the append that holds `position`, or one at most `back` appends before it, starts; undefined before the tail. */
  placeAt(position: number, back: number): LogPlace | undefined {
    const index = this.indexAfter(position) - 1;
    if (index < this.front) return undefined;
    const found = this.appends[Math.max(this.front, index - back)];
    if (found === undefined) return undefined;
    const { segment, offset } = found.location;
    return { segment, offset, position: found.position };
  }

  /** The index holds everything before `position` now. */
  dropBefore(position: number): void {
    for (let append = this.appends[this.front]; append !== undefined && append.position < position;) {
      shiftFrom(this.byStream, append.stream);
      for (const { key } of append.claims) shiftFrom(this.byKey, key);
      append = this.appends[++this.front];
    }
    if (this.front > 1_000 && this.front * 2 > this.appends.length) {
      this.appends.splice(0, this.front);
      this.front = 0;
    }
  }

  /** Nothing from `position` on was stored. Answers the streams whose heads are no longer what they were. */
  rollBackTo(position: number): ReadonlySet<StreamName> {
    const touched = new Set<StreamName>();
    for (let append = this.last; append !== undefined && append.position >= position; append = this.last) {
      this.appends.pop();
      touched.add(append.stream);
      popFrom(this.byStream, append.stream);
      for (let index = append.claims.length - 1; index >= 0; index--) {
        const claim = append.claims[index];
        if (claim !== undefined) popFrom(this.byKey, claim.key);
      }
    }
    return touched;
  }

  has(append: TailAppend): boolean {
    return this.ofStream(append.stream).includes(append);
  }

  /** Of the first append that starts after a position. */
  private indexAfter(position: number): number {
    let low = this.front;
    let high = this.appends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.appends[middle] as TailAppend).position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private get last(): TailAppend | undefined {
    return this.appends.length > this.front ? this.appends.at(-1) : undefined;
  }
}

function pushTo<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function shiftFrom<Key, Value>(lists: Map<Key, Value[]>, key: Key): void {
  const list = lists.get(key);
  list?.shift();
  if (list?.length === 0) lists.delete(key);
}

function popFrom<Key, Value>(lists: Map<Key, Value[]>, key: Key): void {
  const list = lists.get(key);
  list?.pop();
  if (list?.length === 0) lists.delete(key);
}
