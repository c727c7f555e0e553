import { refuse, type Acceptance, type Refusal } from '../../../kernel/decision';
import { assert } from '../../../kernel/defect';
import type { JsonObject } from '../../../kernel/json';
import type { Sliced } from '../../../kernel/sliced';
import { DEFAULT_LANGUAGE, type Language } from '../../../kernel/words/language';
import { words, type Words } from '../../../kernel/words/words';
import type { Terms } from '../../programmes';
import type { AccountDecision } from './account-decisions.events';
import type { AccountEvent } from './account.events';
import { comesLate, foldAccount, type Digest, type Ledger } from './account.ledger';
import type { Account } from './account.state';
import { RewardOverflow } from './card-book';
import { placeOf, type AccountFact } from './effective-order';
import { recordInOrder, recordOnHistory, type AccountHistory, type Recording } from './record-fact';
import { WalletOverflow } from './wallet-overflow';

/** What a decision may look at. */
export interface KnownAccount {
  /** After its newest fact; `accountAt` tells what time alone has made of it since. */
  readonly account: Account;
  readonly terms: Terms;
  /** The fold from the start, with everything that is over; there only after `needsHistory` was answered, or a late fact. */
  readonly ledger?: Ledger;
}

/** What was recorded, for the answer that is stored with it. */
export interface RecordedFacts {
  readonly facts: readonly AccountFact[];
  readonly decisions: readonly AccountDecision[];
  /** Everything that is stored, in order: facts, decisions and honoured entitlements. */
  readonly events: readonly AccountEvent[];
  /** After them. */
  readonly account: Account;
  readonly terms: Terms;
  /** In the language of the receipt it is told on. */
  readonly words: Words;
  readonly ledger?: Ledger;
}

/** One command on an account: the pure part of a slice. */
export interface AccountDecider<Code extends string> {
  /** Facts of one append, which act at the same instant, or a refusal. */
  decide(known: KnownAccount): Acceptance<AccountFact> | Refusal<Code> | NeedsHistory;
  /** What the append stores for the first and every repeated answer. */
  outcome(recorded: RecordedFacts): JsonObject;
}

export interface NeedsHistory {
  readonly kind: 'needsHistory';
}

export const NEEDS_HISTORY: NeedsHistory = { kind: 'needsHistory' };

/** One append of an account: facts, what the programmes made of them, and what its answer needs. */
export interface AccountDraft {
  readonly kind: 'draft';
  readonly events: readonly AccountEvent[];
  readonly occurredAt: number;
  readonly effectiveAt: number;
  readonly outcome: JsonObject;
  readonly next: Account;
  readonly facts: readonly AccountFact[];
}

export type Overflowing<Code extends string> = Code | 'PointsTooMany';

/** Decides on what the account is known to hold; it costs the same however long the history is. `language`: of the receipt. */
export function decideInOrder<Code extends string>(
  decider: AccountDecider<Code>,
  account: Account,
  terms: Terms,
  language: Language = DEFAULT_LANGUAGE,
): AccountDraft | Refusal<Overflowing<Code>> | NeedsHistory {
  if (account.behind) return NEEDS_HISTORY;
  const decision = decider.decide({ account, terms });
  if (decision.kind !== 'accepted') return decision;
  try {
    const recordings: Recording[] = [];
    let next = account;
    for (const fact of decision.facts) {
      const recording = comesLate(next, placeOf(fact)) ? undefined : recordInOrder(next, fact, terms);
      if (recording === undefined) return NEEDS_HISTORY;
      recordings.push(recording);
      ({ next } = recording);
    }
    return draftOf(decider, recordings, terms, words(language));
  } catch (error) {
    return overflowRefusal(error);
  }
}

/** Decides with everything the account holds: for late facts, and for those that name what has left the account. */
export function* decideOnHistory<Code extends string>(
  decider: AccountDecider<Code>,
  history: AccountHistory,
  terms: Terms,
  digest: Digest,
  language: Language = DEFAULT_LANGUAGE,
): Sliced<AccountDraft | Refusal<Overflowing<Code>>> {
  const ledger = yield* foldAccount(history.facts, terms);
  const account = { ...ledger.account, announced: history.announced };
  const decision = decider.decide({ account, terms, ledger });
  assert(decision.kind !== 'needsHistory', 'a decision asks for the history it was given');
  if (decision.kind === 'refused') return decision;
  try {
    const recordings: Recording[] = [];
    let known: AccountHistory = { ...history, ledger };
    for (const fact of decision.facts) {
      const recording = yield* recordOnHistory(known, fact, terms, digest);
      recordings.push(recording);
      known = { ...history, facts: [...known.facts, fact, ...recording.honoured] };
    }
    return draftOf(decider, recordings, terms, words(language));
  } catch (error) {
    return overflowRefusal(error);
  }
}

function draftOf<Code extends string>(
  decider: AccountDecider<Code>,
  recordings: readonly Recording[],
  terms: Terms,
  spoken: Words,
): AccountDraft {
  const last = recordings.at(-1) as Recording;
  const [first] = recordings as readonly [Recording];
  const facts = recordings.map(({ fact }) => fact);
  const decisions = recordings.flatMap((recording) => recording.decisions);
  const events = recordings.flatMap((recording) => recording.events);
  const { ledger } = last;
  const told = { facts, decisions, events, account: last.next, terms, words: spoken };
  const recorded = ledger === undefined ? told : { ...told, ledger };
  return {
    kind: 'draft',
    events,
    occurredAt: first.fact.occurredAt,
    effectiveAt: first.fact.effectiveAt,
    outcome: decider.outcome(recorded),
    next: last.next,
    facts,
  };
}

function overflowRefusal(error: unknown): Refusal<'PointsTooMany'> {
  if (!(error instanceof WalletOverflow || error instanceof RewardOverflow)) throw error;
  return refuse('PointsTooMany', `The ${error.message}: the programme gives too much, or the amounts are wrong.`);
}
