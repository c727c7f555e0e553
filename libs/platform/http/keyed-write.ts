import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { assert } from '../../kernel/defect';
import type { JsonObject } from '../../kernel/json';
import type { Intent } from '../decisions/decision-types';
import type { Actor } from '../event-store/event-store';
import type { Caller } from './caller';
import { fingerprintOf } from './fingerprint';
import { idempotencyKey } from './request-parameters';

/** A write as its Idempotency-Key names it: the same key with the same fingerprint is the same command. */
export interface KeyedWrite {
  readonly caller: Caller;
  readonly idempotencyKey: string;
  /** Of operation, path and body less the customer reference, so that one key never stands for two commands. */
  readonly fingerprint: string;
  readonly correlationId: string;
}

/** The write a request under an Idempotency-Key asks for. Answers 400 where the key is missing or malformed. */
export const Keyed = createParamDecorator((_: unknown, context: ExecutionContext): KeyedWrite => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { caller, correlationId } = request;
  const operation = request.routeOptions.config.operation?.id;
  assert(caller !== null && operation !== undefined, 'a keyed write has a caller and an operation');
  const path = request.params as JsonObject;
  const fingerprint = fingerprintOf({ operation, path, body: withoutCustomer(request.body as JsonObject | null) });
  return { caller, idempotencyKey: idempotencyKey(request), fingerprint, correlationId };
});

/**
 * Who is meant by a card, a phone number or an address is compared by who that is, not by the text: a plain hash of it in
 * the log would let anybody try numbers against it, for ever. Whoever takes such a write must compare the customer.
 */
function withoutCustomer(body: JsonObject | null | undefined): JsonObject | null {
  if (typeof body?.['customer'] !== 'object') return body ?? null;
  const { customer: _, ...rest } = body;
  return rest;
}

/** A key that works for one outlet acts there. */
function actorOf({ key, role, outlets }: Caller): Actor {
  const [outlet] = outlets;
  return outlets.length === 1 && outlet !== undefined ? { key, role, outlet } : { key, role };
}

/** What every intent under an Idempotency-Key has in common. */
export function keyedIntent(
  { caller, idempotencyKey: key, fingerprint, correlationId }: KeyedWrite,
  now: number,
): Pick<
  Intent<unknown>,
  'commandKey' | 'claimKey' | 'fingerprint' | 'actor' | 'correlationId' | 'causationId' | 'now'
> {
  return {
    commandKey: key,
    claimKey: `${caller.tenant}/command/${key}`,
    fingerprint,
    actor: actorOf(caller),
    correlationId,
    causationId: null,
    now,
  };
}
