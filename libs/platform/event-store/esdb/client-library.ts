import type { NewStoredEvent } from './stored-form';

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

/** The stream in object mode that both libraries give. */
export interface RawSubscription {
  read(): unknown;
  on(event: 'readable' | 'caughtUp' | 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  unsubscribe(): Promise<void>;
}

/** A follower may show less than was answered to us a moment ago. */
export function askingTheLeader(connectionString: string): string {
  if (/[?&]nodePreference=/i.test(connectionString)) return connectionString;
  return `${connectionString}${connectionString.includes('?') ? '&' : '?'}nodePreference=leader`;
}
