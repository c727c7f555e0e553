import { accept, refuse, type Decision } from '../../../kernel/decision';
import { checkProgramme } from '../language/check-programme';
import type { ProgrammeRevisionPublished, StoredZone } from '../programme/programme.events';
import type { Programme } from '../programme/programme.state';

/** Makes the draft the next revision, which never changes again. It is in force only once it is activated. */
export type PublishRevisionRefusal = 'NothingDrafted' | 'ProgrammeInvalid';

/** `zoneOf` tells what is known of a zone now, which is kept with the revision for ever. */
export function publishRevision(
  programme: Programme,
  zoneOf: (name: string) => StoredZone,
): Decision<ProgrammeRevisionPublished, PublishRevisionRefusal> {
  if (programme.draft === null) {
    return refuse('NothingDrafted', 'There is no draft to publish; draft what the next revision shall say first.');
  }
  // A draft may be older than the checker.
  const checked = checkProgramme(programme.draft);
  if (checked.kind === 'refused') {
    return refuse('ProgrammeInvalid', 'The draft is no longer valid; draft it anew.', checked.errors);
  }
  const { document } = checked;
  const revision = programme.revisions.length + 1;
  const data = { revision, document, zone: zoneOf(document.timeZone) };
  return accept({ type: 'ProgrammeRevisionPublished', version: 1, data });
}
