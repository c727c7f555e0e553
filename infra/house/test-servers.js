'use strict';
const { inRoot } = require('./repository');
const { install } = require('./install');
const { build } = require('./build');
const { close, crashed } = require('./results');
const { runSuites } = require('./suites');

const longestMs = 12 * 60_000;

/**
 * `test:servers [--full] [PATTERN…]`: the suites that need servers, on a PostgreSQL and a Kafka that are started for them and
 * gone afterwards. `--full` lets the suites take as long as they like.
 */
async function main(args) {
  await install();
  await build();
  const full = args.includes('--full');
  const patterns = args.filter((arg) => arg !== '--full').flatMap((pattern) => ['--testPathPatterns', pattern]);
  close(await onServers((settings) => runWithin(['--runInBand', ...patterns], settings, full ? undefined : longestMs)));
}

async function runWithin(args, settings, timeout) {
  const full = timeout === undefined ? { SUKI_FULL: '1' } : {};
  const startedAt = performance.now();
  const results = await runSuites(args, { SUKI_SERVERS: '1', ...settings, ...full }, { timeout });
  if (performance.now() - startedAt >= timeout) console.log('The suites took longer than they may.');
  return results;
}

async function onServers(work) {
  const { ownKafka, ownPostgres } = require(inRoot('dist/libs/testing/servers'));
  const starting = [ownPostgres(), ownKafka()];
  try {
    const [postgres, kafka] = await Promise.all(starting);
    return await work({ SUKI_TEST_POSTGRES: postgres.address, SUKI_TEST_KAFKA: kafka.address });
  } catch (fault) {
    console.log(fault.stack);
    return [crashed('the servers')];
  } finally {
    for (const start of await Promise.allSettled(starting)) await start.value?.remove();
  }
}

module.exports = { main };
