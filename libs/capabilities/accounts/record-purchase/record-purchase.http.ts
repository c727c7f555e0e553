import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { currencyExponent } from '../../../kernel/money';
import type { ReceiptKey } from '../../../kernel/ids';
import { lastPosition } from '../../../platform/decisions/recorded-append';
import type { EventStore } from '../../../platform/event-store/event-store';
import type { Caller } from '../../../platform/http/caller';
import { fingerprintOf } from '../../../platform/http/fingerprint';
import { answered, decisionAnswer, positionText, type HttpAnswer } from '../../../platform/http/http-answer';
import { problem } from '../../../platform/http/http-problem';
import { millisecondsOf } from '../../../platform/http/instants';
import { Operation } from '../../../platform/http/operation';
import { mayUseOutlet, requireOutlet } from '../../../platform/http/outlet-access';
import { CorrelationId, CurrentCaller } from '../../../platform/http/request-parameters';
import type { Metrics } from '../../../platform/telemetry/metrics';
import { Wired } from '../../../platform/wiring/tokens';
import { purchaseAnswer, PurchaseAnswer } from './purchase-answer';
import { RecordPurchaseBody, type CustomerReferenceBody } from './purchase-body';
import { receiptClaim, RecordPurchaseCommand, type ReportedPurchase } from './record-purchase.handler';

@Controller('v1/purchases')
export class RecordPurchaseController {
  constructor(
    private readonly commands: CommandBus,
    @Wired('eventStore') private readonly store: EventStore,
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
      'AppendTooLarge',
    ],
  })
  async record(
    @Body() body: RecordPurchaseBody,
    @CurrentCaller() caller: Caller,
    @CorrelationId() correlationId: string,
  ): Promise<HttpAnswer> {
    requireOutlet(caller, body.outlet);
    const { customer, occurredAt, ...rest } = body;
    const command = new RecordPurchaseCommand(
      caller,
      correlationId,
      fingerprintOf({ ...rest, occurredAt }),
      reportedPurchase(rest),
      millisecondsOf(occurredAt),
      customer === undefined ? null : customerReference(customer),
    );
    const started = performance.now();
    const result = await this.commands.execute(command);
    this.metrics.commandDecided('RecordPurchase', (performance.now() - started) / 1000);
    return decisionAnswer(result, purchaseAnswer);
  }

  @Get(':receiptKey')
  @Operation({
    id: 'getPurchase',
    tag: 'Purchases',
    summary: 'The answer a purchase was given',
    description:
      'By its receipt key: `outlet~till~receipt`, or `outlet~till~businessDay~receipt` where numbering is daily.',
    answer: { status: 200, description: 'As it was first answered.', body: PurchaseAnswer },
    problems: ['PurchaseNotFound'],
  })
  async one(@Param('receiptKey') receiptKey: string, @CurrentCaller() caller: Caller): Promise<HttpAnswer> {
    const [outlet = ''] = receiptKey.split('~', 1);
    const key = receiptClaim(caller.tenant, receiptKey as ReceiptKey);
    const holder = mayUseOutlet(caller, outlet) ? await this.store.claimHolder(key) : undefined;
    const append = holder && (await this.store.readAppend(holder.stream, holder.firstRevision));
    if (append === undefined) throw problem('PurchaseNotFound', `there is no purchase ${receiptKey}`);
    return answered(purchaseAnswer(append, positionText(lastPosition(append))), append.firstRevision);
  }
}

function reportedPurchase(body: Omit<RecordPurchaseBody, 'customer' | 'occurredAt'>): ReportedPurchase {
  const { currency, decimals = currencyExponent(currency), channel = 'store' } = body;
  if (decimals === undefined) {
    throw problem('CurrencyUnknown', `${currency} is no currency of ISO 4217; correct it, or state its decimals`, {
      errors: [{ pointer: '/currency', detail: 'is not known' }],
    });
  }
  return { ...body, decimals, channel };
}

/** @throws HttpProblem 400 unless exactly one member is there. */
function customerReference(body: CustomerReferenceBody): CustomerReferenceBody {
  if (Object.keys(body).length === 1) return body;
  const detail = 'must have exactly one of id, card, phone, email';
  throw problem('InvalidRequest', `/customer ${detail}`, { errors: [{ pointer: '/customer', detail }] });
}
