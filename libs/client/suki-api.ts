import { setTimeout as sleep } from 'node:timers/promises';
import { memberOf, textField } from './json-members';
import { SukiApiFault } from './suki-api-fault';

export interface ApiAnswer {
  readonly kind: 'answered';
  readonly status: number;
  /** JSON; whoever asks knows its documented form. */
  readonly body: unknown;
  /** The command had been recorded before; this is the first answer again. */
  readonly replayed: boolean;
}

/** The server understood and said no; sending the same again would not help. */
export interface ApiRefusal {
  readonly kind: 'refused';
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

export interface Patience {
  /** One request is tried again for this long after its first failure. */
  readonly totalMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

const PATIENCE: Patience = { totalMs: 60_000, firstPauseMs: 100, longestPauseMs: 5_000 };

/** Busy, ready in a moment, or out of space: the request was not recorded, or can be sent again safely. */
const WORTH_WAITING = new Set([429, 503, 507]);

/**
 * The public HTTP API as a till sees it. Every write carries a key of its own (business key or Idempotency-Key), so that
 * sending it again after a lost answer is safe. Throws `SukiApiFault` where the server cannot be reached within the patience,
 * and where the key is not accepted.
 */
export class SukiApi {
  constructor(
    readonly url: string,
    private readonly key: string,
    private readonly patience: Patience = PATIENCE,
  ) {}

  withKey(key: string): SukiApi {
    return new SukiApi(this.url, key, this.patience);
  }

  get(path: string): Promise<ApiAnswer | ApiRefusal> {
    return this.send('GET', path);
  }

  post(path: string, body: object, idempotencyKey?: string): Promise<ApiAnswer | ApiRefusal> {
    return this.send('POST', path, body, idempotencyKey);
  }

  put(path: string, body: object, idempotencyKey: string): Promise<ApiAnswer | ApiRefusal> {
    return this.send('PUT', path, body, idempotencyKey);
  }

  private async send(
    method: string,
    path: string,
    body?: object,
    idempotencyKey?: string,
  ): Promise<ApiAnswer | ApiRefusal> {
    const request: RequestInit = {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const givingUpAt = performance.now() + this.patience.totalMs;
    for (let pauseMs = this.patience.firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, this.patience.longestPauseMs)) {
      const attempt = await this.attempt(path, request);
      if (attempt.kind !== 'tryAgain') return attempt;
      const waitMs = Math.max(attempt.afterMs, pauseMs * (0.5 + Math.random()));
      if (performance.now() + waitMs > givingUpAt) {
        const seconds = Math.round(this.patience.totalMs / 1000);
        throw new SukiApiFault(
          'unavailable',
          `${this.url} took nothing for ${seconds} s (${attempt.why}); is it running?`,
        );
      }
      await sleep(waitMs);
    }
  }

  private async attempt(
    path: string,
    request: RequestInit,
  ): Promise<ApiAnswer | ApiRefusal | { readonly kind: 'tryAgain'; readonly why: string; readonly afterMs: number }> {
    let status: number;
    let headers: Headers;
    let text: string;
    try {
      const response = await fetch(new URL(path, this.url), request);
      ({ status, headers } = response);
      text = await response.text();
    } catch (error) {
      return { kind: 'tryAgain', why: networkReason(error), afterMs: 0 };
    }
    const body = parsed(text);
    if (status < 400) {
      return { kind: 'answered', status, body, replayed: headers.get('idempotency-replayed') === 'true' };
    }
    const code = textField(body, 'code') ?? `HTTP ${status}`;
    const detail = textField(body, 'detail') ?? textField(body, 'title') ?? 'no reason given';
    if (WORTH_WAITING.has(status)) {
      const seconds = Number(headers.get('retry-after') ?? 0);
      return {
        kind: 'tryAgain',
        why: `${status} ${code}: ${detail}`,
        afterMs: Number.isFinite(seconds) ? seconds * 1000 : 0,
      };
    }
    if (status === 401 || status === 403)
      throw new SukiApiFault('refused', `the key is not accepted: ${code}: ${detail}`);
    return { kind: 'refused', status, code, detail };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Node says why only in the cause. Not `instanceof`: the errors of `fetch` may come from another realm (a test sandbox). */
function networkReason(error: unknown): string {
  for (const reason of [memberOf(memberOf(error, 'cause'), 'code'), memberOf(error, 'message')]) {
    if (typeof reason === 'string') return reason;
  }
  return String(error);
}
