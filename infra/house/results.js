'use strict';
const fs = require('node:fs');
const path = require('node:path');

/**
 * What a step of the check or a suite of tests yields: {name, passed, failed, skipped}. A step counts as one; so does a
 * suite that crashed or held no test, as a failure.
 */
const total = (results) =>
  results.reduce(
    (sum, { passed, failed, skipped }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );

const crashed = (name) => ({ name, passed: 0, failed: 1, skipped: 0 });

/** Prints the one closing line and sets the exit code; with SUKI_RESULTS set, leaves the results in that file too. */
function close(results) {
  if (process.env.SUKI_RESULTS) fs.writeFileSync(process.env.SUKI_RESULTS, JSON.stringify(results));
  const { passed, failed, skipped } = total(results);
  for (const result of results) if (result.failed > 0) console.log(`failed: ${result.name}`);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

/** Adds up the result files of earlier runs; a run that left none has crashed. */
function grandTotal(files) {
  close(
    files.flatMap((file) =>
      fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : [crashed(path.basename(file, '.json'))],
    ),
  );
}

module.exports = { close, crashed, grandTotal };
