import { Body, Controller, Get, Module, Param, Post, Put } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { request as plainRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TenantId } from '../../kernel/ids';
import { StoreFullFault } from '../event-store/faults';
import { createLog } from '../telemetry/log';
import { wired } from '../wiring/tokens';
import type { Caller, CallerSource } from './caller';
import { answered, created, replayed } from './http-answer';
import { problem } from './http-problem';
import { createHttpServer, type HttpServerOptions } from './http-server';
import { openApiDocument, servedOperations } from './openapi';
import { Operation } from './operation';
import { CurrentCaller, IdempotencyKey } from './request-parameters';
import { Many, Optional, Text, Whole } from './request-rules';

class ConeBody {
  @Text({ max: 10 }) readonly flavour!: string;
  @Optional() @Whole({ min: 1 }) readonly scoops?: number;
}
class OrderBody {
  @Many(() => ConeBody, { min: 1, max: 3 }) readonly cones!: readonly ConeBody[];
}
class ConeQuery {
  @Optional() @Text({ max: 5 }) readonly size?: string;
}
const answer = { status: 200, description: 'It' } as const;
const orderTerms = {
  id: 'orderCones',
  tag: 'Cones',
  summary: 'Order cones',
  body: OrderBody,
  answer: { status: 201, description: 'The order', body: OrderBody },
  problems: ['CustomerUnknown'],
} as const;

@Controller('v1/cones')
class ConeController {
  @Get(':id')
  @Operation({ id: 'getCone', tag: 'Cones', summary: 'One cone', query: ConeQuery, answer })
  one(@Param('id') id: string, @CurrentCaller() caller: Caller): object {
    if (id === 'melted') throw problem('EntryNotFound', 'it melted');
    if (id === 'full') throw new StoreFullFault('disk');
    if (id === 'broken') throw new TypeError('x is undefined, said with a secret');
    return answered({ id, for: caller.tenant }, 7);
  }

  @Post()
  @Operation(orderTerms)
  order(@Body() body: OrderBody, @IdempotencyKey() key: string): object {
    const first = created({ key, cones: body.cones.length }, 0);
    return key === 'again' ? replayed(first) : first;
  }

  @Put(':id')
  @Operation({ id: 'setCone', tag: 'Cones', summary: 'Set a cone', repeat: 'none', answer })
  set(): object {
    return { set: true };
  }
}

const caller = (role: Caller['role']): Caller => ({
  tenant: 'main' as TenantId,
  key: `key_${role}`,
  role,
  outlets: [],
  history: false,
});

const callers: CallerSource = {
  callerOf: (token) => (token === 'till' || token === 'analyst' ? caller(token) : undefined),
};

@Module({ controllers: [ConeController], providers: [{ provide: wired('callers'), useValue: callers }] })
class ConeModule {}

const options = (change: Partial<HttpServerOptions> = {}): HttpServerOptions => ({
  permissions: { getCone: ['till', 'analyst'], orderCones: ['till'], setCone: ['till'] },
  limits: { requestsPerSecond: 10_000, inFlight: 100, streams: 4 },
  onAnswered: () => undefined,
  log: createLog('silent'),
  onLogWriteFault: () => undefined,
  openApi: '{"openapi":"3.1.0"}',
  ...change,
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

describe('the edge', () => {
  let app: NestFastifyApplication;
  let url: string;
  const answeredOperations: string[] = [];

  beforeAll(async () => {
    app = await createHttpServer(
      ConeModule,
      options({ onAnswered: (operation, status) => answeredOperations.push(`${operation} ${status}`) }),
    );
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  });
  afterAll(() => app.close());

  async function send(method: string, path: string, change: RequestInit = {}): Promise<Answer> {
    const headers = { authorization: 'Bearer till', ...(change.headers as Record<string, string>) };
    const response = await fetch(url + path, { method, ...change, headers });
    const text = await response.text();
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    return { status: response.status, headers: response.headers, body };
  }
  const order = (body: string, headers: Record<string, string> = {}): Promise<Answer> =>
    send('POST', '/v1/cones', {
      body,
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k-1', ...headers },
    });
  const good = '{"cones":[{"flavour":"ube"}]}';

  it('answers with the revision as ETag, and 304 to who has it', async () => {
    const first = await send('GET', '/v1/cones/ube');
    expect(first).toMatchObject({ status: 200, body: { id: 'ube', for: 'main' } });
    expect(first.headers.get('etag')).toBe('"7"');
    const again = await send('GET', '/v1/cones/ube', { headers: { 'if-none-match': 'W/"7", "8"' } });
    expect(again.status).toBe(304);
  });

  it('creates with 201, and answers what was sent before with 200', async () => {
    expect(await order(good)).toMatchObject({ status: 201, body: { key: 'k-1', cones: 1 } });
    const again = await order(good, { 'idempotency-key': 'again' });
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
  });

  it.each([
    ['no key', undefined, 'Unauthenticated', 401],
    ['an unknown key', 'Bearer nobody', 'Unauthenticated', 401],
    ['another scheme', 'Basic till', 'Unauthenticated', 401],
    ['a role that may not', 'Bearer analyst', 'Forbidden', 403],
  ])('refuses %s', async (_, authorization, code, status) => {
    const headers = new Headers({ 'content-type': 'application/json' });
    if (authorization !== undefined) headers.set('authorization', authorization);
    const response = await fetch(url + '/v1/cones', { method: 'POST', headers, body: good });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, status, retryable: false });
    if (status === 401) expect(response.headers.get('www-authenticate')).toBe('Bearer realm="suki"');
  });

  it.each([
    ['an unknown member', '{"cones":[{"flavour":"ube","topping":"x"}]}', 'InvalidRequest', '/cones/0/topping'],
    ['a wrong type', '{"cones":[{"flavour":1}]}', 'InvalidRequest', '/cones/0/flavour'],
    ['a member too few', '{}', 'InvalidRequest', '/cones'],
    ['no object', '[]', 'InvalidRequest', ''],
    ['a duplicate', '{"cones":[],"cones":[]}', 'DuplicateMember', '/cones'],
    ['no JSON', '{"cones":', 'MalformedJson', '/cones'],
  ])('refuses a body with %s, with a pointer', async (_, body, code, pointer) => {
    const refused = await order(body);
    expect(refused.status).toBe(400);
    expect(refused.headers.get('content-type')).toMatch('application/problem+json');
    expect(refused.body).toMatchObject({ code, type: `urn:suki:problem:${code}`, errors: [{ pointer }] });
  });

  it.each([
    ['GET', '/nowhere', {}, 404, 'RouteUnknown'],
    ['GET', '/v1/cones/', {}, 404, 'RouteUnknown'],
    ['DELETE', '/v1/cones/x/', {}, 404, 'RouteUnknown'],
    ['DELETE', '/v1/cones/x', {}, 405, 'MethodNotAllowed'],
    ['GET', '/v1/cones/melted', {}, 404, 'EntryNotFound'],
    ['GET', '/v1/cones/full', {}, 507, 'StoreFull'],
    ['GET', '/v1/cones/broken', {}, 500, 'InternalError'],
    ['GET', '/v1/cones/x?size=toolong', {}, 400, 'InvalidRequest'],
    ['GET', '/v1/cones/x?colour=red', {}, 400, 'InvalidRequest'],
    ['GET', '/v1/cones/%zz', {}, 400, 'InvalidRequest'],
  ])('%s %s', async (method, path, change, status, code) => {
    const answer = await send(method, path, change);
    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    if (status === 405) expect(answer.headers.get('allow')).toBe('GET, HEAD, PUT');
  });

  it('refuses bodies that are too large or of another type', async () => {
    expect(await order(' '.repeat(1024 * 1024) + good)).toMatchObject({ status: 413, body: { code: 'BodyTooLarge' } });
    expect(await order('a=1', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
      status: 415,
      body: { code: 'MediaTypeUnsupported' },
    });
  });

  it.each([
    ['content-encoding', 'gzip', 'without the coding gzip'],
    ['content-type', 'application/json; charset=iso-8859-1', 'in UTF-8, not iso-8859-1'],
    ['content-type', 'application/json;charset="UTF-16"', 'in UTF-8, not UTF-16'],
  ])('refuses a body with %s: %s, which it would misread', async (name, value, detail) => {
    expect(await order(good, { [name]: value })).toMatchObject({
      status: 415,
      body: { code: 'MediaTypeUnsupported', detail: expect.stringContaining(detail) as string },
    });
  });

  it.each([
    ['content-encoding', 'identity'],
    ['content-type', 'application/json; charset=UTF-8'],
    ['content-type', 'application/json; charset="utf-8"'],
  ])('reads a body with %s: %s', async (name, value) => {
    expect((await order(good, { [name]: value })).status).toBe(201);
  });

  it('asks for an Idempotency-Key of the accepted form', async () => {
    const missing = await send('POST', '/v1/cones', { body: good, headers: { 'content-type': 'application/json' } });
    expect(missing).toMatchObject({ status: 400, body: { code: 'IdempotencyKeyMissing' } });
    expect(await order(good, { 'idempotency-key': 'a b' })).toMatchObject({
      status: 400,
      body: { code: 'IdempotencyKeyInvalid' },
    });
  });

  it('keeps a well-formed correlation id and makes one otherwise', async () => {
    const kept = await send('GET', '/v1/cones/melted', { headers: { 'x-correlation-id': 'shift-12' } });
    expect(kept.headers.get('x-correlation-id')).toBe('shift-12');
    expect(kept.body['instance']).toBe('urn:suki:request:shift-12');
    const made = await send('GET', '/v1/cones/x', { headers: { 'x-correlation-id': 'a b\tc' } });
    expect(made.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('counts every answer under its operation', async () => {
    answeredOperations.length = 0;
    await send('GET', '/v1/cones/melted');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(answeredOperations).toEqual(['getCone 404']);
  });

  it('answers a request that is not HTTP with a problem', async () => {
    const status = await new Promise((resolve, refuse) => {
      const { port } = new URL(url);
      const bad = plainRequest({ port, host: '127.0.0.1', path: '/', headers: { 'x-long': 'x'.repeat(20_000) } });
      bad
        .on('response', (response) => resolve(response.statusCode))
        .on('error', refuse)
        .end();
    });
    expect(status).toBe(431);
  });

  it('serves its documentation from this machine', async () => {
    expect(await send('GET', '/openapi.json')).toMatchObject({ status: 200, body: { openapi: '3.1.0' } });
    const page = await (await fetch(`${url}/docs`)).text();
    const sources = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source as string);
    expect(sources.length).toBeGreaterThan(2);
    for (const source of sources) {
      const part = await fetch(new URL(source, `${url}/docs`));
      expect([source, part.status]).toEqual([source, 200]);
    }
  });
});

describe('limits of the edge', () => {
  it('answers 429 with Retry-After to a key that sends too much', async () => {
    const app = await createHttpServer(
      ConeModule,
      options({ limits: { requestsPerSecond: 1, inFlight: 9, streams: 1 } }),
    );
    const ask = () => app.inject({ url: '/v1/cones/x', headers: { authorization: 'Bearer till' } });
    const answers = [await ask(), await ask()];
    expect(answers.map((one) => one.statusCode)).toEqual([200, 429]);
    const headers = { 'ratelimit-limit': '1', 'ratelimit-remaining': '0', 'ratelimit-reset': '1' };
    expect(answers.map((one) => one.headers)).toMatchObject([headers, { ...headers, 'retry-after': '1' }]);
    await app.close();
  });

  it('answers 503 beyond the requests it works on at once', async () => {
    const app = await createHttpServer(
      ConeModule,
      options({ limits: { requestsPerSecond: 9, inFlight: 0, streams: 1 } }),
    );
    const full = await app.inject({ url: '/v1/cones/x', headers: { authorization: 'Bearer till' } });
    expect([full.statusCode, full.headers['retry-after'], full.json<{ code: string }>().code]).toEqual([
      503,
      '1',
      'Overloaded',
    ]);
    await app.close();
  });

  it('does not start with an operation that nobody may call', async () => {
    const permissions = { getCone: ['till' as const], setCone: ['till' as const] };
    await expect(createHttpServer(ConeModule, options({ permissions }))).rejects.toThrow('orderCones');
  });
});

describe('the OpenAPI document', () => {
  it('lists every operation with its problems, roles and schemas', () => {
    const document = openApiDocument([ConeController], options().permissions, '1.0.0');
    expect(servedOperations([ConeController]).map((one) => `${one.method} ${one.path}`)).toEqual([
      'GET /v1/cones/{id}',
      'POST /v1/cones',
      'PUT /v1/cones/{id}',
    ]);
    expect(document).toMatchObject({
      openapi: '3.1.0',
      paths: {
        '/v1/cones': {
          post: {
            operationId: 'orderCones',
            'x-roles': ['till'],
            parameters: [{ in: 'header', name: 'Idempotency-Key', required: true }],
            responses: { 201: {}, 200: {}, 409: {}, 422: {} },
          },
        },
      },
      components: {
        schemas: {
          OrderBody: { properties: { cones: { items: { $ref: '#/components/schemas/ConeBody' } } } },
        },
      },
    });
  });
});
