import { assert } from '../../../kernel/defect';
import type { PurchaseFlag, Return } from '../account/account.events';
import type { RecordedFacts } from '../account/decide-account';
import { factKey } from '../account/effective-order';
import { nothingAfter, standingAfter, standingAnswer, type StandingAfter, type StandingAnswer } from './standing-after';
import { lineInOrder, takenBack, type ReturnedLine, type TakenBack } from './taken-back';

/** What an append of a return stores for the first and every repeated answer. */
export function returnOutcome(
  recorded: RecordedFacts,
  { now, anonymous }: { readonly now: number; readonly anonymous: boolean },
): StandingAfter {
  const flags = returnFlags(recorded);
  return anonymous ? nothingAfter(flags) : standingAfter(recorded, now, flags);
}

/** Those the fact was stamped with, and what the ledger found of a late one. */
export function returnFlags({ facts, ledger }: Pick<RecordedFacts, 'facts' | 'ledger'>): readonly PurchaseFlag[] {
  const fact = facts.at(-1);
  assert(fact?.event.type === 'PurchaseReturned', 'the answer to a return is of a return');
  const found = ledger?.past.returns.get(factKey(fact.event)) ?? [];
  return [...new Set([...fact.event.data.flags, ...found])];
}

/** What the till is told; the same record gives the same bytes, at first and ever after. */
export type ReturnAnswer = TakenBack &
  StandingAnswer & {
    /** Key of the return's own receipt. */
    readonly receiptKey: string;
    /** Whose account it is on; null for one that was opened for a receipt of nobody. */
    readonly customerId: string | null;
    /** Opaque; a query that passes it sees at least this return. */
    readonly position: string;
    /** With the amounts that were found where they had been left out. */
    readonly lines: readonly ReturnedLine[];
  };

export interface StoredReturn {
  readonly customerId: string | null;
  readonly position: string;
  readonly events: readonly { readonly type: string; readonly data: unknown }[];
  readonly outcome: unknown;
}

export function answerReturn({ customerId, position, events, outcome }: StoredReturn): ReturnAnswer {
  const [fact] = events;
  assert(fact?.type === 'PurchaseReturned', 'the answer to a return is of a return');
  const { receiptKey, lines } = fact.data as Return;
  return {
    receiptKey,
    customerId,
    position,
    lines: lines.map(lineInOrder),
    ...takenBack(events),
    ...standingAnswer(outcome as StandingAfter),
  };
}
