import { Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { NewEvent, RecordedAppend } from '../../../platform/event-store/event-store';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { ClientPart, Text, Whole } from '../../../platform/http/request-rules';
import { ProgrammeDirectory } from '../programme/programme-directory';
import type { ProgrammeRevisionPublished } from '../programme/programme.events';
import { findProgramme, programmeId } from '../programme-overview/programme-id';
import { PublishRevisionCommand } from './publish-revision.handler';

class PublishRevisionBody {}

class RevisionPublishedAnswer {
  @ClientPart() readonly programme!: string;
  @Whole() readonly revision!: number;
  @Text({ max: 20, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
}

@Controller('v1/programmes/:id/revisions')
export class PublishRevisionController {
  constructor(
    private readonly commands: CommandBus,
    private readonly directory: ProgrammeDirectory,
  ) {}

  @Post()
  @Operation({
    id: 'publishRevision',
    tag: 'Programmes',
    summary: 'Make the draft the next revision',
    description: 'A revision never changes again, and decides nothing before it is activated.',
    body: PublishRevisionBody,
    answer: { status: 201, description: 'It is published.', body: RevisionPublishedAnswer },
    problems: ['ProgrammeNotFound', 'NothingDrafted', 'ProgrammeInvalid'],
  })
  async publish(@Param('id') id: string, @Keyed() write: KeyedWrite): Promise<HttpAnswer> {
    const programme = programmeId(id);
    findProgramme(this.directory, write.caller.tenant, programme);
    const result = await this.commands.execute(new PublishRevisionCommand(write, programme));
    return decisionAnswer(result, (append, position) => ({ programme, revision: publishedIn(append), position }));
  }
}

const publishedIn = ({ events: [event] }: RecordedAppend): number =>
  (event as NewEvent & ProgrammeRevisionPublished).data.revision;
