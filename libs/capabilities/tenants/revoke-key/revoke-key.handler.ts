import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { KeyId } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import type { KeyStore } from '../../../platform/keys/key-store';
import { Wired } from '../../../platform/wiring/tokens';
import { TenantCommands } from '../tenant/tenant-commands';
import { revokeKey, type RevokeKeyRefusal } from './revoke-key.decide';

export class RevokeKeyCommand extends Command<DecisionResult<RevokeKeyRefusal>> {
  constructor(
    readonly write: KeyedWrite,
    readonly key: string,
  ) {
    super();
  }
}

@CommandHandler(RevokeKeyCommand)
export class RevokeKeyHandler implements ICommandHandler<RevokeKeyCommand> {
  constructor(
    private readonly commands: TenantCommands,
    @Wired('keyStore') private readonly keys: KeyStore,
  ) {}

  /** The key ends with the event; its HMAC is forgotten afterwards, also when an earlier try did not come that far. */
  async execute({ write, key }: RevokeKeyCommand): Promise<DecisionResult<RevokeKeyRefusal>> {
    const { tenant } = write.caller;
    const result = await this.commands.run(write, tenant, (state) => revokeKey({ key }, state));
    if (result.kind === 'recorded') await this.keys.removeApiKey(tenant, key as KeyId);
    return result;
  }
}
