import { streamParts } from '../../../kernel/ids';
import { assert } from '../../../kernel/defect';
import type { NewEvent, RecordedAppend } from '../../../platform/event-store/event-store';
import { ClientPart, OneOf, Optional, Text, Texts } from '../../../platform/http/request-rules';
import type { WebhookEvent, WebhookTerms } from './webhook.events';

export class WebhookTermsBody {
  @Text({
    max: 2048,
    description: 'https, port 443 or from 1024 on, without user and password; its host in no private network.',
    example: 'https://example.com/suki',
  })
  readonly url!: string;
  @Optional()
  @Texts({
    max: 100,
    maxItems: 100,
    description: 'Types of the feed, or the beginning of some: `loyalty.points.*`. All of them unless said.',
    pattern: /^[a-z0-9.-]+(\.\*)?$/,
  })
  readonly types?: readonly string[];
  @Optional() @Text({ min: 0, max: 200, description: 'For people.' }) readonly description?: string;
}

export const termsIn = ({ url, types = [], description = '' }: WebhookTermsBody): WebhookTerms => ({
  url,
  types,
  description,
});

export class WebhookAnswer {
  @ClientPart() readonly webhook!: string;
  @Text({ max: 2048 }) readonly url!: string;
  @Texts({ max: 100, maxItems: 100 }) readonly types!: readonly string[];
  @Text({ min: 0, max: 200 }) readonly description!: string;
  @OneOf(['active', 'paused']) readonly state!: string;
}

export const SECRET_ONCE = {
  max: 60,
  description: 'In the first answer only. Where that was lost, rotate the secret.',
} as const;
export const POSITION = { max: 11, description: 'Opaque; a read may wait for it.' } as const;

export const idIn = ({ stream }: RecordedAppend): string => streamParts(stream).id;

type DataOf = { readonly [Event in WebhookEvent as Event['type']]: Event['data'] };

/** What the one event of a type in an append says. */
export function eventOf<Type extends WebhookEvent['type']>(events: readonly NewEvent[], type: Type): DataOf[Type] {
  const event = events.find((one) => one.type === type);
  assert(event !== undefined, `the append holds no ${type}`);
  return (event as NewEvent & { readonly data: DataOf[Type] }).data;
}
