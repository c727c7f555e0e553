import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import { TenantCommands } from '../tenant/tenant-commands';
import type { Outlet } from '../tenant/tenant.events';
import { setOutlet, type SetOutletRefusal } from './set-outlet.decide';

export class SetOutletCommand extends Command<DecisionResult<SetOutletRefusal>> {
  constructor(
    readonly write: KeyedWrite,
    readonly outlet: Outlet,
  ) {
    super();
  }
}

@CommandHandler(SetOutletCommand)
export class SetOutletHandler implements ICommandHandler<SetOutletCommand> {
  constructor(private readonly commands: TenantCommands) {}

  execute({ write, outlet }: SetOutletCommand): Promise<DecisionResult<SetOutletRefusal>> {
    const timeZoneKnown = isTimeZone(outlet.timeZone);
    return this.commands.run(write, write.caller.tenant, (tenant) => setOutlet({ outlet, timeZoneKnown }, tenant));
  }
}

/** Names only: newer engines take offsets like +08:00 for zones too, which have no summer. */
function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
