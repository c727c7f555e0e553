/** One stamp card (S39): stamps in thousandths and every reward it ever issued. */
export interface ModelReward {
  readonly key: string;
  readonly ordinal: number;
  readonly expiresAt: number | null;
  state: 'live' | 'used' | 'expired' | 'revoked';
  /** The redemption that holds it. */
  reservedFor?: string | undefined;
}

export interface CardTotals {
  readonly card: string;
  /** Thousandths. */
  readonly stamps: number;
  readonly used: number;
  readonly expired: number;
  readonly live: number;
  readonly owed: number;
}

export class ModelCard {
  readonly rewards: ModelReward[] = [];
  milli = 0;
  private every = 1;

  constructor(
    readonly programme: string,
    readonly card: string,
  ) {}

  /** Stamps come, or go where negative; `expiresAt` is the end of rewards that are issued for them. */
  stamp(milli: number, every: number, expiresAt: number | null): void {
    this.every = every;
    this.milli += milli;
    if (milli > 0) while (this.owed() > 0) this.issue(expiresAt);
    this.revoke();
  }

  hold(key: string, redemption: string): void {
    const reward = this.rewards.find((one) => one.key === key);
    if (reward?.state !== 'live' || reward.reservedFor !== undefined) return;
    reward.reservedFor = redemption;
  }

  /** Free again: expired at once where its time is over, else revoked where stamps went back meanwhile. */
  release(key: string, redemption: string, now: number): void {
    const reward = this.rewards.find((one) => one.key === key);
    if (reward?.reservedFor !== redemption) return;
    reward.reservedFor = undefined;
    this.expire(now);
    this.revoke();
  }

  /**
   * One that was revoked meanwhile, or that was never issued by what is known now, counts as used all the same; one that is
   * used or expired has no second use (S26).
   */
  use(key: string): void {
    const ordinal = Number(key.split('~')[2]);
    const same = this.rewards.find((one) => one.key === key);
    const gone = this.rewards.some(
      (one) => one.ordinal === ordinal && (one.state === 'used' || one.state === 'expired'),
    );
    if (gone && same?.state !== 'live') return;
    const reward = same ?? { key, ordinal, expiresAt: null, state: 'revoked' as ModelReward['state'] };
    if (same === undefined) this.rewards.push(reward);
    reward.state = 'used';
    reward.reservedFor = undefined;
    this.revoke();
  }

  giveBack(key: string, now: number): void {
    const reward = this.rewards.find((one) => one.key === key);
    if (reward?.state !== 'used') return;
    reward.state = 'live';
    this.expire(now);
    this.revoke();
  }

  nextExpiry(): number {
    return Math.min(...this.rewards.filter(isFree).map(({ expiresAt }) => expiresAt ?? Infinity));
  }

  expire(now: number): void {
    for (const reward of this.rewards.filter(isFree)) {
      if (reward.expiresAt !== null && reward.expiresAt <= now) reward.state = 'expired';
    }
  }

  totals(): CardTotals {
    const [used, expired, live] = [this.count('used'), this.count('expired'), this.count('live')];
    return { card: this.card, stamps: this.milli, used, expired, live, owed: this.owed() };
  }

  private owed(): number {
    return (
      Math.floor(this.milli / (1000 * this.every)) - this.count('used') - this.count('expired') - this.count('live')
    );
  }

  private count(state: ModelReward['state']): number {
    return this.rewards.filter((reward) => reward.state === state).length;
  }

  private issue(expiresAt: number | null): void {
    const taken = this.rewards.filter(({ state }) => state !== 'revoked').map(({ ordinal }) => ordinal);
    let ordinal = 1;
    while (taken.includes(ordinal)) ordinal++;
    const generation = 1 + this.rewards.filter((reward) => reward.ordinal === ordinal).length;
    const key = `${this.programme}~${this.card}~${ordinal}~${generation}`;
    this.rewards.push({ key, ordinal, expiresAt, state: 'live' });
  }

  private revoke(): void {
    while (this.owed() < 0) {
      const newest = this.rewards.filter(isFree).at(-1);
      if (newest === undefined) return;
      newest.state = 'revoked';
    }
  }
}

const isFree = ({ state, reservedFor }: ModelReward): boolean => state === 'live' && reservedFor === undefined;
