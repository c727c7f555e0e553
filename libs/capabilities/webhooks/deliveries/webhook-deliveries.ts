import type { StreamName } from '../../../kernel/ids';

/**
 * How far each webhook is delivered, what waits for its next attempt, and what was given up. Every adapter passes
 * `libs/testing/webhook-deliveries.contract-suite.ts`. A webhook is named by its stream, so by its tenant as well.
 *
 * It may be lost. Then deliveries begin at the end of the log: nothing old is sent again unasked, and what was waiting is not
 * sent; it can be replayed from the log. Times are milliseconds since 1970, positions those of the log. Throws
 * `StoreUnavailableFault` where it cannot be reached.
 */
export interface WebhookDeliveries {
  /** Where deliveries begin at the earliest: the log's end when this store was made, which is told by the first call. */
  begin(logEnd: number): Promise<number>;

  /** How far a webhook is, made now with this beginning where it is new. */
  open(webhook: StreamName, since: number): Promise<DeliveryProgress>;
  find(webhook: StreamName): Promise<DeliveryProgress | undefined>;

  /**
   * Moves a cursor and enqueues what was found on the way, in one transaction. False, and nothing is done, where the cursor is
   * not at `from`: somebody else has moved it. What waits already stays as it is.
   */
  take(webhook: StreamName, way: Way, move: CursorMove, found: readonly Found[], now: number): Promise<boolean>;

  /** What may be sent at `now`, in the order of the log: of each customer the first that waits. */
  ready(webhook: StreamName, now: number, limit: number): Promise<readonly Delivery[]>;
  /** When the next is ready; undefined where nothing waits. */
  nextReady(webhook: StreamName): Promise<number | undefined>;
  waiting(webhook: StreamName, way: Way): Promise<number>;

  delivered(webhook: StreamName, delivery: Delivery, now: number): Promise<void>;
  /** Answers since when every delivery has failed. */
  failed(webhook: StreamName, delivery: Delivery, failure: DeliveryFailure): Promise<number>;

  /** What failed before a pause starts anew: with all its time, and at once. An order that was carried out before changes nothing. */
  goOn(webhook: StreamName, order: number, now: number): Promise<void>;
  /** A replay that is under way ends where it is and this one begins. */
  replayRange(
    webhook: StreamName,
    order: number,
    range: { readonly after: number; readonly until: number },
  ): Promise<void>;
  replayDeadLetters(webhook: StreamName, order: number, now: number): Promise<void>;
  /** The range is through. */
  endReplay(webhook: StreamName): Promise<void>;

  /** In the order of the log, after a position. */
  deadLetters(webhook: StreamName, after: number, limit: number): Promise<readonly DeadLetter[]>;
  forget(webhook: StreamName): Promise<void>;
  close(): Promise<void>;
}

/** What is told for the first time, and what once more. */
export type Way = 'first' | 'again';

export interface CursorMove {
  readonly from: number;
  readonly to: number;
}

export interface Found {
  readonly position: number;
  /** Whom it is about: what is about one is delivered in order. */
  readonly subject: string;
}

export interface Delivery extends Found {
  readonly way: Way;
  /** That have failed. */
  readonly attempts: number;
  /** A failure from then on is the last. */
  readonly until: number;
}

export interface DeliveryFailure {
  readonly at: number;
  readonly reason: string;
  /** Undefined = given up: it becomes a dead letter. */
  readonly nextAt: number | undefined;
}

export interface DeliveryProgress {
  /** What comes after it was to be delivered. */
  readonly since: number;
  /** Everything up to it was looked at. */
  readonly position: number;
  /** Position of the newest order that was carried out. */
  readonly ordered: number;
  readonly replay: { readonly position: number; readonly until: number } | undefined;
  readonly waiting: number;
  readonly deadLetters: number;
  /** Since when every delivery has failed; undefined where the last one did not. */
  readonly failingSince: number | undefined;
  readonly lastDeliveredAt: number | undefined;
  /** Why the last one that failed did. */
  readonly lastFailure: string | undefined;
}

export interface DeadLetter extends Found {
  readonly attempts: number;
  readonly diedAt: number;
  readonly failure: string;
}
