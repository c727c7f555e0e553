'use strict';
const jest = require('../../jest.config');

const account = 'libs/capabilities/accounts/account';

/**
 * Mutants of the pure ledger: what it decides, not how it is wired. Files are mutated as written and compiled once, with all
 * mutants in them, because specs run compiled. The mutated files are those named on the command line, else all of them.
 */
module.exports = {
  mutate: [
    `${account}/{wallet-book,card-book,account-book,sorted-lots,cap-period,past,waiting-return,money-terms}.ts`,
    `${account}/{post-*,postings,rate-basket,basket-of-purchase,record-fact,honour,arrange-facts,effective-order}.ts`,
    `${account}/{account.ledger,account-standing,decide-account,as-of}.ts`,
    'libs/capabilities/accounts/*/*.decide.ts',
    'libs/capabilities/programmes/language/{compile*,round-points}.ts',
    '!**/*.spec.ts',
  ],
  testRunner: 'jest',
  coverageAnalysis: 'perTest',
  // A static mutant needs every test of every suite; there are few, and none of them decides anything.
  ignoreStatic: true,
  concurrency: 1,
  buildCommand: 'tsc -p tsconfig.json --noCheck --sourceMap false',
  jest: {
    projectType: 'custom',
    enableFindRelatedTests: false,
    config: {
      ...jest,
      rootDir: '.',
      testMatch: ['<rootDir>/infra/mutation/suites.spec.js'],
      setupFiles: ['reflect-metadata', '<rootDir>/infra/mutation/few-runs.js'],
    },
  },
  ignorePatterns: ['.build', '.data', 'dist', 'coverage', 'docs'],
  tempDirName: '.build/mutation',
  reporters: ['clear-text', 'progress-append-only', 'json', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, allowEmojis: false },
  jsonReporter: { fileName: '.build/mutation-report/mutation.json' },
  htmlReporter: { fileName: '.build/mutation-report/mutation.html' },
  thresholds: { high: 90, low: 85, break: 85 },
  allowConsoleColors: false,
};
