import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { problem } from '../../../platform/http/http-problem';
import { millisecondsOf } from '../../../platform/http/instants';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { ClientPart, Instant, Text, Whole } from '../../../platform/http/request-rules';
import { findProgramme, programmeId } from '../programme-overview/programme-id';
import { ProgrammeDirectory } from '../programme/programme-directory';
import { ActivateRevisionCommand } from './activate-revision.handler';

class ActivateRevisionBody {
  @Instant({
    description:
      'From here on purchases that occur are decided by the revision: five minutes from now or later; the first ' +
      'activation of a programme may reach back to 1970 while no account holds a purchase.',
  })
  readonly effectiveFrom!: string;
}

class RevisionActivatedAnswer {
  @ClientPart() readonly programme!: string;
  @Whole() readonly revision!: number;
  @Instant() readonly effectiveFrom!: string;
  @Text({ max: 20, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
}

@Controller('v1/programmes/:id/revisions/:revision/activation')
export class ActivateRevisionController {
  constructor(
    private readonly commands: CommandBus,
    private readonly directory: ProgrammeDirectory,
  ) {}

  @Post()
  @Operation({
    id: 'activateRevision',
    tag: 'Programmes',
    summary: 'Put a published revision in force',
    body: ActivateRevisionBody,
    answer: { status: 201, description: 'It will be in force, or is.', body: RevisionActivatedAnswer },
    problems: [
      'ProgrammeNotFound',
      'RevisionNotFound',
      'RevisionAlreadyActive',
      'ActivationTooEarly',
      'AccountsOpened',
    ],
  })
  async activate(
    @Param('id') id: string,
    @Param('revision') revisionText: string,
    @Body() { effectiveFrom }: ActivateRevisionBody,
    @Keyed() write: KeyedWrite,
  ): Promise<HttpAnswer> {
    const programme = programmeId(id);
    const { revisions } = findProgramme(this.directory, write.caller.tenant, programme).programme;
    const revision = /^[1-9]\d{0,5}$/.test(revisionText) ? Number(revisionText) : 0;
    if (revision < 1 || revision > revisions.length) {
      throw problem('RevisionNotFound', `${id} has no revision ${revisionText}`);
    }
    const command = new ActivateRevisionCommand(write, programme, revision, millisecondsOf(effectiveFrom));
    const result = await this.commands.execute(command);
    return decisionAnswer(result, (_, position) => ({ programme, revision, effectiveFrom, position }));
  }
}
