import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamName } from '../../kernel/ids';
import type { EventStore } from '../event-store/event-store';
import type { CheckpointStore } from './checkpoint-store';
import type { StreamMemory } from './decision-types';
import { StreamSession, type SessionTerms } from './stream-session';

export interface StreamSessionsOptions {
  readonly checkpoints?: CheckpointStore;
  /** States kept in memory; a stream in use is never dropped. */
  readonly maxStreams?: number;
  /** Commands of one stream that may wait for their turn or their commit. */
  readonly maxWaiting?: number;
  /** Waits before try n + 1 after a conflict. */
  readonly pause?: (tries: number) => Promise<void>;
}

/**
 * The streams of one kind that this process has in mind, least recently used dropped first. One instance per store and
 * kind of stream: two would be two writers to each other.
 */
export class StreamSessions<State> {
  private readonly sessions = new Map<StreamName, StreamSession<State>>();
  private readonly terms: SessionTerms<State>;
  private readonly maxStreams: number;
  readonly pause: (tries: number) => Promise<void>;

  constructor(
    readonly store: EventStore,
    memory: StreamMemory<State>,
    options: StreamSessionsOptions = {},
  ) {
    const { checkpoints, maxStreams = 10_000, maxWaiting = 256, pause = jitteredPause } = options;
    this.terms = { store, memory, checkpoints, maxWaiting };
    this.maxStreams = maxStreams;
    this.pause = pause;
  }

  of(stream: StreamName): StreamSession<State> {
    const session = this.sessions.get(stream) ?? this.begin(stream, this.terms);
    this.sessions.delete(stream);
    this.sessions.set(stream, session);
    if (this.sessions.size > this.maxStreams) this.dropIdle(session);
    return session;
  }

  protected begin(stream: StreamName, terms: SessionTerms<State>): StreamSession<State> {
    return new StreamSession(stream, terms);
  }

  private dropIdle(kept: StreamSession<State>): void {
    for (const session of this.sessions.values()) {
      if (this.sessions.size <= this.maxStreams) return;
      if (session.idle && session !== kept) this.sessions.delete(session.stream);
    }
  }
}

const jitteredPause = (tries: number): Promise<void> => sleep(Math.random() * Math.min(2 ** tries, 50));
