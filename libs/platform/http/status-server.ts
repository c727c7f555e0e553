import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from '../telemetry/health.http';
import type { Metrics } from '../telemetry/metrics';

export interface StatusServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Health and metrics of a process that serves nothing else, at the paths where the API has them. */
export async function openStatusServer(port: number, health: Health, metrics: Metrics): Promise<StatusServer> {
  const server = createServer((request, response) => {
    const send = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': type }).end(body);
    };
    const json = 'application/json';
    const answer = async (): Promise<void> => {
      switch (request.url) {
        case '/health/live':
          return send(200, json, '{"live":true}');
        case '/health/ready': {
          const report = await health.report();
          return send(report.ready ? 200 : 503, json, JSON.stringify(report));
        }
        case '/metrics':
          return send(200, metrics.registry.contentType, await metrics.registry.metrics());
        default:
          return send(404, json, '{}');
      }
    };
    answer().catch(() => send(500, json, '{}'));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
