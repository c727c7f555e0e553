import { accept, refuse, type Decision } from '../../../kernel/decision';
import type { Replay, WebhookReplayRequested } from '../webhook/webhook.events';
import { refusalOfMissing } from '../webhook/webhook-terms.decide';
import type { Webhook } from '../webhook/webhook.state';

export type ReplayDeliveriesRefusal = 'WebhookNotFound' | 'WebhookNotActive';

export function replayDeliveries(
  replay: Replay,
  webhook: Webhook,
): Decision<WebhookReplayRequested, ReplayDeliveriesRefusal> {
  const missing = refusalOfMissing(webhook);
  if (missing !== undefined) return missing;
  if (webhook.life === 'paused') {
    return refuse('WebhookNotActive', 'the webhook is paused: let it go on first, with "paused": false');
  }
  return accept({ type: 'WebhookReplayRequested', version: 1, data: replay });
}
