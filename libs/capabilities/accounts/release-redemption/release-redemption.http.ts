import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { millisecondsOf } from '../../../platform/http/instants';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { foundRedemption } from '../reserve-redemption/find-redemption';
import { redemptionAnswer, RedemptionAnswer, RedemptionStepBody } from '../reserve-redemption/redemption-body';
import { RedemptionCommands } from '../reserve-redemption/redemption-commands';
import { ReleaseRedemptionCommand } from './release-redemption.handler';

@Controller('v1/redemptions/:id/release')
export class ReleaseRedemptionController {
  constructor(
    private readonly commands: CommandBus,
    private readonly redemptions: RedemptionCommands,
  ) {}

  @Post()
  @Operation({
    id: 'releaseRedemption',
    tag: 'Redemptions',
    summary: 'Release a reward that was not taken',
    description: 'What was held is free again. What has lapsed needs no release.',
    body: RedemptionStepBody,
    answer: { status: 200, description: 'Nothing is held any more.', body: RedemptionAnswer },
    problems: [
      'RedemptionNotFound',
      'OutletNotYours',
      'OutletUnknown',
      'RedemptionConfirmed',
      'RedemptionReleased',
      'ReservationLapsed',
    ],
  })
  async release(
    @Param('id') id: string,
    @Body() { occurredAt, ...at }: RedemptionStepBody,
    @Keyed() write: KeyedWrite,
  ): Promise<HttpAnswer> {
    const found = await foundRedemption(this.redemptions, write.caller, id, at);
    const said = occurredAt === undefined ? undefined : millisecondsOf(occurredAt);
    const result = await this.commands.execute(new ReleaseRedemptionCommand(write, found, at, said));
    return decisionAnswer(result, redemptionAnswer, 200);
  }
}
