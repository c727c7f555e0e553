import { accept, refuse, type Decision } from '../../../kernel/decision';
import { CLOCK_TOLERANCE_MS, instantText } from '../../../kernel/time';
import type { ProgrammeActivated } from '../programme/programme.events';
import { revisionInForce, type Programme } from '../programme/programme.state';

/** Puts a published revision in force from an instant on. */
export interface ActivateRevision {
  readonly revision: number;
  /** Milliseconds. */
  readonly effectiveFrom: number;
  readonly now: number;
  /** Whether any account of the tenant holds a fact, and how many opening activations the tenant has made. */
  readonly accountsOpened: boolean;
  readonly openings: number;
}

export type ActivateRevisionRefusal =
  'RevisionUnknown' | 'RevisionAlreadyActive' | 'ActivationTooEarly' | 'AccountsOpened';

/**
 * Forwards only, by more than the clock skew we bear, so that no account already decided is ever falsified. The first
 * activation of a programme may go back to 1970 while no account holds a fact: there is nothing to falsify then, and the
 * event counts it as an opening. The claim that makes this safe against a first purchase at the same moment is the caller's.
 */
export function activateRevision(
  { revision, effectiveFrom, now, accountsOpened, openings }: ActivateRevision,
  programme: Programme,
): Decision<ProgrammeActivated, ActivateRevisionRefusal> {
  if (revision < 1 || revision > programme.revisions.length) {
    return refuse('RevisionUnknown', `Revision ${revision} was never published; ${publishedWords(programme)}.`);
  }
  if (revisionInForce(programme, effectiveFrom) === revision) {
    return refuse(
      'RevisionAlreadyActive',
      `Revision ${revision} is already in force at ${instantText(effectiveFrom)}; activate another one.`,
    );
  }
  const earliest = now + CLOCK_TOLERANCE_MS;
  const activated = (opening: number | null): Decision<ProgrammeActivated, ActivateRevisionRefusal> =>
    accept({ type: 'ProgrammeActivated', version: 1, data: { revision, effectiveFrom, opening } });
  if (effectiveFrom >= earliest) return activated(null);

  const first = programme.activations.length === 0;
  if (!first || effectiveFrom < 0) {
    const least = first ? '1970-01-01T00:00:00Z' : `five minutes from now (${instantText(earliest)})`;
    return refuse('ActivationTooEarly', `effectiveFrom must be ${least} or later.`, [
      { pointer: '/effectiveFrom', detail: `Give ${least} or later.` },
    ]);
  }
  if (accountsOpened) {
    return refuse(
      'AccountsOpened',
      `Accounts already hold purchases, so effectiveFrom must be five minutes from now (${instantText(earliest)}) or later.`,
      [{ pointer: '/effectiveFrom', detail: `Give ${instantText(earliest)} or later.` }],
    );
  }
  return activated(openings);
}

function publishedWords({ revisions }: Programme): string {
  if (revisions.length === 0) return 'nothing has been published yet';
  return revisions.length === 1 ? 'only revision 1 is there' : `revisions 1 to ${revisions.length} are there`;
}
