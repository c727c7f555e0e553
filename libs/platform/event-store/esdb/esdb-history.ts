import type { StreamName } from '../../../kernel/ids';
import type { ReadAllOptions, ReadStreamOptions, RecordedEvent } from '../event-store';
import { LogDamageFault } from '../faults';
import { AppendGroups, BackwardGroups, type ForeignEvents, type OnForeign } from './append-groups';
import type { AllPage } from './driver';
import type { ServerCalls } from './server-calls';
import { fromStored, lengthOfAppend, placeInAppend, type ReadAppend, type StoredEvent } from './stored-form';
import { SelectedEvents } from './stream-selection';

const PAGE = 500;
/** What one read of an append asks for at first; most are smaller. */
const USUAL_APPEND = 16;

/**
 * What is stored, in appends. In a stream of ours anything that is not ours, and a beginning that is gone, is damage; in the
 * whole log it is passed over and counted.
 */
export class EsdbHistory {
  constructor(
    private readonly calls: ServerCalls,
    private readonly foreign: ForeignEvents,
  ) {}

  /** The append that wrote a revision; undefined where the stream has no such revision. */
  async readAppend(stream: StreamName, revision: number): Promise<ReadAppend | undefined> {
    const found = await this.readForward(stream, revision, USUAL_APPEND);
    const [event] = found;
    if (event === undefined) return undefined;
    const place = placeInAppend(event);
    if (event.revision !== revision || place === undefined) throw damageOf(stream, event, 'not an event of ours');
    const known = place === 0 ? found : await this.readForward(stream, revision - place, place + USUAL_APPEND);
    const length = (known[0] && lengthOfAppend(known[0])) ?? 1;
    const stored = known.length < length ? await this.readForward(stream, revision - place, length) : known;
    const read = fromStored(stored.slice(0, length));
    if (read.kind === 'foreign') throw damageOf(stream, event, read.reason);
    return read;
  }

  /** The newest append of a stream. */
  async newestAppend(stream: StreamName): Promise<ReadAppend | undefined> {
    const [newest] = await this.calls.readStream(stream, { from: 'end', direction: 'backward', count: 1 });
    return newest && this.readAppend(stream, newest.revision);
  }

  /** -1 where the stream is not there. */
  async headRevision(stream: StreamName): Promise<number> {
    const [newest] = await this.calls.readStream(stream, { from: 'end', direction: 'backward', count: 1 });
    return newest?.revision ?? -1;
  }

  /** Of the newest event that the port shows. */
  async endPosition(): Promise<number> {
    for await (const [newest] of this.readAll({ direction: 'backward', limit: 1 })) return newest?.position ?? -1;
    return -1;
  }

  /** Of the newest event of all, the server's own included: no position beyond it was ever told. */
  async serverEnd(): Promise<number> {
    const [newest] = await this.calls.readAll({
      from: 'end',
      direction: 'backward',
      count: 1,
      streams: { pattern: '^' },
    });
    return newest?.position ?? -1;
  }

  /** Whole appends of a stream from the one that holds a revision on, a page at a time. */
  async *appends(stream: StreamName, from: number): AsyncGenerator<readonly ReadAppend[]> {
    const groups = new AppendGroups(damage, (part) => this.wholeAppend(part));
    for (let next = from; ;) {
      const page = await this.readForward(stream, next, PAGE);
      const [first] = page;
      if (first !== undefined && first.revision !== next)
        throw damageOf(stream, first, `cut off before it, at ${next}`);
      const appends: ReadAppend[] = [];
      for (const event of page) {
        const append = await groups.take(event);
        if (append !== undefined) appends.push(append);
      }
      if (appends.length > 0) yield appends;
      if (page.length < PAGE) return;
      next += page.length;
    }
  }

  async *readStream(stream: StreamName, options: ReadStreamOptions = {}): AsyncGenerator<readonly RecordedEvent[]> {
    const limit = options.limit ?? Infinity;
    const { from, direction } = options;
    if (limit <= 0) return;
    if (direction === 'backward') yield* limited(this.streamBackward(stream, from ?? Infinity, limit), limit);
    else yield* limited(this.streamForward(stream, from ?? 0), limit);
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<readonly RecordedEvent[]> {
    const limit = options.limit ?? Infinity;
    const selected = new SelectedEvents(options.filter);
    if (limit <= 0 || selected.isEmpty) return;
    if (options.direction === 'backward') yield* limited(this.allBackward(options, selected, limit), limit);
    else yield* limited(this.allForward(options, selected), limit);
  }

  /** The beginning of the append that an event stands in was not shown. */
  async wholeAppend(part: StoredEvent): Promise<ReadAppend | undefined> {
    const place = placeInAppend(part) ?? 0;
    if (place > part.revision) return undefined;
    const first = part.revision - place;
    const [found] = await this.readForward(part.stream as StreamName, first, 1);
    return found?.revision === first && placeInAppend(found) === 0
      ? this.readAppend(part.stream as StreamName, first)
      : undefined;
  }

  private async *streamForward(stream: StreamName, from: number): AsyncGenerator<readonly RecordedEvent[]> {
    for await (const appends of this.appends(stream, from)) {
      yield appends.flatMap(({ events }) => events.filter(({ revision }) => revision >= from));
    }
  }

  private async *streamBackward(
    stream: StreamName,
    from: number,
    limit: number,
  ): AsyncGenerator<readonly RecordedEvent[]> {
    const groups = new BackwardGroups(damage, (part) => this.wholeAppend(part));
    const count = Math.min(PAGE, limit + USUAL_APPEND);
    let next: number | 'end' = from === Infinity ? 'end' : from;
    for (;;) {
      const page = await this.calls.readStream(stream, { from: next, direction: 'backward', count });
      yield await this.backwards(page, groups, ({ revision }) => revision <= from);
      const last = page.at(-1);
      if (last === undefined || last.revision === 0) return;
      if (page.length < count) throw damageOf(stream, last, 'cut off before it');
      next = last.revision - 1;
    }
  }

  private async *allForward(
    options: ReadAllOptions,
    selected: SelectedEvents,
  ): AsyncGenerator<readonly RecordedEvent[]> {
    const { from, after = -1 } = options;
    const asked = ({ position }: RecordedEvent): boolean => (from === undefined ? position > after : position >= from);
    const groups = new AppendGroups(this.foreign.add, (part) => this.wholeAppend(part));
    const start = from ?? after;
    for await (const page of this.pagesForward(start, selected)) {
      const events: RecordedEvent[] = [];
      for (const event of page) {
        // The one to start behind: its append is read as a whole where more of it follows.
        if (event.position === start && from === undefined) continue;
        const append = await groups.take(event);
        for (const recorded of append?.events ?? [])
          if (asked(recorded) && selected.matches(recorded)) events.push(recorded);
      }
      yield events;
    }
  }

  private async *pagesForward(start: number, { streams }: SelectedEvents): AsyncGenerator<readonly StoredEvent[]> {
    for (let from = start; ;) {
      const page = await this.calls.readAll({ from, direction: 'forward', count: PAGE, streams });
      // Reading forward begins with the event itself, which the page before has ended with.
      yield from === start ? page : page.filter(({ position }) => position > from);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      from = last.position;
    }
  }

  private async *allBackward(
    { before = Infinity }: ReadAllOptions,
    selected: SelectedEvents,
    limit: number,
  ): AsyncGenerator<readonly RecordedEvent[]> {
    const groups = new BackwardGroups(this.foreign.add, (part) => this.wholeAppend(part));
    const count = Math.min(PAGE, limit + USUAL_APPEND);
    let from: AllPage['from'] = before === Infinity ? 'end' : before;
    for (;;) {
      const page = await this.calls.readAll({ from, direction: 'backward', count, streams: selected.streams });
      const events = await this.backwards(page, groups, ({ position }) => position < before);
      yield events.filter((event) => selected.matches(event));
      const last = page.at(-1);
      if (last === undefined || page.length < count) return;
      from = last.position;
    }
  }

  private async backwards(
    page: readonly StoredEvent[],
    groups: BackwardGroups,
    isAsked: (event: RecordedEvent) => boolean,
  ): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for (const event of page) {
      const append = await groups.take(event);
      if (append !== undefined) events.push(...append.events.filter(isAsked).reverse());
    }
    return events;
  }

  private readForward(stream: StreamName, from: number, count: number): Promise<readonly StoredEvent[]> {
    return this.calls.readStream(stream, { from, direction: 'forward', count });
  }
}

const damage: OnForeign = ([event], reason) => {
  if (event !== undefined) throw damageOf(event.stream, event, reason);
};

const damageOf = (stream: string, { revision }: StoredEvent, reason: string): LogDamageFault =>
  new LogDamageFault(`${stream} is damaged at revision ${revision}: ${reason}`);

async function* limited(
  batches: AsyncIterable<readonly RecordedEvent[]>,
  limit: number,
): AsyncGenerator<readonly RecordedEvent[]> {
  let left = limit;
  for await (const events of batches) {
    if (events.length === 0) continue;
    yield events.length > left ? events.slice(0, left) : events;
    left -= events.length;
    if (left <= 0) return;
  }
}
