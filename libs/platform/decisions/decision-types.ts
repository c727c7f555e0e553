import type { Refusal } from '../../kernel/decision';
import type { JsonObject, JsonValue } from '../../kernel/json';
import type { StreamName } from '../../kernel/ids';
import type { Sliced } from '../../kernel/sliced';
import type { Actor, Claim, ClaimHolder, NewEvent, RecordedAppend, RecordedEvent } from '../event-store/event-store';

/**
 * How one kind of stream is remembered between commands. `evolve` is the fold of stored events; a checkpoint is a
 * disposable copy of the state, ignored when its `language` differs from today's.
 */
export interface StreamMemory<State> {
  readonly initial: State;
  readonly language: number;
  evolve(state: State, events: readonly RecordedEvent[]): State;
  /** Undefined = this kind of stream is short and needs no checkpoint. */
  readonly checkpoint?: { toJson(state: State): JsonValue; fromJson(json: JsonValue): State };
}

/** A command on its way to one stream. */
export interface Intent<State, Code extends string = string> {
  readonly stream: StreamName;
  /** Names the command for ever, unique in the stream's tenant under `claimKey`. */
  readonly commandKey: string;
  /** The key that makes the command unique for ever: `<tenant>/receipt/<receipt key>` or `<tenant>/command/<idempotency key>`. */
  readonly claimKey: string;
  readonly fingerprint: string;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly now: number;
  /** Pure and synchronous. Called again with the newest state after a conflict or a lost claim. */
  decide(state: State, revision: number): Draft<State> | Refusal<Code> | NeedsHistory;
  /** Asked where `decide` answered `needsHistory`, with every event of the stream; long work gives way at each `yield`. */
  decideOnHistory?(state: State, history: readonly RecordedEvent[]): Sliced<Draft<State> | Refusal<Code>>;
  /** A claim other than `claimKey` was held: refuse, or decide anew (undefined), after a wait where one is needed. */
  onClaimTaken?(key: string, holder: ClaimHolder): Refusal<Code> | undefined | Promise<Refusal<Code> | undefined>;
}

export interface NeedsHistory {
  readonly kind: 'needsHistory';
}

/** What shall be appended, and the state after it. */
export interface Draft<State> {
  readonly kind: 'draft';
  readonly events: readonly NewEvent[];
  /** Claims beside `claimKey`, which is always taken. */
  readonly claims: readonly Claim[];
  readonly occurredAt: number;
  readonly effectiveAt: number;
  readonly outcome: JsonObject | null;
  readonly next: State;
}

export type DecisionResult<Code extends string = string> =
  /** `replayed`: the command had been recorded before with the same body; answer from the record. */
  | {
      readonly kind: 'recorded';
      readonly append: RecordedAppend;
      readonly position: number;
      readonly replayed: boolean;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal<Code> }
  /** The command key was used for another body. */
  | { readonly kind: 'differentBody'; readonly holder: ClaimHolder; readonly fingerprint: string };
