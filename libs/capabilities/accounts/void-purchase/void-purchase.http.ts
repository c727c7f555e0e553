import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { streamParts, type ReceiptKey } from '../../../kernel/ids';
import type { RecordedAppend } from '../../../platform/event-store/event-store';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { millisecondsOf } from '../../../platform/http/instants';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { requireOutlet } from '../../../platform/http/outlet-access';
import { ClientPart, Instant, Optional, Text, TextOrNull } from '../../../platform/http/request-rules';
import { purchaseId } from '../../../platform/identifiers/identifiers';
import type { PurchaseVoided } from '../account/account.events';
import { PurchaseFinder } from '../find-purchase/purchase-finder';
import { customerIn, StandingAnswer } from '../return-goods/return-answer';
import { answerVoid, type VoidAnswer as Answer } from './void-purchase.answer';
import { VoidPurchaseCommand } from './void-purchase.handler';

class VoidPurchaseBody {
  @ClientPart({ example: 'manila-1', description: 'Where it was keyed that the purchase is void.' })
  readonly outlet!: string;
  @ClientPart({ example: '2' }) readonly till!: string;
  @Instant({ example: '2026-11-20T10:20:00+08:00' }) readonly occurredAt!: string;
  @Optional() @Text({ max: 200, description: 'For the record; nothing personal.' }) readonly reason?: string;
  @Optional() @ClientPart({ description: 'Who keyed it, by the name the outlet uses.' }) readonly staff?: string;
}

class VoidAnswer extends StandingAnswer implements Answer {
  @Text({ max: 64, description: '`pur_…`' }) readonly purchaseId!: string;
  @Text({ max: 300, description: 'Of the purchase.' }) readonly receiptKey!: string;
  @TextOrNull({ max: 64, description: '`cus_…`; null for a purchase of nobody.' }) readonly customerId!: string | null;
  @Text({ max: 20, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
}

@Controller('v1/purchases/:purchase/void')
export class VoidPurchaseController {
  constructor(
    private readonly commands: CommandBus,
    private readonly finder: PurchaseFinder,
  ) {}

  @Post()
  @Operation({
    id: 'voidPurchase',
    tag: 'Purchases',
    summary: 'Take a mis-keyed purchase away',
    description:
      'It is as if it had never been, from its own time on. What other purchases had been shown to earn is honoured. ' +
      'The purchase by its receipt key or its `pur_…` id, under which it can be voided once.',
    body: VoidPurchaseBody,
    answer: { status: 201, description: 'It is void.', body: VoidAnswer },
    problems: ['PurchaseNotFound', 'OutletNotYours', 'OutletUnknown', 'PurchaseVoidedAlready', 'PointsTooMany'],
  })
  async voidPurchase(
    @Param('purchase') purchase: string,
    @Body() { occurredAt, ...reported }: VoidPurchaseBody,
    @Keyed() write: KeyedWrite,
  ): Promise<HttpAnswer> {
    const { receiptKey } = await this.finder.ofCaller(write.caller, purchase);
    requireOutlet(write.caller, reported.outlet);
    const command = new VoidPurchaseCommand(write, receiptKey, reported, millisecondsOf(occurredAt));
    return decisionAnswer(await this.commands.execute(command), voidAnswer);
  }
}

function voidAnswer({ tenant, stream, events, outcome }: RecordedAppend, position: string): Answer {
  const { receiptKey } = events[0]?.data as PurchaseVoided['data'];
  return answerVoid({
    purchaseId: purchaseId(tenant, receiptKey satisfies ReceiptKey),
    customerId: customerIn(streamParts(stream).id),
    position,
    events,
    outcome,
  });
}
