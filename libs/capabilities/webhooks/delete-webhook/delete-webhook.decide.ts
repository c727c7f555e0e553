import { accept, type Decision } from '../../../kernel/decision';
import type { WebhookDeleted } from '../webhook/webhook.events';
import { refusalOfMissing } from '../webhook/webhook-terms.decide';
import type { Webhook } from '../webhook/webhook.state';

export const deleteWebhook = (webhook: Webhook): Decision<WebhookDeleted, 'WebhookNotFound'> =>
  refusalOfMissing(webhook) ?? accept({ type: 'WebhookDeleted', version: 1, data: {} });
