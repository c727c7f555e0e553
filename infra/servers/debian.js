'use strict';
const { giveUp, run } = require('../house/repository');

/** Installs packages of Debian unless `isThere()`; ends the process where that needs the hands of a person. */
async function ensureInstalled(packages, isThere) {
  if (await isThere()) return;
  const names = packages.join(' ');
  if (process.getuid?.() !== 0) giveUp(`Missing: ${names}. As root: apt-get update && apt-get install ${names}`);
  process.stderr.write(`Installing ${names} …\n`);
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const { code, output } = await run('apt-get', ['--quiet', ...args], { env });
    if (code !== 0) giveUp(`${output}\napt-get ${args[0]} ended with ${code}.`);
  }
  if (!(await isThere())) giveUp(`${names}: installed, but not found.`);
}

module.exports = { ensureInstalled };
