import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { JsonObject } from '../../kernel/json';
import { requestMembers, type RequestClass } from './request-rules';
import type { Caller } from './caller';

/**
 * What the edge must know of one operation: who may call it is looked up under `id` in the permissions table, its body and
 * query are validated by their classes, and the OpenAPI document and the metrics are labelled by it.
 */
export interface OperationTerms {
  /** OpenAPI operationId, lowerCamelCase verb and noun: `recordPurchase`. */
  readonly id: string;
  /** One line, imperative. */
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /** A class is checked by the edge; a schema only documents what the handler checks itself. */
  readonly body?: RequestClass | { readonly schema: JsonObject };
  /** Values are texts; a member that is not there was not sent. */
  readonly query?: RequestClass;
  /**
   * `idempotencyKey`: the header is required (the default of POST, PUT and DELETE). `businessKey`: the body names what
   * makes the command unique. `none`: reading, also where the method is POST.
   */
  readonly repeat?: 'idempotencyKey' | 'businessKey' | 'none';
  readonly answer: AnswerTerms;
  /** Codes of `problems.ts` beside those that every operation may answer with. */
  readonly problems?: readonly string[];
  /** The answer has no end of its own: counted apart from requests in work. */
  readonly streams?: true;
  /** Needs no key: health, metrics, documentation. */
  readonly open?: true;
}

export interface AnswerTerms {
  readonly status: 200 | 201;
  readonly description: string;
  /** A class with the decorators of `request-rules.ts`, or a JSON Schema. */
  readonly body?: RequestClass | { readonly schema: JsonObject };
  /** `application/json` unless said. */
  readonly mediaType?: string;
}

/** Every handler of every controller carries one; the start refuses a route without it. */
export const Operation = (terms: OperationTerms): MethodDecorator => applyDecorators(RouteConfig({ operation: terms }));

const writing: ReadonlySet<string> = new Set(['POST', 'PUT', 'DELETE']);

export const needsIdempotencyKey = (terms: OperationTerms, method: string): boolean =>
  (terms.repeat ?? (writing.has(method) ? 'idempotencyKey' : 'none')) === 'idempotencyKey';

/** Whether the body has no member that must be there: then it may be left out. */
export const mayBeEmpty = ({ body }: OperationTerms): boolean =>
  typeof body === 'function' && requestMembers(body).every(({ optional }) => optional);

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: OperationTerms;
  }
  interface FastifyRequest {
    /** Set before any handler runs, except on open operations. */
    caller: Caller | null;
    correlationId: string;
  }
}
