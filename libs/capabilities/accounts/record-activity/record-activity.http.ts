import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { streamParts } from '../../../kernel/ids';
import type { RecordedAppend } from '../../../platform/event-store/event-store';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { millisecondsOf } from '../../../platform/http/instants';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { requireOutlet } from '../../../platform/http/outlet-access';
import {
  ClientPart,
  Instant,
  Line,
  Many,
  One,
  Optional,
  Text,
  Texts,
  Whole,
} from '../../../platform/http/request-rules';
import { CustomerReferenceBody, customerReference } from '../account/customer-reference-body';
import { WalletBalance } from '../record-purchase/purchase-answer';
import { answerActivity, type ActivityAnswer as Answer, type ActivityPoints } from './record-activity.answer';
import { RecordActivityCommand } from './record-activity.handler';

class RecordActivityBody {
  @One(() => CustomerReferenceBody, { description: 'Exactly one of its members.' })
  readonly customer!: CustomerReferenceBody;
  @Line({ max: 64, example: 'review', description: 'As rules of the programme name it.' }) readonly activity!: string;
  @Instant({ example: '2026-11-20T10:15:00+08:00' }) readonly occurredAt!: string;
  @Optional()
  @ClientPart({ description: '`store` where an outlet is named, else `online`, unless said.' })
  readonly channel?: string;
  @Optional()
  @ClientPart({ description: 'Its local time counts; without one that of the programme.' })
  readonly outlet?: string;
}

class EarnedByActivity implements ActivityPoints {
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly wallet!: string;
  @Whole({ min: 0 }) readonly points!: number;
}

class ActivityAnswer implements Answer {
  @Text({ max: 64 }) readonly customerId!: string;
  @Text({ max: 64 }) readonly activity!: string;
  @Text({ max: 20, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
  @Many(() => EarnedByActivity, { max: 4096 }) readonly earned!: readonly EarnedByActivity[];
  @Many(() => WalletBalance, { max: 4096 }) readonly balances!: readonly WalletBalance[];
  @Texts({ max: 64, maxItems: 16 }) readonly flags!: Answer['flags'];
  @Texts({ max: 256, maxItems: 4096 }) readonly receiptLines!: readonly string[];
}

@Controller('v1/activities')
export class RecordActivityController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Operation({
    id: 'recordActivity',
    tag: 'Accounts',
    summary: 'Report that a customer did something that is no purchase',
    description:
      'A review, a survey, a friend brought along: it earns by the rules that name it, and is kept if none does.',
    body: RecordActivityBody,
    answer: { status: 201, description: 'It is recorded, and durable.', body: ActivityAnswer },
    problems: ['OutletNotYours', 'OutletUnknown', 'CustomerUnknown', 'PointsTooMany'],
  })
  async record(@Body() body: RecordActivityBody, @Keyed() write: KeyedWrite): Promise<HttpAnswer> {
    const { customer, activity, occurredAt, outlet } = body;
    if (outlet !== undefined) requireOutlet(write.caller, outlet);
    const channel = body.channel ?? (outlet === undefined ? 'online' : 'store');
    const reported = { activity, channel, ...(outlet !== undefined && { outlet }) };
    const command = new RecordActivityCommand(write, customerReference(customer), reported, millisecondsOf(occurredAt));
    return decisionAnswer(await this.commands.execute(command), activityAnswer);
  }
}

const activityAnswer = ({ stream, events, outcome }: RecordedAppend, position: string): ActivityAnswer =>
  answerActivity({ customerId: streamParts(stream).id, position, recorded: events[0]?.data, outcome });
