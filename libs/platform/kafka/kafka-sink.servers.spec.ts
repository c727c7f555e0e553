import { kafkaOfTests, temporaryTopic } from '../../testing/published-topic';
import { KafkaUnavailableFault } from './faults';
import { KafkaSink, type OutgoingRecord } from './kafka-sink';

describe('what leaves for Kafka', () => {
  const kafka = kafkaOfTests();
  const sink = new KafkaSink(kafka);
  afterAll(() => sink.close());

  const records = (topic: string, count: number, change: Partial<OutgoingRecord> = {}): OutgoingRecord[] =>
    Array.from({ length: count }, (_, index) => ({
      topic,
      partition: 0,
      key: 'main/cus_ana',
      value: `${index}`,
      headers: { ce_position: `${index}` },
      ...change,
    }));

  async function endsOf(topic: string): Promise<number[]> {
    const admin = kafka.admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    return ends.sort((left, right) => left.partition - right.partition).map(({ high }) => Number(high));
  }

  it('arrives also where one customer has more at once than a broker takes in one batch', async () => {
    const topic = await temporaryTopic(2);
    await sink.send([...records(topic, 3_000, { value: 'x'.repeat(1_000) }), ...records(topic, 10, { partition: 1 })]);
    expect(await endsOf(topic)).toEqual([3_000, 10]);
  });

  it('is not taken for sent when the topic lacks its partition, and goes on after that', async () => {
    const topic = await temporaryTopic(1);
    const sent = sink.send([...records(topic, 1), ...records(topic, 1, { partition: 7 })]);
    await expect(sent).rejects.toThrow(KafkaUnavailableFault);
    await expect(sent).rejects.toThrow(/has no partition 7/);
    await sink.send(records(topic, 1));
    expect(await endsOf(topic)).toEqual([2]);
  });
});
