import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { readRecord, type LoyaltyRecord } from './loyalty-record';
import type { Transactions } from './transactions';

export interface LoyaltyConsumerOptions<Tx> {
  readonly kafka: Kafka;
  readonly group: string;
  readonly topics: readonly string[];
  readonly transactions: Transactions<Tx>;
  /**
   * Handles one record in the transaction it is given. What it throws rolls back everything since the last commit, and the
   * records come again after a pause.
   */
  readonly handle: (transaction: Tx, record: LoyaltyRecord) => Promise<void>;
  /** Records in one transaction. */
  readonly batchRecords?: number;
  readonly retryMs?: number;
  /** A record, the database or Kafka failed; it goes on by itself. */
  readonly onTrouble?: (error: unknown) => void;
  /**
   * Records between the last one handled and this one are gone: they were deleted before they were read. The partition
   * stands still from here on, unless this answers true: then it goes on without them.
   */
  readonly onGap?: (record: LoyaltyRecord, handled: number) => boolean;
}

/** Since the start of this process. */
export interface ConsumedCounts {
  readonly handled: number;
  /** Delivered again, and left out. */
  readonly duplicates: number;
  readonly gaps: number;
}

/** Before which of the messages, and what to say of it. */
interface UnreadGap {
  readonly index: number;
  readonly fault: GapFault;
}

class GapFault extends Error {
  override readonly name = 'GapFault';
}

/**
 * Reads what Suki publishes, each record once in effect: how far a partition was handled is kept by the consumer's own
 * transactions, not by Kafka's offsets, which only say where to read on. So a crash, a rebalance, a publisher that sends
 * again or a wrong offset doubles nothing and loses nothing; within a partition, and so for a customer, order is kept.
 */
export class LoyaltyConsumer<Tx> {
  private readonly consumer: Consumer;
  private handled = 0;
  private duplicates = 0;
  private gaps = 0;

  constructor(private readonly options: LoyaltyConsumerOptions<Tx>) {
    const { group, retryMs = 500, onTrouble } = options;
    this.consumer = options.kafka.consumer({
      groupId: group,
      // How long a quiet topic keeps `stop` waiting.
      maxWaitTimeInMs: 1_000,
      // Not forgotten by one bad moment of the database: the group is asked to wait for a transaction.
      sessionTimeout: 30_000,
      retry: {
        initialRetryTime: retryMs,
        retries: 5,
        restartOnFailure: (error) => {
          onTrouble?.(error);
          return Promise.resolve(true);
        },
      },
    });
  }

  get counts(): ConsumedCounts {
    const { handled, duplicates, gaps } = this;
    return { handled, duplicates, gaps };
  }

  /** Answers when it has joined its group. Reads from the beginning of a topic that the group has never read. */
  async start(): Promise<void> {
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
    await this.consumer.run({
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.take(payload),
    });
  }

  /** After the transaction in hand. */
  async stop(): Promise<void> {
    await this.consumer.disconnect();
  }

  private async take(payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, heartbeat, commitOffsetsIfNecessary, isRunning, isStale, pause } = payload;
    const { topic, partition } = batch;
    const { batchRecords = 500, onTrouble } = this.options;
    for (let start = 0; start < batch.messages.length; start += batchRecords) {
      // Stale: the partition was given to another process, or set back, meanwhile.
      if (!isRunning() || isStale()) return;
      const messages = batch.messages.slice(start, start + batchRecords);
      const gap = await this.handleAll(topic, partition, messages);
      if (gap !== undefined) {
        onTrouble?.(gap.fault);
        const before = messages[gap.index - 1];
        if (before !== undefined) resolveOffset(before.offset);
        await commitOffsetsIfNecessary();
        pause();
        return;
      }
      resolveOffset(messages.at(-1)?.offset ?? batch.lastOffset());
      await heartbeat();
      await commitOffsetsIfNecessary();
    }
    // The batch may hold nothing but what a compaction left.
    if (batch.messages.length === 0) resolveOffset(batch.lastOffset());
  }

  /** All of them, or those before a gap that nobody allowed. */
  private async handleAll(
    topic: string,
    partition: number,
    messages: readonly KafkaMessage[],
  ): Promise<UnreadGap | undefined> {
    const { group, transactions, handle, onGap } = this.options;
    let counted = { handled: 0, duplicates: 0, gaps: 0 };
    let unread: UnreadGap | undefined;
    await transactions.run({ group, topic, partition }, async (transaction, before) => {
      counted = { handled: 0, duplicates: 0, gaps: 0 };
      unread = undefined;
      let newest = before;
      for (const [index, message] of messages.entries()) {
        const record = readRecord(topic, partition, message);
        if (newest !== undefined && record.position <= newest) {
          counted.duplicates++;
          continue;
        }
        if (newest !== undefined && record.previous !== undefined && record.previous > newest) {
          counted.gaps++;
          if (onGap?.(record, newest) !== true) {
            const gone = `records after ${newest} and up to ${record.previous} are gone`;
            unread = { index, fault: new GapFault(`${topic}/${partition}: ${gone}`) };
            return newest;
          }
        }
        await handle(transaction, record);
        counted.handled++;
        newest = record.position;
      }
      return newest;
    });
    this.handled += counted.handled;
    this.duplicates += counted.duplicates;
    this.gaps += counted.gaps;
    return unread;
  }
}

/**
 * Sets a group back, so that it handles again what lies after `position` (from the beginning where that is undefined). While
 * none of its consumers runs; throws what Kafka says otherwise. What the group made of those records is its own to empty.
 */
export async function replayAfter<Tx>(
  position: number | undefined,
  {
    kafka,
    group,
    topics,
    transactions,
  }: Pick<LoyaltyConsumerOptions<Tx>, 'kafka' | 'group' | 'topics' | 'transactions'>,
): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    for (const topic of topics) {
      // Offsets first: cut short in between, records are read again and left out, never the other way round.
      await admin.resetOffsets({ groupId: group, topic, earliest: true });
      await transactions.rewind(group, topic, position);
    }
  } finally {
    await admin.disconnect();
  }
}
