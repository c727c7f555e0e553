'use strict';
const { install } = require('./install');
const { close } = require('./results');

/**
 * Each step answers the list of what is wrong, empty when all is well; one that throws has failed too. The first is the build,
 * which later ones and the suites stand on; the others are independent of each other, the slow ones first.
 */
const steps = {
  types: () => require('../checks/types')(),
  lint: () => require('../checks/lint')(),
  arrows: () => require('../checks/arrows')(),
  'dead code': () => require('../checks/dead-code')(),
  formatting: () => require('../checks/formatting')(),
  'pure files': () => require('../checks/pure-files')(),
  'docs and code': () => require('../checks/docs')(),
  capabilities: () => require('../checks/capabilities')(),
  'lock file': () => require('../checks/lock-file')(),
  'names and lengths': () => require('../checks/names')(),
};

const atOnce = 2;

async function runSteps(names = Object.keys(steps)) {
  const results = [];
  const waiting = [...names];
  if (waiting[0] === 'types') results.push(await runStep(waiting.shift()));
  const worker = async () => {
    while (waiting.length > 0) results.push(await runStep(waiting.shift()));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

async function runStep(name) {
  const startedAt = performance.now();
  const problems = await Promise.resolve()
    .then(steps[name])
    .catch((fault) => [fault.stack]);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const passed = problems.length === 0;
  console.log(
    [`${passed ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`, ...problems.map((problem) => `     ${problem}`)].join('\n'),
  );
  return { name, passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

/** `check [--only STEP]…`. */
async function main(args) {
  const only = args.filter((_, index) => args[index - 1] === '--only');
  const unknown = only.filter((name) => !(name in steps));
  if (unknown.length > 0)
    throw new Error(`no such step: ${unknown.join(', ')}; there are ${Object.keys(steps).join(', ')}`);
  await install();
  close(await runSteps(only.length > 0 ? only : undefined));
}

module.exports = { main, runSteps };
