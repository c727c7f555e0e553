import { randomUUID } from 'node:crypto';
import { Controller, Inject, Param, Post, type OnModuleDestroy } from '@nestjs/common';
import { instantText } from '../../../kernel/time';
import type { Caller } from '../../../platform/http/caller';
import { HttpAnswer } from '../../../platform/http/http-answer';
import { Operation } from '../../../platform/http/operation';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import { Optional, Text, Whole, YesOrNo } from '../../../platform/http/request-rules';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import { wasDelivered, WebhookSender } from '../deliveries/webhook-sender';
import { WebhookDirectory } from '../webhook/webhook-directory';
import { listedOrProblem } from '../webhook-overview/webhook-overview.http';

/** Of no contract: nothing happened. */
export const TEST_TYPE = 'loyalty.webhook.test.v1';

class WebhookTestedAnswer {
  @YesOrNo() readonly delivered!: boolean;
  @Optional() @Whole({ description: 'What the receiver answered.' }) readonly status?: number;
  @Optional() @Text({ max: 200, description: 'Why it answered nothing.' }) readonly failure?: string;
}

@Controller('v1/webhooks')
export class TestWebhookController implements OnModuleDestroy {
  private readonly closing = new AbortController();

  constructor(
    @Inject(WebhookDirectory) private readonly directory: WebhookDirectory,
    @Inject(WebhookSender) private readonly sender: WebhookSender,
    @Wired('clock') private readonly clock: Clock,
  ) {}

  @Post(':id/test')
  @Operation({
    id: 'testWebhook',
    tag: 'Webhooks',
    summary: 'Send a test event',
    description: `One signed event of the type \`${TEST_TYPE}\`, at once and only once, also while the webhook is paused.`,
    repeat: 'none',
    answer: { status: 200, description: 'What the receiver answered.', body: WebhookTestedAnswer },
    problems: ['WebhookNotFound'],
  })
  async test(@Param('id') id: string, @CurrentCaller() { tenant }: Caller): Promise<HttpAnswer> {
    const { stream, webhook } = listedOrProblem(this.directory, tenant, id);
    const event = {
      specversion: '1.0' as const,
      id: randomUUID(),
      source: `/tenants/${tenant}`,
      type: TEST_TYPE,
      subject: id,
      time: instantText(this.clock()),
      datacontenttype: 'application/json' as const,
      data: { webhook: id },
    };
    const outcome = await this.sender.send(stream, webhook, event, { again: false, signal: this.closing.signal });
    const told = outcome.kind === 'answered' ? { status: outcome.status } : { failure: outcome.reason };
    return new HttpAnswer(200, { delivered: wasDelivered(outcome), ...told });
  }

  onModuleDestroy(): void {
    this.closing.abort();
  }
}
