import { KafkaSettingFault } from './faults';
import { brokersOf } from './kafka-cluster';
import { partitionOf } from './partitions';

describe('brokers', () => {
  it('are host:port, separated by commas', () => {
    expect(brokersOf('one:9092, two.example:9093')).toEqual(['one:9092', 'two.example:9093']);
  });

  it.each(['', 'one', 'one:9092,', 'kafka://one:9092', 'one:port'])('are not "%s"', (text) => {
    expect(() => brokersOf(text)).toThrow(KafkaSettingFault);
  });
});

describe('the partition of a key', () => {
  it('never changes, because a customer whose key went elsewhere would lose its order', () => {
    const keys = ['main/cus_1', 'main/cus_2', 'main/cus_3', 'harbour/cus_1', 'main/Ärger', ''];
    expect(keys.map(partitionOf(12))).toMatchInlineSnapshot(`
      [
        2,
        2,
        1,
        4,
        11,
        0,
      ]
    `);
  });
});
