import { Injectable } from '@nestjs/common';
import { refuse } from '../../../kernel/decision';
import { streamParts, type AccountId, type RedemptionId, type TenantId } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import type { Actor, Claim, EventStore } from '../../../platform/event-store/event-store';
import type { Caller } from '../../../platform/http/caller';
import { keyedIntent, type KeyedWrite } from '../../../platform/http/keyed-write';
import { newRedemptionId } from '../../../platform/identifiers/identifiers';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { CustomerReference, CustomerSource } from '../../customers';
import { termsAt, type TermsSource } from '../../programmes';
import type { OutletSource } from '../../tenants';
import { customerUnknown, forSameCustomer } from '../account/reported-receipt';
import { AccountStreams } from '../account/account-streams';
import type { Redemption, RedemptionReserved } from '../account/account.events';
import type { AccountDecider, AccountDraft, Overflowing } from '../account/decide-account';
import type { RewardName } from './reserve-redemption.decide';
import { RewardStock, type Asker, type Shelf } from './reward-stock';

/** What the first command about a redemption says. */
export interface NewRedemption {
  readonly customer: CustomerReference;
  readonly outlet: string;
  readonly till: string;
  readonly reward: RewardName;
}

/** What the server adds to it, anew at each try. */
export interface Try {
  readonly redemption: RedemptionId;
  readonly piece: number | undefined;
  readonly now: number;
}

/** A redemption that was reserved or reported before. */
export interface FoundRedemption {
  readonly account: AccountId;
  readonly data: RedemptionReserved['data'];
  readonly reservedAt: number;
  /** Where its reward has a stock. */
  readonly shelf: Shelf;
}

/** Where a later command comes from; left out, it is where the first came from. */
export interface RedemptionPlace {
  readonly outlet?: string;
  readonly till?: string;
}

export type NewRedemptionRefusal = 'OutletUnknown' | 'CustomerUnknown';

/** Commands to redemptions: they find the account, and the piece of the stock where there is one. */
@Injectable()
export class RedemptionCommands {
  constructor(
    private readonly accounts: AccountStreams,
    private readonly stock: RewardStock,
    @Wired('clock') private readonly clock: Clock,
    @Wired('outlets') private readonly outlets: OutletSource,
    @Wired('customers') private readonly customers: CustomerSource,
    @Wired('terms') private readonly terms: TermsSource,
  ) {}

  /** `handedOver`: it needs no confirmation any more. The id is made here; sent again, the record has the first one. */
  async begin<Code extends string>(
    write: KeyedWrite,
    { customer, outlet, till, reward }: NewRedemption,
    handedOver: boolean,
    deciderOf: (attempt: Try) => AccountDecider<Code>,
  ): Promise<DecisionResult<Overflowing<Code> | NewRedemptionRefusal>> {
    const { tenant } = write.caller;
    if (this.outlets.outlet(tenant, outlet) === undefined) return outletUnknown(outlet);
    const account = (await this.customers.resolve(tenant, customer)) as AccountId | undefined;
    if (account === undefined) return { kind: 'refused', refusal: customerUnknown(customer) };
    const now = this.clock();
    const intent = keyedIntent(write, now);
    const actor = actorOf(write.caller, outlet, till);
    const redemption = newRedemptionId(now);
    const result = await this.withPiece({ tenant, reward, asker: { ...intent, actor } }, (shelf, piece) => {
      const decider = (): AccountDecider<Code> => deciderOf({ redemption, piece: piece.now, now });
      return this.accounts.run<Code>({
        ...intent,
        actor,
        tenant,
        account,
        decider: { decide: (known) => decider().decide(known), outcome: (recorded) => decider().outcome(recorded) },
        claims: (draft) => [
          { action: 'take', key: redemptionClaim(tenant, redemption) },
          ...pieceClaims(shelf, draft, handedOver),
        ],
        onClaimTaken: () => piece.another(),
      });
    });
    return forSameCustomer(result, account);
  }

  /** Undefined where the tenant has no such redemption. */
  async find(tenant: TenantId, id: string): Promise<FoundRedemption | undefined> {
    const { store } = this;
    const holder = await store.claimHolder(redemptionClaim(tenant, id));
    const append = holder && (await store.readAppend(holder.stream, holder.firstRevision));
    const event = append?.events.find(({ type }) => type === 'RedemptionReserved' || type === 'RedemptionReported');
    if (append === undefined || event === undefined) return undefined;
    const reservedAt = append.effectiveAt;
    // One that was reported offline was never held.
    const { reservedUntil = reservedAt, ...redemption } = event.data as BegunRedemption;
    const data = { ...redemption, reservedUntil };
    const shelf = this.stock.shelf(tenant, { programme: data.programme, id: data.reward });
    return { account: streamParts(append.stream).id as AccountId, data, reservedAt, shelf };
  }

  /** A later command about a redemption that was found. */
  async continue<Code extends string>(
    write: KeyedWrite,
    { account, data }: FoundRedemption,
    at: RedemptionPlace,
    decider: (now: number) => AccountDecider<Code>,
    claims: (draft: AccountDraft) => readonly Claim[],
  ): Promise<DecisionResult<Overflowing<Code> | 'OutletUnknown'>> {
    const { tenant } = write.caller;
    if (at.outlet !== undefined && this.outlets.outlet(tenant, at.outlet) === undefined)
      return outletUnknown(at.outlet);
    const now = this.clock();
    const intent = keyedIntent(write, now);
    const actor = actorOf(write.caller, at.outlet ?? data.outlet, at.till ?? data.till);
    return this.accounts.run<Code>({ ...intent, actor, tenant, account, decider: decider(now), claims });
  }

  private get store(): EventStore {
    return this.accounts.store;
  }

  /** Runs with a free piece in hand where the reward has a stock, and puts it back where it was not needed. */
  private async withPiece<Result extends DecisionResult>(
    { tenant, reward, asker }: { readonly tenant: TenantId; readonly reward: RewardName; readonly asker: Asker },
    run: (shelf: Shelf, piece: PieceInHand) => Promise<Result>,
  ): Promise<Result> {
    const shelf = this.stock.shelf(tenant, reward);
    const stock = this.stockOf(tenant, reward, asker.now);
    const piece = new PieceInHand(shelf, stock, asker);
    await piece.take();
    let used: number | undefined;
    try {
      const result = await run(shelf, piece);
      if (result.kind === 'recorded' && !result.replayed) {
        const data = redemptionIn(result.append.events);
        used = data?.piece;
        if (used !== undefined && data?.reservedUntil !== undefined) shelf.isHeld(used, data.reservedUntil);
      }
      return result;
    } finally {
      if (piece.now !== undefined && piece.now !== used) shelf.putBack(piece.now);
    }
  }

  private stockOf(tenant: TenantId, { programme, id }: RewardName, now: number): number | undefined {
    const inForce = termsAt(this.terms.termsOf(tenant), now).find((compiled) => compiled.programme === programme);
    return inForce?.rewards.get(id)?.terms.stock;
  }
}

/** The piece the next try shall claim. */
class PieceInHand {
  now: number | undefined;

  constructor(
    private readonly shelf: Shelf,
    private readonly stock: number | undefined,
    private readonly asker: Asker,
  ) {}

  async take(): Promise<undefined> {
    this.now = this.stock === undefined ? undefined : await this.shelf.take(this.stock, this.asker);
    return undefined;
  }

  /** Another process was faster with this one. */
  another(): Promise<undefined> {
    if (this.now !== undefined) this.shelf.isHeld(this.now);
    return this.take();
  }
}

/** Reserved, or reported. */
type BegunRedemption = Redemption & Partial<RedemptionReserved['data']>;

const redemptionIn = (
  events: readonly { readonly type: string; readonly data: unknown }[],
): BegunRedemption | undefined =>
  events.find(({ type }) => type === 'RedemptionReserved' || type === 'RedemptionReported')?.data as
    BegunRedemption | undefined;

function pieceClaims(shelf: Shelf, { events }: AccountDraft, handedOver: boolean): readonly Claim[] {
  const piece = redemptionIn(events)?.piece;
  if (piece === undefined) return [];
  const keys = [shelf.claimOf(piece), ...(handedOver ? [shelf.handedOverClaim(piece)] : [])];
  return keys.map((key) => ({ action: 'take', key }));
}

const redemptionClaim = (tenant: TenantId, redemption: string): string => `${tenant}/redemption/${redemption}`;

const actorOf = ({ key, role }: Caller, outlet: string | undefined, till: string | undefined): Actor => ({
  key,
  role,
  ...(outlet !== undefined && { outlet }),
  ...(till !== undefined && { till }),
});

function outletUnknown(outlet: string): { kind: 'refused'; refusal: ReturnType<typeof refuse<'OutletUnknown'>> } {
  const detail = `There is no outlet ${outlet}.`;
  return { kind: 'refused', refusal: refuse('OutletUnknown', detail, [{ pointer: '/outlet', detail }]) };
}
