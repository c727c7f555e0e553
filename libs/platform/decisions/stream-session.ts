import { assert } from '../../kernel/defect';
import type { Refusal } from '../../kernel/decision';
import type { StreamName } from '../../kernel/ids';
import type { AppendRequest, ClaimHolder, EventStore, RecordedAppend, RecordedEvent } from '../event-store/event-store';
import { SLOT_CLOSED } from '../event-store/event-store';
import type { CheckpointStore } from './checkpoint-store';
import type { Draft, Intent, StreamMemory } from './decision-types';
import { StreamBusyFault } from './faults';
import { inSlices } from './in-slices';
import { recordedAppend } from './recorded-append';

export interface SessionTerms<State> {
  readonly store: EventStore;
  readonly memory: StreamMemory<State>;
  readonly checkpoints: CheckpointStore | undefined;
  readonly maxWaiting: number;
}

/** What became of one try. */
export type Attempt<Code extends string> =
  | { readonly kind: 'recorded'; readonly append: RecordedAppend; readonly position: number; readonly replayed: false }
  | { readonly kind: 'refused'; readonly refusal: Refusal<Code> }
  | { readonly kind: 'claimTaken'; readonly key: string; readonly holder: ClaimHolder }
  /** The stream was not as it seemed: another writer, or an append before this one that failed. */
  | { readonly kind: 'conflict' }
  /** The same command is on its way already: the record answers it. */
  | { readonly kind: 'sameUnderWay' };

/** The stream as the next command sees it, appends on their way included. */
interface Seen<State> {
  readonly state: State;
  readonly revision: number;
  /** Whose append wrote `revision`, where it was one of ours. */
  readonly commandKey?: string;
}

/**
 * One stream in this process. Commands take turns and are decided in memory one after another, each on the state that the
 * one before will leave; nobody waits for an earlier commit, and each is answered when its own append is durable. When an
 * append fails, what was decided on it fails too (the store sees to that), and the state is read anew, after all of them.
 */
export class StreamSession<State> {
  private turn: Promise<unknown> = Promise.resolve();
  private seen: Seen<State> | undefined;
  /** Settles, and never fails, when every append so far is durable or has failed. */
  private settled: Promise<unknown> = Promise.resolve();
  /** Counts how often the state was forgotten. */
  private generation = 0;
  private durableRevision = -1;
  private checkpointRevision = -1;
  private readonly underWay = new Map<string, Promise<unknown>>();
  private waiting = 0;

  constructor(
    readonly stream: StreamName,
    private readonly terms: SessionTerms<State>,
  ) {}

  /** Nobody waits for it: it may be dropped. */
  get idle(): boolean {
    return this.waiting === 0;
  }

  async attempt<Code extends string>(intent: Intent<State, Code>): Promise<Attempt<Code>> {
    if (this.waiting >= this.terms.maxWaiting) {
      throw new StreamBusyFault(`${this.waiting} commands wait for ${this.stream} already`);
    }
    this.waiting++;
    try {
      const decided = this.turn.then(() => this.decide(intent));
      this.turn = decided.then(nothing, nothing);
      return await (
        await decided
      ).answer;
    } finally {
      this.waiting--;
    }
  }

  /**
   * The state after everything that is recorded, by other processes too: it waits for its turn and for what is on its way,
   * as a refusal does.
   */
  async read(): Promise<State> {
    this.waiting++;
    try {
      for (;;) {
        const turn = this.turn.then(async () => {
          const { state } = await this.upToDate();
          return { state, generation: this.generation, settled: this.settled };
        });
        this.turn = turn.then(nothing, nothing);
        const { state, generation, settled } = await turn;
        await settled;
        if (generation === this.generation) return state;
      }
    } finally {
      this.waiting--;
    }
  }

  /** Holds the turn. The answer is wrapped, so that the next turn begins without waiting for it. */
  private async decide<Code extends string>(intent: Intent<State, Code>): Promise<{ answer: Promise<Attempt<Code>> }> {
    const same = this.underWay.get(intent.claimKey);
    if (same !== undefined) return { answer: same.then(() => ({ kind: 'sameUnderWay' })) };
    let seen = (this.seen ??= await this.load());
    let decision = intent.decide(seen.state, seen.revision);
    if (decision.kind === 'needsHistory') {
      const history = await this.readHistory();
      seen = history.seen;
      assert(intent.decideOnHistory !== undefined, `a decision on ${this.stream} asks for a history it cannot take`);
      decision = await inSlices(intent.decideOnHistory(seen.state, history.events));
    }
    if (decision.kind === 'refused' && !this.terms.store.exclusive) {
      const now = await this.upToDate();
      // What another process recorded meanwhile may allow it, and an append would have met it.
      if (now.revision !== seen.revision) return { answer: Promise.resolve({ kind: 'conflict' }) };
    }
    switch (decision.kind) {
      case 'refused':
        return { answer: this.uphold(decision) };
      case 'draft':
        return { answer: this.append(intent, decision, seen) };
    }
  }

  /** A refusal stands only if everything it rests on has become durable. */
  private async uphold<Code extends string>(refusal: Refusal<Code>): Promise<Attempt<Code>> {
    const { generation } = this;
    await this.settled;
    return generation === this.generation ? { kind: 'refused', refusal } : { kind: 'conflict' };
  }

  private append<Code extends string>(
    intent: Intent<State, Code>,
    draft: Draft<State>,
    seen: Seen<State>,
  ): Promise<Attempt<Code>> {
    const { stream, commandKey, claimKey } = intent;
    const buildsOn = seen.revision > this.durableRevision ? seen.commandKey : undefined;
    const request: AppendRequest = {
      stream,
      expectedRevision: seen.revision,
      ...(buildsOn === undefined ? {} : { expectedCommandKey: buildsOn }),
      commandKey,
      fingerprint: intent.fingerprint,
      recordedAt: intent.now,
      occurredAt: draft.occurredAt,
      effectiveAt: draft.effectiveAt,
      actor: intent.actor,
      correlationId: intent.correlationId,
      causationId: intent.causationId,
      events: draft.events,
      claims: [{ action: 'take', key: claimKey }, ...draft.claims],
      outcome: draft.outcome,
    };
    const next = { state: draft.next, revision: seen.revision + draft.events.length, commandKey };
    this.seen = next;
    const answer = this.record<Code>(request, next);
    const over = answer.then(
      () => this.underWay.delete(claimKey),
      () => this.underWay.delete(claimKey),
    );
    this.underWay.set(claimKey, over);
    const before = this.settled;
    this.settled = over.then(() => before);
    return answer;
  }

  private async record<Code extends string>(request: AppendRequest, next: Seen<State>): Promise<Attempt<Code>> {
    const { generation } = this;
    try {
      const result = await this.terms.store.append(request);
      if (result.kind === 'appended') {
        this.durableRevision = Math.max(this.durableRevision, result.lastRevision);
        this.keepCheckpoint(next);
        const append = recordedAppend(request, result);
        return { kind: 'recorded', append, position: result.position, replayed: false };
      }
      this.forget(generation);
      return result.kind === 'claimTaken' ? result : { kind: 'conflict' };
    } catch (error) {
      this.forget(generation);
      throw error;
    }
  }

  /** The state rests on something that will not be. Of appends that fail together only the first says so. */
  protected forget(generation: number): void {
    if (generation !== this.generation) return;
    this.generation++;
    this.seen = undefined;
  }

  /** Holds the turn. Where others append too it waits for what is on its way, and looks for what they did. */
  private async upToDate(): Promise<Seen<State>> {
    if (this.seen === undefined) return (this.seen = await this.load());
    if (this.terms.store.exclusive) return this.seen;
    await this.settled;
    // Forgotten, where something on its way has failed.
    const seen = this.seen ?? (await this.load());
    return (this.seen = await this.readOn(seen));
  }

  private async readOn({ state, revision, ...rest }: Seen<State>): Promise<Seen<State>> {
    const from = revision + 1;
    for await (const events of this.terms.store.readStream(this.stream, { from })) {
      state = this.terms.memory.evolve(state, events.filter(saysSomething));
      revision += events.length;
    }
    if (revision >= from) this.durableRevision = revision;
    return revision < from ? { state, revision, ...rest } : { state, revision };
  }

  /** Not before all is settled: what is still on its way may become durable behind what we read. */
  private async load(): Promise<Seen<State>> {
    await this.settled;
    const begun = (await this.readCheckpoint()) ?? { state: this.terms.memory.initial, revision: -1 };
    this.checkpointRevision = begun.revision;
    const seen = await this.readOn(begun);
    this.durableRevision = seen.revision;
    this.keepCheckpoint(seen);
    return seen;
  }

  /** Every event, and the state after them: another writer may have made the stream longer than we had seen it. */
  private async readHistory(): Promise<{ seen: Seen<State>; events: readonly RecordedEvent[] }> {
    await this.settled;
    const { state, revision } = (this.seen ??= await this.load());
    const events: RecordedEvent[] = [];
    for await (const batch of this.terms.store.readStream(this.stream)) events.push(...batch);
    this.durableRevision = events.length - 1;
    const seen = {
      state: this.terms.memory.evolve(state, events.slice(revision + 1).filter(saysSomething)),
      revision: events.length - 1,
    };
    this.seen = seen;
    return { seen, events: events.filter(saysSomething) };
  }

  private async readCheckpoint(): Promise<Seen<State> | undefined> {
    const { store, memory, checkpoints } = this.terms;
    const found = memory.checkpoint && checkpoints?.load(this.stream, memory.language);
    // One beyond the end is of another log: a data directory put together from two backups.
    if (!found || found.revision > (await store.headRevision(this.stream))) return undefined;
    return { state: memory.checkpoint.fromJson(found.state), revision: found.revision };
  }

  private keepCheckpoint({ state, revision }: Seen<State>): void {
    const { memory, checkpoints } = this.terms;
    const form = memory.checkpoint;
    if (form === undefined || checkpoints === undefined) return;
    if (revision - this.checkpointRevision < Math.max(200, revision / 10)) return;
    this.checkpointRevision = revision;
    checkpoints.save(this.stream, { language: memory.language, revision, state: () => form.toJson(state) });
  }
}

/** What a session keeps must not hold on to answers: a promise is as big as what it gives. */
const nothing = (): undefined => undefined;

const saysSomething = ({ type }: RecordedEvent): boolean => type !== SLOT_CLOSED;
