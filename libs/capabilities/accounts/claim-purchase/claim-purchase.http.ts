import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { streamParts } from '../../../kernel/ids';
import type { RecordedAppend } from '../../../platform/event-store/event-store';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { Many, One, Text } from '../../../platform/http/request-rules';
import { lotId, purchaseId } from '../../../platform/identifiers/identifiers';
import type { PurchaseClaimed } from '../account/account.events';
import { CustomerReferenceBody, customerReference } from '../account/customer-reference-body';
import { PurchaseFinder } from '../find-purchase/purchase-finder';
import { EarnedPoints, RewardInHand } from '../record-purchase/purchase-answer';
import { StandingAnswer } from '../return-goods/return-answer';
import { answerClaim, type ClaimAnswer as Answer } from './claim-purchase.answer';
import { ClaimPurchaseCommand } from './claim-purchase.handler';

class ClaimPurchaseBody {
  @One(() => CustomerReferenceBody, { description: 'Exactly one of its members.' })
  readonly customer!: CustomerReferenceBody;
}

class ClaimAnswer extends StandingAnswer implements Answer {
  @Text({ max: 64, description: '`pur_…`' }) readonly purchaseId!: string;
  @Text({ max: 300 }) readonly receiptKey!: string;
  @Text({ max: 64, description: '`cus_…`' }) readonly customerId!: string;
  @Text({ max: 20, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
  @Many(() => EarnedPoints, {
    max: 4096,
    description: 'By the whole purchase; what was returned of it before is in `reversed`.',
  })
  readonly earned!: readonly EarnedPoints[];
  @Many(() => RewardInHand, { max: 4096 }) readonly rewardsIssued!: readonly RewardInHand[];
}

@Controller('v1/purchases/:purchase/claim')
export class ClaimPurchaseController {
  constructor(
    private readonly commands: CommandBus,
    private readonly finder: PurchaseFinder,
  ) {}

  @Post()
  @Operation({
    id: 'claimPurchase',
    tag: 'Purchases',
    summary: 'Claim a purchase that nobody had made himself known for',
    description:
      'Once, within 30 days of it, with the receipt in hand: by its receipt key or its `pur_…` id. It earns as if the ' +
      'customer had been known, net of what was returned since.',
    body: ClaimPurchaseBody,
    answer: { status: 201, description: "It is the customer's.", body: ClaimAnswer },
    problems: [
      'PurchaseNotFound',
      'PurchaseNotAnonymous',
      'PurchaseClaimedAlready',
      'CustomerUnknown',
      'ClaimTooLate',
      'PurchaseVoided',
      'PurchaseReturned',
      'PointsTooMany',
      'AppendTooLarge',
    ],
  })
  async claim(
    @Param('purchase') name: string,
    @Body() { customer }: ClaimPurchaseBody,
    @Keyed() write: KeyedWrite,
  ): Promise<HttpAnswer> {
    const purchase = await this.finder.inPath(write.caller.tenant, name);
    const command = new ClaimPurchaseCommand(write, purchase, customerReference(customer));
    return decisionAnswer(await this.commands.execute(command), claimAnswer);
  }
}

function claimAnswer({ tenant, stream, events, outcome }: RecordedAppend, position: string): Answer {
  const { purchase } = events[0]?.data as PurchaseClaimed['data'];
  return answerClaim({
    purchaseId: purchaseId(tenant, purchase.receiptKey),
    customerId: streamParts(stream).id,
    position,
    events,
    outcome,
    lotId: (lot) => lotId(tenant, lot),
  });
}
