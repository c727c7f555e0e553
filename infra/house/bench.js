'use strict';
const fs = require('node:fs');
const { inRoot, giveUp } = require('./repository');
const { install } = require('./install');
const { build } = require('./build');

/**
 * `bench [NAME]`: runs the benchmarks whose file name holds NAME, one after another, and prints one table. Ends with 1 where
 * a budget is not met: a ratio, or a value without one, below the least or above the most that is accepted.
 */
async function main([wanted = '']) {
  await install();
  await build();
  const folder = inRoot('dist/test/bench');
  const files = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  const chosen = files.filter((file) => file.endsWith('.bench.js') && file.startsWith(wanted)).sort();
  if (chosen.length === 0) giveUp(`There is no benchmark ${wanted}.`);
  const rows = [];
  for (const file of chosen) {
    process.stderr.write(`${file.replace('.bench.js', '')} …\n`);
    rows.push(...(await require(inRoot('dist/test/bench', file)).run()));
  }
  console.log(table(rows));
  process.exitCode = rows.some(misses) ? 1 : 0;
}

const misses = ({ value, ratio, budget, atMost }) =>
  (budget !== undefined && !((ratio ?? value) >= budget)) || (atMost !== undefined && !((ratio ?? value) <= atMost));

function table(rows) {
  const Table = require('cli-table3');
  const printed = new Table({
    head: ['', 'value', 'unit', 'ratio', 'of', 'budget', ''],
    colAligns: ['left', 'right', 'left', 'right', 'left', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    const { name, value, unit, ratio, floor = '' } = row;
    const limit = limitOf(row);
    const verdict = limit === '' ? '' : misses(row) ? 'NOT MET' : 'met';
    printed.push([name, figure(value), unit, share(ratio), floor, limit, verdict]);
  }
  return printed.toString();
}

const limitOf = ({ budget, atMost }) =>
  budget !== undefined ? `≥ ${budget}` : atMost !== undefined ? `≤ ${atMost}` : '';
const figure = (value) => value.toLocaleString('en', { maximumSignificantDigits: 4 });
const share = (ratio) => (ratio === undefined ? '' : ratio.toFixed(2));

module.exports = { main };
