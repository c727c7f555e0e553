import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { refuse, type Refusal } from '../../../kernel/decision';
import { streamName, type AccountId, type ReceiptKey, type TenantId } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import { recordedBefore } from '../../../platform/decisions/run-decision';
import type { Actor, EventStore } from '../../../platform/event-store/event-store';
import type { Caller } from '../../../platform/http/caller';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { CustomerReference, CustomerSource } from '../../customers';
import type { Outlet, OutletSource } from '../../tenants';
import { AccountStreams } from '../account/account-streams';
import type { Purchase } from '../account/account.events';
import { offsetMinutesAt } from '../account/outlet-clock';
import { purchaseDecider, type RecordPurchase, type RecordPurchaseRefusal } from './record-purchase.decide';

/** A purchase as reported; the rest of `Purchase` is stamped here. */
export type ReportedPurchase = Omit<Purchase, 'receiptKey' | 'presented' | 'offsetMinutes' | 'source' | 'flags'>;

export type PurchaseRefusal =
  RecordPurchaseRefusal | 'OutletUnknown' | 'BusinessDayRequired' | 'BusinessDayUnexpected' | 'CustomerUnknown';

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
  ) {
    super();
  }
}

@CommandHandler(RecordPurchaseCommand)
export class RecordPurchaseHandler implements ICommandHandler<RecordPurchaseCommand> {
  constructor(
    private readonly accounts: AccountStreams,
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('clock') private readonly clock: Clock,
    @Wired('outlets') private readonly outlets: OutletSource,
    @Wired('customers') private readonly customers: CustomerSource,
  ) {}

  async execute(command: RecordPurchaseCommand): Promise<DecisionResult<PurchaseRefusal>> {
    const { caller, purchase, customer } = command;
    const outlet = this.outlets.outlet(caller.tenant, purchase.outlet);
    if (outlet === undefined) return refused('OutletUnknown', `There is no outlet ${purchase.outlet}.`, '/outlet');
    const refusal = businessDayRefusal(purchase, outlet);
    if (refusal !== undefined) return { kind: 'refused', refusal };

    const receiptKey = receiptKeyOf(purchase);
    const account = await this.accountOf(caller.tenant, customer, receiptKey);
    if (account === undefined) return this.unknownCustomer(command, receiptKey);
    return this.decide(command, account, receiptKey, outlet);
  }

  private async decide(
    command: RecordPurchaseCommand,
    account: AccountId,
    receiptKey: ReceiptKey,
    outlet: Outlet,
  ): Promise<DecisionResult<PurchaseRefusal>> {
    const { caller, correlationId, fingerprint, occurredAt } = command;
    const { tenant } = caller;
    const now = this.clock();
    const request: RecordPurchase = { purchase: stamped(command, receiptKey, outlet), occurredAt, now };
    const result = await this.accounts.run({
      tenant,
      account,
      commandKey: receiptKey,
      claimKey: receiptClaim(tenant, receiptKey),
      fingerprint,
      actor: actorOf(command),
      correlationId,
      causationId: null,
      now,
      decider: purchaseDecider(request),
    });
    // The receipt is taken by another customer's purchase: another body in the one member the fingerprint leaves out.
    const stream = streamName('account', tenant, account);
    if (result.kind === 'recorded' && result.append.stream !== stream) return differentCustomer(result);
    return result;
  }

  private async accountOf(
    tenant: TenantId,
    customer: CustomerReference | null,
    receiptKey: ReceiptKey,
  ): Promise<AccountId | undefined> {
    if (customer === null) return `r.${receiptKey}` as AccountId;
    const found = await this.customers.resolve(tenant, customer);
    return found === undefined ? undefined : (found as string as AccountId);
  }

  /** Nobody is known by the reference. If the receipt was recorded it was for somebody else, which comes first. */
  private async unknownCustomer(
    { caller, fingerprint, customer }: RecordPurchaseCommand,
    receiptKey: ReceiptKey,
  ): Promise<DecisionResult<PurchaseRefusal>> {
    const earlier = await recordedBefore(this.store, receiptClaim(caller.tenant, receiptKey), fingerprint);
    if (earlier?.kind === 'differentBody') return earlier;
    if (earlier !== undefined) return differentCustomer(earlier);
    const kind = customer === null ? 'id' : presentedKind(customer);
    const detail = `Nobody is known by this ${kind}; enrol first, then send it again.`;
    return refused('CustomerUnknown', detail, `/customer/${kind}`);
  }
}

export const receiptClaim = (tenant: TenantId, receiptKey: ReceiptKey): string => `${tenant}/receipt/${receiptKey}`;

function refused(code: PurchaseRefusal, detail: string, pointer: string): DecisionResult<PurchaseRefusal> {
  return { kind: 'refused', refusal: refuse(code, detail, [{ pointer, detail }]) };
}

function differentCustomer({
  append,
}: Extract<DecisionResult, { kind: 'recorded' }>): Extract<DecisionResult, { kind: 'differentBody' }> {
  const { stream, firstRevision, commandKey, fingerprint } = append;
  const holder = { stream, firstRevision, commandKey, fingerprint };
  return { kind: 'differentBody', holder, fingerprint: fingerprint ?? '' };
}

function businessDayRefusal(
  { outlet, businessDay }: ReportedPurchase,
  { numbering }: Outlet,
): Refusal<PurchaseRefusal> | undefined {
  if (numbering === 'daily' && businessDay === undefined) {
    const detail = `Tills of ${outlet} number their receipts daily: give the business day.`;
    return refuse('BusinessDayRequired', detail, [{ pointer: '/businessDay', detail }]);
  }
  if (numbering === 'forever' && businessDay !== undefined) {
    const detail = `Tills of ${outlet} never use a receipt number twice: leave the business day out.`;
    return refuse('BusinessDayUnexpected', detail, [{ pointer: '/businessDay', detail }]);
  }
  return undefined;
}

const presentedKind = ({ id, card, phone }: CustomerReference): NonNullable<Purchase['presented']> =>
  id !== undefined ? 'id' : card !== undefined ? 'card' : phone !== undefined ? 'phone' : 'email';

function receiptKeyOf({ outlet, till, businessDay, receipt }: ReportedPurchase): ReceiptKey {
  return [outlet, till, ...(businessDay === undefined ? [] : [businessDay]), receipt].join('~') as ReceiptKey;
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

function actorOf({ caller, purchase }: RecordPurchaseCommand): Actor {
  const { outlet, till, staff } = purchase;
  return { key: caller.key, role: caller.role, outlet, till, ...(staff === undefined ? {} : { staff }) };
}
