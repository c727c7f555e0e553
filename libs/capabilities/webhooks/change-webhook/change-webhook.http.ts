import { Body, Controller, Param, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { Optional, Text, YesOrNo } from '../../../platform/http/request-rules';
import { eventOf, idIn, POSITION, termsIn, WebhookAnswer, WebhookTermsBody } from '../webhook/webhook-answer';
import { ChangeWebhookCommand } from './change-webhook.handler';

class ChangeWebhookBody extends WebhookTermsBody {
  @Optional()
  @YesOrNo({
    description: 'Whether to stop delivering; `false`, also left out, delivers, and goes on where it stopped.',
  })
  readonly paused?: boolean;
}

class WebhookChangedAnswer extends WebhookAnswer {
  @Text(POSITION) readonly position!: string;
}

@Controller('v1/webhooks')
export class ChangeWebhookController {
  constructor(private readonly commands: CommandBus) {}

  @Put(':id')
  @Operation({
    id: 'changeWebhook',
    tag: 'Webhooks',
    summary: 'Change a webhook, pause it, or let it go on',
    description: 'The whole description. What happened while it was paused is delivered when it goes on.',
    body: ChangeWebhookBody,
    answer: { status: 200, description: 'It is delivered so from now on.', body: WebhookChangedAnswer },
    problems: ['WebhookNotFound', 'WebhookUrlRefused', 'WebhookTypeUnknown'],
  })
  async change(
    @Param('id') id: string,
    @Body() body: ChangeWebhookBody,
    @Keyed() write: KeyedWrite,
  ): Promise<HttpAnswer> {
    const change = { ...termsIn(body), paused: body.paused ?? false };
    const result = await this.commands.execute(new ChangeWebhookCommand(write, id, change));
    const render = (append: Parameters<typeof idIn>[0], position: string): object => {
      const { paused, ...terms } = eventOf(append.events, 'WebhookChanged');
      return { webhook: idIn(append), ...terms, state: paused ? 'paused' : 'active', position };
    };
    return decisionAnswer(result, render, 200);
  }
}
