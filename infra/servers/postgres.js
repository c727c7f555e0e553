'use strict';
const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { giveUp, run } = require('../house/repository');
const { ensureInstalled } = require('./debian');
const { freePorts } = require('./ports');
const { Server } = require('./server');
const { ServerProcess } = require('./server-process');
const { serve } = require('./command-line');

const versions = '/usr/lib/postgresql';
const oldest = 15;

/**
 * A PostgreSQL of its own in `folder`, from Debian's packages, on loopback with a password: never the distribution's cluster.
 * Made if it is not there yet, not started. `settings` are lines of its configuration.
 */
async function openPostgres(folder, { settings = {} } = {}) {
  await ensureInstalled(['postgresql'], () => newest() !== undefined);
  const owner = await unprivileged();
  const made = path.join(folder, 'server.json');
  if (!fs.existsSync(made)) await make(folder, made, owner);
  const { port, password } = JSON.parse(fs.readFileSync(made, 'utf8'));
  const lines = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    // A machine that loses power is one of the things the tests ask about.
    fsync: 'on',
    ...settings,
  };
  const postgres = new ServerProcess({
    folder,
    name: 'postgres',
    command: program('postgres'),
    args: [
      '-D',
      path.join(folder, 'data'),
      ...Object.entries(lines).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    env: { LC_ALL: 'C' },
    owner,
    isReady: (printed) => printed.includes('ready to accept connections'),
    // "Fast": sessions are ended, what they had not committed is undone.
    stopSignal: 'SIGINT',
  });
  const address = `postgres://suki:${password}@127.0.0.1:${port}/postgres`;
  return new Server({ folder, address, members: [postgres], settings: { SUKI_READ_STORE: address } });
}

async function make(folder, made, owner) {
  const password = randomBytes(12).toString('hex');
  const passwordFile = path.join(folder, 'password');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner.uid !== undefined) for (const each of [folder, passwordFile]) fs.chownSync(each, owner.uid, owner.gid);
  const args = ['-D', path.join(folder, 'data'), '--username=suki', `--pwfile=${passwordFile}`];
  const kind = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  const { code, output } = await run(program('initdb'), [...args, ...kind], { cwd: folder, ...owner });
  if (code !== 0) giveUp(`${output}\ninitdb ended with ${code}.`);
  fs.rmSync(passwordFile);
  const [port] = await freePorts(1);
  fs.writeFileSync(made, JSON.stringify({ port, password }), { mode: 0o600 });
}

/** PostgreSQL refuses to run as root; its package brings a user for it. */
async function unprivileged() {
  if (process.getuid() !== 0) return {};
  const [uid, gid] = await Promise.all(['-u', '-g'].map((which) => run('id', [which, 'postgres'])));
  return { uid: Number(uid.output), gid: Number(gid.output) };
}

function newest() {
  const found = fs.existsSync(versions) ? fs.readdirSync(versions).map(Number) : [];
  return found
    .filter((version) => version >= oldest && fs.existsSync(`${versions}/${version}/bin/postgres`))
    .sort((left, right) => right - left)[0];
}

const program = (name) => `${versions}/${newest()}/bin/${name}`;

module.exports = { openPostgres };

if (require.main === module) serve({ postgres: openPostgres });
