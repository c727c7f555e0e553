'use strict';
const { randomInt } = require('node:crypto');
const { once } = require('node:events');
const net = require('node:net');

/**
 * Ports of loopback that nobody listens on. They lie below those the system gives to outgoing connections: else a client that
 * tries to reach a stopped server could be given the server's own port, and keep it or even talk to itself.
 */
async function freePorts(count) {
  const found = new Set();
  while (found.size < count) {
    const port = randomInt(12_000, 32_000);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

async function isFree(port) {
  const server = net.createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

module.exports = { freePorts };
