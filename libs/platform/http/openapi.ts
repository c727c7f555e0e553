import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants';
import type { FastifyContextConfig } from 'fastify';
import { assert } from '../../kernel/defect';
import type { JsonObject } from '../../kernel/json';
import type { Permissions } from './caller';
import { jsonSchemaOf } from './json-schema';
import { mayBeEmpty, needsIdempotencyKey, type OperationTerms } from './operation';
import { problemTerms, type ProblemCode } from './problems';
import { requestMembers, type RequestClass } from './request-rules';

/** One operation as it is served. */
export interface ServedOperation {
  readonly terms: OperationTerms;
  readonly method: string;
  /** As OpenAPI writes it: `/v1/customers/{id}`. */
  readonly path: string;
}

/** What the controllers serve, read from their decorators; nothing is started for it. */
export function servedOperations(controllers: readonly Type[]): readonly ServedOperation[] {
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, unknown>;
    const base = metadata(PATH_METADATA, controller);
    return Object.getOwnPropertyNames(prototype).flatMap((name): ServedOperation[] => {
      const handler = prototype[name];
      if (name === 'constructor' || typeof handler !== 'function') return [];
      const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
      if (method === undefined) return [];
      const config = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as FastifyContextConfig | undefined;
      assert(config?.operation !== undefined, `${controller.name}.${name} has no @Operation`);
      const path = `/${base}/${metadata(PATH_METADATA, handler)}`.replaceAll(/\/+/g, '/').replace(/(.)\/$/, '$1');
      return [
        { terms: config.operation, method: RequestMethod[method], path: path.replaceAll(/:([A-Za-z]+)/g, '{$1}') },
      ];
    });
  });
}

const metadata = (key: string, target: object): string => String(Reflect.getMetadata(key, target) ?? '');

/** The OpenAPI 3.1 document of the given controllers. */
export function openApiDocument(controllers: readonly Type[], permissions: Permissions, version: string): JsonObject {
  const schemas = new Schemas();
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const operation of servedOperations(controllers)) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = operationObject(operation, permissions, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Suki',
      version,
      description: 'An event-sourced loyalty and customer-history engine.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths: sorted(paths),
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key, `Authorization: Bearer …`.' },
      },
      schemas: { ...sorted(schemas.components), Problem: problemSchema },
    },
  };
}

class Schemas {
  readonly components: Record<string, JsonObject> = {};

  /** A reference to the schema of a class, which becomes a component. */
  readonly reference = (requestClass: RequestClass): JsonObject => {
    const { name } = requestClass;
    if (!(name in this.components)) {
      this.components[name] = {};
      this.components[name] = jsonSchemaOf(requestClass, this.reference);
    }
    return { $ref: `#/components/schemas/${name}` };
  };

  of(body: RequestClass | { readonly schema: JsonObject }): JsonObject {
    return typeof body === 'function' ? this.reference(body) : body.schema;
  }
}

function operationObject(
  { terms, method, path }: ServedOperation,
  permissions: Permissions,
  schemas: Schemas,
): JsonObject {
  const roles = permissions[terms.id] ?? [];
  const keyed = needsIdempotencyKey(terms, method);
  const who = terms.open === true ? 'Needs no key.' : `Roles: ${roles.join(', ')}.`;
  return {
    operationId: terms.id,
    tags: [terms.tag],
    summary: terms.summary,
    description: terms.description === undefined ? who : `${terms.description}\n\n${who}`,
    ...(terms.open === true ? { security: [] } : { 'x-roles': roles }),
    parameters: [
      ...[...path.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name]) => parameter('path', name as string, true, text)),
      ...(terms.query === undefined
        ? []
        : requestMembers(terms.query).map(({ name, optional, schema }) => parameter('query', name, !optional, schema))),
      ...(keyed ? [parameter('header', 'Idempotency-Key', true, idempotencyKeySchema)] : []),
    ],
    ...(terms.body === undefined
      ? {}
      : { requestBody: { required: !mayBeEmpty(terms), content: json('application/json', schemas.of(terms.body)) } }),
    responses: { ...answers(terms, keyed || terms.repeat === 'businessKey', schemas), ...problems(terms, keyed) },
  };
}

const text: JsonObject = { type: 'string' };
const idempotencyKeySchema: JsonObject = { type: 'string', pattern: '^[A-Za-z0-9._~-]{1,128}$' };

const parameter = (where: string, name: string, required: boolean, schema: JsonObject): JsonObject => ({
  in: where,
  name,
  required,
  schema,
});

const json = (mediaType: string, schema: JsonObject): JsonObject => ({ [mediaType]: { schema } });

function answers({ answer }: OperationTerms, repeatable: boolean, schemas: Schemas): JsonObject {
  const { body, mediaType = 'application/json' } = answer;
  const schema = body === undefined ? { type: 'object' } : schemas.of(body);
  const content = json(mediaType, mediaType === 'application/json' ? schema : text);
  const first = { [answer.status]: { description: answer.description, content } };
  if (!repeatable || answer.status === 200) return first;
  return { ...first, 200: { description: 'It was sent before: the first answer again.', content } };
}

function problems(terms: OperationTerms, keyed: boolean): JsonObject {
  const codes = new Set<string>(['InternalError', ...(terms.problems ?? [])]);
  const add = (...more: ProblemCode[]): void => more.forEach((code) => codes.add(code));
  if (terms.open !== true) add('Unauthenticated', 'Forbidden', 'TooManyRequests', 'Overloaded');
  if (terms.query !== undefined || terms.body !== undefined) add('InvalidRequest');
  if (terms.body !== undefined) {
    add('MalformedJson', 'InvalidUtf8', 'DuplicateMember', 'ForbiddenMember', 'LoneSurrogate', 'TooDeep');
    add('BodyTooLarge', 'MediaTypeUnsupported');
  }
  if (keyed) add('IdempotencyKeyMissing', 'IdempotencyKeyInvalid');
  if (keyed || terms.repeat === 'businessKey') add('DifferentBody', 'StoreUnavailable', 'StoreFull', 'Contended');
  const byStatus: Record<string, string[]> = {};
  for (const code of codes) {
    const known = problemTerms(code);
    assert(known !== undefined, `${terms.id}: the problem ${code} is not in problems.ts`);
    (byStatus[known.status] ??= []).push(code);
  }
  const responses = Object.entries(byStatus).map(([status, of]): [string, JsonObject] => [
    status,
    {
      description: of.map((code) => `${code}: ${problemTerms(code)?.title}`).join('; '),
      content: json('application/problem+json', {
        allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: of } } }],
      }),
    },
  ]);
  return Object.fromEntries(responses);
}

const problemSchema: JsonObject = {
  type: 'object',
  description: 'RFC 9457. `code` is stable; `retryable` says that the same request may succeed later.',
  required: ['type', 'title', 'status', 'detail', 'code', 'retryable', 'instance'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: text,
    status: { type: 'integer' },
    detail: text,
    code: text,
    retryable: { type: 'boolean' },
    instance: { type: 'string', description: 'Names this occurrence by the correlation id of the request.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { pointer: { type: 'string', description: 'RFC 6901, into the request body.' }, detail: text },
      },
    },
  },
};

function sorted<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}
