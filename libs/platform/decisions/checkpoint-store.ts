import type { StreamName } from '../../kernel/ids';
import type { JsonValue } from '../../kernel/json';

/**
 * Copies of states, so that a long stream is not read from its beginning. Disposable: losing all of them costs time and
 * nothing else. Passes `libs/testing/checkpoint-store.contract-suite.ts`.
 */
export interface CheckpointStore {
  /** Undefined where there is none of this language. */
  load(stream: StreamName, language: number): { readonly revision: number; readonly state: JsonValue } | undefined;
  /** Takes it now, writes it soon: one that is newer replaces one that still waits, and a crash may lose both. */
  save(stream: StreamName, checkpoint: NewCheckpoint): void;
  /** Writes what waits. */
  close(): Promise<void>;
}

export interface NewCheckpoint {
  readonly language: number;
  readonly revision: number;
  /** Called when it is written. */
  readonly state: () => JsonValue;
}
