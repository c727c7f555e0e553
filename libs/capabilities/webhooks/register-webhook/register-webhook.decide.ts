import { accept, refuse, type Decision } from '../../../kernel/decision';
import type { WebhookRegistered, WebhookTerms } from '../webhook/webhook.events';
import { refusalOfTerms, type Inquiry, type WebhookTermsRefusal } from '../webhook/webhook-terms.decide';

export type RegisterWebhookRefusal = WebhookTermsRefusal | 'TooManyWebhooks';

/** Each follows the log by itself. */
const MOST_WEBHOOKS = 100;

export function registerWebhook(
  terms: WebhookTerms,
  inquiry: Inquiry,
  already: number,
): Decision<WebhookRegistered, RegisterWebhookRefusal> {
  if (already >= MOST_WEBHOOKS) return refuse('TooManyWebhooks', `there are ${already} webhooks already`);
  return refusalOfTerms(terms, inquiry) ?? accept({ type: 'WebhookRegistered', version: 1, data: terms });
}
