'use strict';
const fs = require('node:fs');
const { inRoot, hashOf, readStamp, run, giveUp } = require('./repository');
const { oneAtATime } = require('./turnstile');

const stamp = 'node_modules/.suki-stamp';
const wanted = () => hashOf(['package-lock.json']);
const isInstalled = () => readStamp(stamp) === wanted();

/** A linked node_modules belongs to another checkout, which looks after it. */
const isLinked = () => fs.lstatSync(inRoot('node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() === true;

/** Installs what the lock file names, if that is not what is installed. Ends the process where it cannot. */
async function install() {
  if (isInstalled() || isLinked()) return;
  await oneAtATime(async () => {
    if (isInstalled()) return;
    process.stderr.write('Installing packages …\n');
    fs.rmSync(inRoot(stamp), { force: true });
    const args = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'];
    // npm is a .cmd file on Windows, which only a shell starts.
    const { code, output } = await run('npm', args, { shell: process.platform === 'win32' });
    if (code !== 0) giveUp(`${output}\nThe packages could not be installed (npm ci ended with ${code}).`);
    fs.writeFileSync(inRoot(stamp), wanted());
  });
}

module.exports = { install };
