import { Webhook as Signer } from 'standardwebhooks';
import type { StreamName } from '../../../kernel/ids';
import type { AddressGuard } from '../../../platform/outbound/address-guard';
import { guardedPost, type PostOutcome } from '../../../platform/outbound/guarded-post';
import type { FeedEvent } from '../../feed';
import { webhookSecret } from '../webhook/webhook-secret';
import { signingSecrets, type Webhook } from '../webhook/webhook.state';

const MEDIA_TYPE = 'application/cloudevents+json';
const TIMEOUT_MS = 15_000;

export interface WebhookSenderOptions {
  readonly guard: AddressGuard;
  readonly pepper: Buffer;
  readonly clock: () => number;
  readonly timeoutMs?: number;
}

/** Signs and sends one event, after the Standard Webhooks specification. */
export class WebhookSender {
  constructor(private readonly options: WebhookSenderOptions) {}

  /** `again`: it was asked for once more, which a header says; the id is the same. */
  send(
    stream: StreamName,
    webhook: Webhook,
    event: Omit<FeedEvent, 'position'>,
    { again, signal }: { readonly again: boolean; readonly signal: AbortSignal },
  ): Promise<PostOutcome> {
    const { guard, pepper, clock, timeoutMs = TIMEOUT_MS } = this.options;
    const body = JSON.stringify(event);
    const at = new Date(clock());
    const signatures = signingSecrets(webhook, at.getTime()).map((secret) =>
      new Signer(webhookSecret(pepper, stream, secret)).sign(event.id, at, body),
    );
    return guardedPost(guard, {
      url: webhook.terms.url,
      headers: {
        'content-type': MEDIA_TYPE,
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'suki-webhooks',
        'webhook-id': event.id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': signatures.join(' '),
        ...(again && { 'suki-replay': 'true' }),
      },
      body,
      timeoutMs,
      signal,
    });
  }
}

/** 2xx. */
export const wasDelivered = (outcome: PostOutcome): boolean =>
  outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300;
