'use strict';
const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { giveUp, inRoot, hashOf, run } = require('../house/repository');
const { ensureInstalled } = require('./debian');
const { freePorts } = require('./ports');
const { Server } = require('./server');
const { ServerProcess } = require('./server-process');
const { serve } = require('./command-line');

const pom = 'infra/servers/kafka/pom.xml';
const java = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, 'bin/java') : 'java';

/**
 * A Kafka of its own in `folder`, of one node or several, on loopback: every node is broker and controller (KRaft). Made if it
 * is not there yet, not started. `settings` are lines of the configuration of every node; `version` is the pom's unless said.
 */
async function openKafka(folder, { nodes = 1, version, heapMb = 384, settings = {} } = {}) {
  const classPath = `${await jars(version)}/*`;
  const made = path.join(folder, 'server.json');
  if (!fs.existsSync(made)) await make(folder, made, classPath, nodes, settings);
  const { ports } = JSON.parse(fs.readFileSync(made, 'utf8'));
  const members = ports.map((_, index) => {
    const properties = path.join(folder, `node-${index + 1}.properties`);
    const logging = ['defaultLogLevel=warn', 'log.kafka.server.KafkaRaftServer=info', 'showDateTime=true'];
    return new ServerProcess({
      folder,
      name: `kafka-${index + 1}`,
      command: java,
      args: [
        // Its heap is all at hand from the start, and three of them share two processors.
        ...[`-Xms${heapMb}m`, `-Xmx${heapMb}m`, '-XX:+UseSerialGC'],
        ...logging.map((line) => `-Dorg.slf4j.simpleLogger.${line}`),
        ...['-cp', classPath, 'kafka.Kafka', properties],
      ],
      isReady: (printed) => printed.includes('Kafka Server started'),
      stopSignal: 'SIGTERM',
    });
  });
  const address = ports.map(({ clients }) => `127.0.0.1:${clients}`).join(',');
  return new Server({ folder, address, members, settings: { SUKI_KAFKA: address } });
}

async function make(folder, made, classPath, nodes, settings) {
  fs.mkdirSync(folder, { recursive: true });
  const free = await freePorts(2 * nodes);
  const ports = Array.from({ length: nodes }, (_, index) => ({
    clients: free[2 * index],
    quorum: free[2 * index + 1],
  }));
  const cluster = randomBytes(16).toString('base64url');
  for (const index of ports.keys()) {
    const properties = path.join(folder, `node-${index + 1}.properties`);
    const lines = { ...configuration(folder, ports, index), ...settings };
    const text = Object.entries(lines).map(([name, value]) => `${name}=${value}\n`);
    fs.writeFileSync(properties, text.join(''));
    const format = ['-cp', classPath, 'kafka.tools.StorageTool', 'format', '-t', cluster, '-c', properties];
    const { code, output } = await run(java, ['-Xmx128m', '-XX:TieredStopAtLevel=1', ...format]);
    if (code !== 0) giveUp(`${output}\nThe storage of Kafka could not be formatted (ended with ${code}).`);
  }
  fs.writeFileSync(made, JSON.stringify({ ports }));
}

function configuration(folder, ports, index) {
  const replicas = Math.min(3, ports.length);
  return {
    'process.roles': 'broker,controller',
    'node.id': index + 1,
    'controller.quorum.voters': ports.map(({ quorum }, node) => `${node + 1}@127.0.0.1:${quorum}`).join(','),
    listeners: `PLAINTEXT://127.0.0.1:${ports[index].clients},CONTROLLER://127.0.0.1:${ports[index].quorum}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports[index].clients}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': path.join(folder, `data-${index + 1}`),
    // A topic that nobody made is a mistake, not a wish.
    'auto.create.topics.enable': false,
    'default.replication.factor': replicas,
    'min.insync.replicas': Math.min(2, replicas),
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': Math.min(2, replicas),
    'transaction.state.log.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
  };
}

/** The folder of the jars of this version, copied there when it is not. Maven keeps what it fetched for the next checkout. */
async function jars(version) {
  const folder = inRoot('.data/servers', `kafka-jars-${version ?? hashOf([pom]).slice(0, 12)}`);
  await ensureInstalled(['openjdk-17-jre-headless'], async () => (await run(java, ['-version'])).code === 0);
  if (fs.existsSync(folder)) return folder;
  await ensureInstalled(['maven'], async () => (await run('mvn', ['-version'])).code === 0);
  process.stderr.write('Fetching the jars of Kafka …\n');
  // Into place only when all are there.
  const partial = `${folder}.${process.pid}`;
  const chosen = version === undefined ? [] : [`-Dkafka.version=${version}`];
  const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${partial}`, ...chosen];
  const { code, output } = await run('mvn', ['--quiet', '--batch-mode', '--file', inRoot(pom), ...copy]);
  if (code !== 0) giveUp(`${output}\nThe jars of Kafka could not be fetched (mvn ended with ${code}).`);
  fs.renameSync(partial, folder);
  return folder;
}

module.exports = { openKafka };

if (require.main === module) serve({ kafka: openKafka });
