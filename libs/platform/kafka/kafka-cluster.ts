import { Kafka, logLevel, type KafkaConfig } from 'kafkajs';
import { KafkaSettingFault } from './faults';

/** The one door to Kafka's client: every connection has the same time-outs, and none makes a topic by accident. */
export interface KafkaOptions {
  /** `host:port,host:port`. */
  readonly brokers: string;
  /** How the brokers know us. */
  readonly clientId: string;
}

/** Throws `KafkaSettingFault`. Connects to nothing yet. */
export function openKafka({ brokers, clientId }: KafkaOptions): Kafka {
  const config: KafkaConfig = {
    brokers: brokersOf(brokers),
    clientId,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    // Whoever calls tries again for as long as it wants to; the client's own long silence would hide what is wrong.
    retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 },
    logLevel: logLevel.NOTHING,
  };
  return new Kafka(config);
}

export function brokersOf(text: string): string[] {
  const brokers = text.split(',').map((broker) => broker.trim());
  for (const broker of brokers) {
    if (!/^[^\s:/]+:\d{1,5}$/.test(broker)) {
      throw new KafkaSettingFault(`brokers are host:port, separated by commas; this is none: ${broker || 'nothing'}`);
    }
  }
  return brokers;
}
