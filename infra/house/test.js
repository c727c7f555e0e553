'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { root, inRoot, filesUnder, run } = require('./repository');
const { install } = require('./install');
const { build } = require('./build');
const { runSteps } = require('./check');
const { close, crashed } = require('./results');

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

/** Runs jest and answers a result for every suite; a crashed or empty suite is one failure, and so is jest's own crash. */
async function runSuites(args, settings = {}) {
  const room = fs.mkdtempSync(path.join(os.tmpdir(), 'suki-test-'));
  const report = path.join(room, 'report.json');
  try {
    const jest = [inRoot('node_modules/jest/bin/jest.js'), '--ci', '--json', '--outputFile', report, ...args];
    const { code } = await run(process.execPath, jest, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...settings },
    });
    const suites = fs.existsSync(report)
      ? JSON.parse(fs.readFileSync(report, 'utf8')).testResults.map(suiteResult)
      : [];
    const told = suites.some(({ failed }) => failed > 0);
    return suites.length === 0 || (code !== 0 && !told) ? [...suites, crashed('the test runner')] : suites;
  } finally {
    fs.rmSync(room, { recursive: true, force: true });
  }
}

function suiteResult({ name, status, assertionResults }) {
  const count = (...states) => assertionResults.filter((test) => states.includes(test.status)).length;
  const [passed, failed] = [count('passed'), count('failed')];
  const broken = failed === 0 && (status === 'failed' || assertionResults.length === 0);
  return {
    name: path.relative(root, name),
    passed,
    failed: broken ? 1 : failed,
    skipped: assertionResults.length - passed - failed,
  };
}

module.exports = { main };
