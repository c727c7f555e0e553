'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { openKafka } = require('./kafka');
const { openPostgres } = require('./postgres');

const kinds = { postgres: openPostgres, kafka: openKafka };

/**
 * Keeps one new server, with data in a temporary folder, for the process that forked this one: does what it says, and takes
 * all away when it is gone, however it went. Words: {id, verb: 'start' | 'stop' | 'kill', member?}; answers: {id, address, pids}
 * or {id, failure}.
 */
async function attend([kind, options]) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `suki-${kind}-`));
  let server;
  const end = () => {
    if (server === undefined) fs.rmSync(folder, { recursive: true, force: true });
    else server.remove();
    process.exit();
  };
  process.on('disconnect', end);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);

  const opened = kinds[kind](folder, JSON.parse(options)).then((one) => (server = one));
  process.on('message', async ({ id, verb, member }) => {
    try {
      await opened;
      await server[verb](member);
      process.send({ id, address: server.address, pids: server.pids });
    } catch (fault) {
      process.send({ id, failure: fault.stack });
    }
  });
}

attend(process.argv.slice(2));
