import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AccountId, ReceiptKey } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import { recordedBefore } from '../../../platform/decisions/run-decision';
import type { EventStore } from '../../../platform/event-store/event-store';
import type { Caller } from '../../../platform/http/caller';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { CustomerReference, CustomerSource } from '../../customers';
import type { Outlet, OutletSource } from '../../tenants';
import { AccountStreams, type AccountIntent } from '../account/account-streams';
import type { Purchase } from '../account/account.events';
import type { AccountDecider } from '../account/decide-account';
import { offsetMinutesAt } from '../account/outlet-clock';
import {
  anonymousAccount,
  businessDayRefusal,
  customerUnknown,
  isAnonymous,
  outletUnknown,
  presentedKind,
  receiptActor,
  recordReceipt,
  receiptKeyOf,
  refuseAt,
  sameCustomerOnly,
  type ReceiptClaim,
  type ReceiptRefusal,
} from '../account/reported-receipt';
import { isNextChange } from '../account/unclaimed-purchases';
import { Quotes } from '../quote-purchase/quotes';
import { GoodsAccounts, type GoodsRefusal, type ReportedReturnLine } from '../return-goods/goods-account';
import type { ReturnGoods, ReturnGoodsRefusal } from '../return-goods/return-goods.decide';
import { exchangeDecider } from './exchange-goods.decide';
import {
  purchaseDecider,
  type AwaitedPurchase,
  type RecordPurchase,
  type RecordPurchaseRefusal,
} from './record-purchase.decide';
import { WaitingReturns } from './waiting-returns';

/** A purchase as reported; the rest of `Purchase` is stamped here. */
export type ReportedPurchase = Omit<
  Purchase,
  'receiptKey' | 'presented' | 'offsetMinutes' | 'termsAt' | 'source' | 'flags'
>;

export type PurchaseRefusal = RecordPurchaseRefusal | ReceiptRefusal | GoodsRefusal | ReturnGoodsRefusal;

export class RecordPurchaseCommand extends Command<DecisionResult<PurchaseRefusal>> {
  constructor(
    readonly caller: Caller,
    readonly correlationId: string,
    /** Of the body without the customer: which customer it was is compared by who that is. */
    readonly fingerprint: string,
    readonly purchase: ReportedPurchase,
    readonly occurredAt: number,
    /** Null = anonymous. */
    readonly customer: CustomerReference | null,
    /** Goods brought back on the same receipt. */
    readonly returned: readonly ReportedReturnLine[] = [],
    /** Token of a quote. */
    readonly quote?: string,
  ) {
    super();
  }
}

@CommandHandler(RecordPurchaseCommand)
export class RecordPurchaseHandler implements ICommandHandler<RecordPurchaseCommand> {
  constructor(
    private readonly accounts: AccountStreams,
    private readonly goods: GoodsAccounts,
    private readonly quotes: Quotes,
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('clock') private readonly clock: Clock,
    @Wired('outlets') private readonly outlets: OutletSource,
    @Wired('customers') private readonly customers: CustomerSource,
  ) {}

  async execute(command: RecordPurchaseCommand): Promise<DecisionResult<PurchaseRefusal>> {
    const { caller, purchase, customer, returned } = command;
    const outlet = this.outlets.outlet(caller.tenant, purchase.outlet);
    if (outlet === undefined) return { kind: 'refused', refusal: outletUnknown(purchase.outlet) };
    const refusal = businessDayRefusal(purchase, outlet);
    if (refusal !== undefined) return { kind: 'refused', refusal };

    const receiptKey = receiptKeyOf(purchase);
    const named = customer && (await this.customers.resolve(caller.tenant, customer));
    const account = named as AccountId | null | undefined;
    if (account === undefined) return this.unknownCustomer(command, receiptKey);
    const result = await recordReceipt(caller.tenant, receiptKey, (claim) =>
      returned.length === 0
        ? this.record(command, account ?? anonymousAccount(receiptKey), receiptKey, claim, outlet)
        : this.exchange(command, account, receiptKey, claim, outlet),
    );
    return result.kind === 'recorded' ? sameCustomerOnly(result, account) : result;
  }

  private async record(
    command: RecordPurchaseCommand,
    account: AccountId,
    receiptKey: ReceiptKey,
    claim: ReceiptClaim,
    outlet: Outlet,
  ): Promise<DecisionResult<PurchaseRefusal>> {
    const now = this.clock();
    const request = this.request(command, receiptKey, outlet, now);
    const deciderOf = (awaited?: AwaitedPurchase) => purchaseDecider(awaited ? { ...request, awaited } : request);
    return this.accounts.run(await this.intent(command, account, receiptKey, claim, now, deciderOf));
  }

  /** Goods and purchase are on the account that the goods belong to. */
  private async exchange(
    command: RecordPurchaseCommand,
    customer: AccountId | null,
    receiptKey: ReceiptKey,
    claim: ReceiptClaim,
    outlet: Outlet,
  ): Promise<DecisionResult<PurchaseRefusal>> {
    const { caller, fingerprint, occurredAt, returned } = command;
    const { tenant } = caller;
    const earlier = await recordedBefore(this.store, claim.key, fingerprint);
    if (earlier !== undefined) return earlier;
    return this.goods.run<PurchaseRefusal>(async () => {
      const placed = await this.goods.place(tenant, { lines: returned, linesAt: '/returns', customer, receiptKey });
      if ('kind' in placed) return placed;
      const { account, lines, awaited: first } = placed;
      const anonymous = isAnonymous(account);
      if (customer === null && !anonymous) {
        const detail = 'The goods belong to a purchase of a customer: name the customer who exchanges them.';
        return refuseAt('CustomerDiffers', detail, '/customer');
      }
      const now = this.clock();
      const request = this.request(command, receiptKey, outlet, now);
      const document = returnOnReceipt(request.purchase);
      const goods: ReturnGoods = { document, lines, linesAt: '/returns', occurredAt, now, anonymous };
      const intent = await this.intent(command, account, receiptKey, claim, now, (awaited?: AwaitedPurchase) =>
        exchangeDecider(awaited ? { ...request, awaited } : request, goods),
      );
      return { ...intent, awaited: first };
    });
  }

  /** With the terms that a quote has pinned. @throws HttpProblem 422 for a quote that is none of ours. */
  private request(command: RecordPurchaseCommand, receiptKey: ReceiptKey, outlet: Outlet, now: number): RecordPurchase {
    const { caller, occurredAt, quote } = command;
    const { termsAt, quoteExpired } = this.quotes.pinned(caller.tenant, quote, { occurredAt, now });
    const purchase = stamped(command, receiptKey, outlet);
    return {
      purchase: termsAt === undefined ? purchase : { ...purchase, termsAt },
      occurredAt,
      now,
      ...(quoteExpired && { quoteExpired }),
    };
  }

  /** Nobody is known by the reference. If the receipt was recorded it was for somebody else, which comes first. */
  private async unknownCustomer(
    { caller, fingerprint, customer }: RecordPurchaseCommand,
    receiptKey: ReceiptKey,
  ): Promise<DecisionResult<PurchaseRefusal>> {
    return recordReceipt<PurchaseRefusal>(caller.tenant, receiptKey, async ({ key }) => {
      const earlier = await recordedBefore(this.store, key, fingerprint);
      if (earlier?.kind === 'recorded') return sameCustomerOnly(earlier, undefined);
      return earlier ?? { kind: 'refused', refusal: customerUnknown(customer ?? {}) };
    });
  }

  /** Where a return has waited for the purchase, it comes with what waits in the account of nobody. */
  private async intent<Code extends string>(
    command: RecordPurchaseCommand,
    account: AccountId,
    receiptKey: ReceiptKey,
    { key: claimKey, awaitedBy }: ReceiptClaim,
    now: number,
    deciderOf: (awaited?: AwaitedPurchase) => AccountDecider<Code>,
  ): Promise<AccountIntent<Code>> {
    const { caller, purchase, fingerprint, correlationId } = command;
    const { tenant } = caller;
    const intent = {
      tenant,
      account,
      commandKey: receiptKey,
      claimKey,
      fingerprint,
      actor: receiptActor(caller, purchase),
      correlationId,
      causationId: null,
      now,
    };
    if (awaitedBy === undefined) return { ...intent, decider: deciderOf() };
    const waiting = new WaitingReturns(this.accounts, tenant, receiptKey, account, awaitedBy);
    await waiting.read();
    return {
      ...intent,
      decider: {
        decide: (known) => deciderOf(waiting.found).decide(known),
        outcome: (recorded) => deciderOf(waiting.found).outcome(recorded),
      },
      claims: () => waiting.claims,
      onClaimTaken: (key) => (isNextChange(tenant, key) ? waiting.read() : undefined),
    };
  }
}

function stamped(
  { caller, purchase, customer, occurredAt }: RecordPurchaseCommand,
  receiptKey: ReceiptKey,
  { timeZone }: Outlet,
): RecordPurchase['purchase'] {
  return {
    ...purchase,
    receiptKey,
    ...(customer === null ? {} : { presented: presentedKind(customer) }),
    offsetMinutes: offsetMinutesAt(timeZone, occurredAt),
    source: caller.history ? 'import' : 'till',
  };
}

/** The receipt of an exchange, as that of what is brought back. */
function returnOnReceipt(purchase: RecordPurchase['purchase']): ReturnGoods['document'] {
  const { receiptKey, outlet, till, receipt, businessDay, presented, currency, decimals } = purchase;
  const { channel, staff, offsetMinutes, source } = purchase;
  return {
    receiptKey,
    outlet,
    till,
    receipt,
    ...(businessDay !== undefined && { businessDay }),
    ...(presented !== undefined && { presented }),
    currency,
    decimals,
    channel,
    ...(staff !== undefined && { staff }),
    offsetMinutes,
    source,
  };
}
