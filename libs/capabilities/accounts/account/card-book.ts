import type { RedemptionId, RewardKey } from '../../../kernel/ids';
import type { CompiledCard } from '../../programmes';
import type { LedgerDecision, RewardPart } from './account-decisions.events';
import type { Card, LiveReward } from './account.state';

/** A card as its revision describes it. */
export interface CardTerms {
  readonly compiled: CompiledCard;
  readonly revision: number;
}

/**
 * One stamp card while facts are posted to it (S39). Owed = ⌊stamps / every⌋ − used − expired − live: what is owed is
 * issued, and where less is owed than nothing the newest reward that is free to go is revoked; what then remains is reward
 * debt, which the next stamps pay.
 */
export class CardBook {
  constructor(
    private card: Card,
    private readonly post: (decision: LedgerDecision) => void,
  ) {}

  get value(): Card {
    return this.card;
  }

  /** Stamps in thousandths; negative = taken back. */
  collect(milli: number, terms: CardTerms, at: number): void {
    if (milli === 0) return;
    this.stamp(milli);
    this.settle(terms, at);
  }

  /** Stamps of a purchase that is void: told, and taken back at once. */
  collectAndTakeBack(milli: number): void {
    this.stamp(milli);
    this.stamp(-milli);
  }

  get expiresNext(): number {
    return this.card.live.reduce((first, { expiresAt, reservedFor }) => {
      const end = reservedFor === undefined ? (expiresAt ?? Infinity) : Infinity;
      return Math.min(first, end);
    }, Infinity);
  }

  expireUntil(at: number): void {
    for (const live of this.card.live) {
      if (live.reservedFor !== undefined || live.expiresAt === null || live.expiresAt > at) continue;
      this.drop(live, { expired: this.card.expired + 1 });
      this.post({ type: 'RewardExpired', version: 1, data: { ...this.part(live), at: live.expiresAt } });
    }
  }

  holds(issued: RewardKey): boolean {
    return this.card.live.some((live) => live.issued === issued);
  }

  /** Does nothing where the reward is not held any more: a late fact took it back. */
  reserve(issued: RewardKey, redemption: RedemptionId): void {
    this.change(issued, (live) => ({ ...live, reservedFor: redemption }));
  }

  /** It has ended meanwhile, or is revoked where it is owed no more. */
  release(issued: RewardKey, terms: CardTerms | undefined, at: number): void {
    this.change(issued, ({ reservedFor: _, ...live }) => live);
    this.expireUntil(at);
    if (terms !== undefined) this.settle(terms, at);
  }

  /** One that is not held counts as used all the same: what is owed goes below nothing. */
  use(issued: RewardKey, reward: string, redemption: RedemptionId): void {
    const live = this.card.live.find((held) => held.issued === issued);
    const used = this.card.used + 1;
    if (live !== undefined) this.drop(live, { used });
    else this.card = { ...this.card, used };
    const { programme, card } = this.card;
    this.post({ type: 'RewardUsed', version: 1, data: { programme, card, reward, issued, redemption } });
  }

  /** A reward whose use was undone is held again. */
  giveBack(issued: RewardKey, terms: CardTerms, at: number): void {
    const expiresAt = terms.compiled.reward.expiresAt(at);
    const reward = terms.compiled.terms.reward;
    const { revision } = terms;
    const live = { issued, ordinal: ordinalOf(issued), reward, expiresAt, revision };
    this.card = { ...this.card, used: this.card.used - 1, live: [...this.card.live, live] };
    this.post({
      type: 'RewardIssued',
      version: 1,
      data: { ...this.part(live), expiresAt, revision },
    });
    this.settle(terms, at);
  }

  private stamp(milli: number): void {
    const { programme, card } = this.card;
    const total = this.card.milli + milli;
    this.card = { ...this.card, milli: total };
    this.post({ type: 'StampsCollected', version: 1, data: { programme, card, milli, total } });
  }

  private settle(terms: CardTerms, at: number): void {
    const { every } = terms.compiled.terms;
    const { milli, used, expired } = this.card;
    const due = Math.floor(milli / (every * 1000)) - used - expired;
    while (this.card.live.length < due) this.issue(terms, at);
    while (this.card.live.length > due && this.revokeNewest());
  }

  private issue({ compiled, revision }: CardTerms, at: number): void {
    const { programme, card, live, used, expired, generations } = this.card;
    // Ordinals run on; those of rewards that were revoked are issued again, as another generation.
    const taken = new Set(live.map(({ ordinal }) => ordinal));
    let ordinal = used + expired + 1;
    while (taken.has(ordinal)) ordinal++;
    const generation = (generations[ordinal] ?? 0) + 1;
    const { reward } = compiled.terms;
    const issued = `${programme}~${card}~${ordinal}~${generation}` as RewardKey;
    const expiresAt = compiled.reward.expiresAt(at);
    const held = { issued, ordinal, reward, expiresAt, revision };
    this.card = {
      ...this.card,
      live: [...live, held],
      generations: { ...generations, [ordinal]: generation },
    };
    this.post({ type: 'RewardIssued', version: 1, data: { ...this.part(held), expiresAt, revision } });
  }

  private revokeNewest(): boolean {
    const newest = this.card.live
      .filter(({ reservedFor }) => reservedFor === undefined)
      .reduce<LiveReward | undefined>((best, live) => (best && best.ordinal > live.ordinal ? best : live), undefined);
    if (newest === undefined) return false;
    this.drop(newest, {});
    this.post({ type: 'RewardRevoked', version: 1, data: this.part(newest) });
    return true;
  }

  private drop(gone: LiveReward, change: Partial<Card>): void {
    this.card = { ...this.card, ...change, live: this.card.live.filter((live) => live !== gone) };
  }

  private change(issued: RewardKey, to: (live: LiveReward) => LiveReward): void {
    this.card = { ...this.card, live: this.card.live.map((live) => (live.issued === issued ? to(live) : live)) };
  }

  private part({ reward, issued }: LiveReward): RewardPart {
    const { programme, card } = this.card;
    return { programme, card, reward, issued };
  }
}

const ordinalOf = (issued: RewardKey): number => Number(issued.split('~').at(-2));
