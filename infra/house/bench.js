'use strict';
const fs = require('node:fs');
const { inRoot, giveUp } = require('./repository');
const { install } = require('./install');
const { build } = require('./build');

/** `bench [NAME]`: runs the benchmarks whose file name holds NAME, one after another, and prints one table. */
async function main([wanted = '']) {
  await install();
  await build();
  const folder = inRoot('dist/test/bench');
  const files = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  const chosen = files.filter((file) => file.endsWith('.bench.js') && file.includes(wanted)).sort();
  if (chosen.length === 0) giveUp(`There is no benchmark ${wanted}.`);
  const rows = [];
  for (const file of chosen) {
    process.stderr.write(`${file.replace('.bench.js', '')} …\n`);
    rows.push(...(await require(inRoot('dist/test/bench', file)).run()));
  }
  console.log(rows);
}

module.exports = { main };
