import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ProgrammeId } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import { ProgrammeCommands } from '../programme/programme-commands';
import { storedZone } from '../programme/zone-table';
import { publishRevision, type PublishRevisionRefusal } from './publish-revision.decide';

export class PublishRevisionCommand extends Command<DecisionResult<PublishRevisionRefusal>> {
  constructor(
    readonly write: KeyedWrite,
    readonly programme: ProgrammeId,
  ) {
    super();
  }
}

@CommandHandler(PublishRevisionCommand)
export class PublishRevisionHandler implements ICommandHandler<PublishRevisionCommand> {
  constructor(private readonly commands: ProgrammeCommands) {}

  execute({ write, programme }: PublishRevisionCommand): Promise<DecisionResult<PublishRevisionRefusal>> {
    return this.commands.run(write, programme, {
      decide: (state) => publishRevision(state, storedZone),
    });
  }
}
