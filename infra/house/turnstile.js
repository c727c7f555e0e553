'use strict';
const fs = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const { inRoot } = require('./repository');

const file = inRoot('.install.lock');

/** Runs `work` while no other process of this checkout installs or builds; the lock of a process that died is taken over. */
async function oneAtATime(work) {
  while (!take()) await sleep(100);
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function take() {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (fault) {
    if (fault.code !== 'EEXIST') throw fault;
    if (!holderLives()) fs.rmSync(file, { force: true });
    return false;
  }
}

function holderLives() {
  try {
    const holder = Number(fs.readFileSync(file, 'utf8'));
    // Between creation and the write of the number the file is empty: the holder is there.
    if (holder > 0) process.kill(holder, 0);
    return true;
  } catch (fault) {
    return fault.code === 'EPERM';
  }
}

module.exports = { oneAtATime };
