'use strict';
const net = require('node:net');
const { Kafka, logLevel, Partitioners } = require('kafkajs');
const { sleep } = require('./experiments');

/** A wire that can break at the worst moment: the broker gets the request and writes, its answer never arrives. */
class Wire {
  #broken = false;
  #sockets = new Set();

  socketFactory = ({ host, port, onConnect }) => {
    const socket = net.connect({ host, port }, onConnect);
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    const { emit } = socket;
    socket.emit = (event, ...args) => (event === 'data' && this.#broken ? true : emit.call(socket, event, ...args));
    if (this.#broken) setImmediate(() => socket.destroy(reset()));
    return socket;
  };

  /** Drops answers from now on, and a little later every connection, until it is mended. */
  async break(cutAfterMs = 400) {
    this.#broken = true;
    await sleep(cutAfterMs);
    for (const socket of this.#sockets) socket.destroy(reset());
  }

  mend() {
    this.#broken = false;
  }
}

const reset = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

const long = { retries: 60, initialRetryTime: 100, maxRetryTime: 1_000 };

function clientOf(address, { retry = long, wire, level = logLevel.NOTHING } = {}) {
  const socketFactory = wire === undefined ? {} : { socketFactory: wire.socketFactory };
  return new Kafka({ clientId: 'measure', brokers: address.split(','), logLevel: level, retry, ...socketFactory });
}

async function producerOf(kafka, options = {}) {
  const createPartitioner = Partitioners.DefaultPartitioner;
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner, ...options });
  await producer.connect();
  return producer;
}

async function makeTopic(kafka, topic, options = {}) {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, ...options }], waitForLeaders: false });
  for (;;) {
    const leader = await admin.fetchTopicMetadata({ topics: [topic] }).then(
      ({ topics }) => topics[0].partitions[0].leader,
      () => -1,
    );
    if (leader > 0) return { admin, leader };
    await sleep(100);
  }
}

/** Every record of the topic, oldest first, as {partition, offset, key, value, headers}. */
async function readAll(kafka, admin, topic) {
  const ends = await admin.fetchTopicOffsets(topic);
  const read = [];
  const open = new Set(ends.filter(({ high, low }) => Number(high) > Number(low)).map(({ partition }) => partition));
  if (open.size === 0) return read;
  const consumer = kafka.consumer({ groupId: `read-${topic}-${process.hrtime.bigint()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise((resolve) => {
    const eachBatch = async ({ batch }) => {
      for (const { offset, key, value, headers } of batch.messages) {
        read.push({ partition: batch.partition, offset: Number(offset), key: text(key), value: text(value), headers });
      }
      const end = ends.find(({ partition }) => partition === batch.partition);
      if (Number(batch.lastOffset()) >= Number(end.high) - 1) open.delete(batch.partition);
      if (open.size === 0) resolve();
    };
    consumer.run({ eachBatch });
  });
  await consumer.disconnect();
  return read;
}

const text = (bytes) => (bytes === null || bytes === undefined ? bytes : bytes.toString());

const numbered = (count, from = 0, size = 0) =>
  Array.from({ length: count }, (_, index) => ({ key: 'k', value: `${from + index}`.padEnd(size, '.') }));

/** How often each number from 0 was read: those missing, those read again, and those out of order. */
function account(records, count) {
  const numbers = records.map(({ value }) => parseInt(value, 10));
  const seen = new Set(numbers);
  const missing = Array.from({ length: count }, (_, index) => index).filter((index) => !seen.has(index)).length;
  const disorder = numbers.filter((number, index) => index > 0 && number < numbers[index - 1]).length;
  return `${numbers.length} records of ${count}: ${missing} missing, ${numbers.length - seen.size} twice, ${disorder} back in order`;
}

module.exports = { Wire, clientOf, producerOf, makeTopic, readAll, numbered, account };
