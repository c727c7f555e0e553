import { assert } from '../../../kernel/defect';
import { LogDamageFault } from '../faults';
import { ClientSubscription, type RawSubscription } from './client-subscription';
import type { AllPage, Driver, DriverSubscription, StreamPage, StreamSelection, Written } from './driver';
import type { NewStoredEvent, StoredEvent } from './stored-form';

/** Opens what both client libraries have in common; credentials and TLS are in the connection string, and nowhere else. */
export type ClientLibrary = (connectionString: string) => LibraryClient;

export interface RawPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

export interface RawEvent {
  readonly streamId: string;
  readonly id: string;
  readonly revision: bigint;
  readonly type: string;
  readonly data?: unknown;
  readonly metadata?: unknown;
  readonly position?: RawPosition | undefined;
}

export interface Resolved {
  readonly event?: RawEvent;
}

export type RawFilter = { filterOn: 'streamName'; checkpointInterval: number; maxSearchWindow: number } & (
  { prefixes: string[] } | { regex: string }
);
type SubscriptionFilter = RawFilter & {
  checkpointReached: (subscription: unknown, position: RawPosition) => void;
};

export interface LibraryClient {
  /** At an exact revision, whatever the library calls that option. */
  append(
    stream: string,
    events: readonly NewStoredEvent[],
    expected: bigint | 'no_stream',
  ): Promise<{ nextExpectedRevision: bigint; position?: RawPosition }>;
  readStream(
    stream: string,
    options: { fromRevision: bigint | 'end'; direction: 'forwards' | 'backwards'; maxCount: number },
  ): AsyncIterable<Resolved>;
  readAll(options: {
    fromPosition: RawPosition | 'start' | 'end';
    direction: 'forwards' | 'backwards';
    maxCount: number;
    filter: RawFilter;
  }): AsyncIterable<Resolved>;
  subscribeToAll(options: { fromPosition: RawPosition | 'start'; filter: SubscriptionFilter }): RawSubscription;
  dispose(): Promise<void>;
}

const NO_POSITION = 2n ** 64n - 1n;

/** A checkpoint comes at least every so many events that were looked at. */
const SEARCH_WINDOW = 256;

const DIRECTIONS = { forward: 'forwards', backward: 'backwards' } as const;

/** Either library, in numbers instead of bigints. */
export class ClientDriver implements Driver {
  constructor(private readonly client: LibraryClient) {}

  async append(stream: string, expectedRevision: number, events: readonly NewStoredEvent[]): Promise<Written> {
    assert(events.length > 0, 'an empty append would be answered and make no stream');
    const expected = expectedRevision < 0 ? 'no_stream' : BigInt(expectedRevision);
    const { nextExpectedRevision, position } = await this.client.append(stream, events, expected);
    return { lastRevision: numberOf(nextExpectedRevision), position: positionOf(position) };
  }

  readStream(stream: string, { from, direction, count }: StreamPage): Promise<readonly StoredEvent[]> {
    const fromRevision = from === 'end' ? from : BigInt(from);
    return gathered(
      this.client.readStream(stream, { fromRevision, direction: DIRECTIONS[direction], maxCount: count }),
    );
  }

  readAll({ from, direction, count, streams }: AllPage): Promise<readonly StoredEvent[]> {
    const options = { direction: DIRECTIONS[direction], maxCount: count, filter: rawFilter(streams) };
    return gathered(this.client.readAll({ ...options, fromPosition: from === 'end' ? from : rawPosition(from) }));
  }

  subscribe(after: number, streams: StreamSelection): DriverSubscription {
    return new ClientSubscription((checkpointReached) =>
      this.client.subscribeToAll({
        fromPosition: rawPosition(after),
        filter: {
          ...rawFilter(streams),
          checkpointReached: (_, position) => checkpointReached(positionOf(position)),
        },
      }),
    );
  }

  dispose(): Promise<void> {
    return this.client.dispose();
  }
}

async function gathered(raw: AsyncIterable<Resolved>): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const { event } of raw) if (event !== undefined) events.push(storedEvent(event));
  return events;
}

/** System events are passed on as they are: tombstones have revisions that are no safe numbers. */
export function storedEvent({ streamId, revision, position, id, type, data, metadata }: RawEvent): StoredEvent {
  return { stream: streamId, revision: Number(revision), position: positionOf(position), id, type, data, metadata };
}

function rawFilter(streams: StreamSelection): RawFilter {
  const options = { filterOn: 'streamName', checkpointInterval: 1, maxSearchWindow: SEARCH_WINDOW } as const;
  return 'pattern' in streams
    ? { ...options, regex: streams.pattern }
    : { ...options, prefixes: [...streams.prefixes] };
}

const rawPosition = (position: number): RawPosition | 'start' =>
  position < 0 ? 'start' : { commit: BigInt(position), prepare: BigInt(position) };

function positionOf(position: RawPosition | undefined): number {
  if (position === undefined || position.commit === NO_POSITION) {
    throw new LogDamageFault('the server gives no positions where a stream is read: it has to be of 22.6 or newer');
  }
  return numberOf(position.commit);
}

function numberOf(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new LogDamageFault(`${value} is beyond the positions we can count`);
  return number;
}

/** A follower may show less than was answered to us a moment ago. */
export function askingTheLeader(connectionString: string): string {
  if (/[?&]nodePreference=/i.test(connectionString)) return connectionString;
  return `${connectionString}${connectionString.includes('?') ? '&' : '?'}nodePreference=leader`;
}
