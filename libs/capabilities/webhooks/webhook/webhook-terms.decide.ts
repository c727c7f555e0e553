import { refuse, type Refusal } from '../../../kernel/decision';
import { matches } from './type-filter.state';
import type { WebhookTerms } from './webhook.events';
import { isThere, type Webhook } from './webhook.state';

/** What was found out about the terms before anything is decided. */
export interface Inquiry {
  /** What is wrong with the URL, or with where it leads; undefined where nothing is. */
  readonly complaint: string | undefined;
  /** Every contract type there is. */
  readonly contracts: readonly string[];
}

export type WebhookTermsRefusal = 'WebhookUrlRefused' | 'WebhookTypeUnknown';

export function refusalOfTerms(
  { types }: WebhookTerms,
  { complaint, contracts }: Inquiry,
): Refusal<WebhookTermsRefusal> | undefined {
  if (complaint !== undefined) {
    return refuse('WebhookUrlRefused', `the URL is refused: ${complaint}`, [{ pointer: '/url', detail: complaint }]);
  }
  const unknown = types.findIndex((pattern) => !contracts.some((type) => matches(pattern, type)));
  if (unknown === -1) return undefined;
  const detail = `${types[unknown]} is no type of the feed, nor the beginning of one with .* behind it`;
  return refuse('WebhookTypeUnknown', detail, [{ pointer: `/types/${unknown}`, detail }]);
}

export const refusalOfMissing = (webhook: Webhook): Refusal<'WebhookNotFound'> | undefined =>
  isThere(webhook) ? undefined : refuse('WebhookNotFound', 'there is no such webhook');
