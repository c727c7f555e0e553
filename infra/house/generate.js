'use strict';
const { inRoot } = require('./repository');
const { install } = require('./install');
const { build } = require('./build');

/** `generate`: writes docs/generated/ anew from the code. `generate --check`: only tells what differs. */
async function main([mode]) {
  await install();
  await build();
  const { writeGeneratedDocs, staleGeneratedDocs } = require(inRoot('dist/test/architecture/generated-docs.js'));
  if (mode !== '--check') return writeGeneratedDocs();
  const stale = await staleGeneratedDocs();
  for (const file of stale) console.log(`${file} is not what the code says: run npm run generate`);
  process.exitCode = stale.length > 0 ? 1 : 0;
}

module.exports = { main };
