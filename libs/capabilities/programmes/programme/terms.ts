import type { Zone } from '../../../kernel/zone';
import { compileProgramme } from '../language/compile-programme';
import type { CompiledProgramme } from '../language/compiled-programme';
import type { ProgrammeEvent } from './programme.events';

/** When each revision of one programme is in force, in the order of `effectiveFrom`. */
export interface ProgrammeTimeline {
  readonly programme: string;
  readonly activations: readonly Activation[];
}

export interface Activation {
  /** Milliseconds; in force until the next activation's. */
  readonly effectiveFrom: number;
  readonly compiled: CompiledProgramme;
}

/**
 * The timeline of one programme from its whole stream, in recorded order. Each revision is compiled once, with the zone
 * that is stored in it; `zoneOf` gives that of revisions which hold none. Of two activations from the same instant the one
 * recorded later counts.
 */
export function programmeTimeline(
  programme: string,
  events: readonly ProgrammeEvent[],
  zoneOf: (name: string) => Zone,
): ProgrammeTimeline {
  const revisions = new Map<number, CompiledProgramme>();
  const activations = new Map<number, Activation>();
  for (const event of events) {
    if (event.type === 'ProgrammeRevisionPublished') {
      const { revision, document, zone = zoneOf(document.timeZone) } = event.data;
      revisions.set(revision, compileProgramme(programme, revision, document, zone));
    } else if (event.type === 'ProgrammeActivated') {
      const { effectiveFrom, revision } = event.data;
      const compiled = revisions.get(revision);
      if (compiled !== undefined) activations.set(effectiveFrom, { effectiveFrom, compiled });
    }
  }
  return {
    programme,
    activations: [...activations.values()].sort((a, b) => a.effectiveFrom - b.effectiveFrom),
  };
}

/** The rules of a tenant over all time, ready to be asked per purchase. Made by `termsOf`; changes are a new value. */
export interface Terms {
  readonly periods: readonly Period[];
}

interface Period {
  readonly from: number;
  /** At most one revision a programme, in the order of programme ids (S35). */
  readonly inForce: readonly CompiledProgramme[];
}

export function termsOf(timelines: readonly ProgrammeTimeline[]): Terms {
  const ordered = [...timelines].sort((a, b) => (a.programme < b.programme ? -1 : 1));
  const instants = new Set(ordered.flatMap(({ activations }) => activations.map(({ effectiveFrom }) => effectiveFrom)));
  const periods = [...instants]
    .sort((a, b) => a - b)
    .map((from) => ({ from, inForce: ordered.flatMap((timeline) => inForceAt(timeline, from)) }));
  return { periods };
}

/** The revisions in force at an instant, by programme id; empty before the first activation. */
export function termsAt({ periods }: Terms, at: number): readonly CompiledProgramme[] {
  let [low, high] = [0, periods.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((periods[middle] as Period).from <= at) low = middle + 1;
    else high = middle;
  }
  return periods[low - 1]?.inForce ?? [];
}

function inForceAt({ activations }: ProgrammeTimeline, at: number): readonly CompiledProgramme[] {
  const last = activations.findLast(({ effectiveFrom }) => effectiveFrom <= at);
  return last === undefined ? [] : [last.compiled];
}
