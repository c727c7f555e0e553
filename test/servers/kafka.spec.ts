import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, Partitioners, type KafkaMessage, type Message, type Producer } from 'kafkajs';
import { ownKafka, testKafka, type OwnServer } from '../../libs/testing/servers';

/** Tries for longer than the nine seconds after which the others take over from a node that is gone. */
const clientOf = (brokers: string[]): Kafka => {
  const retry = { retries: 40, maxRetryTime: 1_000 };
  return new Kafka({ clientId: 'suki-test', brokers, logLevel: logLevel.NOTHING, retry });
};

/** The way Suki sends: each record once, also when an answer was lost. */
const producerOf = (kafka: Kafka): Producer =>
  kafka.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner });

/** A topic of one partition; answers which node leads it. */
async function newTopic(kafka: Kafka, replicationFactor: number): Promise<{ topic: string; leader: number }> {
  const topic = `test-${randomBytes(6).toString('hex')}`;
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor }], waitForLeaders: false });
  for (;;) {
    // The node that is asked may hear of the topic later than the one that made it.
    const leader = await admin.fetchTopicMetadata({ topics: [topic] }).then(
      ({ topics }) => topics[0]?.partitions[0]?.leader ?? -1,
      () => -1,
    );
    if (leader > 0) {
      await admin.disconnect();
      return { topic, leader };
    }
    await sleep(100);
  }
}

async function readAll(kafka: Kafka, topic: string, count: number): Promise<KafkaMessage[]> {
  const consumer = kafka.consumer({ groupId: `reads-${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const read: KafkaMessage[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
      const eachMessage = async ({ message }: { message: KafkaMessage }): Promise<void> => {
        if (read.push(message) === count) resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return read;
}

const numbered = (count: number, from = 0): Message[] =>
  Array.from({ length: count }, (_, index) => ({ key: 'ana', value: `${from + index}` }));

const valuesOf = (messages: readonly KafkaMessage[]): string[] => messages.map(({ value }) => value!.toString());

describe('the Kafka of the tests', () => {
  it('gives a record back as it was sent, headers and all', async () => {
    const kafka = clientOf(testKafka());
    const { topic } = await newTopic(kafka, 1);
    const producer = producerOf(kafka);
    await producer.connect();
    const [sent] = await producer.send({
      topic,
      acks: -1,
      messages: [{ key: 'ana', value: '7', headers: { ce_id: 'one' } }],
    });
    await producer.disconnect();

    expect(sent).toMatchObject({ partition: 0, errorCode: 0, baseOffset: '0' });
    const [record] = await readAll(kafka, topic, 1);
    expect([record!.key!.toString(), record!.value!.toString(), record!.headers!['ce_id']!.toString()]).toEqual([
      'ana',
      '7',
      'one',
    ]);
  });

  it('refuses a topic that nobody made', async () => {
    const producer = producerOf(new Kafka({ brokers: testKafka(), logLevel: logLevel.NOTHING, retry: { retries: 1 } }));
    await producer.connect();
    const sent = producer.send({ topic: 'nobody-made-this', messages: numbered(1) });
    await expect(sent).rejects.toMatchObject({ cause: { type: 'UNKNOWN_TOPIC_OR_PARTITION' } });
    await producer.disconnect();
  });
});

describe('three nodes of Kafka', () => {
  let server: OwnServer;

  beforeAll(async () => {
    server = await ownKafka({ nodes: 3 });
  }, 120_000);

  afterAll(async () => server.remove());

  it('take every record once and in order while the one that leads is killed and comes back', async () => {
    const kafka = clientOf(server.address.split(','));
    const { topic, leader } = await newTopic(kafka, 3);
    const producer = producerOf(kafka);
    await producer.connect();
    const send = (messages: Message[]): Promise<unknown> => producer.send({ topic, acks: -1, messages });

    await send(numbered(100));
    await server.kill(leader - 1);
    expect(server.pids.filter((pid) => pid === undefined)).toHaveLength(1);
    await send(numbered(100, 100));
    await server.start(leader - 1);
    await send(numbered(100, 200));
    await producer.disconnect();

    const expected = numbered(300).map(({ value }) => value);
    expect(valuesOf(await readAll(kafka, topic, 300))).toEqual(expected);
  }, 120_000);
});
