import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ProgrammeId } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import { ProgrammeCommands } from '../programme/programme-commands';
import { draftProgramme, type DraftProgrammeRefusal } from './draft-programme.decide';

export class DraftProgrammeCommand extends Command<DecisionResult<DraftProgrammeRefusal>> {
  constructor(
    readonly write: KeyedWrite,
    readonly programme: ProgrammeId,
    readonly document: unknown,
  ) {
    super();
  }
}

@CommandHandler(DraftProgrammeCommand)
export class DraftProgrammeHandler implements ICommandHandler<DraftProgrammeCommand> {
  constructor(private readonly commands: ProgrammeCommands) {}

  execute({ write, programme, document }: DraftProgrammeCommand): Promise<DecisionResult<DraftProgrammeRefusal>> {
    return this.commands.run(write, programme, { decide: () => draftProgramme({ document }) });
  }
}
