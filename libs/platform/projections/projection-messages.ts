import type { ParkedLine, ProjectionStatus } from '../read-store/read-store';
import type { LineOutcome } from './projection-runner';

/** What the projection thread is started with. */
export interface ProjectionThreadData {
  readonly logDirectory: string;
  readonly indexPath: string;
  readonly readModelsPath: string;
  /** Position of the newest durable event. */
  readonly endPosition: number;
}

export type ToProjectionThread =
  | { readonly kind: 'durable'; readonly position: number }
  | { readonly kind: 'ask'; readonly id: number; readonly question: ProjectionQuestion }
  | { readonly kind: 'stop' };

export type ProjectionQuestion =
  | { readonly name: 'status' }
  | { readonly name: 'parkedLines' }
  | { readonly name: 'retry' | 'skip' | 'unpark'; readonly projection: string; readonly line: string };

export type ProjectionAnswer = readonly ProjectionStatus[] | readonly ParkedLine[] | LineOutcome;

export type FromProjectionThread =
  | { readonly kind: 'started' | 'reached'; readonly position: number }
  | { readonly kind: 'paused'; readonly error: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: ProjectionAnswer }
  | { readonly kind: 'failed'; readonly id: number; readonly error: string };
