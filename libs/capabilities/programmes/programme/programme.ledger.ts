import { assertNever } from '../../../kernel/defect';
import type { ProgrammeEvent } from './programme.events';
import type { Programme } from './programme.state';

export function evolveProgramme(programme: Programme, event: ProgrammeEvent): Programme {
  switch (event.type) {
    case 'ProgrammeDrafted':
      return { ...programme, draft: event.data.document };
    case 'ProgrammeRevisionPublished':
      return { ...programme, draft: null, revisions: [...programme.revisions, event.data.document] };
    case 'ProgrammeActivated': {
      const { revision, effectiveFrom } = event.data;
      return { ...programme, activations: [...programme.activations, { revision, effectiveFrom }] };
    }
    default:
      return assertNever(event);
  }
}
