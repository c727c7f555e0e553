'use strict';
const fs = require('node:fs');
const { inRoot, run } = require('../house/repository');
const { problemsOf } = require('../house/lock');

const read = (file) => JSON.parse(fs.readFileSync(inRoot(file), 'utf8'));

/** A fresh machine of any platform can install exactly what is pinned, without a warning about its Node. */
module.exports = async () => {
  const problems = problemsOf(read('package-lock.json'), read('package.json'));
  const args = ['ci', '--ignore-scripts', '--include=dev', '--dry-run', '--no-audit', '--no-fund', '--offline'];
  const { code, output } = await run('npm', args, { shell: process.platform === 'win32' });
  const unfit = output.includes('EBADENGINE');
  return code === 0 && !unfit ? problems : [...problems, ...output.trim().split('\n')];
};
