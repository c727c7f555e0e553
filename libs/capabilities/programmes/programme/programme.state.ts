import type { ProgrammeDocument } from '../language/programme-document';

/** A programme as its owners left it: the draft, every published revision, and when each is in force. */
export interface Programme {
  /** What the next revision would say; null once it was published. */
  readonly draft: ProgrammeDocument | null;
  /** Revision n is at n − 1. */
  readonly revisions: readonly ProgrammeDocument[];
  /** In recorded order. */
  readonly activations: readonly { readonly revision: number; readonly effectiveFrom: number }[];
}

export const initialProgramme: Programme = { draft: null, revisions: [], activations: [] };

/** The revision in force at an instant; null before the first activation. */
export function revisionInForce({ activations }: Programme, at: number): number | null {
  let latest: Programme['activations'][number] | undefined;
  for (const activation of activations) {
    if (activation.effectiveFrom > at) continue;
    if (latest === undefined || activation.effectiveFrom >= latest.effectiveFrom) latest = activation;
  }
  return latest?.revision ?? null;
}
