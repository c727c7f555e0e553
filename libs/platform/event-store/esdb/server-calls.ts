import { setTimeout as pause } from 'node:timers/promises';
import { Defect } from '../../../kernel/defect';
import { AppendTooLargeFault, LogDamageFault, StoreFault, StoreUnavailableFault } from '../faults';
import type { AllPage, Driver, StreamPage, Written } from './driver';
import type { NewStoredEvent, StoredEvent } from './stored-form';
import { failureOf, type Failure } from './unavailable';

export interface CallTerms {
  /** A call that has not answered after so long is tried again; the libraries' own deadlines do not hold. */
  readonly attemptMs: number;
  /** How long a call is tried in all before it is given up as unavailable. */
  readonly patienceMs: number;
}

export type WriteOutcome = ({ readonly kind: 'written' } & Written) | { readonly kind: 'wrongRevision' };

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Calls of the server that settle: each is tried again, the same in every part, until it is answered or patience is over. An
 * append whose answer was lost is thereby answered as if it had not been, for the server knows its ids at that revision.
 * All throw `StoreUnavailableFault` when they give up and `LogDamageFault` for a stream that somebody has ended.
 */
export class ServerCalls {
  constructor(
    private readonly driver: Pick<Driver, 'append' | 'readStream' | 'readAll'>,
    private readonly terms: CallTerms,
    /** Raised when the store closes at once: nothing is tried again after it. */
    private readonly ended: AbortSignal,
  ) {}

  /** `wrongRevision` may be our own doing: an earlier try that came through late. The caller reads what is there. */
  append(stream: string, expectedRevision: number, events: readonly NewStoredEvent[]): Promise<WriteOutcome> {
    return this.settle<WriteOutcome>(
      stream,
      async (abandoned) => {
        const written = await this.driver.append(stream, expectedRevision, events, abandoned);
        if (written.lastRevision === expectedRevision + events.length) return { kind: 'written', ...written };
        throw new LogDamageFault(`${stream} was deleted and begun again: its next revision is ${written.lastRevision}`);
      },
      { wrongRevision: { kind: 'wrongRevision' } },
    );
  }

  /** Nothing for a stream that is not there. */
  readStream(stream: string, page: StreamPage): Promise<readonly StoredEvent[]> {
    return this.settle(stream, () => this.driver.readStream(stream, page), { notFound: [] });
  }

  readAll(page: AllPage): Promise<readonly StoredEvent[]> {
    return this.settle('$all', () => this.driver.readAll(page), { notFound: [] });
  }

  private async settle<Answer>(
    stream: string,
    call: (abandoned: AbortSignal) => Promise<Answer>,
    answers: { readonly [failure in Failure]?: Answer },
  ): Promise<Answer> {
    const givenUpAt = performance.now() + this.terms.patienceMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await withinTime(call, this.terms.attemptMs);
      } catch (error) {
        if (error instanceof StoreFault) throw error;
        const failure = failureOf(error);
        const answer = failure && answers[failure];
        if (answer !== undefined) return answer;
        if (failure !== 'unavailable') throw faultOf(failure, stream, error);
        if (this.ended.aborted || performance.now() + pauseMs > givenUpAt) {
          throw new StoreUnavailableFault(`the event store does not answer (${stream})`, { cause: error });
        }
        await pause(pauseMs * (0.5 + Math.random() / 2));
      }
    }
  }
}

function faultOf(failure: Failure | undefined, stream: string, cause: unknown): Error {
  switch (failure) {
    case 'deleted':
      return new LogDamageFault(`${stream} was deleted`, { cause });
    case 'tooLarge':
      return new AppendTooLargeFault(`the server takes no append of this size (${stream})`, { cause });
    case 'denied':
      return new StoreUnavailableFault(`the event store does not let us in (${stream})`, { cause });
    default:
      return new Defect(`the event store cannot do what we ask of it (${stream})`, { cause });
  }
}

/** The call itself goes on: nobody can take it back, and what it does is found out by the next one. */
export async function withinTime<Answer>(
  begin: (abandoned: AbortSignal) => Promise<Answer>,
  ms: number,
): Promise<Answer> {
  const abandoned = new AbortController();
  const call = begin(abandoned.signal);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => {
      fail(Object.assign(new Error(`no answer in ${ms} ms`), { type: 'timeout' }));
      abandoned.abort();
    }, ms);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
    // What it answers after all is of no use, whatever it is.
    call.catch(() => undefined);
  }
}
