import { Body, Controller, Param, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { isClientPart } from '../../../kernel/ids';
import { LANGUAGES, type Language } from '../../../kernel/words/language';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { problem } from '../../../platform/http/http-problem';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { OneOf, Optional, Text } from '../../../platform/http/request-rules';
import { OutletAnswer, outletAnswer } from '../outlet-overview/outlet-overview.http';
import { eventOf } from '../tenant/recorded-events';
import type { Outlet } from '../tenant/tenant.events';
import { SetOutletCommand } from './set-outlet.handler';

class SetOutletBody {
  @Text({ max: 100, example: 'Ice cream corner, Manila' }) readonly name!: string;
  @Text({ max: 64, description: 'IANA name.', example: 'Asia/Manila' }) readonly timeZone!: string;
  @Text({ max: 3, pattern: /^[A-Z]{3}$/, example: 'PHP' }) readonly currency!: string;
  @OneOf(['forever', 'daily'], {
    description: 'Whether a till uses a receipt number once for ever or once a business day. Set once.',
  })
  readonly numbering!: Outlet['numbering'];
  @Optional()
  @OneOf([...LANGUAGES], { description: 'Of the receipt lines its tills print; left out, English.', example: 'fil' })
  readonly language?: Language;
}

class OutletSetAnswer extends OutletAnswer {
  @Text({ max: 11, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
}

@Controller('v1/outlets')
export class SetOutletController {
  constructor(private readonly commands: CommandBus) {}

  @Put(':id')
  @Operation({
    id: 'setOutlet',
    tag: 'Outlets',
    summary: 'Open an outlet, or change what is known of it',
    body: SetOutletBody,
    answer: { status: 200, description: 'The outlet as it is from now on.', body: OutletSetAnswer },
    problems: ['TimeZoneUnknown', 'CurrencyUnknown', 'NumberingFixed'],
  })
  async set(@Param('id') id: string, @Body() body: SetOutletBody, @Keyed() write: KeyedWrite): Promise<HttpAnswer> {
    if (!isClientPart(id)) throw problem('InvalidRequest', 'the id of an outlet has 1 to 64 of A-Z a-z 0-9 . _ -');
    const { name, timeZone, currency, numbering, language } = body;
    const outlet = { outlet: id, name, timeZone, currency, numbering, ...(language !== undefined && { language }) };
    const result = await this.commands.execute(new SetOutletCommand(write, outlet));
    return decisionAnswer(
      result,
      ({ events }, position) => ({ ...outletAnswer(eventOf(events, 'OutletSet')), position }),
      200,
    );
  }
}
