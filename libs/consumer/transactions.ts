/** One partition of one topic, as one consumer group reads it. */
export interface PartitionName {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
}

/**
 * The consumer's own database. Its tables and the one number per partition change together or not at all: that is what makes
 * a record count once, however often it is delivered.
 */
export interface Transactions<Tx> {
  /**
   * Runs `work` in one transaction, alone for this partition: whoever else has it waits, also a process that lost the
   * partition and does not know it yet. `handled` is the position of the newest record that was handled; what `work` answers
   * takes its place. Where it throws nothing is changed.
   */
  run(
    partition: PartitionName,
    work: (transaction: Tx, handled: number | undefined) => Promise<number | undefined>,
  ): Promise<void>;

  /** Makes every partition of the topic go on after `position`; from its very beginning where that is undefined. */
  rewind(group: string, topic: string, position: number | undefined): Promise<void>;
}
