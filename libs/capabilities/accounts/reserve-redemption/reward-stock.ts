import { Injectable } from '@nestjs/common';
import { streamParts, type AccountId, type TenantId } from '../../../kernel/ids';
import type { Actor, EventStore } from '../../../platform/event-store/event-store';
import { AccountStreams } from '../account/account-streams';
import type { RedemptionReserved } from '../account/account.events';
import { releaseDecider } from '../release-redemption/release-redemption.decide';
import type { RewardName } from './reserve-redemption.decide';

/** Whose command needs a piece: what it does on the way is done in its name. */
export interface Asker {
  readonly actor: Actor;
  readonly correlationId: string;
  readonly now: number;
}

/** Pieces a stock may have for what is left of it to be counted; of a larger one nobody wants to know. */
const COUNTABLE = 10_000;

/**
 * The stock of every reward that has one, as numbered claims: who holds the claim of a piece has the piece, in every
 * process. What is remembered here only says which claims are worth trying.
 */
@Injectable()
export class RewardStock {
  private readonly shelves = new Map<string, Shelf>();

  constructor(private readonly accounts: AccountStreams) {}

  shelf(tenant: TenantId, reward: RewardName): Shelf {
    const name = `${tenant}/${reward.programme}~${reward.id}`;
    let shelf = this.shelves.get(name);
    if (shelf === undefined) this.shelves.set(name, (shelf = new Shelf(this.accounts, tenant, reward)));
    return shelf;
  }
}

/**
 * One reward's pieces, from 1. A reservation claims a piece; a release gives its claim back; a confirmation claims that the
 * piece was handed over, so that it is never asked about again. A reservation that lapsed keeps its piece until somebody
 * needs it: then it is told as released on its own account, where that is decided against a late confirmation.
 */
export class Shelf {
  private readonly free = new Set<number>();
  /** Held, and not known to have been handed over. */
  private readonly held = new Set<number>();
  /** Pieces up to this one were looked at since the start. */
  private lookedUpTo = 0;
  /** No reservation that holds a piece lapses before it; unknown at the start. */
  private lapsesNext = -Infinity;
  /** How often the held pieces were looked at. */
  private looks = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly accounts: AccountStreams,
    private readonly tenant: TenantId,
    private readonly reward: RewardName,
  ) {}

  /** Its claim is what the holder must take: another process may be faster. */
  claimOf = (piece: number): string => this.key('stock', piece);

  handedOverClaim = (piece: number): string => this.key('handed-over', piece);

  /** A piece that nobody else is given; undefined where none is left. To be put back if it is not used. */
  take(stock: number, asker: Asker): Promise<number | undefined> {
    // One that is under way may have passed a piece that is released only now.
    const looksBefore = this.looks;
    return this.inTurn(async () => {
      this.fit(stock);
      for (;;) {
        const piece = await this.next(stock, asker, looksBefore);
        if (piece === undefined) return undefined;
        this.free.delete(piece);
        if ((await this.store.claimHolder(this.claimOf(piece))) === undefined) return piece;
        this.isHeld(piece);
      }
    });
  }

  putBack(piece: number): void {
    this.held.delete(piece);
    if (piece <= this.lookedUpTo) this.free.add(piece);
  }

  /** `until`: exclusive; left out where somebody else took the piece: then it has to be looked at. */
  isHeld(piece: number, until = -Infinity): void {
    this.held.add(piece);
    this.lapsesNext = Math.min(this.lapsesNext, until);
  }

  isHandedOver(piece: number): void {
    this.held.delete(piece);
  }

  /** Pieces that are free, those of lapsed reservations not counted; undefined for a stock too large to count. */
  left(stock: number): Promise<number | undefined> {
    if (stock > COUNTABLE) return Promise.resolve(undefined);
    return this.inTurn(async () => {
      this.fit(stock);
      while (this.lookedUpTo < stock) await this.lookAtNext();
      return this.free.size;
    });
  }

  private get store(): EventStore {
    return this.accounts.store;
  }

  private key(family: string, piece: number): string {
    return `${this.tenant}/${family}/${this.reward.programme}~${this.reward.id}~${String(piece).padStart(10, '0')}`;
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.turn.then(work);
    this.turn = done.then(nothing, nothing);
    return done;
  }

  /** A later revision may have another stock: pieces above it are forgotten, and looked at again if it grows. */
  private fit(stock: number): void {
    this.lookedUpTo = Math.min(this.lookedUpTo, stock);
    for (const pieces of [this.free, this.held]) for (const piece of pieces) if (piece > stock) pieces.delete(piece);
  }

  private async next(stock: number, asker: Asker, looksBefore: number): Promise<number | undefined> {
    while (this.free.size === 0 && this.lookedUpTo < stock) await this.lookAtNext();
    if (this.free.size === 0 && this.mayBeFree(asker, looksBefore)) await this.freeLapsed(asker);
    const [piece] = this.free;
    return piece;
  }

  /** Something that is held; where others append too, a release may have passed us by: nobody is refused without a look. */
  private mayBeFree({ now }: Asker, looksBefore: number): boolean {
    return now >= this.lapsesNext || (!this.store.exclusive && this.looks === looksBefore);
  }

  private async lookAtNext(): Promise<void> {
    const piece = this.lookedUpTo + 1;
    const holder = await this.store.claimHolder(this.claimOf(piece));
    this.lookedUpTo = piece;
    if (holder === undefined) this.free.add(piece);
    else this.isHeld(piece);
  }

  private async freeLapsed(asker: Asker): Promise<void> {
    this.looks++;
    this.lapsesNext = Infinity;
    for (const [piece, until] of await this.heldUntil()) {
      if (until !== undefined && until > asker.now) this.lapsesNext = Math.min(this.lapsesNext, until);
      else if (until === undefined) this.held.delete(piece);
      else await this.freeIfLapsed(piece, asker);
    }
  }

  /** What is known of every piece that is held, some at a time. */
  private async heldUntil(): Promise<readonly (readonly [piece: number, until: number | undefined])[]> {
    const held = [...this.held];
    const known: (readonly [piece: number, until: number | undefined])[] = [];
    for (let from = 0; from < held.length; from += LOOKS_AT_ONCE) {
      const some = held.slice(from, from + LOOKS_AT_ONCE);
      known.push(...(await Promise.all(some.map(async (piece) => [piece, await this.pieceHeldUntil(piece)] as const))));
    }
    return known;
  }

  /** Undefined for a piece that was handed over. */
  private async pieceHeldUntil(piece: number): Promise<number | undefined> {
    if ((await this.store.claimHolder(this.handedOverClaim(piece))) !== undefined) return undefined;
    return (await this.reservationOf(piece))?.data.reservedUntil ?? -Infinity;
  }

  private async reservationOf(piece: number) {
    const holder = await this.store.claimHolder(this.claimOf(piece));
    const append = holder && (await this.store.readAppend(holder.stream, holder.firstRevision));
    const event = append?.events.find(({ type }) => type === 'RedemptionReserved');
    return append && event && { stream: append.stream, data: event.data as RedemptionReserved['data'] };
  }

  private async freeIfLapsed(piece: number, { actor, correlationId, now }: Asker): Promise<void> {
    const reservation = await this.reservationOf(piece);
    if (reservation !== undefined) {
      const { stream, data } = reservation;
      const { redemption } = data;
      const result = await this.accounts.run({
        tenant: this.tenant,
        account: streamParts(stream).id as AccountId,
        // No Idempotency-Key has a slash.
        commandKey: `lapse/${redemption}`,
        claimKey: `${this.tenant}/lapse/${redemption}`,
        fingerprint: redemption,
        actor,
        correlationId,
        causationId: null,
        now,
        decider: releaseDecider({ reserved: data, now, of: 'lapsed' }),
        claims: () => [{ action: 'release', key: this.claimOf(piece) }],
      });
      if (result.kind !== 'recorded') {
        this.held.delete(piece);
        return;
      }
    }
    this.putBack(piece);
  }
}

const LOOKS_AT_ONCE = 64;

const nothing = (): undefined => undefined;
