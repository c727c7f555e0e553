import { accept, refuse, type Decision } from '../../../kernel/decision';
import { checkProgramme } from '../language/check-programme';
import type { ProgrammeDrafted } from '../programme/programme.events';

/** Saves what the next revision shall say; the same draft may be replaced any number of times. */
export interface DraftProgramme {
  readonly document: unknown;
}

export type DraftProgrammeRefusal = 'ProgrammeInvalid';

export function draftProgramme({ document }: DraftProgramme): Decision<ProgrammeDrafted, DraftProgrammeRefusal> {
  const checked = checkProgramme(document);
  if (checked.kind === 'refused') {
    return refuse('ProgrammeInvalid', 'The programme cannot be drafted as written.', checked.errors);
  }
  return accept({ type: 'ProgrammeDrafted', version: 1, data: { document: checked.document } });
}
