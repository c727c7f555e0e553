import { accept, refuse, type Decision } from '../../../kernel/decision';
import type { PauseReason, WebhookPaused } from '../webhook/webhook.events';
import type { Webhook } from '../webhook/webhook.state';

/** Only what is active: somebody may have changed it meanwhile. */
export const pauseWebhook = (reason: PauseReason, webhook: Webhook): Decision<WebhookPaused, 'WebhookNotActive'> =>
  webhook.life === 'active'
    ? accept({ type: 'WebhookPaused', version: 1, data: { reason } })
    : refuse('WebhookNotActive', 'the webhook delivers nothing as it is');
