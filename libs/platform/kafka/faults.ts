/** What is set does not fit what Kafka has: the process says so at its start and does not publish. */
export class KafkaSettingFault extends Error {
  override readonly name = 'KafkaSettingFault';
}

/** Kafka did not confirm: whether the records were written is not known, and they may be sent again. */
export class KafkaUnavailableFault extends Error {
  override readonly name = 'KafkaUnavailableFault';
}
