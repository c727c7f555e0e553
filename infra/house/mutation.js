'use strict';
const { inRoot, runNode } = require('./repository');
const { install } = require('./install');

/**
 * `test:mutation [FILE…]`: changes the pure ledger in every small way there is and counts the changes that no test notices;
 * ends with 1 below the share that is asked. Hours for all files; the report with every survivor is .build/mutation-report.
 */
async function main(files) {
  await install();
  const only = files.length > 0 ? ['--mutate', files.join(',')] : [];
  const stryker = ['run', inRoot('infra/mutation/stryker.config.js'), ...only];
  const { code } = await runNode('node_modules/@stryker-mutator/core/bin/stryker.js', stryker, { stdio: 'inherit' });
  process.exitCode = code;
}

module.exports = { main };
