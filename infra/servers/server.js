'use strict';
const fs = require('node:fs');

/**
 * A server is a folder: its data, its settings, and one process or several. It may be started again on the same data and the
 * same ports after any end. `address` is what clients are given.
 */
class Server {
  constructor({ folder, address, members, settings }) {
    Object.assign(this, { folder, address, members, settings });
  }

  get pids() {
    return this.members.map(({ pid }) => pid);
  }

  start(member) {
    return this.#each(member, (one) => one.start());
  }

  stop(member) {
    return this.#each(member, (one) => one.stop());
  }

  kill(member) {
    return this.#each(member, (one) => one.kill());
  }

  /** Ends it at once and takes its data away; waits for nothing, so that it can be the last a process does. */
  remove() {
    for (const member of this.members) member.killNow();
    // What was killed a moment ago may still be writing its last file.
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  /** The members of a cluster wait for each other, so they are started together. */
  async #each(member, work) {
    const chosen = member === undefined ? this.members : [this.members[member]];
    await Promise.all(chosen.map(work));
  }
}

module.exports = { Server };
