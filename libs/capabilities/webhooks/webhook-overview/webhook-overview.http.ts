import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { streamParts, type TenantId } from '../../../kernel/ids';
import { instantText } from '../../../kernel/time';
import { BEGINNING, type EventStore } from '../../../platform/event-store/event-store';
import type { Caller } from '../../../platform/http/caller';
import { answeredByContent, positionOf, positionText, type HttpAnswer } from '../../../platform/http/http-answer';
import { problem } from '../../../platform/http/http-problem';
import { Operation } from '../../../platform/http/operation';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import { Instant, Many, One, OneOf, Optional, Text, Whole, YesOrNo } from '../../../platform/http/request-rules';
import { Wired } from '../../../platform/wiring/tokens';
import type { DeliveryProgress, WebhookDeliveries } from '../deliveries/webhook-deliveries';
import { WebhookAnswer } from '../webhook/webhook-answer';
import { WebhookDirectory, type ListedWebhook } from '../webhook/webhook-directory';

class DeliveryAnswer {
  @Text({ min: 0, max: 11, description: 'What comes after it was to be delivered. Empty: everything.' })
  readonly since!: string;
  @Text({ min: 0, max: 11, description: 'Everything up to it was looked at.' }) readonly position!: string;
  @Whole({ description: 'Events of the log, of any kind, that were not looked at yet.' }) readonly lag!: number;
  @Whole({ description: 'Deliveries under way, or waiting to be tried again.' }) readonly waiting!: number;
  @Whole() readonly deadLetters!: number;
  @YesOrNo({ description: 'A replay of a part of the log is under way.' }) readonly replaying!: boolean;
  @Optional() @Instant({ description: 'Since then every delivery has failed.' }) readonly failingSince?: string;
  @Optional() @Instant() readonly lastDeliveredAt?: string;
  @Optional() @Text({ max: 200 }) readonly lastFailure?: string;
}

class WebhookWithDelivery extends WebhookAnswer {
  @Optional()
  @OneOf(['gone', 'failing'], { description: 'Why it was paused by itself: answered 410, or failed for three days.' })
  readonly pausedBecause?: string;
  @Optional() @One(() => DeliveryAnswer, { description: 'Once it has begun.' }) readonly delivery?: DeliveryAnswer;
}

class WebhookList {
  @Many(() => WebhookWithDelivery, { max: 100 }) readonly webhooks!: readonly WebhookWithDelivery[];
}

class DeadLetterAnswer {
  @Text({ max: 11, description: 'Of the event in the log, as the feed tells it.' }) readonly position!: string;
  @Text({ max: 300, description: 'Whom it is about.' }) readonly subject!: string;
  @Whole() readonly attempts!: number;
  @Instant() readonly diedAt!: string;
  @Text({ max: 200, description: 'Why the last attempt failed.' }) readonly failure!: string;
}

class DeadLetterList {
  @Many(() => DeadLetterAnswer, { max: 100 }) readonly deadLetters!: readonly DeadLetterAnswer[];
  @Optional() @Text({ max: 11, description: 'Where there are more: the next `after`.' }) readonly next?: string;
}

class DeadLetterQuery {
  @Optional() @Text({ max: 11, description: 'What an answer gave as `next`.' }) readonly after?: string;
}

const PAGE = 100;

@Controller('v1/webhooks')
export class WebhookOverviewController {
  constructor(
    @Inject(WebhookDirectory) private readonly directory: WebhookDirectory,
    @Wired('webhookDeliveries') private readonly deliveries: WebhookDeliveries,
    @Wired('eventStore') private readonly store: EventStore,
  ) {}

  @Get()
  @Operation({
    id: 'listWebhooks',
    tag: 'Webhooks',
    summary: 'All webhooks, and how far each is delivered',
    answer: { status: 200, description: 'In the order of their registration, without secrets.', body: WebhookList },
  })
  async list(@CurrentCaller() { tenant }: Caller): Promise<HttpAnswer> {
    const end = await this.store.endPosition();
    const webhooks: object[] = [];
    for (const listed of this.directory.listOf(tenant)) webhooks.push(await this.told(listed, end));
    return answeredByContent({ webhooks });
  }

  @Get(':id')
  @Operation({
    id: 'getWebhook',
    tag: 'Webhooks',
    summary: 'A webhook, and how far it is delivered',
    answer: { status: 200, description: 'Without its secret.', body: WebhookWithDelivery },
    problems: ['WebhookNotFound'],
  })
  async get(@Param('id') id: string, @CurrentCaller() { tenant }: Caller): Promise<HttpAnswer> {
    const listed = listedOrProblem(this.directory, tenant, id);
    return answeredByContent(await this.told(listed, await this.store.endPosition()));
  }

  @Get(':id/dead-letters')
  @Operation({
    id: 'listDeadLetters',
    tag: 'Webhooks',
    summary: 'What was given up after three days',
    query: DeadLetterQuery,
    answer: { status: 200, description: 'In the order of the log, 100 a page.', body: DeadLetterList },
    problems: ['WebhookNotFound', 'CursorInvalid'],
  })
  async deadLetters(
    @Param('id') id: string,
    @Query() { after }: DeadLetterQuery,
    @CurrentCaller() { tenant }: Caller,
  ): Promise<HttpAnswer> {
    const { stream } = listedOrProblem(this.directory, tenant, id);
    const from = after === undefined ? BEGINNING : positionOf(after);
    if (from === undefined) throw problem('CursorInvalid', 'send `next` as an answer gave it');
    const letters = await this.deliveries.deadLetters(stream, from, PAGE);
    const last = letters.at(-1);
    return answeredByContent({
      deadLetters: letters.map(({ position, subject, attempts, diedAt, failure }) => ({
        position: positionText(position),
        subject,
        attempts,
        diedAt: instantText(diedAt),
        failure,
      })),
      ...(last !== undefined && letters.length === PAGE && { next: positionText(last.position) }),
    });
  }

  private async told({ stream, webhook }: ListedWebhook, end: number): Promise<object> {
    const progress = await this.deliveries.find(stream);
    const { life, terms, pausedBecause } = webhook;
    return {
      webhook: streamParts(stream).id,
      ...terms,
      state: life,
      ...(pausedBecause !== undefined && { pausedBecause }),
      ...(progress !== undefined && { delivery: deliveryAnswer(progress, end) }),
    };
  }
}

const positionOrEmpty = (position: number): string => (position === BEGINNING ? '' : positionText(position));

function deliveryAnswer(progress: DeliveryProgress, end: number): object {
  const { since, position, waiting, deadLetters, replay, failingSince, lastDeliveredAt, lastFailure } = progress;
  return {
    since: positionOrEmpty(since),
    position: positionOrEmpty(position),
    lag: Math.max(end - position, 0),
    waiting,
    deadLetters,
    replaying: replay !== undefined,
    ...(failingSince !== undefined && { failingSince: instantText(failingSince) }),
    ...(lastDeliveredAt !== undefined && { lastDeliveredAt: instantText(lastDeliveredAt) }),
    ...(lastFailure !== undefined && { lastFailure }),
  };
}

/** @throws HttpProblem 404. */
export function listedOrProblem(directory: WebhookDirectory, tenant: TenantId, id: string): ListedWebhook {
  const listed = directory.find(tenant, id);
  if (listed === undefined) throw problem('WebhookNotFound', `there is no webhook ${id}`);
  return listed;
}
