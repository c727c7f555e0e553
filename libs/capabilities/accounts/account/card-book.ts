import type { RedemptionId, RewardKey } from '../../../kernel/ids';
import type { CompiledCard } from '../../programmes';
import type { RewardPart } from './account-decisions.events';
import type { Card, LiveReward } from './account.state';
import { isGone, ordinalsLeft, withGone, withoutGone } from './gone-ordinals';
import type { Tell } from './wallet-book';

/** One fact fills no card oftener: a quantity was mistyped, or the programme gives too much. */
const MOST_REWARDS = 1_000;

/** Decisions catch it and refuse; no fact that was accepted brings it about. */
export class RewardOverflow extends Error {
  override readonly name = 'RewardOverflow';

  constructor(card: string) {
    super(`card ${card} would be filled more than ${MOST_REWARDS} times at once`);
  }
}

/** A card as the revision describes it that brings stamps. */
export interface CardTerms {
  readonly compiled: CompiledCard;
  readonly revision: number;
}

/**
 * One stamp card while facts are posted to it (S39). Owed = ⌊stamps / every⌋ − used − expired − live: what new stamps make
 * owed is issued, and where less is owed than nothing the newest reward that is free to go is revoked; what then remains is
 * reward debt, which the next stamps pay.
 */
export class CardBook {
  constructor(
    private card: Card,
    private readonly tell: Tell | undefined,
  ) {}

  isOf(programme: string, card: string): boolean {
    return this.card.card === card && this.card.programme === programme;
  }

  /** The card as it stands; nothing may be posted any more. */
  close(): Card {
    return this.card;
  }

  /** Stamps in thousandths, not 0; negative = taken back, and nothing is issued. */
  collect(milli: number, { compiled, revision }: CardTerms, at: number): void {
    const { every, reward } = compiled.terms;
    if (milli > MOST_REWARDS * every * 1000) throw new RewardOverflow(this.card.card);
    this.card = { ...this.card, every };
    this.stamp(milli);
    if (milli > 0) this.issueOwed({ reward, expiresAt: compiled.reward.expiresAt(at), revision });
    this.revokeOwed();
  }

  /** Stamps of a purchase that is void: told, and taken back at once. */
  collectAndTakeBack(milli: number): void {
    this.stamp(milli);
    this.stamp(-milli);
  }

  get expiresNext(): number {
    let first = Infinity;
    for (const { expiresAt, reservedFor } of this.card.live) {
      if (reservedFor === undefined && expiresAt !== null) first = Math.min(first, expiresAt);
    }
    return first;
  }

  expireUntil(at: number): void {
    for (const live of this.free()) {
      if (live.expiresAt === null || live.expiresAt > at) continue;
      this.drop(live.issued);
      this.end(live.ordinal, { expired: this.card.expired + 1 });
      this.tell?.({ type: 'RewardExpired', version: 1, data: { ...this.part(live), at: live.expiresAt } });
    }
  }

  held(issued: RewardKey): LiveReward | undefined {
    return this.card.live.find((live) => live.issued === issued);
  }

  /** Does nothing where the reward is not free any more: a late fact took it back. */
  reserve(issued: RewardKey, redemption: RedemptionId): void {
    const live = this.held(issued);
    if (live !== undefined && live.reservedFor === undefined) this.replace(live, { ...live, reservedFor: redemption });
  }

  /** It has ended meanwhile, or is revoked where it is owed no more. */
  release(issued: RewardKey, redemption: RedemptionId, at: number): void {
    const live = this.held(issued);
    if (live?.reservedFor !== redemption) return;
    const { reservedFor: _, ...free } = live;
    this.replace(live, free);
    this.expireUntil(at);
    this.revokeOwed();
  }

  /**
   * One that was revoked meanwhile, or that a late fact has undone, counts as used all the same: what is owed goes below
   * nothing. One that was used before, or had ended, has no second use: it is the outlet's loss (S26).
   */
  use(issued: RewardKey, reward: string, redemption: RedemptionId): void {
    const live = this.held(issued);
    const ordinal = ordinalOf(issued);
    if (live === undefined && isGone(this.card.gone, ordinal)) return;
    this.drop(issued);
    this.end(ordinal, { used: this.card.used + 1 });
    const { programme, card } = this.card;
    this.tell?.({ type: 'RewardUsed', version: 1, data: { programme, card, reward, issued, redemption } });
    this.revokeOwed();
  }

  /** A reward whose use was undone is held again, as it was. */
  giveBack({ reservedFor: _, ...live }: LiveReward, at: number): void {
    const { used, gone } = this.card;
    const left = withoutGone(gone, live.ordinal);
    this.card = { ...this.card, used: used - 1, gone: left, live: [...this.card.live, live] };
    const { expiresAt, revision } = live;
    this.tell?.({ type: 'RewardIssued', version: 1, data: { ...this.part(live), expiresAt, revision } });
    this.expireUntil(at);
    this.revokeOwed();
  }

  private stamp(milli: number): void {
    const { programme, card } = this.card;
    const total = this.card.milli + milli;
    this.card = { ...this.card, milli: total };
    this.tell?.({ type: 'StampsCollected', version: 1, data: { programme, card, milli, total } });
  }

  private owed(): number {
    const { milli, every, used, expired, live } = this.card;
    return Math.floor(milli / (every * 1000)) - used - expired - live.length;
  }

  /** Ordinals of rewards that were revoked are issued again, as another generation. */
  private issueOwed({ reward, expiresAt, revision }: Pick<LiveReward, 'reward' | 'expiresAt' | 'revision'>): void {
    const owed = this.owed();
    if (owed <= 0) return;
    const { programme, card, live, gone } = this.card;
    const held = new Set(live.map(({ ordinal }) => ordinal));
    const revoked = new Map(this.card.revoked);
    const issued: LiveReward[] = [];
    for (const ordinal of ordinalsLeft(gone)) {
      if (issued.length === owed) break;
      if (held.has(ordinal)) continue;
      const generation = (revoked.get(ordinal) ?? 0) + 1;
      revoked.delete(ordinal);
      const key = `${programme}~${card}~${ordinal}~${generation}` as RewardKey;
      issued.push({ issued: key, ordinal, reward, expiresAt, revision });
    }
    this.card = { ...this.card, live: [...live, ...issued], revoked: [...revoked] };
    for (const brought of issued) {
      this.tell?.({ type: 'RewardIssued', version: 1, data: { ...this.part(brought), expiresAt, revision } });
    }
  }

  private revokeOwed(): void {
    while (this.owed() < 0) {
      const newest = this.free().at(-1);
      if (newest === undefined) return;
      const { ordinal, issued } = newest;
      this.drop(issued);
      this.card = { ...this.card, revoked: [...this.card.revoked, [ordinal, generationOf(issued)]] };
      this.tell?.({ type: 'RewardRevoked', version: 1, data: this.part(newest) });
    }
  }

  /** Not held for a redemption, in the order in which they were issued. */
  private free(): readonly LiveReward[] {
    return this.card.live.filter(({ reservedFor }) => reservedFor === undefined);
  }

  /** It is never issued again. */
  private end(ordinal: number, counted: Pick<Card, 'used'> | Pick<Card, 'expired'>): void {
    const revoked = this.card.revoked.filter(([other]) => other !== ordinal);
    this.card = { ...this.card, ...counted, gone: withGone(this.card.gone, ordinal), revoked };
  }

  private drop(issued: RewardKey): void {
    this.card = { ...this.card, live: this.card.live.filter((live) => live.issued !== issued) };
  }

  private replace(before: LiveReward, after: LiveReward): void {
    this.card = { ...this.card, live: this.card.live.map((live) => (live === before ? after : live)) };
  }

  private part({ reward, issued }: LiveReward): RewardPart {
    const { programme, card } = this.card;
    return { programme, card, reward, issued };
  }
}

/** The last two parts of the key of an issued reward. */
const ordinalOf = (issued: RewardKey): number => Number(issued.split('~').at(-2));
const generationOf = (issued: RewardKey): number => Number(issued.split('~').at(-1));
