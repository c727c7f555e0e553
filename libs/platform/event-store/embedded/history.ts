import type { StreamName } from '../../../kernel/ids';
import type {
  ReadAllOptions,
  ReadStreamOptions,
  StreamNamesPage,
  RecordedAppend,
  RecordedEvent,
  SubscribeOptions,
  SubscriptionBatch,
} from '../event-store';
import { LogDamageFault } from '../faults';
import type { DurableEnd } from './durable-end';
import { EventMatch } from './event-match';
import type { LogReader } from './log-reader';
import type { LogPlace, LogRecord } from './record-format';
import { readAhead } from './read-ahead';
import type { RecentRecords } from './recent-records';
import { LoggedAppend, recordedEvents } from './recorded';
import type { IndexedAppend, StreamIndexReader } from './stream-index-reader';
import type { Tail } from './tail';

export interface HistorySources {
  readonly reader: LogReader;
  readonly index: StreamIndexReader;
  readonly tail: Tail;
  readonly recent: RecentRecords;
  /** Nothing beyond it is shown. */
  readonly end: DurableEnd;
}

/** Appends read at a time: enough reads under way to keep a disk busy. */
const APPENDS_PER_PAGE = 64;
const RECENT_PER_BATCH = 512;
/** Reading append by append costs about this many times what reading on does; and it is asked for at once, so in bounds. */
const SCATTERED_READ_COST = 32;
const MAX_SCATTERED_READS = 4_096;

/** Everything that is read: streams through index and tail, the whole store from the log files or, when new, from memory. */
export class History {
  constructor(private readonly sources: HistorySources) {}

  async readAppend(stream: StreamName, revision: number): Promise<RecordedAppend | undefined> {
    const [found] = this.appendsForward(stream, revision, 1);
    if (found === undefined || found.firstRevision > revision) return undefined;
    return new LoggedAppend(await this.read(stream, found));
  }

  async *readStream(stream: StreamName, options: ReadStreamOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    const forward = options.direction !== 'backward';
    let next = options.from ?? (forward ? 0 : Number.MAX_SAFE_INTEGER);
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    while (left > 0) {
      const limit = Math.min(APPENDS_PER_PAGE, left);
      const page = forward ? this.appendsForward(stream, next, limit) : this.appendsBackward(stream, next, limit);
      const last = page.at(-1);
      if (last === undefined) return;
      const records = await Promise.all(page.map((append) => this.read(stream, append)));
      const events = records.flatMap((record) => (forward ? recordedEvents(record) : recordedEvents(record).reverse()));
      const asked = events.filter(({ revision }) => (forward ? revision >= next : revision <= next)).slice(0, left);
      next = forward ? last.firstRevision + last.eventCount : last.firstRevision - 1;
      left -= asked.length;
      yield asked;
    }
  }

  async *readAll(options: ReadAllOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    const match = new EventMatch(options.filter);
    const after = options.from === undefined ? (options.after ?? -1) : options.from - 1;
    const before = Math.min(options.before ?? Number.POSITIVE_INFINITY, this.sources.end.position);
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    const batches =
      options.direction === 'backward' ? this.backward(after, before, match) : this.forward(after, before, match);
    if (left <= 0) return;
    for await (const { events } of batches) {
      if (events.length === 0) continue;
      yield events.length > left ? events.slice(0, left) : events;
      left -= events.length;
      if (left <= 0) return;
    }
  }

  async *subscribe({ after, filter, signal }: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
    const { end } = this.sources;
    if (after >= end.position)
      throw new LogDamageFault(`asked for what follows position ${after}, and the log ends before it`);
    const match = new EventMatch(filter);
    const ended = (): boolean => end.closed || signal?.aborted === true;
    let position = after;
    if (position + 1 === end.position) yield { events: [], position, caughtUp: true };
    while (!ended()) {
      const before = end.position;
      if (position + 1 === before) await end.change(signal);
      for await (const batch of this.forward(position, before, match)) {
        if (ended()) return;
        position = batch.position;
        yield { ...batch, caughtUp: position + 1 === end.position };
        if (ended()) return;
      }
    }
  }

  streamNames({ prefix, after = '' as StreamName, limit }: StreamNamesPage): readonly StreamName[] {
    const indexed = this.sources.index.streamNames(prefix, after, limit) as StreamName[];
    const { position: end } = this.sources.end;
    const recent = this.sources.tail
      .streamNames()
      .filter((name) => name.startsWith(prefix) && name > after)
      .filter((name) => this.sources.tail.ofStream(name).some(({ position }) => position < end));
    return [...new Set([...indexed, ...recent])].sort().slice(0, limit);
  }

  headRevision(stream: StreamName): number {
    const [newest] = this.appendsBackward(stream, Number.MAX_SAFE_INTEGER, 1);
    return newest === undefined ? -1 : newest.firstRevision + newest.eventCount - 1;
  }

  /** Reads one append where index or tail say it lies, and checks that it is the one. */
  async read(stream: StreamName, { location, firstRevision }: IndexedAppend): Promise<LogRecord> {
    const record = await this.sources.reader.read(location);
    if (record.stream !== stream || record.firstRevision !== firstRevision) {
      throw new LogDamageFault(
        `the index names the wrong place for revision ${firstRevision} of ${stream}; it is built again when it is deleted`,
      );
    }
    return record;
  }

  /** What comes after a position, up to the end of the range; each batch says how far it has looked. */
  private async *forward(after: number, before: number, match: EventMatch): AsyncIterable<Looked> {
    let position = after;
    for await (const batch of this.scattered(after, before, match)) {
      position = batch.position;
      yield batch;
    }
    while (position + 1 < before) {
      const recent = this.sources.recent.from(position + 1, RECENT_PER_BATCH);
      if (recent === undefined) break;
      const shown = recent.filter((record) => record.position < before);
      const last = shown.at(-1);
      if (last === undefined) break;
      const events = collectAll(shown, position, before, match);
      position = Math.min(before, last.position + last.eventCount) - 1;
      yield { events, position };
    }
    if (position + 1 >= before) return;
    const batches = this.sources.reader.batches({ from: this.placeFor(position + 1), before });
    for await (const located of readAhead(batches)) {
      const events: RecordedEvent[] = [];
      let next = position + 1;
      for (const { record } of located) {
        match.collect(record, position, before, events);
        next = record.position + record.eventCount;
      }
      position = Math.max(position, Math.min(before, next) - 1);
      yield { events, position };
    }
  }

  private async *backward(after: number, before: number, match: EventMatch): AsyncIterable<Looked> {
    let upper = before;
    while (upper > after + 1) {
      const from = this.coarsePlaceFor(upper - 1);
      const events: RecordedEvent[] = [];
      for await (const located of this.sources.reader.batches({ from, before: upper })) {
        for (const { record } of located) match.collect(record, after, upper, events);
      }
      upper = from.position;
      yield { events: events.reverse(), position: upper };
    }
  }

  /**
   * As `forward`, as far as the index reaches, where few streams among many events are asked for: append by append, instead
   * of everything. Nothing where reading on is cheaper.
   */
  private async *scattered(after: number, before: number, match: EventMatch): AsyncIterable<Looked> {
    const { index, reader } = this.sources;
    if (match.streamPrefixes === undefined) return;
    const end = Math.min(before, index.end());
    const limit = Math.min(MAX_SCATTERED_READS, Math.floor((end - after) / SCATTERED_READ_COST));
    if (limit < APPENDS_PER_PAGE) return;
    const indexed = index.appendsOfPrefixes(match.streamPrefixes, limit);
    if (indexed === undefined) return;
    const asked = indexed.filter(({ position, eventCount }) => position + eventCount - 1 > after && position < end);
    for (let start = 0; start < asked.length; start += APPENDS_PER_PAGE) {
      const page = asked.slice(start, start + APPENDS_PER_PAGE);
      const records = await Promise.all(page.map(({ location }) => reader.read(location)));
      const next = asked[start + APPENDS_PER_PAGE]?.position ?? end;
      yield { events: collectAll(records, after, end, match), position: Math.max(after, next - 1) };
    }
    if (asked.length === 0) yield { events: [], position: end - 1 };
  }

  private appendsForward(stream: StreamName, revision: number, limit: number): IndexedAppend[] {
    const found = this.sources.index.appendsForward(stream, revision, limit);
    let next = revision;
    for (const append of found) next = append.firstRevision + append.eventCount;
    for (const append of this.sources.tail.ofStream(stream)) {
      if (found.length >= limit) break;
      if (append.firstRevision + append.eventCount > next) found.push(append);
    }
    return found.filter(({ position }) => position < this.sources.end.position);
  }

  private appendsBackward(stream: StreamName, revision: number, limit: number): IndexedAppend[] {
    const end = this.sources.end.position;
    const found: IndexedAppend[] = this.sources.tail
      .ofStream(stream)
      .filter(({ position, firstRevision }) => position < end && firstRevision <= revision)
      .reverse()
      .slice(0, limit);
    const before = found.at(-1)?.firstRevision ?? revision + 1;
    if (found.length < limit && before > 0) {
      found.push(...this.sources.index.appendsBackward(stream, before - 1, limit - found.length));
    }
    return found.filter(({ position }) => position < end);
  }

  private placeFor(position: number): LogPlace {
    return this.sources.tail.placeAt(position, 0) ?? this.sources.index.placeBefore(position);
  }

  /** Far enough before the position that reading backward from there on goes in good steps. */
  private coarsePlaceFor(position: number): LogPlace {
    return this.sources.tail.placeAt(position, RECENT_PER_BATCH) ?? this.sources.index.placeBefore(position);
  }
}

interface Looked {
  readonly events: readonly RecordedEvent[];
  readonly position: number;
}

function collectAll(records: readonly Readable[], after: number, before: number, match: EventMatch): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  for (const record of records) match.collect(record, after, before, events);
  return events;
}

type Readable = Parameters<EventMatch['collect']>[0];
