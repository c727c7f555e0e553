import { Controller, Get, Param } from '@nestjs/common';
import { instantText } from '../../../kernel/time';
import { LANGUAGES, type Language } from '../../../kernel/words/language';
import { words } from '../../../kernel/words/words';
import type { Caller } from '../../../platform/http/caller';
import { answeredInWords, type HttpAnswer } from '../../../platform/http/http-answer';
import { Operation } from '../../../platform/http/operation';
import { CallerLanguage, CurrentCaller } from '../../../platform/http/request-parameters';
import {
  AnyObject,
  ClientPart,
  Instant,
  Many,
  One,
  Optional,
  Text,
  Whole,
  YesOrNo,
} from '../../../platform/http/request-rules';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import { explainProgramme, type ProgrammeInWords } from '../language/explain-programme';
import { ProgrammeDirectory, type ListedProgramme } from '../programme/programme-directory';
import { revisionInForce } from '../programme/programme.state';
import { findProgramme } from './programme-id';

class ProgrammeSummary {
  @ClientPart() readonly id!: string;
  @Whole({ description: 'How many revisions were published.' }) readonly revisions!: number;
  @Optional() @Whole({ description: 'The revision in force now; absent before the first.' }) readonly inForce?: number;
  @YesOrNo() readonly draft!: boolean;
}

class ProgrammeList {
  @Many(() => ProgrammeSummary, { max: 1000 }) readonly programmes!: readonly ProgrammeSummary[];
}

class RevisionInWords implements ProgrammeInWords {
  @AnyObject({ description: 'When points of each wallet can be used and expire, by its id.' })
  readonly wallets!: ProgrammeInWords['wallets'];
  @AnyObject({ description: 'By their ids, as all below.' }) readonly rules!: ProgrammeInWords['rules'];
  @AnyObject() readonly caps!: ProgrammeInWords['caps'];
  @AnyObject() readonly stampCards!: ProgrammeInWords['stampCards'];
  @AnyObject() readonly rewards!: ProgrammeInWords['rewards'];
  @Text({ max: 2000, description: 'What returns take back.' }) readonly returns!: string;
}

class PublishedRevision {
  @Whole() readonly revision!: number;
  @AnyObject({ description: 'The programme document.' }) readonly document!: object;
  @One(() => RevisionInWords) readonly inWords!: RevisionInWords;
}

class RevisionActivation {
  @Whole() readonly revision!: number;
  @Instant() readonly effectiveFrom!: string;
}

class ProgrammeOverview extends ProgrammeSummary {
  @Many(() => PublishedRevision, { max: 1000 }) readonly published!: readonly PublishedRevision[];
  @Many(() => RevisionActivation, { max: 1000 }) readonly activations!: readonly RevisionActivation[];
}

@Controller('v1/programmes')
export class ProgrammeOverviewController {
  constructor(
    private readonly directory: ProgrammeDirectory,
    @Wired('clock') private readonly clock: Clock,
  ) {}

  @Get()
  @Operation({
    id: 'listProgrammes',
    tag: 'Programmes',
    summary: 'All programmes',
    answer: { status: 200, description: 'In the order of their ids.', body: ProgrammeList },
  })
  list(@CurrentCaller() { tenant }: Caller): ProgrammeList {
    return { programmes: this.directory.listOf(tenant).map((listed) => this.summaryOf(listed)) };
  }

  @Get(':id')
  @Operation({
    id: 'getProgramme',
    tag: 'Programmes',
    summary: 'One programme with its revisions, and when each is in force',
    description: `What it says in words is in the language that \`Accept-Language\` likes best of ${LANGUAGES.join(', ')}.`,
    answer: { status: 200, description: 'The programme.', body: ProgrammeOverview },
    problems: ['ProgrammeNotFound'],
  })
  one(@Param('id') id: string, @CurrentCaller() { tenant }: Caller, @CallerLanguage() language: Language): HttpAnswer {
    const listed = findProgramme(this.directory, tenant, id);
    const { revisions, activations } = listed.programme;
    const overview: ProgrammeOverview = {
      ...this.summaryOf(listed),
      published: revisions.map((document, index) => ({
        revision: index + 1,
        document,
        inWords: explainProgramme(document, words(language)),
      })),
      activations: activations.map(({ revision, effectiveFrom }) => ({
        revision,
        effectiveFrom: instantText(effectiveFrom),
      })),
    };
    return answeredInWords(overview, language);
  }

  private summaryOf({ id, programme }: ListedProgramme): ProgrammeSummary {
    const inForce = revisionInForce(programme, this.clock());
    return {
      id,
      revisions: programme.revisions.length,
      ...(inForce === null ? {} : { inForce }),
      draft: programme.draft !== null,
    };
  }
}
