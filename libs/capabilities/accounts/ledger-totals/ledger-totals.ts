import { termsAt, type Terms } from '../../programmes';
import type { WalletTotal } from '../account/account-decisions.events';
import { NO_TOTALS, type Account, type Card, type WalletTotals } from '../account/account.state';

/** What all accounts of a tenant hold together at an instant. */
export type LedgerTotals = {
  /** Customers' accounts with at least one fact by then. */
  readonly accounts: number;
  /** By programme and wallet. */
  readonly wallets: readonly SummedWallet[];
  readonly cards: readonly SummedCard[];
};

/** Balance = available + reserved − debt. */
export type SummedWallet = {
  readonly programme: string;
  readonly wallet: string;
  readonly balance: number;
} & WalletTotals;

export type SummedCard = {
  readonly programme: string;
  readonly card: string;
  /** Stamps collected, in thousandths, those taken back taken off. */
  readonly milli: number;
  /** Rewards that were ever issued and not revoked: used, expired or live. */
  readonly issued: number;
  readonly used: number;
  readonly expired: number;
  readonly live: number;
  /** How often a card was filled by the stamps that are on it, whether or not a reward was issued. */
  readonly completed: number;
  /** Stamps since the last reward; below 0 they are owed for rewards that were used. */
  readonly openStamps: number;
  readonly customersWithACompletedCard: number;
};

/** Adds up accounts one after another; it keeps the sums and nothing of the accounts. */
export class TotalsOfAccounts {
  private accounts = 0;
  private readonly wallets = new Map<string, SummedWallet>();
  private readonly cards = new Map<string, SummedCard>();

  /** `at`: whose programmes say how many stamps make a card full. */
  constructor(
    private readonly terms: Terms,
    private readonly at: number,
  ) {}

  add(account: Account): void {
    if (account.newest === null) return;
    this.accounts++;
    for (const { programme, wallet, totals } of account.wallets) {
      const key = `${programme}~${wallet}`;
      const before = this.wallets.get(key) ?? { programme, wallet, balance: 0, ...NO_TOTALS };
      this.wallets.set(key, summed(before, totals));
    }
    for (const card of account.cards) this.addCard(card);
  }

  /** Undefined where a sum is more than numbers count exactly. */
  value(): LedgerTotals | undefined {
    const inOrder = <Sum>(sums: ReadonlyMap<string, Sum>): readonly Sum[] =>
      [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, sum]) => sum);
    const sums = [...this.wallets.values(), ...this.cards.values()].flatMap((sum) => Object.values(sum));
    if (sums.some((sum) => typeof sum === 'number' && Math.abs(sum) > Number.MAX_SAFE_INTEGER)) return undefined;
    return { accounts: this.accounts, wallets: inOrder(this.wallets), cards: inOrder(this.cards) };
  }

  private addCard(card: Card): void {
    const { programme, card: name, milli, used, expired } = card;
    const key = `${programme}~${name}`;
    const before = this.cards.get(key) ?? { programme, card: name, ...NO_STAMPS };
    const live = card.live.length;
    const issued = used + expired + live;
    const every = this.every(programme, name);
    const completed = every === undefined ? issued : Math.floor(milli / (1000 * every));
    this.cards.set(key, {
      ...before,
      milli: before.milli + milli,
      issued: before.issued + issued,
      used: before.used + used,
      expired: before.expired + expired,
      live: before.live + live,
      completed: before.completed + completed,
      openStamps: (1000 * before.openStamps + (every === undefined ? 0 : milli - 1000 * every * issued)) / 1000,
      customersWithACompletedCard: before.customersWithACompletedCard + (completed > 0 ? 1 : 0),
    });
  }

  private every(programme: string, card: string): number | undefined {
    const inForce = termsAt(this.terms, this.at).find((compiled) => compiled.programme === programme);
    return inForce?.cards.find(({ terms }) => terms.id === card)?.terms.every;
  }
}

const NO_STAMPS = {
  milli: 0,
  issued: 0,
  used: 0,
  expired: 0,
  live: 0,
  completed: 0,
  openStamps: 0,
  customersWithACompletedCard: 0,
};

function summed(before: SummedWallet, totals: WalletTotals): SummedWallet {
  const sums = Object.fromEntries(
    (Object.keys(NO_TOTALS) as WalletTotal[]).map((name) => [name, before[name] + totals[name]]),
  ) as WalletTotals;
  const { programme, wallet } = before;
  return { programme, wallet, balance: sums.available + sums.reserved - sums.debt, ...sums };
}
