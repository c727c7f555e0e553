import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Refusal } from '../../../kernel/decision';
import type { AccountId, ReceiptKey } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import { recordedBefore } from '../../../platform/decisions/run-decision';
import type { EventStore } from '../../../platform/event-store/event-store';
import type { Caller } from '../../../platform/http/caller';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { CustomerReference, CustomerSource } from '../../customers';
import type { Outlet, OutletSource } from '../../tenants';
import type { Return } from '../account/account.events';
import type { Overflowing } from '../account/decide-account';
import { offsetMinutesAt } from '../account/outlet-clock';
import {
  businessDayRefusal,
  customerUnknown,
  isAnonymous,
  outletUnknown,
  presentedKind,
  receiptActor,
  receiptKeyOf,
  recordReceipt,
  sameCustomerOnly,
  type ReceiptRefusal,
} from '../account/reported-receipt';
import { GoodsAccounts, type GoodsIntent, type GoodsRefusal, type ReportedReturnLine } from './goods-account';
import { returnDecider, type ReturnGoodsRefusal } from './return-goods.decide';

/** A return as reported; the rest of `Return` is stamped here. */
export type ReportedReturn = Omit<
  Return,
  'receiptKey' | 'presented' | 'lines' | 'offsetMinutes' | 'source' | 'flags'
> & { readonly lines: readonly ReportedReturnLine[] };

export type ReturnRefusal = ReceiptRefusal | GoodsRefusal | Overflowing<ReturnGoodsRefusal>;

export class ReturnGoodsCommand extends Command<DecisionResult<ReturnRefusal>> {
  constructor(
    readonly caller: Caller,
    readonly correlationId: string,
    /** Of the body without the customer: which customer it was is compared by who that is. */
    readonly fingerprint: string,
    readonly document: ReportedReturn,
    readonly occurredAt: number,
    /** Null where nobody is named. */
    readonly customer: CustomerReference | null,
  ) {
    super();
  }
}

@CommandHandler(ReturnGoodsCommand)
export class ReturnGoodsHandler implements ICommandHandler<ReturnGoodsCommand> {
  constructor(
    private readonly goods: GoodsAccounts,
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('clock') private readonly clock: Clock,
    @Wired('outlets') private readonly outlets: OutletSource,
    @Wired('customers') private readonly customers: CustomerSource,
  ) {}

  async execute(command: ReturnGoodsCommand): Promise<DecisionResult<ReturnRefusal>> {
    const { caller, document, customer, fingerprint } = command;
    const outlet = this.outlets.outlet(caller.tenant, document.outlet);
    if (outlet === undefined) return { kind: 'refused', refusal: outletUnknown(document.outlet) };
    const refusal = businessDayRefusal(document, outlet);
    if (refusal !== undefined) return { kind: 'refused', refusal };

    const receiptKey = receiptKeyOf(document);
    const named = customer === null ? null : await this.customers.resolve(caller.tenant, customer);
    const account = named === null ? null : (named as AccountId | undefined);
    return recordReceipt(caller.tenant, receiptKey, async ({ key }) => {
      // Whatever became of its purchase or its customer since, a return that was recorded is answered from the record.
      const earlier = await recordedBefore(this.store, key, fingerprint);
      if (earlier !== undefined) return earlier.kind === 'recorded' ? sameCustomerOnly(earlier, account) : earlier;
      if (account === undefined) return { kind: 'refused', refusal: customerUnknown(customer ?? {}) };
      const result = await this.goods.run<ReturnRefusal>(() => this.intent(command, receiptKey, key, outlet, account));
      return result.kind === 'recorded' ? sameCustomerOnly(result, account) : result;
    });
  }

  private async intent(
    { caller, correlationId, fingerprint, document, occurredAt, customer }: ReturnGoodsCommand,
    receiptKey: ReceiptKey,
    claimKey: string,
    { timeZone }: Outlet,
    named: AccountId | null,
  ): Promise<GoodsIntent<ReturnRefusal> | Refusal<ReturnRefusal>> {
    const { tenant } = caller;
    const { lines: reported, ...head } = document;
    const placed = await this.goods.place(tenant, {
      lines: reported,
      linesAt: '/lines',
      customer: named,
      receiptKey,
    });
    if ('kind' in placed) return placed;
    const { account, lines, awaited } = placed;
    const now = this.clock();
    return {
      tenant,
      account,
      awaited,
      commandKey: receiptKey,
      claimKey,
      fingerprint,
      actor: receiptActor(caller, document),
      correlationId,
      causationId: null,
      now,
      decider: returnDecider({
        document: {
          ...head,
          receiptKey,
          ...(customer === null ? {} : { presented: presentedKind(customer) }),
          offsetMinutes: offsetMinutesAt(timeZone, occurredAt),
          source: caller.history ? 'import' : 'till',
        },
        lines,
        linesAt: '/lines',
        occurredAt,
        now,
        anonymous: isAnonymous(account),
      }),
    };
  }
}
