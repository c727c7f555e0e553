'use strict';
const { giveUp, inRoot } = require('../house/repository');

/** `start|stop|status` of servers whose data stay under .data/servers; `start` prints the settings for the processes. */
async function serve(kinds, [verb] = process.argv.slice(2)) {
  const verbs = { start, stop, status };
  if (!(verb in verbs)) giveUp(`Say one of ${Object.keys(verbs).join(', ')}.`);
  for (const [kind, open] of Object.entries(kinds)) {
    const server = await open(inRoot('.data/servers', kind));
    await verbs[verb](kind, server);
  }
}

async function start(kind, server) {
  await server.start();
  status(kind, server);
  for (const [name, value] of Object.entries(server.settings)) console.log(`export ${name}='${value}'`);
}

async function stop(kind, server) {
  await server.stop();
  status(kind, server);
}

function status(kind, { pids, folder }) {
  const running = pids.filter((pid) => pid !== undefined);
  const said = running.length > 0 ? `runs (${running.join(', ')})` : 'does not run';
  console.log(`# ${kind} in ${folder} ${said}`);
}

module.exports = { serve };
