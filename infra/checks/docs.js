'use strict';
const { runNode } = require('../house/repository');

/** What docs/generated/ says is what the code says. */
module.exports = async () => {
  const { code, output } = await runNode('infra/scripts/generate.js', ['--check']);
  return code === 0 ? [] : output.trim().split('\n');
};
