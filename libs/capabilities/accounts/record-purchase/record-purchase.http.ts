import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Caller } from '../../../platform/http/caller';
import { fingerprintOf } from '../../../platform/http/fingerprint';
import { answered, decisionAnswer, positionText, type HttpAnswer } from '../../../platform/http/http-answer';
import { problem } from '../../../platform/http/http-problem';
import { millisecondsOf } from '../../../platform/http/instants';
import { Operation } from '../../../platform/http/operation';
import { requireOutlet } from '../../../platform/http/outlet-access';
import { CorrelationId, CurrentCaller } from '../../../platform/http/request-parameters';
import type { Metrics } from '../../../platform/telemetry/metrics';
import { Wired } from '../../../platform/wiring/tokens';
import { PERMISSIONS } from '../../tenants';
import { customerReference } from '../account/customer-reference-body';
import { decimalsOf } from '../account/money-terms';
import { PurchaseFinder } from '../find-purchase/purchase-finder';
import { namedById, returnLines } from '../return-goods/return-goods.http';
import { purchaseAnswer, PurchaseAnswer } from './purchase-answer';
import { RecordPurchaseBody } from './purchase-body';
import { RecordPurchaseCommand } from './record-purchase.handler';

@Controller('v1/purchases')
export class RecordPurchaseController {
  constructor(
    private readonly commands: CommandBus,
    private readonly finder: PurchaseFinder,
    @Wired('metrics') private readonly metrics: Metrics,
  ) {}

  @Post()
  @Operation({
    id: 'recordPurchase',
    tag: 'Purchases',
    summary: 'Report a purchase',
    description:
      'Outlet, till and receipt make it unique for ever: sent again it is answered as the first time. A purchase that ' +
      'comes late is put where it belongs, and flagged.',
    body: RecordPurchaseBody,
    repeat: 'businessKey',
    answer: { status: 201, description: 'It is recorded, and durable.', body: PurchaseAnswer },
    problems: [
      'OutletNotYours',
      'OutletUnknown',
      'CustomerUnknown',
      'BusinessDayRequired',
      'BusinessDayUnexpected',
      'CurrencyUnknown',
      'DecimalsTooMany',
      'QuantityTooFine',
      'QuantityTooLarge',
      'AmountTooLarge',
      'PointsTooMany',
      'LineAmountMismatch',
      'PaymentsDoNotAddUp',
      'PaymentLineUnknown',
      'PurchaseIdUnknown',
      'ReceiptIsNoPurchase',
      'PurchasesOfTwoAccounts',
      'CustomerDiffers',
      'PurchaseVoided',
      'CurrencyDiffers',
      'ReturnAmountNeeded',
      'ReturnLineUnknown',
      'QuoteUnknown',
      'AppendTooLarge',
    ],
  })
  async record(
    @Body() body: RecordPurchaseBody,
    @CurrentCaller() caller: Caller,
    @CorrelationId() correlationId: string,
  ): Promise<HttpAnswer> {
    requireOutlet(caller, body.outlet);
    const { customer, occurredAt, returns, quote, ...rest } = body;
    if (returns !== undefined) requireReturning(caller);
    const returned = returnLines(returns ?? [], '/returns');
    const goods = returns === undefined ? {} : { returns: namedById(caller.tenant, returned) };
    const command = new RecordPurchaseCommand(
      caller,
      correlationId,
      fingerprintOf({ ...rest, occurredAt, ...goods, ...(quote !== undefined && { quote }) }),
      { ...rest, decimals: decimalsOf(rest), channel: rest.channel ?? 'store' },
      millisecondsOf(occurredAt),
      customer === undefined ? null : customerReference(customer),
      returned,
      quote,
    );
    const started = performance.now();
    const result = await this.commands.execute(command);
    this.metrics.commandDecided('RecordPurchase', (performance.now() - started) / 1000);
    return decisionAnswer(result, purchaseAnswer);
  }

  @Get(':purchase')
  @Operation({
    id: 'getPurchase',
    tag: 'Purchases',
    summary: 'The answer a purchase was given',
    description:
      'By its receipt key, `outlet~till~receipt`, or `outlet~till~businessDay~receipt` where numbering is daily; or by ' +
      'its `pur_…` id.',
    answer: { status: 200, description: 'As it was first answered.', body: PurchaseAnswer },
    problems: ['PurchaseNotFound', 'PositionNotReached'],
  })
  async one(@Param('purchase') purchase: string, @CurrentCaller() caller: Caller): Promise<HttpAnswer> {
    const found = await this.finder.ofCaller(caller, purchase);
    return answered(purchaseAnswer(found.append, positionText(found.position)), found.append.firstRevision);
  }
}

/** An exchange takes goods back, which not every key that sells may do. @throws HttpProblem 403. */
function requireReturning({ role }: Caller): void {
  const allowed: readonly Caller['role'][] = PERMISSIONS.returnGoods;
  if (allowed.includes(role)) return;
  throw problem('Forbidden', `a key of the role ${role} may sell, but take no goods back`);
}
