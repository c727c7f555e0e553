import type { StreamMemory } from '../../../platform/decisions/decision-types';
import type { RecordedEvent } from '../../../platform/event-store/event-store';
import type { ProgrammeEvent } from './programme.events';
import { evolveProgramme } from './programme.ledger';
import { initialProgramme, type Programme } from './programme.state';

/** Programme streams are short: no checkpoint. */
export const programmeMemory: StreamMemory<Programme> = {
  initial: initialProgramme,
  language: 1,
  evolve: (programme, events) =>
    events.reduce((state, event) => evolveProgramme(state, event as RecordedEvent & ProgrammeEvent), programme),
};
