import type { ReceiptKey } from '../../../kernel/ids';
import type { Sliced } from '../../../kernel/sliced';
import type { Terms } from '../../programmes';
import type { Return, WaitedReturn } from './account.events';
import { comparePlaces, endOf, placeOf, RANK, type AccountFact, type FactPlace } from './effective-order';
import { comesInTime, settlesAt } from './waiting-return';

/** What is posted, in this order: the facts of an account where they act, which is not always where they happened. */
export interface Act {
  readonly kind: 'fact' | 'voidedPurchase' | 'settlement';
  readonly fact: AccountFact;
  readonly place: FactPlace;
}

export interface ArrangedFacts {
  readonly acts: readonly Act[];
  /** Purchases that a return or a void names and that are not among the facts. */
  readonly awaited: readonly string[];
  /** Purchases that are void, known or not. */
  readonly voided: ReadonlySet<string>;
}

/**
 * Facts in any order become acts in effective order (S4). A return acts after its purchase, wherever the clocks put it
 * (S27); a purchase that is void gives nothing (S7); a return that waits in vain is settled when its time is up.
 */
export function* arrangeFacts(facts: readonly AccountFact[], terms: Terms): Sliced<ArrangedFacts> {
  const all: AccountFact[] = [];
  const voided = new Set<string>();
  const purchases = new Map<string, AccountFact>();
  const reservations = new Map<string, FactPlace>();
  for (const fact of facts) {
    const { type, data } = fact.event;
    all.push(fact, ...returnsBefore(fact));
    const purchase = purchaseKey(fact);
    if (purchase !== undefined) purchases.set(purchase, fact);
    else if (type === 'PurchaseVoided') voided.add(data.receiptKey);
    else if (type === 'RedemptionReserved') reservations.set(data.redemption, placeOf(fact));
    yield;
  }
  const awaited = new Set<string>();
  const acts: Act[] = [];
  for (const fact of all) {
    acts.push(...actsOf(fact, { terms, purchases, reservations, voided, awaited }));
    yield;
  }
  return { acts: acts.sort((a, b) => comparePlaces(a.place, b.place)), awaited: [...awaited], voided };
}

/** What all the facts say together, and what each of them adds to it. */
interface Arranging {
  readonly terms: Terms;
  readonly purchases: ReadonlyMap<string, AccountFact>;
  readonly reservations: ReadonlyMap<string, FactPlace>;
  readonly voided: ReadonlySet<string>;
  readonly awaited: Set<string>;
}

function actsOf(fact: AccountFact, { terms, purchases, reservations, voided, awaited }: Arranging): readonly Act[] {
  const { event } = fact;
  switch (event.type) {
    case 'PurchaseRecorded':
    case 'PurchaseClaimed': {
      const kind = voided.has(purchaseKey(fact) ?? '') ? 'voidedPurchase' : 'fact';
      return [{ kind, fact, place: placeOf(fact) }];
    }
    case 'PurchaseReturned': {
      const names = event.data.lines.flatMap(({ of }) => of ?? []);
      const named = names.flatMap((name) => purchases.get(name) ?? []);
      for (const name of names) if (!purchases.has(name)) awaited.add(name);
      const inTime = named.filter(({ recordedAt }) => comesInTime(fact, event.data, recordedAt, terms));
      return returnActs(fact, event.data, after(fact, inTime));
    }
    case 'PurchaseVoided': {
      const { receiptKey } = event.data;
      const named = purchases.get(receiptKey);
      if (named === undefined) awaited.add(receiptKey);
      return [{ kind: 'fact', ...after(fact, named === undefined ? [] : [named]) }];
    }
    case 'RedemptionConfirmed':
    case 'RedemptionReleased':
      return [{ kind: 'fact', ...afterReservation(fact, reservations.get(event.data.redemption)) }];
    default:
      return [{ kind: 'fact', fact, place: placeOf(fact) }];
  }
}

/** What had been returned of a purchase while it was nobody's comes with it (S27, S36). */
export function returnsBefore({ event, recordedAt }: AccountFact): readonly AccountFact[] {
  const { type, data } = event;
  if (type === 'PurchaseRecorded') return data.returnedBefore?.map(returnOf) ?? NONE;
  return type === 'PurchaseClaimed' ? data.returns.map((returned) => returnOf({ ...returned, recordedAt })) : NONE;
}

const NONE: readonly AccountFact[] = [];

const returnOf = ({ data, effectiveAt, occurredAt, recordedAt }: WaitedReturn): AccountFact => ({
  event: { type: 'PurchaseReturned', version: 1, data },
  effectiveAt,
  occurredAt,
  recordedAt,
});

function purchaseKey({ event }: AccountFact): string | undefined {
  if (event.type === 'PurchaseRecorded') return event.data.receiptKey;
  return event.type === 'PurchaseClaimed' ? event.data.purchase.receiptKey : undefined;
}

/** The fact not before any of the purchases it names. */
function after(
  fact: AccountFact,
  purchases: readonly AccountFact[],
): { readonly fact: AccountFact; readonly place: FactPlace } {
  const latest = Math.max(fact.effectiveAt, ...purchases.map(({ effectiveAt }) => effectiveAt));
  const moved = latest === fact.effectiveAt ? fact : { ...fact, effectiveAt: latest };
  return { fact: moved, place: placeOf(moved) };
}

function afterReservation(
  fact: AccountFact,
  reserved: FactPlace | undefined,
): { readonly fact: AccountFact; readonly place: FactPlace } {
  if (reserved === undefined || fact.effectiveAt > reserved.effectiveAt) return { fact, place: placeOf(fact) };
  return { fact: { ...fact, effectiveAt: reserved.effectiveAt }, place: endOf(reserved) };
}

function returnActs(
  fact: AccountFact,
  { source, lines }: Return,
  { fact: moved, place }: { readonly fact: AccountFact; readonly place: FactPlace },
): readonly Act[] {
  const act: Act = { kind: 'fact', fact: moved, place };
  if (source === 'import' || lines.every(({ of }) => of === undefined)) return [act];
  const settled = { ...fact, effectiveAt: Math.max(settlesAt(fact), moved.effectiveAt) };
  return [act, { kind: 'settlement', fact: settled, place: { ...placeOf(settled), rank: RANK.return } }];
}

/** What was returned of a purchase, as far as an account knows. */
export const returnsOf = (facts: readonly AccountFact[], purchase: ReceiptKey): readonly WaitedReturn[] =>
  facts
    .flatMap((fact) => [fact, ...returnsBefore(fact)])
    .flatMap(({ event, effectiveAt, occurredAt, recordedAt }) => {
      if (event.type !== 'PurchaseReturned') return [];
      const lines = event.data.lines.filter(({ of }) => of === purchase);
      return lines.length === 0 ? [] : [{ effectiveAt, occurredAt, recordedAt, data: { ...event.data, lines } }];
    });
