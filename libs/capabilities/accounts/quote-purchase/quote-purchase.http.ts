import { Body, Controller, Post } from '@nestjs/common';
import type { AccountId, ReceiptKey } from '../../../kernel/ids';
import { instantText } from '../../../kernel/time';
import type { Caller } from '../../../platform/http/caller';
import { HttpAnswer } from '../../../platform/http/http-answer';
import { refusalProblem } from '../../../platform/http/http-problem';
import { millisecondsOf } from '../../../platform/http/instants';
import { Operation } from '../../../platform/http/operation';
import { requireOutlet } from '../../../platform/http/outlet-access';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import {
  ClientPart,
  Instant,
  LocalDay,
  Many,
  One,
  OneOf,
  Optional,
  Text,
  TextOrNull,
  Texts,
  Whole,
} from '../../../platform/http/request-rules';
import { lotId } from '../../../platform/identifiers/identifiers';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { CustomerSource } from '../../customers';
import type { OutletSource } from '../../tenants';
import type { Reward, TermsSource } from '../../programmes';
import { AccountStreams } from '../account/account-streams';
import { customerReference, CustomerReferenceBody } from '../account/customer-reference-body';
import { stampEffective, termsInstant } from '../account/effective-order';
import { decimalsOf } from '../account/money-terms';
import { offsetMinutesAt } from '../account/outlet-clock';
import { anonymousAccount, customerUnknown, outletUnknown, presentedKind } from '../account/reported-receipt';
import {
  EarnedPoints,
  PurchaseAnswer,
  RewardInHand,
  StampCardStanding,
  WalletBalance,
} from '../record-purchase/purchase-answer';
import { PaymentBody, PurchaseLineBody } from '../record-purchase/purchase-body';
import { answerPurchase } from '../record-purchase/record-purchase.answer';
import { purchaseDecider, PURCHASE_LIMITS, type RecordPurchase } from '../record-purchase/record-purchase.decide';
import { applicableRewards, type ApplicableReward } from './applicable-rewards';
import { Quotes } from './quotes';

class QuotePurchaseBody {
  @ClientPart({ example: 'manila-1' }) readonly outlet!: string;
  @Optional() @ClientPart() readonly till?: string;
  @Optional() @ClientPart() readonly receipt?: string;
  @Optional() @LocalDay() readonly businessDay?: string;
  @Optional() @Instant({ description: 'Now unless said.' }) readonly occurredAt?: string;
  @Optional()
  @One(() => CustomerReferenceBody, { description: 'Exactly one of its members; left out for an anonymous purchase.' })
  readonly customer?: CustomerReferenceBody;
  @Text({ max: 3, pattern: /^[A-Z]{3}$/, example: 'PHP', description: 'ISO 4217.' }) readonly currency!: string;
  @Optional() @Whole({ min: 0, description: 'As in a purchase.' }) readonly decimals?: number;
  @Many(() => PurchaseLineBody, { min: 1, max: PURCHASE_LIMITS.lines }) readonly lines!: readonly PurchaseLineBody[];
  @Optional() @Many(() => PaymentBody, { max: 50 }) readonly payments?: readonly PaymentBody[];
  @Optional() @ClientPart({ description: '`store` unless said.' }) readonly channel?: string;
}

class ApplicableRewardAnswer implements ApplicableReward {
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly reward!: string;
  @Text({ max: 200, description: 'By which it is redeemed.' }) readonly issued!: string;
  @Text({ max: 200 }) readonly name!: string;
  @OneOf(['product', 'service', 'amountOff', 'percentOff', 'points', 'catalogue']) readonly kind!: Reward['kind'];
  @TextOrNull({ max: 32, description: 'RFC 3339, exclusive; null = never.' }) readonly expiresAt!: string | null;
  @Optional()
  @Texts({ max: 64, maxItems: PURCHASE_LIMITS.lines, description: 'Goods of the purchase it may be given for.' })
  readonly skus?: readonly string[];
}

class QuoteAnswer implements Pick<
  PurchaseAnswer,
  'earned' | 'balances' | 'stamps' | 'rewardsIssued' | 'flags' | 'receiptLines'
> {
  @TextOrNull({ max: 64, description: '`cus_…`; null for an anonymous purchase.' }) readonly customerId!: string | null;
  @Many(() => EarnedPoints, { max: 4096 }) readonly earned!: readonly EarnedPoints[];
  @Many(() => WalletBalance, { max: 4096, description: 'After the purchase.' })
  readonly balances!: readonly WalletBalance[];
  @Many(() => StampCardStanding, { max: 4096 }) readonly stamps!: readonly StampCardStanding[];
  @Many(() => RewardInHand, { max: 4096 }) readonly rewardsIssued!: readonly RewardInHand[];
  @Texts({ max: 64, maxItems: 16 }) readonly flags!: PurchaseAnswer['flags'];
  @Texts({ max: 256, maxItems: 4096 }) readonly receiptLines!: readonly string[];
  @Many(() => ApplicableRewardAnswer, { max: 4096, description: 'Rewards in hand that can be used on it.' })
  readonly applicableRewards!: readonly ApplicableRewardAnswer[];
  @Text({ max: 8192, description: 'The `quote` of the purchase: it is rated by the revisions of now.' })
  readonly token!: string;
  @Instant({ description: 'Until then, inclusive.' }) readonly validUntil!: string;
}

@Controller('v1/quotes')
export class QuotePurchaseController {
  constructor(
    private readonly accounts: AccountStreams,
    private readonly quotes: Quotes,
    @Wired('outlets') private readonly outlets: OutletSource,
    @Wired('customers') private readonly customers: CustomerSource,
    @Wired('terms') private readonly terms: TermsSource,
    @Wired('clock') private readonly clock: Clock,
  ) {}

  @Post()
  @Operation({
    id: 'quotePurchase',
    tag: 'Purchases',
    summary: 'Say what a purchase would earn',
    description:
      'As if it were recorded now; nothing is. Sent with the purchase, the token keeps the revisions for 15 minutes: the ' +
      'same purchase then earns the same, unless the account has moved on. It pins the revisions and nothing else, ' +
      'neither the customer nor the goods: any purchase of the tenant may send it. Till and receipt may be left out.',
    body: QuotePurchaseBody,
    repeat: 'none',
    answer: { status: 200, description: 'What it would earn.', body: QuoteAnswer },
    problems: [
      'OutletNotYours',
      'OutletUnknown',
      'CustomerUnknown',
      'CurrencyUnknown',
      'OccurredBefore1970',
      'DecimalsTooMany',
      'QuantityTooFine',
      'QuantityTooLarge',
      'AmountTooLarge',
      'PointsTooMany',
      'LineAmountMismatch',
      'PaymentsDoNotAddUp',
    ],
  })
  async quote(@Body() body: QuotePurchaseBody, @CurrentCaller() caller: Caller): Promise<HttpAnswer> {
    const { tenant } = caller;
    requireOutlet(caller, body.outlet);
    const now = this.clock();
    const request = this.purchaseOf(body, caller, now);
    const { occurredAt, purchase } = request;
    const account = await this.accountOf(body, caller, purchase.receiptKey);
    const foreseen = await this.accounts.foresee(tenant, account, purchaseDecider(request), body.outlet);
    if (foreseen.kind === 'refused') throw refusalProblem(foreseen);
    const { events, outcome } = foreseen;
    const customerId = body.customer === undefined ? null : account;
    const known = { purchaseId: '', customerId, position: '', events, outcome, lotId: lotId.bind(null, tenant) };
    const { earned, balances, stamps, rewardsIssued, flags, receiptLines } = answerPurchase(known);
    const terms = this.terms.termsOf(tenant);
    const before = await this.accounts.at(tenant, account, { now });
    const at = termsInstant(occurredAt, stampEffective(occurredAt, now, purchase.source).effectiveAt);
    const { token, until } = this.quotes.issue(tenant, at, now);
    const answer: QuoteAnswer = {
      customerId,
      earned,
      balances,
      stamps,
      rewardsIssued,
      flags,
      receiptLines,
      applicableRewards: applicableRewards(before.account, purchase.lines, terms, before.at),
      token,
      validUntil: instantText(until),
    };
    return new HttpAnswer(200, answer, { 'cache-control': 'no-store' });
  }

  /** @throws HttpProblem 422 for an outlet nobody has. */
  private purchaseOf(body: QuotePurchaseBody, caller: Caller, now: number): RecordPurchase {
    const { customer, occurredAt: told, ...rest } = body;
    const { outlet: name, till = UNNAMED, receipt = UNNAMED, channel = 'store' } = body;
    const outlet = this.outlets.outlet(caller.tenant, name);
    if (outlet === undefined) throw refusalProblem(outletUnknown(name));
    const occurredAt = told === undefined ? now : millisecondsOf(told);
    return {
      purchase: {
        ...rest,
        till,
        receipt,
        receiptKey: `${name}~${till}~${receipt}` as ReceiptKey,
        ...(customer !== undefined && { presented: presentedKind(customerReference(customer)) }),
        decimals: decimalsOf(body),
        channel,
        offsetMinutes: offsetMinutesAt(outlet.timeZone, occurredAt),
        source: 'till',
      },
      occurredAt,
      now,
    };
  }

  /** @throws HttpProblem 422 for a customer nobody knows. */
  private async accountOf(
    { customer }: QuotePurchaseBody,
    { tenant }: Caller,
    receiptKey: ReceiptKey,
  ): Promise<AccountId> {
    if (customer === undefined) return anonymousAccount(receiptKey);
    const found = await this.customers.resolve(tenant, customer);
    if (found === undefined) throw refusalProblem(customerUnknown(customer));
    return found as string as AccountId;
  }
}

/** What a purchase that is not made yet has for a till and a receipt. */
const UNNAMED = 'quote';
