import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Refusal } from '../../../kernel/decision';
import { streamName, type AccountId, type TenantId } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import { recordedBefore } from '../../../platform/decisions/run-decision';
import type { EventStore, RecordedEvent } from '../../../platform/event-store/event-store';
import { keyedIntent, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { CustomerReference, CustomerSource } from '../../customers';
import { historyOf } from '../account/account-memory';
import { AccountStreams } from '../account/account-streams';
import type { Overflowing } from '../account/decide-account';
import type { AccountFact } from '../account/effective-order';
import {
  customerUnknown,
  forSameCustomer,
  isAnonymous,
  outletOf,
  presentedKind,
  type ReceiptRefusal,
} from '../account/reported-receipt';
import { isNextChange, nextChange } from '../account/unclaimed-purchases';
import { claimedKey, type FoundPurchase } from '../find-purchase/purchase-finder';
import { claimDecider, claimedAlready, notAnonymous, type ClaimPurchaseRefusal } from './claim-purchase.decide';

export type ClaimRefusal = Overflowing<ClaimPurchaseRefusal> | ReceiptRefusal;

export class ClaimPurchaseCommand extends Command<DecisionResult<ClaimRefusal>> {
  constructor(
    readonly write: KeyedWrite,
    readonly purchase: FoundPurchase,
    readonly customer: CustomerReference,
  ) {
    super();
  }
}

@CommandHandler(ClaimPurchaseCommand)
export class ClaimPurchaseHandler implements ICommandHandler<ClaimPurchaseCommand> {
  constructor(
    private readonly accounts: AccountStreams,
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('clock') private readonly clock: Clock,
    @Wired('customers') private readonly customers: CustomerSource,
  ) {}

  async execute({ write, purchase, customer }: ClaimPurchaseCommand): Promise<DecisionResult<ClaimRefusal>> {
    const now = this.clock();
    const command = keyedIntent(write, now);
    const { tenant } = write.caller;
    const claimant = (await this.customers.resolve(tenant, customer)) as AccountId | undefined;
    const earlier = await recordedBefore(this.store, command.claimKey, command.fingerprint);
    if (earlier !== undefined) return forSameCustomer(earlier, claimant);
    const { receiptKey, recordedIn } = purchase;
    if (!isAnonymous(recordedIn)) return { kind: 'refused', refusal: notAnonymous(receiptKey) };
    if (claimant === undefined) return { kind: 'refused', refusal: customerUnknown(customer) };
    return this.claim(command, tenant, purchase, claimant, presentedKind(customer));
  }

  private async claim(
    command: ReturnType<typeof keyedIntent>,
    tenant: TenantId,
    { receiptKey, recordedIn }: FoundPurchase,
    account: AccountId,
    presented: ReturnType<typeof presentedKind>,
  ): Promise<DecisionResult<ClaimRefusal>> {
    const refusalIfClaimed = () => this.refusalIfClaimed(tenant, receiptKey, account);
    const refusal = await refusalIfClaimed();
    if (refusal !== undefined) return { kind: 'refused', refusal };
    const claimed = claimedKey(tenant, receiptKey);
    // Read anew where something happened to the purchase meanwhile, which its next number tells.
    let unclaimed = await this.factsOf(tenant, recordedIn);
    return this.accounts.run<ClaimPurchaseRefusal>({
      ...command,
      tenant,
      account,
      printedAt: command.actor.outlet ?? outletOf(receiptKey),
      decider: claimDecider(() => ({ receiptKey, unclaimed, presented, now: command.now })),
      claims: () => [{ action: 'take', key: claimed }, nextChange(tenant, receiptKey, unclaimed)],
      onClaimTaken: async (key) => {
        if (key !== claimed && !isNextChange(tenant, key)) return undefined;
        const already = await refusalIfClaimed();
        if (already === undefined) unclaimed = await this.factsOf(tenant, recordedIn);
        return already;
      },
    });
  }

  private async refusalIfClaimed(
    tenant: TenantId,
    receiptKey: FoundPurchase['receiptKey'],
    account: AccountId,
  ): Promise<Refusal<'PurchaseClaimedAlready'> | undefined> {
    const holder = await this.store.claimHolder(claimedKey(tenant, receiptKey));
    return holder && claimedAlready(receiptKey, holder.stream === streamName('account', tenant, account));
  }

  private async factsOf(tenant: TenantId, account: AccountId): Promise<readonly AccountFact[]> {
    const events: RecordedEvent[] = [];
    for await (const batch of this.store.readStream(streamName('account', tenant, account))) events.push(...batch);
    return historyOf(events).facts;
  }
}
