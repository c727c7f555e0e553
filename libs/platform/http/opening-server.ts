import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { problem } from './http-problem';

/** What stands on the port while the product opens; the product takes the port over from it. */
export interface OpeningServer {
  readonly port: number;
  /** Said to whoever asks meanwhile: a part that is not there yet. */
  waitsFor(what: string): void;
  close(): Promise<void>;
}

/**
 * Answers while a log is checked or an index is built: it is alive, and everything else has to be asked again in a moment.
 * A port that is busy is named before anything is opened. Port 0 takes any that is free.
 */
export async function openingServer(port: number): Promise<OpeningServer> {
  let detail = 'it opens its log; send the request again in a second';
  const server = createServer((request, response) => {
    if (request.url === '/health/live') return void response.writeHead(200, JSON_HEADERS).end('{"live":true}');
    const sent = problem('NotReady', detail);
    response.writeHead(sent.status, PROBLEM_HEADERS).end(JSON.stringify(sent.toJson(randomUUID())));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    waitsFor(what) {
      detail = `it waits for ${what}; send the request again in a second`;
    },
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const JSON_HEADERS = { 'content-type': 'application/json' };
const PROBLEM_HEADERS = { 'content-type': 'application/problem+json', 'retry-after': '1', connection: 'close' };
