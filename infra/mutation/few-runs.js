'use strict';
const fc = require('fast-check');

/** Properties while mutants are tried: few runs, always the same ones, and no search for the smallest failure. */
fc.configureGlobal({ seed: 4, numRuns: 30, endOnFailure: true });
process.env.SUKI_MODEL_RUNS ??= '40';
