import { Injectable } from '@nestjs/common';
import { assert } from '../../../kernel/defect';
import { streamParts, type AccountId, type ReceiptKey, type TenantId } from '../../../kernel/ids';
import type { EventStore, RecordedAppend } from '../../../platform/event-store/event-store';
import type { Caller } from '../../../platform/http/caller';
import { positionText } from '../../../platform/http/http-answer';
import { problem, type HttpProblem } from '../../../platform/http/http-problem';
import { mayUseOutlet } from '../../../platform/http/outlet-access';
import { reached } from '../../../platform/http/read-your-write';
import type { Projecting } from '../../../platform/projections/projection-runner';
import type { QueryDoor } from '../../../platform/read-store/read-store';
import { Wired } from '../../../platform/wiring/tokens';
import { claimOfAwaited, isAwaited, outletOf, receiptClaim } from '../account/reported-receipt';
import { receiptOfId } from './purchase-id.query';
import { readPurchaseReference, type PurchaseReference } from './purchase-reference';

/** A recorded purchase and where it is now. */
export interface FoundPurchase {
  readonly receiptKey: ReceiptKey;
  /** What recorded it. */
  readonly append: RecordedAppend;
  readonly position: number;
  /** Holds it today: its customer's, who may have claimed it, or one that was opened for a receipt of nobody. */
  readonly account: AccountId;
  /** Of the account it was recorded in. */
  readonly recordedIn: AccountId;
}

/** Finds purchases in the log, by receipt or by id: one that was recorded is found from that moment on. */
@Injectable()
export class PurchaseFinder {
  constructor(
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('queryDoor') private readonly query: QueryDoor,
    @Wired('projecting') private readonly projecting: Projecting,
  ) {}

  /**
   * The receipt of a purchase; of an id only where that purchase is recorded.
   * @throws HttpProblem 503 (retryable) where an id is not found and the read model has not seen all of the log.
   */
  async receiptOf(tenant: TenantId, reference: PurchaseReference): Promise<ReceiptKey | undefined> {
    if (reference.receiptKey !== undefined) return reference.receiptKey;
    const known = await receiptOfId(this.query, tenant, reference.purchaseId);
    if (known !== undefined) return known;
    const end = await this.store.endPosition();
    await reached(this.projecting, end < 0 ? undefined : positionText(end));
    return receiptOfId(this.query, tenant, reference.purchaseId);
  }

  /** Undefined where nobody knows the receipt, `awaited` where only a return that waits for it does, `aReturn` where it is one. */
  async find(tenant: TenantId, receiptKey: ReceiptKey): Promise<FoundPurchase | 'aReturn' | 'awaited' | undefined> {
    const first = await this.store.claimHolder(receiptClaim(tenant, receiptKey));
    if (first === undefined) return undefined;
    const holder = isAwaited(receiptKey, first)
      ? await this.store.claimHolder(claimOfAwaited(tenant, receiptKey, first).key)
      : first;
    const append = holder && (await this.store.readAppend(holder.stream, holder.firstRevision));
    if (append === undefined) return 'awaited';
    if (append.events[0]?.type !== 'PurchaseRecorded') return 'aReturn';
    const claimant = await this.store.claimHolder(claimedKey(tenant, receiptKey));
    return {
      receiptKey,
      append,
      position: append.position,
      account: accountIn(claimant ?? append),
      recordedIn: accountIn(append),
    };
  }

  /** One that is known to be recorded. */
  async found(tenant: TenantId, receiptKey: ReceiptKey): Promise<FoundPurchase> {
    const found = await this.find(tenant, receiptKey);
    assert(typeof found === 'object', `the purchase ${receiptKey} was recorded`);
    return found;
  }

  /** By its name in a path. @throws HttpProblem 404 where there is no such purchase. */
  async inPath(tenant: TenantId, name: string): Promise<FoundPurchase> {
    const reference = readPurchaseReference(name);
    const receiptKey = reference && (await this.receiptOf(tenant, reference));
    const found = receiptKey && (await this.find(tenant, receiptKey));
    if (typeof found !== 'object') throw notFound(name);
    return found;
  }

  /** One of an outlet the caller's key works for. @throws HttpProblem 404, of another outlet too. */
  async ofCaller(caller: Caller, name: string): Promise<FoundPurchase> {
    const found = await this.inPath(caller.tenant, name);
    if (!mayUseOutlet(caller, outletOf(found.receiptKey))) throw notFound(name);
    return found;
  }
}

const notFound = (name: string): HttpProblem => problem('PurchaseNotFound', `there is no purchase ${name}`);

/** Taken by whoever claims an anonymous purchase, for ever. */
export const claimedKey = (tenant: TenantId, receiptKey: ReceiptKey): string => `${tenant}/claimed/${receiptKey}`;

const accountIn = ({ stream }: Pick<RecordedAppend, 'stream'>): AccountId => streamParts(stream).id as AccountId;
