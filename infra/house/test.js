'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { root, filesUnder } = require('./repository');
const { install } = require('./install');
const { build } = require('./build');
const { runSteps } = require('./check');
const { close, crashed } = require('./results');
const { runSuites } = require('./suites');

/**
 * `test`: the check and every suite that needs no outside data. `test data`: the suites over SUKI_DATA, which must be there.
 * `test model`: the ledger against the model, many times as often as `test` has time for.
 */
async function main([what]) {
  await install();
  close(what === 'data' ? await testData() : what === 'model' ? await testModel() : await testAll());
}

async function testAll() {
  const steps = await runSteps();
  if (steps.some(({ name, failed }) => name === 'types' && failed > 0)) {
    return [...steps, crashed('suites: nothing to run')];
  }
  const suites = await runSuites(['--testPathIgnorePatterns', '/dist/test/(data|faults)/', '--maxWorkers=2']);
  // These kill processes and watch the clock, so they run one after another when all else is done.
  const faults = filesUnder(['test/faults'], (file) => file.endsWith('.spec.ts'));
  return [
    ...steps,
    ...suites,
    ...(faults.length > 0 ? await runSuites(['--testPathPatterns', '/dist/test/faults/', '--runInBand']) : []),
  ];
}

async function testData() {
  await build();
  const data = path.resolve(root, process.env.SUKI_DATA ?? '../shared/data');
  if (!fs.existsSync(data)) {
    console.log(`There is no data in ${data}: set SUKI_DATA to where it is.`);
    return [crashed('data')];
  }
  return runSuites(['--testPathPatterns', '/dist/test/data/', '--runInBand'], { SUKI_DATA: data });
}

async function testModel() {
  await build();
  const suites = ['--testPathPatterns', 'account\\.model\\.spec|model-commands\\.spec', '--maxWorkers=2'];
  const { SUKI_MODEL_RUNS = '10000' } = process.env;
  return runSuites([...suites, '--testTimeout', String(30 * 60_000)], { SUKI_MODEL_RUNS });
}

module.exports = { main };
