import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { STATUS_CODES, type Server } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { LogWriteFault } from '../event-store/faults';
import { nestLog, type Log } from '../telemetry/log';
import { wired } from '../wiring/tokens';
import type { CallerSource } from './caller';
import { Edge, type EdgeOptions } from './edge';
import { problem } from './http-problem';
import { serveDocs } from './openapi-docs';
import { ProblemFilter, sendProblem } from './problem-filter';
import { ProductAdapter } from './product-adapter';

export interface HttpServerOptions extends EdgeOptions {
  readonly log: Log;
  readonly onLogWriteFault: (fault: LogWriteFault) => void;
  /** The OpenAPI document, as text. */
  readonly openApi: string;
}

export const BODY_LIMIT_BYTES = 1024 * 1024;

/** The product behind HTTP, not yet listening; the module provides `callers`. Requests that are in work when it is closed are finished. */
export async function createHttpServer(
  module: DynamicModule | Type,
  options: HttpServerOptions,
): Promise<NestFastifyApplication> {
  const adapter = new ProductAdapter({
    skipMiddie: true,
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    keepAliveTimeout: 72_000,
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 300 },
    frameworkErrors: (_error: unknown, _request: unknown, reply: FastifyReply) =>
      sendProblem(reply, randomUUID(), problem('InvalidRequest', 'the address cannot be read')),
  });
  const fastify = adapter.getInstance();
  const edge = new Edge(options);
  edge.install(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: nestLog(options.log),
    abortOnError: false,
  });
  const methodsOf = (path: string): readonly string[] => edge.allowedMethods(path);
  app.useGlobalFilters(new ProblemFilter(options.log, methodsOf, options.onLogWriteFault));
  serveDocs(app, options.openApi);
  await app.init();
  await fastify.ready();
  edge.open(app.get<CallerSource>(wired('callers')));
  edges.set(app, edge);
  answerUnreadableRequests(app.getHttpServer());
  return app;
}

const edges = new WeakMap<NestFastifyApplication, Edge>();

/**
 * Takes no new connection, finishes the requests in work, then ends what is left: connections kept alive, and ones on which
 * nothing was ever asked, which Node would wait for.
 */
export async function closeHttpServer(app: NestFastifyApplication): Promise<void> {
  const server: Server = app.getHttpServer();
  const ending = setInterval(() => {
    if (edges.get(app)?.busy === true) server.closeIdleConnections();
    else server.closeAllConnections();
  }, 20);
  try {
    await app.close();
  } finally {
    clearInterval(ending);
  }
}

/** What is not even HTTP gets a problem document too; no request object exists, so no id does. */
function answerUnreadableRequests(server: Server): void {
  server.removeAllListeners('clientError');
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
    const title = STATUS_CODES[status];
    const body = JSON.stringify({ type: 'about:blank', title, status, code: 'InvalidRequest', retryable: false });
    socket.end(
      `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\nconnection: close\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  });
}
