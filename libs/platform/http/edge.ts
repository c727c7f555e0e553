import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Defect } from '../../kernel/defect';
import type { Caller, CallerSource, Permissions } from './caller';
import { problem, type HttpProblem } from './http-problem';
import { mayBeEmpty, needsIdempotencyKey, type OperationTerms } from './operation';
import { isDocumentation } from './openapi-docs';
import { sendProblem } from './problem-filter';
import { RequestCheck } from './request-check';
import { idempotencyKey } from './request-parameters';
import { parseStrictJson } from './strict-json';
import { TokenBuckets } from './token-buckets';

export interface EdgeOptions {
  readonly permissions: Permissions;
  readonly limits: EdgeLimits;
  readonly onAnswered: (operation: string, status: number, seconds: number) => void;
}

export interface EdgeLimits {
  /** Requests a second of one key. */
  readonly requestsPerSecond: number;
  /** Requests in work at once; beyond it 503. */
  readonly inFlight: number;
  /** Open streams at once; beyond it 503. */
  readonly streams: number;
}

/**
 * What every request passes before its controller: correlation id, load, key, role, rate, form of body and query. Written
 * as Fastify hooks with everything per operation worked out at the start, because guards, pipes and interceptors that look
 * things up for every request cost more than the decision itself. Deny by default: a route without an operation, or an
 * operation without roles, stops the start.
 */
export class Edge {
  private readonly routes: Route[] = [];
  private readonly prepared = new Map<OperationTerms, PreparedOperation>();
  private readonly buckets: TokenBuckets;
  private callers: CallerSource | undefined;
  private inFlight = 0;
  private streams = 0;

  constructor(private readonly options: EdgeOptions) {
    this.buckets = new TokenBuckets(options.limits.requestsPerSecond, () => performance.now());
  }

  /** To be called before any route is added. */
  install(fastify: FastifyInstance): void {
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, ({ headers }, body, done) => {
      try {
        assertPlainUtf8(headers);
        // Many clients name a type for a body they do not send.
        done(null, body.length === 0 ? undefined : parseStrictJson(body as Buffer));
      } catch (error) {
        done(error as Error);
      }
    });
    fastify.decorateRequest('caller', null);
    fastify.decorateRequest('correlationId', '');
    fastify.addHook('onRoute', (route) => {
      const { operation } = route.config ?? {};
      const methods = [route.method].flat();
      if (operation !== undefined) this.prepare(operation, methods[0] as string);
      this.routes.push({ methods, path: route.url, operation });
    });
    fastify.addHook('onRequest', (request, reply, done) => {
      const refused = this.admit(request, reply);
      if (refused === undefined) done();
      else sendProblem(reply, request.correlationId, refused);
    });
    fastify.addHook('preHandler', (request, reply, done) => {
      const { operation } = request.routeOptions.config;
      const prepared = operation && this.prepared.get(operation);
      if (prepared === undefined) return done();
      try {
        checkForm(prepared, request);
        done();
      } catch (error) {
        done(error as Error);
      }
    });
  }

  /**
   * Begins to let callers in. @throws Defect that names every route without an operation, and every operation that nobody
   * may call.
   */
  open(callers: CallerSource): void {
    this.callers = callers;
    this.assertEveryRouteIsGuarded();
  }

  private assertEveryRouteIsGuarded(): void {
    const open = this.routes
      .filter(({ operation, path }) => operation === undefined && !isDocumentation(path))
      .map(({ methods, path }) => `${methods.join(',')} ${path}: no operation`);
    const nobody = [...this.prepared.values()]
      .filter(({ terms, roles }) => terms.open !== true && roles.size === 0)
      .map(({ terms }) => `${terms.id}: not in the permissions table`);
    const wrong = [...open, ...nobody];
    if (wrong.length > 0) throw new Defect(`operations without a rule who may call them:\n${wrong.join('\n')}`);
  }

  /** Requests are in work whose answers are not out yet. */
  get busy(): boolean {
    return this.inFlight + this.streams > 0;
  }

  /** Methods served at a path, for 405. */
  allowedMethods(path: string): readonly string[] {
    const methods = this.routes.filter((route) => patternOf(route.path).test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }

  private prepare(terms: OperationTerms, method: string): void {
    if (this.prepared.has(terms)) return;
    const roles = new Set(this.options.permissions[terms.id] ?? []);
    this.prepared.set(terms, {
      terms,
      roles,
      needsKey: needsIdempotencyKey(terms, method),
      body: typeof terms.body === 'function' ? new RequestCheck(terms.body) : undefined,
      mayBeEmpty: mayBeEmpty(terms),
      query: terms.query && new RequestCheck(terms.query),
    });
  }

  private admit(request: FastifyRequest, reply: FastifyReply): HttpProblem | undefined {
    const correlationId = correlationIdOf(request.headers['x-correlation-id']);
    request.correlationId = correlationId;
    reply.header('x-correlation-id', correlationId);
    const { operation } = request.routeOptions.config;
    if (operation === undefined || operation.open === true) return undefined;
    const full = this.enter(operation, reply);
    if (full !== undefined) return full;
    const caller = this.callerOf(request);
    if (caller === undefined) return unauthenticated(request);
    request.caller = caller;
    if (this.prepared.get(operation)?.roles.has(caller.role) !== true) {
      return problem('Forbidden', `a key of role ${caller.role} may not ${operation.id}`);
    }
    return this.rate(caller, reply);
  }

  private enter(operation: OperationTerms, reply: FastifyReply): HttpProblem | undefined {
    const { limits, onAnswered } = this.options;
    const streams = operation.streams === true;
    const started = performance.now();
    if (streams) this.streams++;
    else this.inFlight++;
    reply.raw.once('close', () => {
      if (streams) this.streams--;
      else this.inFlight--;
      onAnswered(operation.id, reply.raw.statusCode, (performance.now() - started) / 1000);
    });
    if (streams ? this.streams <= limits.streams : this.inFlight <= limits.inFlight) return undefined;
    return problem('Overloaded', 'send it again in a second', { headers: { 'retry-after': '1' } });
  }

  private callerOf(request: FastifyRequest): Caller | undefined {
    const { authorization } = request.headers;
    if (authorization === undefined || authorization.slice(0, 7).toLowerCase() !== 'bearer ') return undefined;
    return this.callers?.callerOf(authorization.slice(7));
  }

  private rate(caller: Caller, reply: FastifyReply): HttpProblem | undefined {
    const left = this.buckets.take(caller.key);
    reply.header('ratelimit-limit', this.buckets.limit);
    reply.header('ratelimit-remaining', Math.max(0, left));
    // Whatever is left, after a second it is the whole limit again.
    reply.header('ratelimit-reset', 1);
    if (left >= 0) return undefined;
    return problem('TooManyRequests', `a key may send ${this.buckets.limit} requests a second`, {
      headers: { 'retry-after': '1' },
    });
  }
}

interface Route {
  readonly methods: readonly string[];
  readonly path: string;
  readonly operation: OperationTerms | undefined;
}

interface PreparedOperation {
  readonly terms: OperationTerms;
  readonly roles: ReadonlySet<string>;
  readonly needsKey: boolean;
  readonly body: RequestCheck | undefined;
  /** No member of the body is required: to send none is to send `{}`. */
  readonly mayBeEmpty: boolean;
  readonly query: RequestCheck | undefined;
}

function checkForm({ needsKey, body, mayBeEmpty: canBe, query }: PreparedOperation, request: FastifyRequest): void {
  if (needsKey) idempotencyKey(request);
  query?.check(request.query);
  if (canBe && request.body === undefined) request.body = {};
  body?.check(request.body);
}

const correlationForm = /^[A-Za-z0-9._-]{1,64}$/;

const correlationIdOf = (sent: string | string[] | undefined): string =>
  typeof sent === 'string' && correlationForm.test(sent) ? sent : randomUUID();

const unauthenticated = (request: FastifyRequest): HttpProblem =>
  problem(
    'Unauthenticated',
    request.headers.authorization === undefined ? 'send Authorization: Bearer <key>' : 'the key is unknown or revoked',
    { headers: { 'www-authenticate': 'Bearer realm="suki"' } },
  );

const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i;

/** We read bodies as they come, in UTF-8: one that says it is coded otherwise would be misread. @throws HttpProblem */
function assertPlainUtf8({
  'content-type': type = '',
  'content-encoding': coding = 'identity',
}: IncomingHttpHeaders): void {
  if (coding.toLowerCase() !== 'identity') {
    const headers = { 'accept-encoding': 'identity' };
    throw problem('MediaTypeUnsupported', `send the body without the coding ${coding}`, { headers });
  }
  const [, named = 'utf-8'] = charset.exec(type) ?? [];
  if (named.toLowerCase() !== 'utf-8') throw problem('MediaTypeUnsupported', `send the body in UTF-8, not ${named}`);
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/:[A-Za-z]+/g, '[^/]+')}$`);
