import type { StreamName } from '../../../kernel/ids';
import type {
  EventStore,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  StreamNamesPage,
  SubscribeOptions,
  SubscriptionBatch,
} from '../event-store';
import { StoreUnavailableFault } from '../faults';
import { DiskLogFiles } from './disk-log-files';
import { DurableEnd } from './durable-end';
import { EventMatch } from './event-match';
import { History } from './history';
import { openIndexForReading } from './index-schema';
import { LogReader } from './log-reader';
import { RecentRecords } from './recent-records';
import { placeAfter } from './record-format';
import { StreamIndexReader } from './stream-index-reader';
import { Tail } from './tail';

export interface LogViewOptions {
  readonly logDirectory: string;
  readonly indexPath: string;
  /** Position of the newest event known to be durable; left out, of the newest that the index holds. */
  readonly endPosition?: number;
}

/**
 * The reading half of the embedded store beside its writer, in another thread: log files and index are opened for reading
 * only, and nothing is shown beyond what `moveEnd` told is durable.
 */
export class LogView implements Pick<
  EventStore,
  'readAll' | 'readStream' | 'streamNames' | 'subscribe' | 'endPosition'
> {
  private readonly end = new DurableEnd();
  private readonly history: History;

  private constructor(
    private readonly reader: LogReader,
    private readonly index: StreamIndexReader,
    private readonly closeIndex: () => void,
  ) {
    const tail = new Tail();
    const recent = new RecentRecords(0);
    this.history = new History({ reader, index, tail, recent, end: this.end });
  }

  /** Throws `StoreUnavailableFault` where the index cannot be read. */
  static open({ logDirectory, indexPath, endPosition }: LogViewOptions): LogView {
    const index = openIndexForReading(indexPath);
    if (index === undefined) throw new StoreUnavailableFault(`the index ${indexPath} cannot be read`);
    const reader = new LogReader(new DiskLogFiles(logDirectory));
    const view = new LogView(reader, new StreamIndexReader(index), () => index.close());
    view.moveEnd(endPosition ?? view.index.end() - 1);
    return view;
  }

  /** Everything up to this position is durable. */
  moveEnd(position: number): void {
    this.end.moveTo(position + 1);
  }

  endPosition(): Promise<number> {
    return Promise.resolve(this.end.position - 1);
  }

  readAll(options?: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]> {
    return this.history.readAll(options);
  }

  /** As far as the index has come. */
  readStream(stream: StreamName, options?: ReadStreamOptions): AsyncIterable<readonly RecordedEvent[]> {
    return this.history.readStream(stream, options);
  }

  streamNames(page: StreamNamesPage): Promise<readonly StreamName[]> {
    return Promise.resolve(this.history.streamNames(page));
  }

  async *subscribe({ after, filter, signal }: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
    const match = new EventMatch(filter);
    let position = after;
    let place = this.index.placeBefore(after + 1);
    const ended = (): boolean => this.end.closed || signal?.aborted === true;
    while (!ended()) {
      const before = this.end.position;
      if (position + 1 >= before) {
        await this.end.change(signal);
        continue;
      }
      for await (const located of this.reader.batches({ from: place, before })) {
        const events: RecordedEvent[] = [];
        for (const { record, location } of located) {
          match.collect(record, position, before, events);
          place = placeAfter(record, location);
        }
        if (ended()) return;
        position = Math.max(position, place.position - 1);
        yield { events, position, caughtUp: position + 1 === this.end.position };
      }
    }
  }

  async close(): Promise<void> {
    this.end.close();
    this.closeIndex();
    await this.reader.close();
  }
}
