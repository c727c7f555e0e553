import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { HttpAnswer } from './http-answer';

/** Fastify as Nest drives it, with answers that carry status and headers, and 304 for what the client has already. */
export class ProductAdapter extends FastifyAdapter {
  override reply(response: FastifyReply, body: unknown, statusCode?: number): FastifyReply {
    if (!(body instanceof HttpAnswer)) return response.status(statusCode ?? response.statusCode).send(body);
    response.headers(body.headers);
    const { etag } = body.headers;
    const { method, headers } = response.request;
    if (etag !== undefined && method === 'GET' && matches(headers['if-none-match'], etag)) {
      return response.status(304).send();
    }
    return response.status(body.status).send(body.body);
  }
}

/** RFC 9110 section 13.1.2: weak comparison with any of the listed tags. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
