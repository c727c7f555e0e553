'use strict';
const { openKafka } = require('../kafka');
const { runExperiments, tell, stopwatch, outcomeOf, sleep } = require('./experiments');
const { clientOf, producerOf, makeTopic, readAll, numbered } = require('./kafka-client');

/** `node infra/servers/measure/kafka-consumer.js [EXPERIMENT]`, KAFKA_VERSION for another than the pom's. */
const version = process.env.KAFKA_VERSION;

const experiments = {
  'joining, leaving and dying': {
    options: { version },
    async run({ address }) {
      const kafka = clientOf(address);
      const { admin } = await makeTopic(kafka, 'shared', { numPartitions: 4 });
      const producer = await producerOf(kafka);
      let sent = 0;
      const filling = setInterval(() => {
        const messages = [0, 1, 2, 3].map((partition) => ({ ...numbered(1, sent)[0], partition }));
        sent += 1;
        producer.send({ topic: 'shared', messages }).catch(() => {});
      }, 20);
      const handled = [];
      const consume = async (name) => {
        const consumer = kafka.consumer({ groupId: 'group' });
        await consumer.connect();
        await consumer.subscribe({ topic: 'shared', fromBeginning: true });
        const joining = stopwatch();
        consumer.on('consumer.group_join', ({ payload }) => tell(`${name} has`, joining(), payload.memberAssignment));
        consumer.on('consumer.rebalancing', () => tell(`${name} hears of a rebalance`, joining()));
        const eachMessage = async ({ partition, message }) => {
          handled.push({ name, partition, offset: Number(message.offset), at: performance.now() });
          await sleep(1);
        };
        await consumer.run({ eachMessage });
        return consumer;
      };
      const first = await consume('first');
      await sleep(4_000);
      const second = await consume('second');
      await sleep(8_000);
      await second.disconnect();
      await sleep(6_000);
      tell(
        'second joined and left: longest silence per partition',
        ...[0, 1, 2, 3].map((one) => silence(handled, one)),
      );
      const keys = handled.map(({ partition, offset }) => `${partition}/${offset}`);
      tell('handled', `${keys.length}, ${keys.length - new Set(keys).size} of them twice`);
      clearInterval(filling);
      await first.disconnect();
      await producer.disconnect();
      await admin.disconnect();
    },
  },

  'a consumer that is paused like a stopped process': {
    options: { version },
    async run({ address }) {
      const kafka = clientOf(address);
      const { admin } = await makeTopic(kafka, 'slow');
      const producer = await producerOf(kafka);
      await producer.send({ topic: 'slow', messages: numbered(20) });
      const handled = [];
      const consume = async (name, pauseMs) => {
        const consumer = kafka.consumer({ groupId: 'group', sessionTimeout: 6_000, heartbeatInterval: 500 });
        await consumer.connect();
        await consumer.subscribe({ topic: 'slow', fromBeginning: true });
        const began = stopwatch();
        consumer.on('consumer.crash', ({ payload }) =>
          tell(`${name} crashed`, payload.error, `restart=${payload.restart}`),
        );
        consumer.on('consumer.commit_offsets', ({ payload }) =>
          tell(`${name} committed`, payload.topics[0].partitions),
        );
        const eachMessage = async ({ message }) => {
          handled.push(`${name}:${message.offset}`);
          if (handled.length === 6) {
            tell(`${name} handles offset ${message.offset} for ${pauseMs} ms`, began());
            await sleep(pauseMs);
            tell(`${name} is done with it`, began());
          }
        };
        await consumer.run({ eachMessage, autoCommitThreshold: 5 });
        return consumer;
      };
      const first = await consume('first', 15_000);
      await sleep(1_000);
      const second = await consume('second', 0);
      await sleep(22_000);
      tell('handled in order', handled.join(' '));
      await Promise.all([first.disconnect(), second.disconnect(), producer.disconnect(), admin.disconnect()]);
    },
  },

  offsets: {
    options: { version },
    async run({ address }) {
      const kafka = clientOf(address);
      const { admin } = await makeTopic(kafka, 'offsets');
      const producer = await producerOf(kafka);
      await producer.send({ topic: 'offsets', messages: numbered(20) });
      const read = async (groupId, { fromBeginning = true, fail, seek, autoCommit = true } = {}) => {
        const consumer = kafka.consumer({ groupId, retry: { retries: 2, initialRetryTime: 50 } });
        await consumer.connect();
        await consumer.subscribe({ topic: 'offsets', fromBeginning });
        const offsets = [];
        consumer.on('consumer.crash', ({ payload }) => tell('crash', payload.error, `restart=${payload.restart}`));
        const eachMessage = async ({ message }) => {
          offsets.push(Number(message.offset));
          if (fail !== undefined && Number(message.offset) === fail) throw new Error('a fault of ours');
        };
        await consumer.run({ eachMessage, autoCommit });
        if (seek !== undefined) consumer.seek({ topic: 'offsets', partition: 0, offset: seek });
        await sleep(fail === undefined ? 2_500 : 6_000);
        await consumer.disconnect();
        return offsets.length === 0
          ? 'nothing'
          : `${offsets.length} records, first ${offsets[0]}, last ${offsets.at(-1)}`;
      };
      tell('new group from the beginning', await read('new'));
      tell('the same again', await read('new'));
      tell('new group, not from the beginning', await read('late', { fromBeginning: false }));
      tell('seek to 5 after run', await read('new', { seek: '5' }));
      tell('seek beyond the end', await read('new', { seek: '500' }));
      tell('without auto-commit', await read('own', { autoCommit: false }), await read('own', { autoCommit: false }));
      tell('handler throws at 7', await read('fails', { fail: 7 }));
      tell('committed', (await admin.fetchOffsets({ groupId: 'fails', topics: ['offsets'] }))[0].partitions);
      const set = () =>
        admin.setOffsets({ groupId: 'new', topic: 'offsets', partitions: [{ partition: 0, offset: '3' }] });
      tell('setOffsets on an idle group', await outcomeOf(set));
      await admin.deleteTopicRecords({ topic: 'offsets', partitions: [{ partition: 0, offset: '10' }] });
      tell('its offset 3 was deleted, low water 10, from the beginning', await read('new'));
      await Promise.all([producer.disconnect(), admin.disconnect()]);
    },
  },

  'compaction and tombstones': {
    options: { version, settings: { 'log.cleaner.backoff.ms': 500, 'log.retention.check.interval.ms': 1_000 } },
    async run({ address }) {
      const kafka = clientOf(address);
      const configEntries = Object.entries({
        'cleanup.policy': 'compact',
        'segment.ms': '1000',
        'min.cleanable.dirty.ratio': '0.01',
        'delete.retention.ms': '1000',
      }).map(([name, value]) => ({ name, value }));
      const { admin } = await makeTopic(kafka, 'balances', { configEntries });
      const producer = await producerOf(kafka);
      const put = (key, value) => producer.send({ topic: 'balances', messages: [{ key, value }] });
      for (let round = 0; round < 10; round += 1) for (const key of ['ana', 'ben', 'cid']) await put(key, `${round}`);
      await put('ben', null);
      tell('no key', await outcomeOf(() => producer.send({ topic: 'balances', messages: [{ value: 'x' }] })));
      tell('ends', await admin.fetchTopicOffsets('balances'));
      const watch = stopwatch();
      for (let round = 0; round < 8; round += 1) {
        await sleep(3_000);
        // Only a segment that is closed is compacted, and a new record closes it.
        await put('tick', `${round}`);
        const read = await readAll(kafka, admin, 'balances');
        tell(
          `after ${watch()}`,
          read
            .map(({ key, value, offset }) => `${offset}:${key}=${value}`)
            .slice(-8)
            .join(' '),
          `${read.length} records`,
        );
      }
      await Promise.all([producer.disconnect(), admin.disconnect()]);
    },
  },
};

function silence(handled, partition) {
  const times = handled.filter((one) => one.partition === partition).map(({ at }) => at);
  return `${Math.round(Math.max(...times.map((at, index) => at - (times[index - 1] ?? at))))} ms`;
}

void runExperiments(experiments, openKafka);
