import type { ServerWritableStream } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { streamParts, type StreamName } from '../../kernel/ids';
import type { EventFilter, EventStore, RecordedEvent } from '../event-store/event-store';
import { mayEnter, type Visitor } from './doorkeeper';
import { filterOf, type FilterOfReader } from './event-filter';
import { insideNumber, insidePosition, outsidePosition, streamIdentifier, streamNameOf } from './positions';
import type { Pace } from './pace';
import { ReadReq, ReadResp } from './protocol';
import { unreadable, tooSlow, unavailable } from './refusals';
import type { ShownEvents } from './shown-events';

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** A subscriber so many events behind the end, after having been there, is told. */
const FELL_BEHIND = 1_000;
const { ReadDirection } = ReadReq.Options;

/** Answers one Read: a stream or `$all`, either way, so many or for ever. */
export class Reading {
  private readonly options: ReadReq.Options;
  private readonly structuredIds: boolean;
  private readonly stopped = new AbortController();
  private failed: Error | undefined;

  constructor(
    private readonly call: ReadCall,
    private readonly visitor: Visitor,
    private readonly store: EventStore,
    private readonly events: ShownEvents,
    private readonly pace: Pace,
  ) {
    this.options = call.request.getOptions() ?? new ReadReq.Options();
    this.structuredIds = this.options.getUuidOption()?.hasStructured() ?? false;
    call.once('cancelled', () => this.stopped.abort());
    call.once('close', () => this.stopped.abort());
  }

  /** @throws CallRefused, StoreFault */
  async answer(): Promise<void> {
    const { options } = this;
    const subscribes = options.hasSubscription();
    if (options.hasStream()) await (subscribes ? this.followStream() : this.readStream());
    else if (options.hasAll()) await (subscribes ? this.followAll() : this.readAll());
    else throw unreadable('a read names a stream or $all');
    if (this.failed !== undefined) throw this.failed;
  }

  /** As the server does with one who does not keep up: it is to subscribe again. */
  drop(): void {
    this.failed = tooSlow();
    this.stopped.abort();
  }

  /** The door closes. */
  leave(): void {
    this.failed = unavailable('the door closes');
    this.stopped.abort();
  }

  private async readStream(): Promise<void> {
    const { stream, from } = this.placeInStream();
    const backward = this.options.getReadDirection() === ReadDirection.BACKWARDS;
    let left = this.limit();
    if (!mayBeOurs(stream, this.visitor) || (await this.store.headRevision(stream)) < 0) {
      return this.send(
        new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(streamIdentifier(stream))),
      );
    }
    if (from === 'end' && !backward) return;
    const place = typeof from === 'number' ? { from } : from === 'start' && backward ? { from: 0 } : {};
    const direction = backward ? 'backward' : 'forward';
    for await (const batch of this.store.readStream(stream, { ...place, direction, limit: left })) {
      left -= await this.show(batch);
      if (this.stopped.signal.aborted) return;
    }
  }

  private async readAll(): Promise<void> {
    const backward = this.options.getReadDirection() === ReadDirection.BACKWARDS;
    const from = this.placeInAll();
    const filter = this.filter();
    let left = this.limit();
    if (from === (backward ? 'start' : 'end')) return;
    const bound = typeof from === 'number' ? (backward ? { before: from } : { after: from - 1 }) : {};
    const direction = backward ? 'backward' : 'forward';
    for await (const batch of this.store.readAll({ ...bound, direction, filter: this.pushedDown(filter) })) {
      this.visitor.assertStillWelcome();
      const asked = filter === undefined ? batch : batch.filter((event) => filter.matches(event));
      left -= await this.show(asked.slice(0, left));
      if (left <= 0 || this.stopped.signal.aborted) return;
    }
  }

  /** What the stream holds first, then what comes. One that does not exist yet is waited for, and caught up with its first event. */
  private async followStream(): Promise<void> {
    const { stream, from } = this.placeInStream();
    if (!mayBeOurs(stream, this.visitor)) throw unreadable(`${stream} is not the name of a stream here`);
    await this.confirm();
    const end = await this.store.endPosition();
    let last = from === 'end' ? await this.store.headRevision(stream) : from === 'start' ? -1 : from;
    for await (const batch of this.store.readStream(stream, { from: last + 1 })) {
      last += await this.show(batch);
      if (this.stopped.signal.aborted) return;
    }
    let told = false;
    const { category, tenant } = streamParts(stream);
    for await (const { events, caughtUp } of this.subscribe(end, { categories: [category], tenant })) {
      const news = events.filter(({ append, revision }) => append.stream === stream && revision > last);
      last += await this.show(news);
      if (caughtUp && !told && last >= 0) {
        await this.send(new ReadResp().setCaughtUp(new ReadResp.CaughtUp()));
        told = true;
      }
      if (this.stopped.signal.aborted) return;
    }
  }

  private async followAll(): Promise<void> {
    const from = this.placeInAll();
    const filter = this.filter();
    const end = await this.store.endPosition();
    const after = from === 'start' ? -1 : from === 'end' ? end : from;
    if (after > end) throw unreadable('the position lies beyond the end of the log');
    await this.confirm();
    let checkpoint = after;
    let caughtUpBefore = false;
    for await (const { events, position, caughtUp } of this.subscribe(after, this.pushedDown(filter))) {
      const interval = filter?.checkpointInterval ?? Number.POSITIVE_INFINITY;
      for (const event of events) {
        if (filter?.matches(event) === false) continue;
        checkpoint = await this.checkpointBefore(event.position, checkpoint, interval);
        await this.send(this.events.message(event, this.structuredIds));
        if (this.stopped.signal.aborted) return;
      }
      checkpoint = await this.checkpointBefore(position + 1, checkpoint, interval);
      const behind = !caughtUp && (await this.store.endPosition()) - position > FELL_BEHIND;
      if (caughtUp && !caughtUpBefore) await this.send(new ReadResp().setCaughtUp(new ReadResp.CaughtUp()));
      if (behind && caughtUpBefore) await this.send(new ReadResp().setFellBehind(new ReadResp.FellBehind()));
      caughtUpBefore = caughtUp || (caughtUpBefore && !behind);
      if (this.stopped.signal.aborted) return;
    }
  }

  /** Tells the last of the places, one every `interval` positions, that lie before a position. */
  private async checkpointBefore(position: number, last: number, interval: number): Promise<number> {
    const passed = Math.floor((position - 1 - last) / interval);
    if (!(passed > 0)) return last;
    const reached = last + passed * interval;
    const text = outsidePosition(reached);
    await this.send(
      new ReadResp().setCheckpoint(new ReadResp.Checkpoint().setCommitPosition(text).setPreparePosition(text)),
    );
    return reached;
  }

  private async *subscribe(after: number, filter: EventFilter): ReturnType<EventStore['subscribe']> & AsyncGenerator {
    for await (const batch of this.store.subscribe({ after, filter, signal: this.stopped.signal })) {
      this.visitor.assertStillWelcome();
      yield batch;
    }
  }

  private confirm(): Promise<void> {
    return this.send(
      new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID())),
    );
  }

  private async show(events: readonly RecordedEvent[]): Promise<number> {
    for (const event of events) {
      await this.send(this.events.message(event, this.structuredIds));
      if (this.stopped.signal.aborted) break;
    }
    return events.length;
  }

  /** Waits while the reader takes nothing: what it has not taken is not read. */
  private async send(message: ReadResp): Promise<void> {
    const { signal } = this.stopped;
    if (signal.aborted || this.call.write(message)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.call.off('drain', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.call.once('drain', done);
      signal.addEventListener('abort', done);
    });
    await this.pace.rest();
  }

  private limit(): number {
    const count = insideNumber(this.options.getCount());
    if (!(count > 0)) throw unreadable(`'${count}' is not a valid maxCount`);
    return count;
  }

  private filter(): FilterOfReader | undefined {
    const filter = this.options.getFilter();
    return filter && filterOf(filter);
  }

  private pushedDown(filter: FilterOfReader | undefined): EventFilter {
    const { tenant } = this.visitor;
    return {
      ...(filter?.categories === undefined ? {} : { categories: filter.categories }),
      ...(tenant === undefined ? {} : { tenant }),
    };
  }

  private placeInStream(): { stream: StreamName; from: number | 'start' | 'end' } {
    const options = this.options.getStream() ?? new ReadReq.Options.StreamOptions();
    const stream = streamNameOf(options.getStreamIdentifier());
    if (stream === '') throw unreadable('a read names its stream');
    const from = options.hasStart() ? 'start' : options.hasEnd() ? 'end' : insideNumber(options.getRevision());
    return { stream: stream as StreamName, from };
  }

  private placeInAll(): number | 'start' | 'end' {
    const options = this.options.getAll() ?? new ReadReq.Options.AllOptions();
    const position = options.getPosition();
    if (position === undefined) return options.hasEnd() ? 'end' : 'start';
    const [commit, prepare] = [
      insidePosition(position.getCommitPosition()),
      insidePosition(position.getPreparePosition()),
    ];
    if (prepare > commit) throw unreadable('the prepare position lies after the commit position');
    return commit;
  }
}

const streamForm = /^[a-z][a-z0-9]*-[a-z0-9]{1,32}\../;

/** Whether our log could hold a stream of this name, for this visitor. */
const mayBeOurs = (stream: string, visitor: Visitor): boolean => streamForm.test(stream) && mayEnter(visitor, stream);
