import { Controller, Delete, Param } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { ClientPart, Text } from '../../../platform/http/request-rules';
import { idIn, POSITION } from '../webhook/webhook-answer';
import { DeleteWebhookCommand } from './delete-webhook.handler';

class WebhookDeletedAnswer {
  @ClientPart() readonly webhook!: string;
  @Text(POSITION) readonly position!: string;
}

@Controller('v1/webhooks')
export class DeleteWebhookController {
  constructor(private readonly commands: CommandBus) {}

  @Delete(':id')
  @Operation({
    id: 'deleteWebhook',
    tag: 'Webhooks',
    summary: 'Delete a webhook',
    answer: { status: 200, description: 'Nothing is delivered any more.', body: WebhookDeletedAnswer },
    problems: ['WebhookNotFound'],
  })
  async delete(@Param('id') id: string, @Keyed() write: KeyedWrite): Promise<HttpAnswer> {
    const result = await this.commands.execute(new DeleteWebhookCommand(write, id));
    return decisionAnswer(result, (append, position) => ({ webhook: idIn(append), position }), 200);
  }
}
