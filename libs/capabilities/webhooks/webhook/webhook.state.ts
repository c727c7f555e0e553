import { assertNever } from '../../../kernel/defect';
import type { PauseReason, WebhookEvent, WebhookTerms } from './webhook.events';

export interface Webhook {
  /** `none`: never registered. */
  readonly life: 'none' | 'active' | 'paused' | 'deleted';
  readonly terms: WebhookTerms;
  /** Why we paused it; undefined where somebody asked for it. */
  readonly pausedBecause: PauseReason | undefined;
  /** Which secret signs, counted from 1. */
  readonly secret: number;
  /** Until when the secret before it signs as well. */
  readonly beforeUntil: number;
}

export const initialWebhook: Webhook = {
  life: 'none',
  terms: { url: '', types: [], description: '' },
  pausedBecause: undefined,
  secret: 1,
  beforeUntil: 0,
};

export function evolveWebhook(webhook: Webhook, event: WebhookEvent): Webhook {
  switch (event.type) {
    case 'WebhookRegistered':
      return { ...webhook, life: 'active', terms: termsIn(event.data) };
    case 'WebhookChanged': {
      const life = event.data.paused ? 'paused' : 'active';
      return { ...webhook, life, terms: termsIn(event.data), pausedBecause: undefined };
    }
    case 'WebhookSecretRotated':
      return { ...webhook, ...event.data };
    case 'WebhookPaused':
      return { ...webhook, life: 'paused', pausedBecause: event.data.reason };
    case 'WebhookReplayRequested':
      return webhook;
    case 'WebhookDeleted':
      return { ...webhook, life: 'deleted' };
    default:
      return assertNever(event);
  }
}

const termsIn = ({ url, types, description }: WebhookTerms): WebhookTerms => ({ url, types, description });

export const isThere = ({ life }: Webhook): boolean => life === 'active' || life === 'paused';

/** The secrets that sign at an instant, the newest first. */
export const signingSecrets = ({ secret, beforeUntil }: Webhook, now: number): readonly number[] =>
  secret > 1 && now < beforeUntil ? [secret, secret - 1] : [secret];
