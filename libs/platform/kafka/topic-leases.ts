import type { PublishedPositions } from './publisher';

/**
 * Who publishes a topic, for a while, and how far it is published. Every adapter passes
 * `libs/testing/topic-leases.contract-suite.ts`. The time is that of the database. May be lost: then all is published again,
 * and whoever reads it leaves out what it has.
 */
export interface TopicLeases {
  /**
   * Takes a topic that is free, whose holder was not heard of for `LEASE_MS`, or which this very owner held before it was
   * started again; undefined while another one has it.
   */
  acquire(topic: string, owner: string): Promise<TopicLease | undefined>;
  close(): Promise<void>;
}

/** Held by one owner at one epoch: what it does later than it holds it changes nothing and throws `TopicLeaseLostFault`. */
export interface TopicLease extends PublishedPositions {
  /** Prolongs it, as `save` does too. */
  renew(): Promise<void>;
  /** Lets go of it at once; nothing where it is not ours any more. */
  release(): Promise<void>;
}

export const LEASE_MS = 9_000;

/** Another process publishes the topic by now. */
export class TopicLeaseLostFault extends Error {
  override readonly name = 'TopicLeaseLostFault';
}
