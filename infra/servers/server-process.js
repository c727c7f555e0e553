'use strict';
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

/**
 * One process of a server. It is known by the pid file in the server's folder and not by who started it, so any later process
 * can stop it; a pid that another program has got since is told by its command line, which names the folder. Linux only.
 */
class ServerProcess {
  /**
   * `args` name the folder; `isReady` is told what the process has printed since it was started; `stopSignal` asks it to
   * end in order; `owner` is {uid, gid} where it must not run as we do.
   */
  constructor({ folder, name, command, args, env, owner, isReady, stopSignal }) {
    Object.assign(this, { folder, name, command, args, env, owner, isReady, stopSignal });
    this.pidFile = path.join(folder, `${name}.pid`);
    this.logFile = path.join(folder, `${name}.log`);
  }

  /** Of the running process; undefined when there is none. */
  get pid() {
    const pid = Number(readIfThere(this.pidFile));
    return pid > 0 && readIfThere(`/proc/${pid}/cmdline`).includes(this.folder) ? pid : undefined;
  }

  /** Answers when the process is ready; throws with the end of its log when it ends before, or takes too long. */
  async start(patienceMs = 90_000) {
    if (this.pid !== undefined) return;
    const log = fs.openSync(this.logFile, 'a');
    const logStart = fs.fstatSync(log).size;
    // A session of its own: Ctrl-C is for the one who asked for the server, who then stops it.
    const options = { cwd: this.folder, env: { ...process.env, ...this.env }, detached: true, ...this.owner };
    const child = spawn(this.command, this.args, { ...options, stdio: ['ignore', log, log] });
    fs.closeSync(log);
    await once(child, 'spawn');
    child.unref();
    fs.writeFileSync(this.pidFile, String(child.pid));
    const giveUpAt = Date.now() + patienceMs;
    while (!this.isReady(readIfThere(this.logFile).slice(logStart))) {
      const ended = child.exitCode !== null || child.signalCode !== null;
      if (ended || Date.now() > giveUpAt) {
        await this.kill();
        throw new Error(`${this.name} ${ended ? 'ended' : 'is not ready'}:\n${this.lastWords()}`);
      }
      await sleep(50);
    }
  }

  async stop(patienceMs = 30_000) {
    await this.#end(this.stopSignal, patienceMs);
    await this.kill();
  }

  /** As when the machine loses power: it and its children get no time for a last word. */
  async kill() {
    const children = this.killNow();
    await this.#gone(5_000, () => this.pid === undefined && children.every((child) => !isAlive(child)));
  }

  /** The same without waiting, for a process that is about to end itself. Answers the children it had. */
  killNow() {
    const { pid } = this;
    if (pid === undefined) return [];
    const children = childrenOf(pid);
    for (const each of [pid, ...children]) signal(each, 'SIGKILL');
    return children;
  }

  lastWords() {
    return readIfThere(this.logFile).trimEnd().split('\n').slice(-20).join('\n');
  }

  async #end(name, patienceMs) {
    const { pid } = this;
    if (pid === undefined) return;
    signal(pid, name);
    await this.#gone(patienceMs, () => this.pid === undefined);
  }

  async #gone(patienceMs, isGone) {
    const giveUpAt = Date.now() + patienceMs;
    while (!isGone() && Date.now() < giveUpAt) await sleep(20);
  }
}

function readIfThere(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (fault) {
    // A process may end between two looks at it.
    if (fault.code === 'ENOENT' || fault.code === 'ESRCH') return '';
    throw fault;
  }
}

const isAlive = (pid) => readIfThere(`/proc/${pid}/cmdline`) !== '';

function childrenOf(pid) {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => /^PPid:\s*(\d+)$/m.exec(readIfThere(`/proc/${name}/status`))?.[1] === String(pid))
    .map(Number);
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (fault) {
    if (fault.code !== 'ESRCH') throw fault;
  }
}

module.exports = { ServerProcess };
