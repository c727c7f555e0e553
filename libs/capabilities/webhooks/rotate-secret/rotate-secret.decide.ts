import { accept, type Decision } from '../../../kernel/decision';
import { DAY_MS } from '../../../kernel/time';
import type { WebhookSecretRotated } from '../webhook/webhook.events';
import { refusalOfMissing } from '../webhook/webhook-terms.decide';
import type { Webhook } from '../webhook/webhook.state';

/** The secret before signs for another day. One before that signs no more: rotating twice ends a secret that leaked. */
export const rotateSecret = (webhook: Webhook, now: number): Decision<WebhookSecretRotated, 'WebhookNotFound'> =>
  refusalOfMissing(webhook) ??
  accept({
    type: 'WebhookSecretRotated',
    version: 1,
    data: { secret: webhook.secret + 1, beforeUntil: now + DAY_MS },
  });
