import { HORIZON_MS } from '../../../kernel/time';
import { termsAt, type CompiledProgramme, type Terms } from '../../programmes';
import type { Return } from './account.events';
import { termsInstant, type AccountFact } from './effective-order';

/** When a return whose purchase is not known is settled without it (S27). */
export const settlesAt = ({ recordedAt }: AccountFact): number => recordedAt + HORIZON_MS;

/** Programmes by whose policy a return waits: those in force when it occurred. */
export const termsOfReturn = ({ occurredAt, effectiveAt }: AccountFact, terms: Terms): readonly CompiledProgramme[] =>
  termsAt(terms, termsInstant(occurredAt, effectiveAt));

/**
 * Whether a purchase recorded at an instant belongs to a return that names it: what was settled before stays, unless the
 * return is waited on for ever, as all are that are valued by themselves. Imported history has no horizon.
 */
export function comesInTime(fact: AccountFact, { source }: Return, recordedAt: number, terms: Terms): boolean {
  if (source === 'import' || recordedAt < settlesAt(fact)) return true;
  return termsOfReturn(fact, terms).every(({ returns }) => returns.unmatched === 'wait');
}
