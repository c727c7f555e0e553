'use strict';
const { complaintsOf } = require('./tool');

module.exports = () => complaintsOf('node_modules/knip/bin/knip.js', ['--no-progress', '--no-config-hints']);
