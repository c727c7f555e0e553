'use strict';
const { openKafka } = require('../kafka');
const { runExperiments, tell, stopwatch, outcomeOf, timed, sleep } = require('./experiments');
const { Wire, clientOf, producerOf, makeTopic, readAll, numbered, account } = require('./kafka-client');

/** `node infra/servers/measure/kafka-producer.js [EXPERIMENT]`, KAFKA_VERSION for another than the pom's. */
const version = process.env.KAFKA_VERSION;
const one = { version };
const three = { version, nodes: 3 };

const experiments = {
  'speed of sending': {
    options: one,
    async run({ address }) {
      const kafka = clientOf(address);
      const { admin } = await makeTopic(kafka, 'speed', { numPartitions: 8 });
      const connecting = stopwatch();
      const producer = await producerOf(kafka);
      tell('connect with a first producer id', connecting());
      const again = stopwatch();
      await (await producerOf(kafka)).disconnect();
      tell('connect and disconnect another', again());
      for (const batch of [1, 10, 100, 1_000, 4_000]) {
        const messages = numbered(batch, 0, 250).map((message, index) => ({ ...message, partition: index % 8 }));
        const send = () => producer.send({ topic: 'speed', acks: -1, messages });
        await timed(20, send);
        const { perSecond, text } = await timed(batch < 1_000 ? 200 : 50, send);
        tell(`batches of ${batch}, 250 B, 8 partitions`, text, `${Math.round(perSecond * batch)} records/s`);
      }
      const headers = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`ce_${index}`, `value-${index}`]));
      const messages = numbered(1_000, 0, 250).map((message, index) => ({ ...message, headers, partition: index % 8 }));
      const { perSecond } = await timed(50, () => producer.send({ topic: 'speed', acks: -1, messages }));
      tell('batches of 1000 with ten headers', `${Math.round(perSecond * 1_000)} records/s`);
      await producer.disconnect();
      await admin.disconnect();
    },
  },

  'answer lost after the broker wrote': {
    options: one,
    async run({ address }) {
      for (const [then, next] of Object.entries({
        'the same again': numbered(10),
        'ten others': numbered(10, 10),
        'five others': numbered(5, 10),
      })) {
        const topic = `lost-${then.replaceAll(' ', '-')}`;
        const wire = new Wire();
        const { admin } = await makeTopic(clientOf(address), topic);
        const retry = { retries: 1, initialRetryTime: 50 };
        const producer = await producerOf(clientOf(address, { wire, retry }), { retry });
        const send = (messages) => producer.send({ topic, acks: -1, messages });
        await send([{ key: 'k', value: '-1' }]);
        const sending = outcomeOf(() => send(numbered(10)));
        await wire.break();
        tell(`then ${then}: the first send`, await sending);
        wire.mend();
        tell(`then ${then}: the next send`, await outcomeOf(() => send(next)));
        tell(`then ${then}`, account((await readAll(clientOf(address), admin, topic)).slice(1), 20));
        await producer.disconnect();
        await admin.disconnect();
      }
    },
  },

  'restart of the only node under load': {
    options: one,
    async run(server) {
      for (const idempotent of [true, false]) {
        const topic = `restart-${idempotent}`;
        const { admin } = await makeTopic(clientOf(server.address), topic);
        const producer = await producerOf(clientOf(server.address), { idempotent });
        let sent = 0;
        let longest = 0;
        let done = false;
        const errors = [];
        const sending = (async () => {
          while (!done) {
            const began = performance.now();
            await producer.send({ topic, acks: -1, messages: numbered(10, sent) }).then(
              () => (sent += 10),
              (error) => errors.push(error),
            );
            longest = Math.max(longest, performance.now() - began);
          }
        })();
        for (const end of ['kill', 'stop', 'kill']) {
          await sleep(1_500);
          await server[end]();
          await sleep(500);
          const ready = stopwatch();
          await server.start();
          tell(`${end}, ready again`, ready());
        }
        await sleep(2_000);
        done = true;
        await sending;
        tell(
          `idempotent=${idempotent}, longest send`,
          `${Math.round(longest)} ms`,
          `${errors.length} errors`,
          ...errors.slice(0, 3),
        );
        tell(`idempotent=${idempotent}`, account(await readAll(clientOf(server.address), admin, topic), sent));
        await producer.disconnect();
        await admin.disconnect();
      }
    },
  },

  'leader of three killed or stopped': {
    options: three,
    async run(server) {
      for (const end of ['stop', 'kill']) {
        for (const retry of [undefined, { retries: 60, initialRetryTime: 100, maxRetryTime: 1_000 }]) {
          const topic = `leader-${end}-${retry?.retries ?? 'default'}`;
          const { admin, leader } = await makeTopic(clientOf(server.address), topic, { replicationFactor: 3 });
          const producer = await producerOf(
            clientOf(server.address, { retry: retry ?? { retries: 5 } }),
            retry && { retry },
          );
          const send = () => producer.send({ topic, acks: -1, messages: numbered(1) });
          await send();
          const ending = server[end](leader - 1);
          if (end === 'kill') await ending;
          tell(`${end}, retries ${retry?.retries ?? 'default'}: send`, await outcomeOf(send));
          tell(`${end}: again`, await outcomeOf(send));
          await ending;
          const ready = stopwatch();
          await server.start(leader - 1);
          tell('node ready again', ready(), await outcomeOf(send));
          await producer.disconnect();
          await admin.disconnect();
        }
      }
      const { admin } = await makeTopic(clientOf(server.address), 'few', { replicationFactor: 3 });
      const producer = await producerOf(clientOf(server.address, { retry: { retries: 3 } }), { retry: { retries: 3 } });
      await producer.send({ topic: 'few', messages: numbered(1) });
      await Promise.all([server.kill(0), server.kill(1)]);
      tell('two of three killed: send', await outcomeOf(() => producer.send({ topic: 'few', messages: numbered(1) })));
      await Promise.all([server.start(0), server.start(1)]);
      await sleep(2_000);
      tell('all back: send', await outcomeOf(() => producer.send({ topic: 'few', messages: numbered(1) })));
      await producer.disconnect();
      await admin.disconnect();
    },
  },

  'limits and refusals': {
    options: one,
    async run({ address }) {
      const kafka = clientOf(address);
      const { admin } = await makeTopic(kafka, 'limits');
      const producer = await producerOf(clientOf(address, { retry: { retries: 2 } }), { retry: { retries: 2 } });
      const send = (messages, options) => outcomeOf(() => producer.send({ topic: 'limits', messages, ...options }));
      tell('one record of 2 MB', await send(numbered(1, 0, 2_000_000)));
      tell('1000 records of 1.1 kB to one partition', await send(numbered(1_000, 0, 1_100)));
      tell('a small one after that', await send(numbered(1)));
      tell('no records', await send([]));
      tell('acks=1', await send(numbered(1), { acks: 1 }));
      tell('a partition that is not there', await send([{ ...numbered(1)[0], partition: 7 }]));
      tell('a number as value', await send([{ key: 'k', value: 7 }]));
      tell('no value', await send([{ key: 'k' }]));
      const headers = { text: 'é', bytes: Buffer.from([0, 255]), two: ['a', 'b'], empty: '' };
      tell('headers', await send([{ key: 'h', value: 'h', headers }]));
      tell('a header of null', await send([{ key: 'null', value: 'n', headers: { nothing: null } }]));
      tell('a header of undefined', await send([{ key: 'undefined', value: 'n', headers: { nothing: undefined } }]));
      tell('a number as header', await send([{ key: 'n', value: 'n', headers: { seven: 7 } }]));
      const read = await readAll(kafka, admin, 'limits');
      for (const { key, value, headers: back } of read.slice(-4)) tell(`read ${key}=${value}`, back);
      tell(
        'createTopics of one that is there',
        await outcomeOf(() => admin.createTopics({ topics: [{ topic: 'limits', numPartitions: 3 }] })),
      );
      tell(
        'alter to fewer partitions',
        await outcomeOf(() => admin.createPartitions({ topicPartitions: [{ topic: 'limits', count: 1 }] })),
      );
      await producer.disconnect();
      await admin.disconnect();
    },
  },

  'two producers': {
    options: one,
    async run({ address }) {
      const kafka = clientOf(address, { retry: { retries: 2 } });
      const { admin } = await makeTopic(kafka, 'two');
      const options = { transactionalId: 'publisher-1', retry: { retries: 2 } };
      const [old, young] = [await producerOf(kafka, options), await producerOf(kafka, options)];
      const send = async (producer, from) => {
        const transaction = await producer.transaction();
        await transaction.send({ topic: 'two', messages: numbered(1, from) });
        await transaction.commit();
      };
      tell('second with the same transactional id', await outcomeOf(() => send(young, 0)));
      tell('first after that', await outcomeOf(() => send(old, 1)));
      tell('first again', await outcomeOf(() => send(old, 1)));
      tell('second again', await outcomeOf(() => send(young, 1)));
      const [left, right] = [await producerOf(kafka), await producerOf(kafka)];
      for (const producer of [left, right]) {
        tell(
          'idempotent only, two at once',
          await outcomeOf(() => producer.send({ topic: 'two', messages: numbered(1, 2) })),
        );
      }
      tell('both', account(await readAll(kafka, admin, 'two'), 3));
      const many = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          outcomeOf(() => left.send({ topic: 'two', messages: numbered(1, 3 + index) })),
        ),
      );
      tell(
        '50 sends at once through one producer',
        many.filter((text) => text.includes('Error')).slice(0, 2),
        account(await readAll(kafka, admin, 'two'), 53),
      );
      const alone = await producerOf(kafka, { transactionalId: 'publisher-2' });
      tell('transactions of one record', (await timed(50, () => send(alone, 0))).text);
      await alone.disconnect();
      for (const producer of [old, young, left, right]) await producer.disconnect();
      await admin.disconnect();
    },
  },
};

void runExperiments(experiments, openKafka);
