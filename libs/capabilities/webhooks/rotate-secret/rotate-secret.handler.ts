import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import type { SecretOnce } from '../register-webhook/register-webhook.handler';
import { eventOf } from '../webhook/webhook-answer';
import { WebhookCommands } from '../webhook/webhook-commands';
import { rotateSecret } from './rotate-secret.decide';

export class RotateSecretCommand extends Command<SecretOnce<'WebhookNotFound'>> {
  constructor(
    readonly write: KeyedWrite,
    readonly webhook: string,
  ) {
    super();
  }
}

@CommandHandler(RotateSecretCommand)
export class RotateSecretHandler implements ICommandHandler<RotateSecretCommand> {
  constructor(private readonly commands: WebhookCommands) {}

  async execute({ write, webhook }: RotateSecretCommand): Promise<SecretOnce<'WebhookNotFound'>> {
    const result = await this.commands.run(write, webhook, rotateSecret);
    if (result.kind !== 'recorded') return { result, secret: undefined };
    const { secret } = eventOf(result.append.events, 'WebhookSecretRotated');
    return { result, secret: this.commands.secretIn(result, secret) };
  }
}
