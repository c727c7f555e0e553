import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { JsonObject } from '../../../kernel/json';
import type { Caller } from '../../../platform/http/caller';
import { answered, decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { problem } from '../../../platform/http/http-problem';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import { ClientPart, Text } from '../../../platform/http/request-rules';
import { programmeSchema } from '../language/programme-document.schema';
import { findProgramme, programmeId } from '../programme-overview/programme-id';
import { ProgrammeDirectory } from '../programme/programme-directory';
import { DraftProgrammeCommand } from './draft-programme.handler';

class ProgrammeDraftedAnswer {
  @ClientPart() readonly programme!: string;
  @Text({ max: 20, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
}

const documentSchema = programmeSchema as JsonObject;

@Controller('v1/programmes/:id/draft')
export class DraftProgrammeController {
  constructor(
    private readonly commands: CommandBus,
    private readonly directory: ProgrammeDirectory,
  ) {}

  @Put()
  @Operation({
    id: 'draftProgramme',
    tag: 'Programmes',
    summary: 'Save what the next revision of a programme shall say',
    description: 'Nothing is decided by a draft; it may be replaced any number of times.',
    body: { schema: documentSchema },
    answer: { status: 200, description: 'It is saved.', body: ProgrammeDraftedAnswer },
    problems: ['InvalidRequest', 'ProgrammeInvalid'],
  })
  async draft(@Param('id') id: string, @Body() document: unknown, @Keyed() write: KeyedWrite): Promise<HttpAnswer> {
    const programme = programmeId(id);
    const result = await this.commands.execute(new DraftProgrammeCommand(write, programme, document));
    return decisionAnswer(result, (_, position) => ({ programme, position }), 200);
  }

  @Get()
  @Operation({
    id: 'getProgrammeDraft',
    tag: 'Programmes',
    summary: 'The draft of a programme',
    answer: { status: 200, description: 'The document as it was saved.', body: { schema: documentSchema } },
    problems: ['ProgrammeNotFound', 'DraftNotFound'],
  })
  get(@Param('id') id: string, @CurrentCaller() { tenant }: Caller): HttpAnswer {
    const { programme, revision } = findProgramme(this.directory, tenant, id);
    if (programme.draft === null) throw problem('DraftNotFound', `${id} has no draft that was not published yet`);
    return answered(programme.draft, revision);
  }
}
