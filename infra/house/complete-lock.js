'use strict';
const fs = require('node:fs');
const { inRoot } = require('./repository');
const { completed } = require('./lock');

/**
 * Adds to package-lock.json the optional packages of other platforms that the registry did not offer when the lock was
 * written: without them `npm ci` refuses the lock.
 */
function main() {
  const file = inRoot('package-lock.json');
  const { lock, added } = completed(JSON.parse(fs.readFileSync(file, 'utf8')));
  if (added.length > 0) fs.writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(added.length > 0 ? `Added:\n${added.join('\n')}` : 'Nothing is missing.');
}

module.exports = { main };
