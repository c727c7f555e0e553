import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { RewardKey } from '../../../kernel/ids';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { problem } from '../../../platform/http/http-problem';
import { millisecondsOf } from '../../../platform/http/instants';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { requireOutlet } from '../../../platform/http/outlet-access';
import { customerReference } from '../account/customer-reference-body';
import { ReportRedemptionCommand } from '../report-redemption/report-redemption.handler';
import { NewRedemptionBody, redemptionAnswer, RedemptionAnswer } from './redemption-body';
import { ReserveRedemptionCommand } from './reserve-redemption.handler';

@Controller('v1/redemptions')
export class ReserveRedemptionController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Operation({
    id: 'reserveRedemption',
    tag: 'Redemptions',
    summary: 'Reserve a reward, or report one that was handed over offline',
    description:
      'Online, the reward and its points are held until `reservedUntil`; confirm or release it before. With `offline` ' +
      'it counts as handed over at `occurredAt`: it is not refused for what the account holds, and points that were ' +
      'not there become debt.',
    body: NewRedemptionBody,
    answer: { status: 201, description: 'It is reserved, or was handed over.', body: RedemptionAnswer },
    problems: [
      'OutletNotYours',
      'OutletUnknown',
      'CustomerUnknown',
      'RewardUnknown',
      'RewardNotOffered',
      'RewardNotForPoints',
      'RewardNotHeld',
      'RewardReserved',
      'RewardOutOfStock',
      'InsufficientPoints',
      'PointsTooMany',
    ],
  })
  async begin(@Body() body: NewRedemptionBody, @Keyed() write: KeyedWrite): Promise<HttpAnswer> {
    const { customer, outlet, till, reward, offline = false } = body;
    requireOutlet(write.caller, outlet);
    const request = { customer: customerReference(customer), outlet, till, reward };
    const issued = body.issued as RewardKey | undefined;
    const occurredAt = body.occurredAt === undefined ? undefined : millisecondsOf(body.occurredAt);
    const command = offline
      ? new ReportRedemptionCommand(write, request, issued, handedOverAt(occurredAt))
      : new ReserveRedemptionCommand(write, request, issued, occurredAt);
    return decisionAnswer(await this.commands.execute(command), redemptionAnswer);
  }
}

/** @throws HttpProblem 400 where it is missing. */
function handedOverAt(occurredAt: number | undefined): number {
  if (occurredAt !== undefined) return occurredAt;
  const detail = 'must be there where `offline` is true';
  throw problem('InvalidRequest', `/occurredAt ${detail}`, { errors: [{ pointer: '/occurredAt', detail }] });
}
