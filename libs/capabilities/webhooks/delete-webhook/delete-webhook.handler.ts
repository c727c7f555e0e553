import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import { WebhookCommands } from '../webhook/webhook-commands';
import { deleteWebhook } from './delete-webhook.decide';

export class DeleteWebhookCommand extends Command<DecisionResult<'WebhookNotFound'>> {
  constructor(
    readonly write: KeyedWrite,
    readonly webhook: string,
  ) {
    super();
  }
}

@CommandHandler(DeleteWebhookCommand)
export class DeleteWebhookHandler implements ICommandHandler<DeleteWebhookCommand> {
  constructor(private readonly commands: WebhookCommands) {}

  execute({ write, webhook }: DeleteWebhookCommand): Promise<DecisionResult<'WebhookNotFound'>> {
    return this.commands.run(write, webhook, deleteWebhook);
  }
}
