import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { TenantId } from '../../../kernel/ids';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import { TenantCommands, type SecretOnce } from '../tenant/tenant-commands';
import { adminKey, createTenant, type CreateTenantRefusal } from './create-tenant.decide';

export class CreateTenantCommand extends Command<SecretOnce<CreateTenantRefusal>> {
  constructor(
    readonly write: KeyedWrite,
    readonly tenant: TenantId,
  ) {
    super();
  }
}

@CommandHandler(CreateTenantCommand)
export class CreateTenantHandler implements ICommandHandler<CreateTenantCommand> {
  constructor(private readonly commands: TenantCommands) {}

  execute({ write, tenant }: CreateTenantCommand): Promise<SecretOnce<CreateTenantRefusal>> {
    return this.commands.runIssuing(write, tenant, (state, key) =>
      createTenant({ tenant, firstKey: adminKey(key, 'first admin') }, state),
    );
  }
}
