import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { Optional, Text } from '../../../platform/http/request-rules';
import {
  eventOf,
  idIn,
  POSITION,
  SECRET_ONCE,
  termsIn,
  WebhookAnswer,
  WebhookTermsBody,
} from '../webhook/webhook-answer';
import { RegisterWebhookCommand } from './register-webhook.handler';

class RegisterWebhookBody extends WebhookTermsBody {}

class WebhookRegisteredAnswer extends WebhookAnswer {
  @Optional() @Text(SECRET_ONCE) readonly secret?: string;
  @Text(POSITION) readonly position!: string;
}

@Controller('v1/webhooks')
export class RegisterWebhookController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Operation({
    id: 'registerWebhook',
    tag: 'Webhooks',
    summary: 'Have what happens sent to a URL',
    description:
      'Events of the feed that are recorded from now on are sent as POST requests, signed after Standard Webhooks. The ' +
      'secret is shown once.',
    body: RegisterWebhookBody,
    answer: { status: 201, description: 'It is delivered from now on.', body: WebhookRegisteredAnswer },
    problems: ['WebhookUrlRefused', 'WebhookTypeUnknown', 'TooManyWebhooks'],
  })
  async register(@Body() body: RegisterWebhookBody, @Keyed() write: KeyedWrite): Promise<HttpAnswer> {
    const { result, secret } = await this.commands.execute(new RegisterWebhookCommand(write, termsIn(body)));
    return decisionAnswer(result, (append, position) => ({
      webhook: idIn(append),
      ...eventOf(append.events, 'WebhookRegistered'),
      state: 'active',
      ...(secret === undefined ? {} : { secret }),
      position,
    }));
  }
}
