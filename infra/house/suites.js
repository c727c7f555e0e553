'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { root, inRoot, run } = require('./repository');
const { crashed } = require('./results');

/** Runs jest and answers a result for every suite; a crashed or empty suite is one failure, and so is jest's own crash. */
async function runSuites(args, settings = {}, options = {}) {
  const room = fs.mkdtempSync(path.join(os.tmpdir(), 'suki-test-'));
  const report = path.join(room, 'report.json');
  try {
    const jest = [inRoot('node_modules/jest/bin/jest.js'), '--ci', '--json', '--outputFile', report, ...args];
    const { code } = await run(process.execPath, jest, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...settings },
      ...options,
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

module.exports = { runSuites };
