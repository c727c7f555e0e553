import { accept, type Decision } from '../../../kernel/decision';
import type { WebhookChanged } from '../webhook/webhook.events';
import {
  refusalOfMissing,
  refusalOfTerms,
  type Inquiry,
  type WebhookTermsRefusal,
} from '../webhook/webhook-terms.decide';
import type { Webhook } from '../webhook/webhook.state';

export type ChangeWebhookRefusal = WebhookTermsRefusal | 'WebhookNotFound';

export const changeWebhook = (
  change: WebhookChanged['data'],
  inquiry: Inquiry,
  webhook: Webhook,
): Decision<WebhookChanged, ChangeWebhookRefusal> =>
  refusalOfMissing(webhook) ??
  refusalOfTerms(change, inquiry) ??
  accept({ type: 'WebhookChanged', version: 1, data: change });
