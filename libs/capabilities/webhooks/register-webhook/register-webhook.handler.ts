import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import { newWebhookId } from '../../../platform/identifiers/identifiers';
import { FEED_CONTRACTS } from '../../feed';
import { WebhookCommands } from '../webhook/webhook-commands';
import { WebhookDirectory } from '../webhook/webhook-directory';
import type { WebhookTerms } from '../webhook/webhook.events';
import { registerWebhook, type RegisterWebhookRefusal } from './register-webhook.decide';

export interface SecretOnce<Code extends string> {
  readonly result: DecisionResult<Code>;
  /** In the first answer only. */
  readonly secret: string | undefined;
}

export class RegisterWebhookCommand extends Command<SecretOnce<RegisterWebhookRefusal>> {
  constructor(
    readonly write: KeyedWrite,
    readonly terms: WebhookTerms,
  ) {
    super();
  }
}

@CommandHandler(RegisterWebhookCommand)
export class RegisterWebhookHandler implements ICommandHandler<RegisterWebhookCommand> {
  constructor(
    private readonly commands: WebhookCommands,
    @Inject(WebhookDirectory) private readonly directory: WebhookDirectory,
  ) {}

  async execute({ write, terms }: RegisterWebhookCommand): Promise<SecretOnce<RegisterWebhookRefusal>> {
    const earlier = await this.commands.repeated(write);
    if (earlier !== undefined) return { result: earlier, secret: undefined };
    const inquiry = {
      complaint: await this.commands.complaintAbout(terms.url),
      contracts: Object.keys(FEED_CONTRACTS),
    };
    const already = this.directory.listOf(write.caller.tenant).length;
    const id = newWebhookId(this.commands.now);
    const result = await this.commands.run(write, id, () => registerWebhook(terms, inquiry, already));
    return { result, secret: this.commands.secretIn(result, 1) };
  }
}
