import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { assert } from '../../kernel/defect';
import { languageOf, type Language } from '../../kernel/words/language';
import type { Caller } from './caller';
import { problem } from './http-problem';

const requestOf = (context: ExecutionContext): FastifyRequest => context.switchToHttp().getRequest<FastifyRequest>();

/** The caller the edge has let in. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = requestOf(context);
  assert(caller !== null, 'an open operation has no caller');
  return caller;
});

/** The id that ties together what belongs to one request, in answers, events and log lines. */
export const CorrelationId = createParamDecorator(
  (_: unknown, context: ExecutionContext): string => requestOf(context).correlationId,
);

/** The language the caller likes best of those we speak: for answers in words. */
export const CallerLanguage = createParamDecorator((_: unknown, context: ExecutionContext): Language =>
  languageOf(requestOf(context).headers['accept-language']),
);

const keyForm = /^[A-Za-z0-9._~-]{1,128}$/;

/** The caller's name for one write, unique for ever in its tenant. Answers 400 where it is missing or malformed. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  idempotencyKey(requestOf(context)),
);

export function idempotencyKey(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (key === undefined) {
    throw problem('IdempotencyKeyMissing', 'send an Idempotency-Key header, and the same one when sending again');
  }
  if (typeof key !== 'string' || !keyForm.test(key)) {
    throw problem('IdempotencyKeyInvalid', 'an Idempotency-Key has 1 to 128 of A-Z a-z 0-9 . _ ~ -');
  }
  return key;
}
