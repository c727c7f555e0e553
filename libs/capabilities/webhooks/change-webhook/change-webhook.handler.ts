import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import { FEED_CONTRACTS } from '../../feed';
import { WebhookCommands } from '../webhook/webhook-commands';
import type { WebhookChanged } from '../webhook/webhook.events';
import { changeWebhook, type ChangeWebhookRefusal } from './change-webhook.decide';

export class ChangeWebhookCommand extends Command<DecisionResult<ChangeWebhookRefusal>> {
  constructor(
    readonly write: KeyedWrite,
    readonly webhook: string,
    readonly change: WebhookChanged['data'],
  ) {
    super();
  }
}

@CommandHandler(ChangeWebhookCommand)
export class ChangeWebhookHandler implements ICommandHandler<ChangeWebhookCommand> {
  constructor(private readonly commands: WebhookCommands) {}

  async execute({ write, webhook, change }: ChangeWebhookCommand): Promise<DecisionResult<ChangeWebhookRefusal>> {
    const earlier = await this.commands.repeated(write);
    if (earlier !== undefined) return earlier;
    // What is to be paused may lead anywhere: nothing is sent there.
    const complaint = change.paused ? undefined : await this.commands.complaintAbout(change.url);
    const inquiry = { complaint, contracts: Object.keys(FEED_CONTRACTS) };
    return this.commands.run(write, webhook, (state) => changeWebhook(change, inquiry, state));
  }
}
