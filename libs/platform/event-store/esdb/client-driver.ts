import { assert } from '../../../kernel/defect';
import { AppendLanes } from './append-lanes';
import type { ClientLibrary, LibraryClient, RawFilter, RawPosition, Resolved } from './client-library';
import { ClientSubscription } from './client-subscription';
import type { AllPage, Driver, DriverSubscription, StreamPage, StreamSelection, Written } from './driver';
import { numberOf, positionOf, storedEvent } from './raw-events';
import type { NewStoredEvent, StoredEvent } from './stored-form';
import { failureOf } from './unavailable';

const READS_BEFORE_ANEW = 3;

/** A checkpoint comes at least every so many events that were looked at. */
const SEARCH_WINDOW = 256;

const DIRECTIONS = { forward: 'forwards', backward: 'backwards' } as const;

/** Either library, in numbers instead of bigints. */
export class ClientDriver implements Driver {
  private readonly connect: () => LibraryClient;
  private readonly subscriber: LibraryClient;
  private readonly lanes: AppendLanes;
  private reader: LibraryClient;
  private readsFailed = 0;

  constructor(library: ClientLibrary, connectionString: string) {
    this.connect = () => library(connectionString);
    this.subscriber = this.connect();
    this.reader = this.connect();
    this.lanes = new AppendLanes(this.connect);
  }

  async append(
    stream: string,
    expectedRevision: number,
    events: readonly NewStoredEvent[],
    abandoned: AbortSignal,
  ): Promise<Written> {
    assert(events.length > 0, 'an empty append would be answered and make no stream');
    const expected = expectedRevision < 0 ? 'no_stream' : BigInt(expectedRevision);
    const { nextExpectedRevision, position } = await this.lanes.send(
      (client) => client.append(stream, events, expected),
      abandoned,
    );
    return { lastRevision: numberOf(nextExpectedRevision), position: positionOf(position) };
  }

  readStream(stream: string, { from, direction, count }: StreamPage): Promise<readonly StoredEvent[]> {
    const fromRevision = from === 'end' ? from : BigInt(from);
    const options = { fromRevision, direction: DIRECTIONS[direction], maxCount: count };
    return this.read((client) => client.readStream(stream, options));
  }

  readAll({ from, direction, count, streams }: AllPage): Promise<readonly StoredEvent[]> {
    const options = { direction: DIRECTIONS[direction], maxCount: count, filter: rawFilter(streams) };
    const fromPosition = from === 'end' ? from : rawPosition(from);
    return this.read((client) => client.readAll({ ...options, fromPosition }));
  }

  subscribe(after: number, streams: StreamSelection): DriverSubscription {
    return new ClientSubscription((checkpointReached) =>
      this.subscriber.subscribeToAll({
        fromPosition: rawPosition(after),
        filter: {
          ...rawFilter(streams),
          checkpointReached: (_, position) => checkpointReached(positionOf(position)),
        },
      }),
    );
  }

  async dispose(): Promise<void> {
    await Promise.all([this.subscriber.dispose(), this.reader.dispose(), this.lanes.dispose()]);
  }

  /**
   * The reading half of the newer library, when its first connection meets an outage, calls the server unavailable for ever
   * after: a connection that has failed some times in a row is replaced.
   */
  private async read(begin: (client: LibraryClient) => AsyncIterable<Resolved>): Promise<readonly StoredEvent[]> {
    const { reader } = this;
    try {
      const events = await gathered(begin(reader));
      this.readsFailed = 0;
      return events;
    } catch (error) {
      if (failureOf(error) !== 'unavailable') this.readsFailed = 0;
      else if (this.reader === reader && ++this.readsFailed >= READS_BEFORE_ANEW) {
        this.readsFailed = 0;
        this.reader = this.connect();
        await reader.dispose();
      }
      throw error;
    }
  }
}

async function gathered(raw: AsyncIterable<Resolved>): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const { event } of raw) if (event !== undefined) events.push(storedEvent(event));
  return events;
}

function rawFilter(streams: StreamSelection): RawFilter {
  const options = { filterOn: 'streamName', checkpointInterval: 1, maxSearchWindow: SEARCH_WINDOW } as const;
  return 'pattern' in streams
    ? { ...options, regex: streams.pattern }
    : { ...options, prefixes: [...streams.prefixes] };
}

const rawPosition = (position: number): RawPosition | 'start' =>
  position < 0 ? 'start' : { commit: BigInt(position), prepare: BigInt(position) };
