// For services that read what Suki publishes to Kafka; usable without anything else of Suki.
export { LoyaltyConsumer, replayAfter, type ConsumedCounts, type LoyaltyConsumerOptions } from './loyalty-consumer';
export { RecordFault, type LoyaltyRecord } from './loyalty-record';
export { PostgresTransactions, type PostgresClient, type PostgresPool } from './postgres-transactions';
export { SqliteTransactions, type SqliteDatabase } from './sqlite-transactions';
export type { PartitionName, Transactions } from './transactions';
