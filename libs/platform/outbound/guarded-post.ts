import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { LookupFunction } from 'node:net';
import { AddressRefusedFault, type AddressGuard, type CheckedAddress } from './address-guard';

export interface OutboundPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** From looking up the name to the head of the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export type PostOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter: string | undefined }
  /** In words that hold nothing of what the other side sent. */
  | { readonly kind: 'failed'; readonly reason: string };

/** What is read of a body before the connection is cut: nobody looks at it. */
const READ_AT_MOST = 64 * 1024;

/**
 * POSTs to the very address the guard has checked, so that a name which means another one a moment later gains nothing.
 * Follows no redirect. Never throws: a failure is an outcome.
 */
export async function guardedPost(guard: AddressGuard, post: OutboundPost): Promise<PostOutcome> {
  const complaint = guard.complaintAbout(post.url);
  if (complaint !== undefined) return { kind: 'failed', reason: `the URL is refused: ${complaint}` };
  const timeout = AbortSignal.timeout(post.timeoutMs);
  const signal = AbortSignal.any([timeout, post.signal]);
  try {
    const url = new URL(post.url);
    const checked = await unlessAborted(guard.addressOf(url), signal);
    const { status, retryAfter } = await answerOf(url, checked, post, signal);
    return { kind: 'answered', status, retryAfter };
  } catch (error) {
    if (error instanceof AddressRefusedFault) return { kind: 'failed', reason: error.message };
    if (timeout.aborted) return { kind: 'failed', reason: `no answer within ${post.timeoutMs / 1_000} s` };
    return { kind: 'failed', reason: `not reached: ${codeOf(error)}` };
  }
}

function answerOf(
  url: URL,
  { address, family }: CheckedAddress,
  { headers, body }: OutboundPost,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly retryAfter: string | undefined }> {
  const lookup: LookupFunction = (_, options, found) => {
    if (options.all === true) found(null, [{ address, family }]);
    else found(null, address, family);
  };
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestSecure : requestPlain;
    // A connection of its own: a kept one would lead to what was checked some time ago.
    const request = send(url, { method: 'POST', headers, lookup, agent: false, signal });
    request.on('error', reject);
    request.on('response', (response) => {
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
      drain(response);
    });
    request.end(body);
  });
}

function drain(response: IncomingMessage): void {
  let read = 0;
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read > READ_AT_MOST) response.destroy();
  });
}

function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error('aborted'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'the connection broke';
