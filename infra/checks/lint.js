'use strict';
const { complaintsOf } = require('./tool');

module.exports = () =>
  complaintsOf('node_modules/eslint/bin/eslint.js', [
    '--max-warnings=0',
    '--no-error-on-unmatched-pattern',
    'apps',
    'libs',
    'test',
  ]);
