'use strict';
const { complaintsOf } = require('./tool');

module.exports = () => complaintsOf('node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']);
