import type { Redemption } from '../../capabilities/accounts/account/account.events';
import type { Period, StampCard, WalletTerms } from '../../capabilities/programmes/language/programme-document';
import { endOfLife, endOfPeriod, periodName } from './calendar';
import { fraction, isPositive, minus, notBelowZero, plus, rounded, times, type Fraction } from './fraction';
import { ModelCard } from './model-card';
import { ModelWallet, type TakenPart } from './model-wallet';
import {
  countStamps,
  exactOf,
  rate,
  roundByReceipt,
  shareOut,
  underCaps,
  type Receipt,
  type RulePoints,
} from './reading';
import { givenBackShare, receiptOf, type GivenPoints, type Sale } from './sale';
import { termsAt, type ModelProgramme, type TermsInForce } from './timeline';

/** A fact that rules give points for. */
export interface Earning {
  readonly fact: string;
  readonly receipt: Receipt;
  readonly terms: TermsInForce;
  readonly at: number;
  /** Local day of the outlet at `at`, for caps. */
  readonly day: number;
  /** Where it was claimed, when: its points live at least 30 days from then (S36). */
  readonly claimedAt: number | undefined;
}

interface Spending {
  readonly data: Redemption;
  state: 'reserved' | 'spent' | 'free';
  held: TakenPart[];
  /** In the order they were taken; the debt of the same redemption came last. */
  taken: TakenPart[];
  owed: number;
}

const thirtyDays: Period = { unit: 'day', count: 30 };

/** One programme's part of an account, while what happened is told to it in the order of S4. */
export class ProgrammeModel {
  readonly wallets = new Map<string, ModelWallet>();
  readonly cards = new Map<string, ModelCard>();
  private readonly lapses = new Map<string, number>();
  private readonly spendings = new Map<string, Spending>();
  /** By redemption, the part of it that returns and voids want to give back, and what they have. */
  private readonly comingBack = new Map<string, Fraction>();
  private readonly cameBack = new Map<string, number>();

  constructor(private readonly programme: ModelProgramme) {}

  get id(): string {
    return this.programme.programme;
  }

  wallet(id: string): ModelWallet {
    const wallet = this.wallets.get(id) ?? new ModelWallet(this.id, id);
    this.wallets.set(id, wallet);
    return wallet;
  }

  /** Lapses, then expiry, then activation, of all instants up to `now`, itself included (S4). */
  passTime(now: number): void {
    const least = (all: readonly number[]): number => Math.min(Infinity, ...all);
    for (;;) {
      const wallets = [...this.wallets.values()];
      const due = [
        least([...this.lapses.values()]),
        least([
          ...wallets.map((wallet) => wallet.nextExpiry()),
          ...[...this.cards.values()].map((card) => card.nextExpiry()),
        ]),
        least(wallets.map((wallet) => wallet.nextActivation())),
      ];
      const at = least(due);
      if (at > now) return;
      if (due[0] === at) {
        for (const [redemption, until] of [...this.lapses].sort(([a], [b]) => (a < b ? -1 : 1))) {
          if (until === at) this.release(redemption, at);
        }
      } else if (due[1] === at) {
        for (const wallet of wallets) wallet.expire(at);
        for (const card of this.cards.values()) card.expire(at);
      } else for (const wallet of wallets) wallet.activate(at);
    }
  }

  /** Points of every wallet for a purchase or an activity; `voided` ones are taken back before they are there. */
  earn(earning: Earning, voided: boolean): Map<string, GivenPoints> {
    const given = new Map<string, GivenPoints>();
    for (const terms of earning.terms.document.wallets) given.set(terms.id, this.earnIn(terms, earning, voided));
    return given;
  }

  private earnIn(terms: WalletTerms, earning: Earning, voided: boolean): GivenPoints {
    const { fact, at, claimedAt, day } = earning;
    const { document } = earning.terms;
    const wallet = this.wallet(terms.id);
    const points = rate(document, terms.id, earning.receipt);
    const exact = exactOf(points);
    const whole = this.roundIn(wallet, terms, points, exact, voided);
    const caps = (document.caps ?? []).filter((cap) => cap.wallet === terms.id);
    const useOf = (id: string, per: (typeof caps)[number]['per']): string =>
      `${id} ${per === 'basket' ? fact : per === 'ever' ? per : periodName(day, per)}`;
    const rooms = new Map(
      caps.map(({ id, per, points: most }) => [id, Math.max(0, most - (wallet.capUse.get(useOf(id, per)) ?? 0))]),
    );
    const allowed = underCaps(caps, rooms, whole);
    const net = total(allowed);

    const own = endOfLife(document.timeZone, at, terms.expiry);
    const claimed = claimedAt === undefined ? -Infinity : this.inThirtyDays(earning.terms, claimedAt);
    const ends = own === null ? null : Math.max(own, claimed);
    const activeAt = terms.pending === undefined ? at : endOfPeriod(document.timeZone, at, terms.pending);
    if (net > 0 && !voided && ends !== null && terms.expiry?.kind === 'rolling') wallet.roll(ends, at);
    const end = wallet.withRolling(ends);
    for (const [rule, part] of allowed) {
      if (part === 0) continue;
      const key = `${fact}~${rule}~${this.id}~${terms.id}`;
      const lot = { key, fact, origin: 'earned', points: part, earnedAt: at, activeAt, expiresAt: end } as const;
      if (voided) wallet.enterVoided(lot);
      else wallet.enter(lot, at);
    }
    if (!voided) {
      for (const { id, per, rules } of caps) {
        const naming = [...allowed].filter(([rule]) => rules?.includes(rule) ?? true);
        wallet.capUse.set(useOf(id, per), (wallet.capUse.get(useOf(id, per)) ?? 0) + total(new Map(naming)));
      }
    }
    return { exact, whole: total(whole), net, rooms };
  }

  /** The one rounding, before caps (S17). */
  private roundIn(
    wallet: ModelWallet,
    { rounding }: WalletTerms,
    points: readonly RulePoints[],
    exact: Fraction,
    voided: boolean,
  ): Map<string, number> {
    if (rounding.scope !== 'account') return roundByReceipt(points, rounding);
    const after = plus(wallet.exact, exact);
    const more = Math.max(0, rounded(notBelowZero(after), rounding.mode) - wallet.given);
    if (points.length === 0) return new Map();
    if (!voided) {
      wallet.exact = after;
      wallet.given += more;
    }
    return shareOut(more, points);
  }

  /** Takes exact points out of the running total of the account; gives the whole points that go with them. */
  private unroundIn(wallet: ModelWallet, { rounding }: WalletTerms, exact: Fraction): number {
    if (!isPositive(exact)) return 0;
    wallet.exact = minus(wallet.exact, exact);
    const less = Math.max(0, wallet.given - rounded(notBelowZero(wallet.exact), rounding.mode));
    wallet.given -= less;
    return less;
  }

  /** S18: rates what is kept as it was rated at first, and reverses the difference. */
  rerate(sale: Sale, cause: string): void {
    if (sale.terms === undefined) return;
    const { document } = sale.terms;
    const receipt = receiptOf(sale.purchase, sale.occurredAt, sale.visit, sale.kept);
    for (const terms of document.wallets) {
      const given = sale.given.get(terms.id);
      if (given === undefined) continue;
      const wallet = this.wallet(terms.id);
      const points = rate(document, terms.id, receipt);
      const caps = (document.caps ?? []).filter((cap) => cap.wallet === terms.id);
      let byRule = roundByReceipt(points, terms.rounding);
      let whole = total(byRule);
      if (terms.rounding.scope === 'account') {
        const exact = exactOf(points);
        whole = given.whole - this.unroundIn(wallet, terms, minus(given.exact, exact));
        given.exact = exact;
        byRule = points.length > 0 ? shareOut(Math.max(0, whole), points) : new Map();
      }
      const kept = whole < 0 || points.length === 0 ? whole : total(underCaps(caps, given.rooms, byRule));
      const reversed = Math.max(0, given.net - kept);
      given.whole = whole;
      given.net -= reversed;
      wallet.reverse(reversed, new Set([sale.purchase.receiptKey]), cause, document.debt ?? 'carry');
    }
  }

  /** S18: values lines of a return by themselves, no cap being used yet; takes points of the purchases they name first. */
  reverseOwnInvoice(receipt: Receipt, terms: TermsInForce, purchases: ReadonlySet<string>, cause: string): void {
    const { document } = terms;
    for (const walletTerms of document.wallets) {
      const wallet = this.wallet(walletTerms.id);
      const points = rate(document, walletTerms.id, receipt);
      const { scope } = walletTerms.rounding;
      const caps = (document.caps ?? []).filter((cap) => cap.wallet === walletTerms.id);
      const rooms = new Map(caps.map((cap) => [cap.id, cap.points]));
      const reversed =
        scope === 'account'
          ? this.unroundIn(wallet, walletTerms, exactOf(points))
          : total(underCaps(caps, rooms, roundByReceipt(points, { mode: 'floor', scope })));
      wallet.reverse(reversed, purchases, cause, document.debt ?? 'carry');
    }
  }

  stamp(sale: Sale, at: number): void {
    for (const card of sale.terms?.document.stampCards ?? []) {
      const milli = this.stampsOf(sale, card);
      sale.stamps.set(card.id, milli);
      if (milli > 0) this.moveStamps(sale, card, milli, at);
    }
  }

  /** Stamps go back with what is returned, except from cards that keep them. */
  unstamp(sale: Sale, at: number): void {
    for (const card of sale.terms?.document.stampCards ?? []) {
      const had = sale.stamps.get(card.id) ?? 0;
      const left = Math.min(had, this.stampsOf(sale, card));
      if (card.returns === 'keep' || left === had) continue;
      sale.stamps.set(card.id, left);
      this.moveStamps(sale, card, left - had, at);
    }
  }

  private stampsOf({ terms, purchase, occurredAt, visit, kept }: Sale, card: StampCard): number {
    return countStamps(card, terms?.document.currency ?? '', receiptOf(purchase, occurredAt, visit, kept));
  }

  private moveStamps({ terms }: Sale, { id, every, reward }: StampCard, milli: number, at: number): void {
    if (terms === undefined) return;
    const { rewards = [], timeZone } = terms.document;
    const validity = rewards.find((one) => one.id === reward)?.validity;
    this.card(id).stamp(milli, every, validity === undefined ? null : endOfPeriod(timeZone, at, validity));
  }

  reserve(data: Redemption, until: number, at: number): void {
    if (this.spendings.has(data.redemption)) return;
    const held = data.wallet === undefined ? [] : this.wallet(data.wallet).take(data.cost, 'reserved');
    if (data.issued !== undefined) this.cardOf(data.issued).hold(data.issued, data.redemption);
    this.spendings.set(data.redemption, { data, state: 'reserved', held, taken: [], owed: 0 });
    this.lapses.set(data.redemption, until);
    if (until <= at) this.release(data.redemption, at);
  }

  release(redemption: string, at: number): void {
    const spending = this.spendings.get(redemption);
    if (spending?.state !== 'reserved') return;
    this.lapses.delete(redemption);
    spending.state = 'free';
    const { wallet, issued } = spending.data;
    for (const part of spending.held) if (wallet !== undefined) this.wallet(wallet).release(part, at);
    if (issued !== undefined) this.cardOf(issued).release(issued, redemption, at);
  }

  confirm(redemption: string, at: number): void {
    const spending = this.spendings.get(redemption);
    if (spending?.state !== 'reserved') return;
    this.lapses.delete(redemption);
    for (const { lot, points } of spending.held) {
      lot.reserved -= points;
      lot.spent += points;
    }
    spending.taken = spending.held;
    this.spend(spending, at);
  }

  report(data: Redemption, at: number): void {
    if (this.spendings.has(data.redemption)) return;
    const spending: Spending = { data, state: 'reserved', held: [], taken: [], owed: 0 };
    this.spendings.set(data.redemption, spending);
    this.spend(spending, at);
  }

  private spend(spending: Spending, at: number): void {
    const { data, taken } = spending;
    spending.state = 'spent';
    if (data.wallet !== undefined) {
      const wallet = this.wallet(data.wallet);
      const missing = data.cost - taken.reduce((all, { points }) => all + points, 0);
      spending.taken = [...taken, ...wallet.take(missing, 'spent')];
      spending.owed = data.cost - spending.taken.reduce((all, { points }) => all + points, 0);
      wallet.owe(spending.owed, data.redemption, 'carry');
    }
    if (data.issued !== undefined) this.cardOf(data.issued).use(data.issued);
    if (data.gives !== undefined)
      this.grant(data.gives.wallet, data.gives.points, `${data.redemption}~gives`, 'earned', at);
    this.settleComingBack(data.redemption, at);
  }

  /** What has been returned of a purchase that a redemption paid for comes back, at once or as soon as it is spent (S20). */
  giveBack(sale: Sale, at: number, all: boolean): void {
    for (const redemption of new Set((sale.purchase.payments ?? []).map((payment) => payment.redemption))) {
      if (redemption === undefined) continue;
      const share = all ? fraction(1) : givenBackShare(sale, redemption);
      this.comingBack.set(redemption, share);
      this.settleComingBack(redemption, at);
    }
  }

  private settleComingBack(redemption: string, at: number): void {
    const spending = this.spendings.get(redemption);
    const share = this.comingBack.get(redemption);
    if (spending?.state !== 'spent' || share === undefined) return;
    const { wallet: id, cost, issued } = spending.data;
    const had = this.cameBack.get(redemption) ?? 0;
    let left = rounded(times(fraction(cost), share), 'floor') - had;
    this.cameBack.set(redemption, had + Math.max(0, left));
    if (id !== undefined && left > 0) {
      const wallet = this.wallet(id);
      const end = this.inThirtyDays(termsAt(this.programme, at), at);
      const owed = Math.min(left, spending.owed);
      spending.owed -= owed;
      left -= owed;
      if (owed > 0) wallet.restoreOwed(owed, redemption, at, this.endOfGrant(id, at, at, end));
      for (const part of [...spending.taken].reverse()) {
        const points = Math.min(left, part.points);
        if (points === 0) continue;
        left -= points;
        spending.taken = spending.taken.map((one) => (one === part ? { ...one, points: one.points - points } : one));
        wallet.restore({ ...part, points }, redemption, at, end);
      }
    }
    if (issued !== undefined && share.n === share.d) this.cardOf(issued).giveBack(issued, at);
  }

  adjust(wallet: string, points: number, key: string, at: number, occurredAt: number): void {
    if (points > 0) this.grant(wallet, points, key, 'adjusted', at, occurredAt);
    else {
      const taken = this.wallet(wallet).take(-points, 'withdrawn');
      const missing = -points - taken.reduce((all, part) => all + part.points, 0);
      this.wallet(wallet).owe(missing, key, termsAt(this.programme, occurredAt)?.document.debt ?? 'carry');
    }
  }

  honour(wallet: string, points: number, cause: string, expiresAt: number | null, at: number): void {
    if (points < 0) this.wallet(wallet).consumeHonoured(-points);
    else {
      const key = `honour~${cause}~${this.id}~${wallet}`;
      this.wallet(wallet).enter(
        {
          key,
          fact: key,
          origin: 'honoured',
          points,
          earnedAt: at,
          activeAt: at,
          expiresAt: this.wallet(wallet).withRolling(expiresAt),
        },
        at,
      );
    }
  }

  /** Points that no rule gives can be spent at once, and live as long as the wallet's. */
  private grant(
    id: string,
    points: number,
    key: string,
    origin: 'earned' | 'adjusted',
    at: number,
    occurredAt = at,
  ): void {
    const wallet = this.wallet(id);
    const expiresAt = this.endOfGrant(id, at, occurredAt);
    wallet.enter({ key, fact: key, origin, points, earnedAt: at, activeAt: at, expiresAt }, at);
  }

  /** The life of points no rule gives: that of the wallet in force at `occurredAt`, from `at` on. */
  private endOfGrant(id: string, at: number, occurredAt: number, least = -Infinity): number | null {
    const document = termsAt(this.programme, occurredAt)?.document;
    const expiry = document?.wallets.find((one) => one.id === id)?.expiry;
    const own = document === undefined ? null : endOfLife(document.timeZone, at, expiry);
    if (own === null) return null;
    return this.wallet(id).withRolling(Math.max(own, least));
  }

  private card(id: string): ModelCard {
    const card = this.cards.get(id) ?? new ModelCard(this.id, id);
    this.cards.set(id, card);
    return card;
  }

  private cardOf(issued: string): ModelCard {
    return this.card(issued.split('~')[1] ?? '');
  }

  private inThirtyDays(terms: TermsInForce | undefined, at: number): number {
    return endOfPeriod(terms?.document.timeZone ?? 'UTC', at, thirtyDays);
  }
}

const total = (points: ReadonlyMap<string, number>): number => [...points.values()].reduce((a, b) => a + b, 0);
