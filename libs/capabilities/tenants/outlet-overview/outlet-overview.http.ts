import { Controller, Get, Param } from '@nestjs/common';
import { LANGUAGES, type Language } from '../../../kernel/words/language';
import type { Caller } from '../../../platform/http/caller';
import { answered, type HttpAnswer } from '../../../platform/http/http-answer';
import { problem } from '../../../platform/http/http-problem';
import { Operation } from '../../../platform/http/operation';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import { ClientPart, Many, OneOf, Optional, Text } from '../../../platform/http/request-rules';
import { TenantDirectory } from '../tenant/tenant-directory';
import type { Outlet } from '../tenant/tenant.events';

export class OutletAnswer {
  @ClientPart() readonly outlet!: string;
  @Text({ max: 100 }) readonly name!: string;
  @Text({ max: 64, description: 'IANA name.' }) readonly timeZone!: string;
  @Text({ max: 3 }) readonly currency!: string;
  @OneOf(['forever', 'daily']) readonly numbering!: Outlet['numbering'];
  @Optional()
  @OneOf([...LANGUAGES], { description: 'Of receipt lines; absent = English.' })
  readonly language?: Language;
}

export const outletAnswer = ({ outlet, name, timeZone, currency, numbering, language }: Outlet): OutletAnswer => ({
  outlet,
  name,
  timeZone,
  currency,
  numbering,
  ...(language !== undefined && { language }),
});

class OutletList {
  @Many(() => OutletAnswer, { max: 10_000 }) readonly outlets!: readonly OutletAnswer[];
}

@Controller('v1/outlets')
export class OutletOverviewController {
  constructor(private readonly directory: TenantDirectory) {}

  @Get()
  @Operation({
    id: 'listOutlets',
    tag: 'Outlets',
    summary: 'All outlets',
    answer: { status: 200, description: 'In the order of their ids.', body: OutletList },
  })
  list(@CurrentCaller() caller: Caller): HttpAnswer {
    const { tenant, revision } = this.directory.find(caller.tenant);
    const outlets = [...tenant.outlets.values()].sort((one, other) => (one.outlet < other.outlet ? -1 : 1));
    return answered({ outlets: outlets.map(outletAnswer) }, revision);
  }

  @Get(':id')
  @Operation({
    id: 'getOutlet',
    tag: 'Outlets',
    summary: 'One outlet',
    answer: { status: 200, description: 'The outlet.', body: OutletAnswer },
    problems: ['OutletNotFound'],
  })
  one(@Param('id') id: string, @CurrentCaller() caller: Caller): HttpAnswer {
    const { tenant, revision } = this.directory.find(caller.tenant);
    const outlet = tenant.outlets.get(id);
    if (outlet === undefined) throw problem('OutletNotFound', `there is no outlet ${id}`);
    return answered(outletAnswer(outlet), revision);
  }
}
