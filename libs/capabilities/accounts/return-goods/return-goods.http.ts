import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { TenantId } from '../../../kernel/ids';
import type { Caller } from '../../../platform/http/caller';
import { fingerprintOf } from '../../../platform/http/fingerprint';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { problem } from '../../../platform/http/http-problem';
import { millisecondsOf } from '../../../platform/http/instants';
import { Operation } from '../../../platform/http/operation';
import { requireOutlet } from '../../../platform/http/outlet-access';
import { CorrelationId, CurrentCaller } from '../../../platform/http/request-parameters';
import { purchaseId } from '../../../platform/identifiers/identifiers';
import type { Metrics } from '../../../platform/telemetry/metrics';
import { Wired } from '../../../platform/wiring/tokens';
import { customerReference } from '../account/customer-reference-body';
import { decimalsOf } from '../account/money-terms';
import { PurchaseFinder } from '../find-purchase/purchase-finder';
import { readPurchaseReference, type PurchaseReference } from '../find-purchase/purchase-reference';
import type { ReportedReturnLine } from './goods-account';
import { ReturnAnswer, returnAnswer } from './return-answer';
import { ReturnDocumentBody, ReturnGoodsBody, type ReturnLineBody } from './return-body';
import { ReturnGoodsCommand } from './return-goods.handler';

const PROBLEMS = [
  'OutletNotYours',
  'OutletUnknown',
  'BusinessDayRequired',
  'BusinessDayUnexpected',
  'CustomerUnknown',
  'CustomerDiffers',
  'PurchaseIdUnknown',
  'ReceiptIsNoPurchase',
  'PurchasesOfTwoAccounts',
  'PurchaseVoided',
  'CurrencyUnknown',
  'CurrencyDiffers',
  'DecimalsTooMany',
  'QuantityTooFine',
  'QuantityTooLarge',
  'AmountTooLarge',
  'ReturnAmountNeeded',
  'ReturnLineUnknown',
  'PointsTooMany',
  'AppendTooLarge',
] as const;

@Controller('v1')
export class ReturnGoodsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly finder: PurchaseFinder,
    @Wired('metrics') private readonly metrics: Metrics,
  ) {}

  @Post('returns')
  @Operation({
    id: 'returnGoods',
    tag: 'Purchases',
    summary: 'Report goods that were brought back',
    description:
      'By receipt, also before its purchase is reported, or naming none. Outlet, till and receipt of the return make it ' +
      'unique for ever: sent again it is answered as the first time.',
    body: ReturnGoodsBody,
    repeat: 'businessKey',
    answer: { status: 201, description: 'It is recorded, and durable.', body: ReturnAnswer },
    problems: PROBLEMS,
  })
  async returnGoods(
    @Body() { purchase, ...body }: ReturnGoodsBody,
    @CurrentCaller() caller: Caller,
    @CorrelationId() correlationId: string,
  ): Promise<HttpAnswer> {
    requireOutlet(caller, body.outlet);
    return this.record(body, referenceIn(purchase, '/purchase'), caller, correlationId);
  }

  @Post('purchases/:purchase/returns')
  @Operation({
    id: 'returnPurchase',
    tag: 'Purchases',
    summary: 'Report that goods of a purchase were brought back',
    description: 'The purchase by its receipt key or its `pur_…` id. It is the same return under either of them.',
    body: ReturnDocumentBody,
    repeat: 'businessKey',
    answer: { status: 201, description: 'It is recorded, and durable.', body: ReturnAnswer },
    problems: ['PurchaseNotFound', ...PROBLEMS],
  })
  async returnPurchase(
    @Param('purchase') purchase: string,
    @Body() body: ReturnDocumentBody,
    @CurrentCaller() caller: Caller,
    @CorrelationId() correlationId: string,
  ): Promise<HttpAnswer> {
    const { receiptKey } = await this.finder.inPath(caller.tenant, purchase);
    requireOutlet(caller, body.outlet);
    return this.record(body, { receiptKey }, caller, correlationId);
  }

  private async record(
    body: ReturnDocumentBody,
    purchase: PurchaseReference | undefined,
    caller: Caller,
    correlationId: string,
  ): Promise<HttpAnswer> {
    const { customer, occurredAt, lines: said, ...rest } = body;
    const lines = returnLines(said, '/lines', purchase);
    const command = new ReturnGoodsCommand(
      caller,
      correlationId,
      fingerprintOf({ operation: 'returnGoods', ...rest, occurredAt, lines: namedById(caller.tenant, lines) }),
      { ...rest, decimals: decimalsOf(rest), channel: rest.channel ?? 'store', lines },
      millisecondsOf(occurredAt),
      customer === undefined ? null : customerReference(customer),
    );
    const started = performance.now();
    const result = await this.commands.execute(command);
    this.metrics.commandDecided('ReturnGoods', (performance.now() - started) / 1000);
    return decisionAnswer(result, returnAnswer);
  }
}

/** Lines that name no purchase are of the one the document names. */
export function returnLines(
  lines: readonly ReturnLineBody[],
  linesAt: '/lines' | '/returns',
  whole?: PurchaseReference,
): readonly ReportedReturnLine[] {
  return lines.map(({ purchase, ...line }, index) => {
    const named = referenceIn(purchase, `${linesAt}/${index}/purchase`) ?? whole;
    return named === undefined ? line : { ...line, purchase: named };
  });
}

/** Both names of a purchase are the same body. */
export function namedById(tenant: TenantId, lines: readonly ReportedReturnLine[]): readonly object[] {
  return lines.map(({ purchase, ...line }) => {
    if (purchase === undefined) return line;
    const id = purchase.receiptKey === undefined ? purchase.purchaseId : purchaseId(tenant, purchase.receiptKey);
    return { ...line, purchase: id };
  });
}

/** @throws HttpProblem 400 for what names no purchase. */
function referenceIn(text: string | undefined, pointer: string): PurchaseReference | undefined {
  if (text === undefined) return undefined;
  const reference = readPurchaseReference(text);
  if (reference !== undefined) return reference;
  const detail = 'must be a receipt key, outlet~till~receipt or outlet~till~YYYY-MM-DD~receipt, or a pur_… id';
  throw problem('InvalidRequest', `${pointer} ${detail}`, { errors: [{ pointer, detail }] });
}
