import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { millisecondsOf } from '../../../platform/http/instants';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { foundRedemption } from '../reserve-redemption/find-redemption';
import { redemptionAnswer, RedemptionAnswer, RedemptionStepBody } from '../reserve-redemption/redemption-body';
import { RedemptionCommands } from '../reserve-redemption/redemption-commands';
import { ConfirmRedemptionCommand } from './confirm-redemption.handler';

@Controller('v1/redemptions/:id/confirm')
export class ConfirmRedemptionController {
  constructor(
    private readonly commands: CommandBus,
    private readonly redemptions: RedemptionCommands,
  ) {}

  @Post()
  @Operation({
    id: 'confirmRedemption',
    tag: 'Redemptions',
    summary: 'Confirm that a reward was handed over',
    description:
      'Points that were held are spent. One that comes late counts if `occurredAt` lies before `reservedUntil`.',
    body: RedemptionStepBody,
    answer: { status: 200, description: 'It was handed over.', body: RedemptionAnswer },
    problems: [
      'RedemptionNotFound',
      'OutletNotYours',
      'OutletUnknown',
      'RedemptionConfirmed',
      'RedemptionReleased',
      'ReservationLapsed',
      'PointsTooMany',
    ],
  })
  async confirm(
    @Param('id') id: string,
    @Body() { occurredAt, ...at }: RedemptionStepBody,
    @Keyed() write: KeyedWrite,
  ): Promise<HttpAnswer> {
    const found = await foundRedemption(this.redemptions, write.caller, id, at);
    const said = occurredAt === undefined ? undefined : millisecondsOf(occurredAt);
    const result = await this.commands.execute(new ConfirmRedemptionCommand(write, found, at, said));
    return decisionAnswer(result, redemptionAnswer, 200);
  }
}
