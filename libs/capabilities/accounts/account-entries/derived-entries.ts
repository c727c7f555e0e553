import { factKey } from '../account/effective-order';
import type { Ledger } from '../account/account.ledger';
import { dueAt } from '../account/account.ledger';
import type { LedgerDecision } from '../account/account-decisions.events';
import { statementLines, type StatementLine } from './statement-line';

/** A line as the ledger derives it today, where it acts; what late facts changed is in it, and no line tells of the change. */
export type DerivedEntry = StatementLine & {
  readonly occurredAt: number;
  readonly effectiveAt: number;
  readonly recordedAt: number;
};

/** Oldest first. */
export function derivedEntries({ entries, lapsed }: Ledger): readonly DerivedEntry[] {
  const told = entries.flatMap(({ act: { fact, place }, decisions }) => {
    const { occurredAt, recordedAt } = fact;
    return linesOf(decisions, factKey(fact.event), { occurredAt, effectiveAt: place.effectiveAt, recordedAt });
  });
  const last = lapsed.flatMap((decision) => {
    const at = dueAt(decision);
    return linesOf([decision], null, { occurredAt: at, effectiveAt: at, recordedAt: at });
  });
  return [...told, ...last];
}

type Instants = Pick<DerivedEntry, 'occurredAt' | 'effectiveAt' | 'recordedAt'>;

function linesOf(
  decisions: readonly LedgerDecision[],
  fact: string | null,
  instants: Instants,
): readonly DerivedEntry[] {
  return decisions.flatMap((decision) => {
    const at = dueAt(decision);
    const when = at === Infinity ? instants : { occurredAt: at, effectiveAt: at, recordedAt: at };
    return statementLines(decision).flatMap((shown) =>
      shown === undefined ? [] : [{ ...shown, ...when, cause: shown.cause ?? (at === Infinity ? fact : null) }],
    );
  });
}
