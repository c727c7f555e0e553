import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import { TenantCommands, type SecretOnce } from '../tenant/tenant-commands';
import type { IssuedKey } from '../tenant/tenant.events';
import { issueKey, type IssueKeyRefusal } from './issue-key.decide';

export class IssueKeyCommand extends Command<SecretOnce<IssueKeyRefusal>> {
  constructor(
    readonly write: KeyedWrite,
    readonly key: Omit<IssuedKey, 'key'>,
  ) {
    super();
  }
}

@CommandHandler(IssueKeyCommand)
export class IssueKeyHandler implements ICommandHandler<IssueKeyCommand> {
  constructor(private readonly commands: TenantCommands) {}

  execute({ write, key }: IssueKeyCommand): Promise<SecretOnce<IssueKeyRefusal>> {
    return this.commands.runIssuing(write, write.caller.tenant, (tenant, id) => issueKey({ key: id, ...key }, tenant));
  }
}
