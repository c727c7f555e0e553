/**
 * A service of its own that keeps a table of balances from what Suki publishes:
 *
 *   SUKI_KAFKA=127.0.0.1:9092 DATABASE_URL=postgres://… node dist/docs/examples/balance-service.js
 *
 * Kill it, start two of it, let Suki send again what it sent before: the table is that of Suki, because the number that says
 * how far a partition was handled is written in the transaction that writes the balances.
 */
import { Pool, type PoolClient } from 'pg';
import { Kafka, logLevel } from 'kafkajs';
import { LoyaltyConsumer, PostgresTransactions, type LoyaltyRecord } from '../../libs/consumer';

const TABLE = `
  CREATE TABLE IF NOT EXISTS balances
    (tenant TEXT, customer TEXT, programme TEXT, wallet TEXT, balance BIGINT NOT NULL,
     PRIMARY KEY (tenant, customer, programme, wallet))`;

const ADD = `
  INSERT INTO balances VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (tenant, customer, programme, wallet) DO UPDATE SET balance = balances.balance + excluded.balance`;

/** A movement of points: an event's own, or one of those that a late fact changed. */
interface Movement {
  readonly programme: string;
  readonly wallet: string;
  /** By how much available + reserved − debt changes. */
  readonly balanceChange: number;
}

/** Types without points are none of its business; new ones may come at any time. */
function movementsOf({ data }: LoyaltyRecord): readonly Movement[] {
  if (data === undefined) return [];
  if (Array.isArray(data['changes'])) return data['changes'] as Movement[];
  return typeof data['balanceChange'] === 'number' ? [data as Movement & LoyaltyRecord['data']] : [];
}

async function addUp(client: PoolClient, record: LoyaltyRecord): Promise<void> {
  const [tenant, customer] = record.key.split('/');
  for (const { programme, wallet, balanceChange } of movementsOf(record)) {
    await client.query(ADD, [tenant, customer, programme, wallet, balanceChange]);
  }
}

async function main(): Promise<void> {
  const pool = new Pool({ connectionString: process.env['DATABASE_URL'] });
  await pool.query(TABLE);
  const consumer = new LoyaltyConsumer<PoolClient>({
    kafka: new Kafka({
      clientId: 'balance-service',
      brokers: (process.env['SUKI_KAFKA'] ?? '').split(','),
      logLevel: logLevel.NOTHING,
    }),
    group: 'balance-service',
    topics: [`${process.env['SUKI_KAFKA_PREFIX'] ?? ''}loyalty.events.v1`],
    transactions: await PostgresTransactions.on(pool),
    handle: addUp,
    onTrouble: (error) => process.stderr.write(`${String(error)}\n`),
  });
  await consumer.start();
  process.stdout.write('reading\n');
  process.on('SIGTERM', () => {
    void consumer
      .stop()
      .then(() => pool.end())
      .then(() => process.stdout.write(`${JSON.stringify(consumer.counts)}\n`));
  });
}

void main();
