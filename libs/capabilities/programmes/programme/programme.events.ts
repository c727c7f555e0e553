import type { Zone } from '../../../kernel/zone';
import type { ProgrammeDocument } from '../language/programme-document';

/** A programme owner saved what the next revision shall say. Nothing is decided by it. */
export interface ProgrammeDrafted {
  readonly type: 'ProgrammeDrafted';
  readonly version: 1;
  readonly data: { readonly document: ProgrammeDocument };
}

/** The draft became revision n and will never change again. */
export interface ProgrammeRevisionPublished {
  readonly type: 'ProgrammeRevisionPublished';
  readonly version: 1;
  readonly data: {
    readonly revision: number;
    readonly document: ProgrammeDocument;
    /** The programme's zone as it was known then; absent in revisions of before zones were stored. */
    readonly zone?: StoredZone;
  };
}

export type StoredZone = Zone & {
  /** SHA-256 (hex) of the canonical JSON of name and transitions. */
  readonly hash: string;
};

/** From `effectiveFrom` on (milliseconds), purchases that occur are decided by this revision. */
export interface ProgrammeActivated {
  readonly type: 'ProgrammeActivated';
  readonly version: 1;
  readonly data: {
    readonly revision: number;
    readonly effectiveFrom: number;
    /** Counts the tenant's activations made before its first account fact; null for a forward activation. */
    readonly opening: number | null;
  };
}

export type ProgrammeEvent = ProgrammeDrafted | ProgrammeRevisionPublished | ProgrammeActivated;
