import { hash } from 'node:crypto';
import type { Language } from '../../kernel/words/language';
import type { DecisionResult } from '../decisions/decision-types';
import type { RecordedAppend } from '../event-store/event-store';
import { HttpProblem, refusalProblem } from './http-problem';

/** What a controller returns where the plain body is not enough. A plain object returned means 200 and no headers. */
export class HttpAnswer {
  constructor(
    readonly status: number,
    readonly body: object,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

/** 200 with the revision as ETag; the adapter turns it into 304 where `If-None-Match` names the same. */
export const answered = (body: object, revision: number): HttpAnswer =>
  new HttpAnswer(200, body, { etag: etagOf(revision) });

/** 200 with a digest of the body as ETag, for what is put together from several sources. */
export function answeredByContent(body: object): HttpAnswer {
  return new HttpAnswer(200, body, { etag: `"${hash('sha1', JSON.stringify(body), 'base64url')}"` });
}

/** The same in the language the caller likes best: copies of it are kept apart by what was asked for. */
export function answeredInWords(body: object, language: Language): HttpAnswer {
  const { headers } = answeredByContent(body);
  return new HttpAnswer(200, body, { ...headers, 'content-language': language, vary: 'Accept-Language' });
}

/** 201 with the revision as ETag, for what a write has made. */
export const created = (body: object, revision: number): HttpAnswer =>
  new HttpAnswer(201, body, { etag: etagOf(revision) });

/** Marks the answer of a request that was sent again: the first answer, with 200. */
export const replayed = (answer: HttpAnswer): HttpAnswer =>
  new HttpAnswer(200, answer.body, { ...answer.headers, 'idempotency-replayed': 'true' });

/**
 * The answer to a command: rendered from the record, so that the first and every repeated answer are equal byte for
 * byte. Throws the problem of a refusal or of another body under the same key.
 */
export function decisionAnswer(
  result: DecisionResult,
  render: (append: RecordedAppend, position: string) => object,
  status: 200 | 201 = 201,
): HttpAnswer {
  switch (result.kind) {
    case 'recorded': {
      const { append } = result;
      const etag = etagOf(append.firstRevision + append.events.length - 1);
      const answer = new HttpAnswer(status, render(append, positionText(result.position)), { etag });
      return result.replayed ? replayed(answer) : answer;
    }
    case 'refused':
      throw refusalProblem(result.refusal);
    case 'differentBody':
      throw differentBodyProblem(result);
  }
}

export function differentBodyProblem(result: Extract<DecisionResult, { kind: 'differentBody' }>): HttpProblem {
  const { holder, fingerprint } = result;
  return new HttpProblem('DifferentBody', `${holder.commandKey} was recorded before with another body`, {
    members: {
      holder: { stream: holder.stream, revision: holder.firstRevision, fingerprint: holder.fingerprint },
      fingerprint,
    },
  });
}

const etagOf = (revision: number): string => `"${revision}"`;

/** Positions are opaque outside: compared by no one, only handed back. */
export const positionText = (position: number): string => position.toString(36);

/** Undefined for a text that `positionText` never wrote. */
export function positionOf(text: string): number | undefined {
  if (!/^[0-9a-z]{1,11}$/.test(text)) return undefined;
  const position = Number.parseInt(text, 36);
  return Number.isSafeInteger(position) && positionText(position) === text ? position : undefined;
}
