import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Refusal } from '../../../kernel/decision';
import type { ReceiptKey, TenantId } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import { keyedIntent, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { OutletSource } from '../../tenants';
import type { AccountIntent } from '../account/account-streams';
import type { Overflowing } from '../account/decide-account';
import { isAnonymous, outletUnknown, receiptActor, type ReceiptRefusal } from '../account/reported-receipt';
import { PurchaseFinder } from '../find-purchase/purchase-finder';
import { GoodsAccounts } from '../return-goods/goods-account';
import { voidDecider, voidedAlready, type VoidPurchaseRefusal } from './void-purchase.decide';

/** A void as reported: where it was keyed, and why. */
export interface ReportedVoid {
  readonly outlet: string;
  readonly till: string;
  readonly reason?: string;
  readonly staff?: string;
}

export type VoidRefusal = Overflowing<VoidPurchaseRefusal> | ReceiptRefusal;

export class VoidPurchaseCommand extends Command<DecisionResult<VoidRefusal>> {
  constructor(
    readonly write: KeyedWrite,
    /** Of the purchase. */
    readonly receiptKey: ReceiptKey,
    readonly reported: ReportedVoid,
    readonly occurredAt: number,
  ) {
    super();
  }
}

@CommandHandler(VoidPurchaseCommand)
export class VoidPurchaseHandler implements ICommandHandler<VoidPurchaseCommand> {
  constructor(
    private readonly goods: GoodsAccounts,
    private readonly finder: PurchaseFinder,
    @Wired('clock') private readonly clock: Clock,
    @Wired('outlets') private readonly outlets: OutletSource,
  ) {}

  async execute(command: VoidPurchaseCommand): Promise<DecisionResult<VoidRefusal>> {
    const { write, reported } = command;
    if (this.outlets.outlet(write.caller.tenant, reported.outlet) === undefined) {
      return { kind: 'refused', refusal: outletUnknown(reported.outlet) };
    }
    return this.goods.run<VoidRefusal>(() => this.intent(command));
  }

  /** On the account that holds the purchase today. */
  private async intent({
    write,
    receiptKey,
    reported,
    occurredAt,
  }: VoidPurchaseCommand): Promise<AccountIntent<VoidRefusal> | Refusal<VoidRefusal>> {
    const { caller } = write;
    const { tenant } = caller;
    const found = await this.finder.found(tenant, receiptKey);
    const { account } = found;
    const now = this.clock();
    const taken = voidedKey(tenant, receiptKey);
    const source = caller.history ? 'import' : 'till';
    return {
      ...keyedIntent(write, now),
      actor: receiptActor(caller, reported),
      tenant,
      account,
      decider: voidDecider({
        voided: { receiptKey, ...reported, source },
        occurredAt,
        now,
        anonymous: isAnonymous(account),
      }),
      claims: () => [{ action: 'take', key: taken }],
      onClaimTaken: (key) => (key === taken ? voidedAlready(receiptKey) : undefined),
    };
  }
}

const voidedKey = (tenant: TenantId, receiptKey: ReceiptKey): string => `${tenant}/voided/${receiptKey}`;
