import type { FieldError, Refusal } from '../../kernel/decision';
import { Defect } from '../../kernel/defect';
import type { JsonObject } from '../../kernel/json';
import { problemTerms, type ProblemCode } from './problems';

/** Thrown at the edge to answer with an RFC 9457 problem document. Never thrown below the edge: there a refusal is a value. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;

  constructor(
    readonly code: string,
    readonly detail: string,
    readonly extra: ProblemExtra = {},
  ) {
    super(`${code}: ${detail}`);
    const terms = problemTerms(code);
    if (terms === undefined) throw new Defect(`the problem code ${code} is not in problems.ts`);
    this.status = terms.status;
    this.title = terms.title;
    this.retryable = terms.retryable;
  }

  /** The document; `instance` names this occurrence by the request's correlation id. */
  toJson(correlationId: string): JsonObject {
    const { errors, members } = this.extra;
    return {
      type: `urn:suki:problem:${this.code}`,
      title: this.title,
      status: this.status,
      detail: this.detail,
      code: this.code,
      retryable: this.retryable,
      instance: `urn:suki:request:${correlationId}`,
      ...(errors === undefined || errors.length === 0 ? {} : { errors: errors.map((error) => ({ ...error })) }),
      ...members,
    };
  }
}

export interface ProblemExtra {
  readonly errors?: readonly FieldError[];
  /** Further members of the document. */
  readonly members?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A problem of this folder's own codes, checked by the compiler. */
export const problem = (code: ProblemCode, detail: string, extra?: ProblemExtra): HttpProblem =>
  new HttpProblem(code, detail, extra);

/** What a capability refused, as the edge says it. */
export function refusalProblem(refusal: Refusal): HttpProblem {
  return new HttpProblem(refusal.code, refusal.detail, refusal.errors === undefined ? {} : { errors: refusal.errors });
}
