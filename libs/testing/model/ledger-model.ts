import type { WalletTotal } from '../../capabilities/accounts/account/account-decisions.events';
import type { Purchase, Return, ReturnLine } from '../../capabilities/accounts/account/account.events';
import { endOfPeriod, localMoment, periodName } from './calendar';
import type { CardTotals } from './model-card';
import type { ModelLot } from './model-wallet';
import { ProgrammeModel } from './programme-model';
import { isVisit, type Visit } from './reading';
import { allKept, keptAfter, receiptOf, receiptOfReturn, type Sale } from './sale';
import {
  activityPlace,
  adjustmentPlace,
  comparePlaces,
  endPlace,
  purchasePlace,
  redemptionPlace,
  returnPlace,
  termsAt,
  voidPlace,
  type ModelFact,
  type ModelProgramme,
  type Place,
} from './timeline';

export type { ModelFact, ModelProgramme } from './timeline';

/** The ledger of an account, written from the rules alone and recomputed from all facts every time. */
export interface ModelLedger {
  /** In the order of programme and wallet; wallets that nothing ever happened to are left out. */
  readonly wallets: readonly ModelWalletView[];
  readonly cards: readonly (CardTotals & { readonly programme: string })[];
}

export interface ModelWalletView {
  readonly programme: string;
  readonly wallet: string;
  readonly totals: Readonly<Record<WalletTotal, number>>;
  readonly lots: readonly ModelLot[];
  readonly debts: readonly { readonly cause: string; readonly points: number }[];
}

const horizonMs = 45 * 86_400_000;

/** What the account is at the instant `until`, facts of that instant included. Facts may come in any order. */
export function modelLedger(
  programmes: readonly ModelProgramme[],
  facts: readonly ModelFact[],
  until: number,
): ModelLedger {
  const models = [...programmes]
    .sort((a, b) => (a.programme < b.programme ? -1 : 1))
    .map((programme) => new AccountUnderProgramme(programme, facts).playUntil(until));
  return {
    wallets: models.flatMap((model) =>
      [...model.wallets.values()]
        .map((wallet) => ({
          programme: model.id,
          wallet: wallet.wallet,
          totals: wallet.totals(),
          lots: wallet.lots,
          debts: wallet.debts,
        }))
        .filter(({ totals }) => Object.values(totals).some((points) => points !== 0))
        .sort((a, b) => (a.wallet < b.wallet ? -1 : 1)),
    ),
    cards: models.flatMap((model) =>
      [...model.cards.values()]
        .map((card) => ({ programme: model.id, ...card.totals() }))
        .sort((a, b) => (a.card < b.card ? -1 : 1)),
    ),
  };
}

interface KnownPurchase {
  readonly purchase: Purchase;
  readonly occurredAt: number;
  readonly place: Place;
  readonly recordedAt: number;
  readonly claimedAt: number | undefined;
}

interface KnownReturn {
  readonly document: Return;
  readonly occurredAt: number;
  readonly effectiveAt: number;
  readonly recordedAt: number;
  /** Came with the claim of its purchase, and so has it. */
  readonly claimed: boolean;
}

interface Step {
  readonly place: Place;
  run(at: number): void;
}

class AccountUnderProgramme {
  private readonly model: ProgrammeModel;
  private readonly steps: Step[] = [];
  private readonly purchases = new Map<string, KnownPurchase>();
  private readonly voided = new Set<string>();
  private readonly sales = new Map<string, Sale>();
  private readonly visits: string[][] = [];

  constructor(
    private readonly programme: ModelProgramme,
    facts: readonly ModelFact[],
  ) {
    this.model = new ProgrammeModel(programme);
    for (const fact of facts) this.notePurchase(fact);
    for (const fact of facts) this.plan(fact, facts);
  }

  playUntil(until: number): ProgrammeModel {
    for (const { place, run } of this.steps.sort((a, b) => comparePlaces(a.place, b.place))) {
      if (place.at > until) break;
      this.model.passTime(place.at);
      run(place.at);
    }
    this.model.passTime(until);
    return this.model;
  }

  private notePurchase({ event, occurredAt, effectiveAt, recordedAt }: ModelFact): void {
    if (event.type === 'PurchaseVoided') this.voided.add(event.data.receiptKey);
    if (event.type === 'PurchaseRecorded') {
      const place = purchasePlace(event.data, effectiveAt, false);
      this.purchases.set(event.data.receiptKey, {
        purchase: event.data,
        occurredAt,
        place,
        recordedAt,
        claimedAt: undefined,
      });
    }
    if (event.type === 'PurchaseClaimed') {
      const { purchase, claimedAt } = event.data;
      const place = purchasePlace(purchase, effectiveAt, true);
      this.purchases.set(purchase.receiptKey, { purchase, occurredAt, place, recordedAt, claimedAt });
    }
  }

  private plan({ event, occurredAt, effectiveAt, recordedAt }: ModelFact, facts: readonly ModelFact[]): void {
    const { model } = this;
    switch (event.type) {
      case 'PurchaseRecorded':
        return this.planPurchase(event.data.receiptKey);
      case 'PurchaseClaimed':
        this.planPurchase(event.data.purchase.receiptKey);
        for (const { data, ...instants } of event.data.returns) {
          this.planReturn({ document: data, ...instants, recordedAt, claimed: true });
        }
        return;
      case 'PurchaseReturned':
        return this.planReturn({ document: event.data, occurredAt, effectiveAt, recordedAt, claimed: false });
      case 'PurchaseVoided': {
        const { receiptKey, outlet, till, key } = event.data;
        const place = voidPlace(outlet, till, key, effectiveAt);
        return this.at(place, (at) => {
          const known = this.purchases.get(receiptKey);
          if (known !== undefined) model.giveBack(this.saleOf(known), at, true);
        });
      }
      case 'ActivityRecorded': {
        const { data } = event;
        return this.at(activityPlace(data.outlet, data.key, effectiveAt), (at) => {
          const terms = termsAt(this.programme, occurredAt);
          if (terms === undefined) return;
          const { outlet, channel, activity, offsetMinutes } = data;
          const local = localMoment(occurredAt, offsetMinutes);
          const receipt = { outlet, channel, activity, local, currency: '', decimals: 0, lines: [], visit: undefined };
          const { day } = localMoment(at, offsetMinutes);
          model.earn({ fact: data.key, receipt, terms, at, day, claimedAt: undefined }, false);
        });
      }
      case 'RedemptionReserved': {
        const { data } = event;
        if (data.programme !== model.id) return;
        return this.at(redemptionPlace(data, effectiveAt), (at) => model.reserve(data, data.reservedUntil, at));
      }
      case 'RedemptionReported': {
        const { data } = event;
        if (data.programme !== model.id) return;
        return this.at(redemptionPlace(data, effectiveAt), (at) => model.report(data, at));
      }
      case 'RedemptionConfirmed':
      case 'RedemptionReleased': {
        const { redemption } = event.data;
        const reserved = facts.find((one) => isReservation(one, redemption));
        if (reserved?.event.type !== 'RedemptionReserved') return;
        const place = endPlace(redemption, effectiveAt, redemptionPlace(reserved.event.data, reserved.effectiveAt));
        const confirmed = event.type === 'RedemptionConfirmed';
        return this.at(place, (at) => (confirmed ? model.confirm(redemption, at) : model.release(redemption, at)));
      }
      case 'PointsAdjusted': {
        const { programme, wallet, points, key } = event.data;
        if (programme !== model.id) return;
        return this.at(adjustmentPlace(key, effectiveAt), (at) => model.adjust(wallet, points, key, at, occurredAt));
      }
      case 'EntitlementHonoured': {
        const { programme, wallet, points, cause, expiresAt } = event.data;
        if (programme !== model.id) return;
        return this.at(adjustmentPlace(cause, effectiveAt), (at) => model.honour(wallet, points, cause, expiresAt, at));
      }
    }
  }

  private at(place: Place, run: Step['run']): void {
    this.steps.push({ place, run });
  }

  private planPurchase(key: string): void {
    const known = this.purchases.get(key);
    if (known === undefined) return;
    this.at(known.place, (at) => this.buy(known, at));
  }

  private saleOf({ purchase, occurredAt }: KnownPurchase): Sale {
    const known = this.sales.get(purchase.receiptKey);
    if (known !== undefined) return known;
    return {
      purchase,
      occurredAt,
      terms: termsAt(this.programme, occurredAt),
      visit: undefined,
      kept: allKept(purchase),
      given: new Map(),
      stamps: new Map(),
    };
  }

  /** An anonymous purchase gives nothing (S36); a voided one gives what it takes back, and leaves no other trace (S7). */
  private buy(known: KnownPurchase, at: number): void {
    const { purchase, occurredAt, claimedAt } = known;
    const blank = this.saleOf(known);
    const voided = this.voided.has(purchase.receiptKey);
    const { day } = localMoment(at, purchase.offsetMinutes);
    if (blank.terms === undefined || purchase.presented === undefined) {
      this.sales.set(purchase.receiptKey, blank);
      return;
    }
    const visits = isVisit(receiptOf(purchase, occurredAt, undefined, blank.kept));
    const visit = visits ? this.nextVisit(day, voided) : undefined;
    const receipt = receiptOf(purchase, occurredAt, visit, blank.kept);
    const earning = { fact: purchase.receiptKey, receipt, terms: blank.terms, at, day, claimedAt };
    const sale: Sale = { ...blank, visit, given: this.model.earn(earning, voided) };
    this.sales.set(purchase.receiptKey, sale);
    if (!voided) this.model.stamp(sale, at);
  }

  private nextVisit(day: number, voided: boolean): Visit {
    const periods = (['day', 'week', 'month', 'year'] as const).map((per) => periodName(day, per));
    const isFirst = (period: string | undefined): boolean => !this.visits.some((one) => one.includes(period ?? ''));
    const [ofDay, week, month, year] = periods.map(isFirst);
    const firstOf = { day: ofDay === true, week: week === true, month: month === true, year: year === true };
    const ordinal = this.visits.length + 1;
    if (!voided) this.visits.push(periods);
    return { ordinal, firstOf };
  }

  /** Lines that name a voided purchase count nothing; what names one that is not known in time waits, or is settled (S27). */
  private planReturn(told: KnownReturn): void {
    const { document, occurredAt, effectiveAt, recordedAt, claimed } = told;
    const terms = termsAt(this.programme, occurredAt);
    const { basis = 'rerate', unmatched = 'wait' } = terms?.document.returns ?? {};
    const waits = basis === 'ownInvoice' || unmatched === 'wait';
    const settledAt = basis === 'ownInvoice' || document.source === 'import' ? effectiveAt : recordedAt + horizonMs;
    const named = (line: ReturnLine): KnownPurchase | undefined => {
      const known = this.purchases.get(line.of ?? '');
      const inTime =
        claimed || waits || document.source === 'import' || (known?.recordedAt ?? 0) < recordedAt + horizonMs;
      return inTime ? known : undefined;
    };
    const lines = document.lines.filter(({ of }) => !this.voided.has(of ?? ''));
    const matched = lines.filter((line) => named(line) !== undefined);
    const loose = lines.filter((line) => named(line) === undefined);
    const ownTerms = terms !== undefined && (basis === 'ownInvoice' || unmatched === 'ownInvoice') ? terms : undefined;
    const known = [...new Set(matched.map(named))].filter((one) => one !== undefined);
    const at = Math.max(effectiveAt, ...known.map(({ place }) => place.at));
    let counts = true;

    this.at(returnPlace(document, at), (now) => {
      const kept = new Map(
        known.map((one) => [one, keptAfter(this.saleOf(one), linesOf(matched, one.purchase.receiptKey))]),
      );
      if ([...kept.values()].includes(undefined)) {
        counts = false;
        return;
      }
      const atOnce = loose.filter(({ of }) => of === undefined || settledAt <= now);
      const byThemselves = ownTerms === undefined ? [] : atOnce;
      for (const [one, left] of kept) {
        const sale = this.saleOf(one);
        const window = sale.terms?.document.returns?.window;
        const zone = sale.terms?.document.timeZone ?? 'UTC';
        if (window !== undefined && occurredAt >= endOfPeriod(zone, one.occurredAt, window)) continue;
        sale.kept.splice(0, sale.kept.length, ...(left ?? []));
        this.model.giveBack(sale, now, false);
        if (sale.terms?.document.returns?.basis === 'ownInvoice') {
          byThemselves.push(...linesOf(matched, one.purchase.receiptKey));
        } else this.model.rerate(sale, document.receiptKey);
        this.model.unstamp(sale, now);
      }
      this.valueByItself(told, byThemselves);
    });

    const later = loose.filter(({ of }) => of !== undefined);
    if (ownTerms !== undefined && later.length > 0 && settledAt > at) {
      this.at(returnPlace(document, settledAt), () => {
        if (counts) this.valueByItself(told, later);
      });
    }
  }

  private valueByItself({ document, occurredAt }: KnownReturn, lines: readonly ReturnLine[]): void {
    const terms = termsAt(this.programme, occurredAt);
    if (lines.length === 0 || terms === undefined) return;
    const inOrder = document.lines.filter((line) => lines.includes(line));
    const purchases = new Set(inOrder.flatMap(({ of }) => (of === undefined ? [] : [of as string])));
    const receipt = receiptOfReturn(document, inOrder, occurredAt);
    this.model.reverseOwnInvoice(receipt, terms, purchases, document.receiptKey);
  }
}

const linesOf = (lines: readonly ReturnLine[], receipt: string): ReturnLine[] =>
  lines.filter(({ of }) => of === receipt);

const isReservation = ({ event }: ModelFact, redemption: string): boolean =>
  event.type === 'RedemptionReserved' && event.data.redemption === redemption;
