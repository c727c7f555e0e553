'use strict';
const { runNode } = require('../house/repository');

/** The complaints of a tool that ends with another code than 0. */
async function complaintsOf(script, args) {
  const { code, output } = await runNode(script, args);
  return code === 0 ? [] : (output.trim() || `${script} ended with ${code}`).split('\n');
}

module.exports = { complaintsOf };
