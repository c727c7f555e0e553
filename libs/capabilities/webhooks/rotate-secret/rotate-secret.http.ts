import { Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { instantText } from '../../../kernel/time';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { ClientPart, Instant, Optional, Text } from '../../../platform/http/request-rules';
import { eventOf, idIn, POSITION, SECRET_ONCE } from '../webhook/webhook-answer';
import { RotateSecretCommand } from './rotate-secret.handler';

class SecretRotatedAnswer {
  @ClientPart() readonly webhook!: string;
  @Optional() @Text(SECRET_ONCE) readonly secret?: string;
  @Instant({ description: 'Until then the secret before it signs as well.' }) readonly beforeUntil!: string;
  @Text(POSITION) readonly position!: string;
}

@Controller('v1/webhooks')
export class RotateSecretController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':id/secret')
  @Operation({
    id: 'rotateWebhookSecret',
    tag: 'Webhooks',
    summary: 'Give a webhook a new secret',
    description:
      'It is shown once. For 24 hours both sign; rotate twice to end a secret that leaked at once, as the one before the ' +
      'one before signs no more.',
    answer: { status: 200, description: 'The new secret signs from now on.', body: SecretRotatedAnswer },
    problems: ['WebhookNotFound'],
  })
  async rotate(@Param('id') id: string, @Keyed() write: KeyedWrite): Promise<HttpAnswer> {
    const { result, secret } = await this.commands.execute(new RotateSecretCommand(write, id));
    const render = (append: Parameters<typeof idIn>[0], position: string): object => ({
      webhook: idIn(append),
      ...(secret === undefined ? {} : { secret }),
      beforeUntil: instantText(eventOf(append.events, 'WebhookSecretRotated').beforeUntil),
      position,
    });
    return decisionAnswer(result, render, 200);
  }
}
