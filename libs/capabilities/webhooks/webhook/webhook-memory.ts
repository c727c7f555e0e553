import type { StreamMemory } from '../../../platform/decisions/decision-types';
import type { RecordedEvent } from '../../../platform/event-store/event-store';
import type { WebhookEvent } from './webhook.events';
import { evolveWebhook, initialWebhook, type Webhook } from './webhook.state';

/** The streams are short: no checkpoint. */
export const webhookMemory: StreamMemory<Webhook> = {
  initial: initialWebhook,
  language: 1,
  evolve: (webhook, events) =>
    events.reduce((state, event) => evolveWebhook(state, event as RecordedEvent & WebhookEvent), webhook),
};
