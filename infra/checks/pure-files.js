'use strict';
const { complaintsOf } = require('./tool');

/** The pure files compile where nothing but the language exists: no Node, no test runner. */
module.exports = () => complaintsOf('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.pure.json']);
