'use strict';
const fs = require('node:fs');
const { inRoot, giveUp } = require('./repository');
const { install } = require('./install');
const { build } = require('./build');

/**
 * Installs, builds, and becomes the program: it is loaded into this process, so arguments, signals and the exit code are
 * its own and a second start pays for one process only.
 */
async function launch(app) {
  await install();
  await build();
  const main = inRoot('dist', app, 'main.js');
  if (!fs.existsSync(main)) giveUp(`There is no ${app} to start.`);
  process.argv[1] = main;
  process.setSourceMapsEnabled(true);
  if (process.env.npm_lifecycle_event !== undefined) endWithParent();
  require(main);
}

/** npm starts us in a shell that dies of a signal without passing it on: to lose that parent is to be told to end. */
function endWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 100).unref();
}

module.exports = { launch };
