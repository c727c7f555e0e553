import { streamName, type AccountId, type ReceiptKey, type TenantId } from '../../../kernel/ids';
import type { Claim, ClaimHolder } from '../../../platform/event-store/event-store';
import type { AccountStreams } from '../account/account-streams';
import type { AccountFact } from '../account/effective-order';
import { anonymousAccount } from '../account/reported-receipt';
import { returnsOf } from '../account/arrange-facts';
import { nextChange } from '../account/unclaimed-purchases';
import type { AwaitedPurchase } from './record-purchase.decide';

/**
 * The returns that came before their purchase (S27). Those in the account of nobody come along to the purchase's; another
 * that arrives there meanwhile takes the number the purchase wants, and they are read anew.
 */
export class WaitingReturns {
  private facts: readonly AccountFact[] = [];

  constructor(
    private readonly accounts: AccountStreams,
    private readonly tenant: TenantId,
    private readonly receiptKey: ReceiptKey,
    /** The purchase's. */
    private readonly account: AccountId,
    /** The return that was the first. */
    private readonly first: ClaimHolder,
  ) {}

  async read(): Promise<undefined> {
    this.facts = (await this.accounts.history(this.tenant, this.nobodys)).facts;
    return undefined;
  }

  get found(): AwaitedPurchase {
    const here = [this.account, this.nobodys].map((account) => streamName('account', this.tenant, account));
    const elsewhere = !here.includes(this.first.stream);
    return this.comeAlong ? { elsewhere, returnedBefore: returnsOf(this.facts, this.receiptKey) } : { elsewhere };
  }

  get claims(): readonly Claim[] {
    return this.comeAlong ? [nextChange(this.tenant, this.receiptKey, this.facts)] : [];
  }

  /** Of an anonymous purchase they are in its account already. */
  private get comeAlong(): boolean {
    return this.account !== this.nobodys;
  }

  private get nobodys(): AccountId {
    return anonymousAccount(this.receiptKey);
  }
}
