import type { WalletTotal } from '../capabilities/accounts/account/account-decisions.events';
import { accountAt, foldAccount, type Ledger } from '../capabilities/accounts/account/account.ledger';
import { NO_TOTALS, type Account, type Card, type WalletTotals } from '../capabilities/accounts/account/account.state';
import type { AccountFact } from '../capabilities/accounts/account/effective-order';
import type { Terms } from '../capabilities/programmes';
import { atOnce } from '../kernel/sliced';
import { recording, tell, untold, type ToldAccount } from './given-when-then';

/**
 * What becomes of an account as facts are delivered to it one after another, as a stream takes them: what is shown, what is
 * derived from the facts alone, and what was stored.
 */
export class AccountStory {
  private told: ToldAccount = untold;

  constructor(private readonly terms: Terms) {}

  deliver(...facts: readonly AccountFact[]): this {
    this.told = tell(this.terms, this.told, ...facts.map(recording));
    return this;
  }

  get account(): Account {
    return this.told.account;
  }

  get facts(): readonly AccountFact[] {
    return this.told.facts;
  }

  get drafts(): ToldAccount['drafts'] {
    return this.told.drafts;
  }

  /** What is shown, honoured entitlements included: at its newest fact, or later where time alone has gone on. */
  totals(wallet = 'points', at?: string): WalletTotals {
    const account = at === undefined ? this.account : this.accountAt(Date.parse(at));
    return account.wallets.find((held) => held.wallet === wallet)?.totals ?? NO_TOTALS;
  }

  /** Only those that are not 0. */
  shown(wallet = 'points', at?: string): Partial<Record<WalletTotal, number>> {
    return Object.fromEntries(Object.entries(this.totals(wallet, at)).filter(([, points]) => points !== 0));
  }

  /** What rules gave, less what was taken back: without anything honoured. */
  derived(wallet = 'points'): number {
    const { earned = 0, reversed = 0 } =
      this.derivedLedger().account.wallets.find((held) => held.wallet === wallet)?.totals ?? NO_TOTALS;
    return earned - reversed;
  }

  derivedLedger(): Ledger {
    const reported = this.facts.filter(({ event }) => event.type !== 'EntitlementHonoured');
    return atOnce(foldAccount(reported, this.terms));
  }

  /** S, used, live, owed of a card, as the tables of S39 write them. */
  card(every: number, name = 'card'): readonly [number, number, number, number] {
    const card = this.account.cards.find((held) => held.card === name);
    return card === undefined ? [0, 0, 0, 0] : cardRow(card, every);
  }

  liveRewards(name = 'card'): readonly string[] {
    return this.account.cards.find((held) => held.card === name)?.live.map(({ issued }) => issued) ?? [];
  }

  /** Types of what was stored last, in order. */
  lastEvents(): readonly string[] {
    return this.drafts.at(-1)?.events.map(({ type }) => type) ?? [];
  }

  private accountAt(at: number): Account {
    if (at < this.account.settlesAt) return accountAt(this.account, at, this.terms);
    return atOnce(foldAccount(this.facts, this.terms, { asOf: at })).account;
  }
}

export function cardRow(card: Card, every: number): readonly [number, number, number, number] {
  const { milli, used, expired, live } = card;
  const stamps = milli / 1000;
  return [stamps, used, live.length, Math.floor(stamps / every) - used - expired - live.length];
}
