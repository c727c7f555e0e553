import type { EventStore } from '../../libs/platform/event-store/event-store';

/** What is asked: the processes that answer, and the log they share. */
export interface ServedProduct {
  /** One of each process that answers. */
  readonly urls: readonly string[];
  readonly store: EventStore;
  readonly keyFile: string;
  /** Of the newest event that the processes see; a log on servers holds more beside them. */
  endPosition(): Promise<number>;
  /** The index of the log has all of it. */
  indexed(): Promise<void>;
  close(): Promise<void>;
}
