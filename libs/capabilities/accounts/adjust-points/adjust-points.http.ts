import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { assert } from '../../../kernel/defect';
import { streamParts } from '../../../kernel/ids';
import type { RecordedAppend } from '../../../platform/event-store/event-store';
import type { CallerRole } from '../../../platform/http/caller';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { problem } from '../../../platform/http/http-problem';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { ClientPart, Many, One, Text, Texts, Whole } from '../../../platform/http/request-rules';
import { CustomerReferenceBody, customerReference } from '../account/customer-reference-body';
import { WalletBalance } from '../record-purchase/purchase-answer';
import { answerAdjustment, type AdjustmentAnswer as Answer } from './adjust-points.answer';
import type { AdjustPoints } from './adjust-points.decide';
import { AdjustPointsCommand } from './adjust-points.handler';

class AdjustPointsBody {
  @One(() => CustomerReferenceBody, { description: 'Exactly one of its members.' })
  readonly customer!: CustomerReferenceBody;
  @ClientPart({ example: 'main' }) readonly programme!: string;
  @ClientPart({ example: 'points' }) readonly wallet!: string;
  @Whole({
    min: -Number.MAX_SAFE_INTEGER,
    max: Number.MAX_SAFE_INTEGER,
    description: 'Added, or taken where negative; not 0.',
  })
  readonly points!: number;
  @Text({ max: 500, description: 'Stored for ever as it is written: name nobody in it, and nothing personal.' })
  readonly reason!: string;
}

class AdjustmentAnswer implements Answer {
  @Text({ max: 64 }) readonly customerId!: string;
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly wallet!: string;
  @Whole() readonly points!: number;
  @Text({ max: 500 }) readonly reason!: string;
  @Text({ max: 20, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
  @Many(() => WalletBalance, { max: 4096 }) readonly balances!: readonly WalletBalance[];
  @Texts({ max: 256, maxItems: 4096 }) readonly receiptLines!: readonly string[];
}

@Controller('v1/adjustments')
export class AdjustPointsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Operation({
    id: 'adjustPoints',
    tag: 'Accounts',
    summary: 'Add points to an account, or take some, and say why',
    description:
      'At most so many points at once as the programme lets the role adjust; no more is taken than can be spent. The ' +
      'reason is stored as it is written and shown to whoever may see the entries: it must not be personal data.',
    body: AdjustPointsBody,
    answer: { status: 201, description: 'The points are there, or gone.', body: AdjustmentAnswer },
    problems: ['CustomerUnknown', 'WalletUnknown', 'AdjustmentTooLarge', 'InsufficientPoints', 'PointsTooMany'],
  })
  async adjust(@Body() body: AdjustPointsBody, @Keyed() write: KeyedWrite): Promise<HttpAnswer> {
    const { customer, ...adjustment } = body;
    if (adjustment.points === 0) {
      const detail = 'must not be 0';
      throw problem('InvalidRequest', `/points ${detail}`, { errors: [{ pointer: '/points', detail }] });
    }
    const role = adjustingRole(write.caller.role);
    const command = new AdjustPointsCommand(write, customerReference(customer), { ...adjustment, role });
    return decisionAnswer(await this.commands.execute(command), adjustmentAnswer);
  }
}

function adjustingRole(role: CallerRole): AdjustPoints['role'] {
  assert(role === 'staff' || role === 'manager' || role === 'admin', `the role ${role} may not adjust`);
  return role;
}

const adjustmentAnswer = ({ stream, events, outcome }: RecordedAppend, position: string): AdjustmentAnswer =>
  answerAdjustment({ customerId: streamParts(stream).id, position, adjusted: events[0]?.data, outcome });
