import type { Sliced } from '../../../kernel/sliced';
import type { PointsEarned } from './account-decisions.events';
import type { AccountFactEvent, EntitlementHonoured } from './account.events';
import type { Ledger, LedgerEntry } from './account.ledger';
import type { Account, Wallet } from './account.state';
import { decidedAt, factKey, type AccountFact } from './effective-order';

/**
 * What was shown and would be taken away by a late fact is honoured (S8): never more than what others lose by it, and of a
 * purchase, an activity or a claim only what its own points do not make good. Where others gain, what had been honoured
 * before and is not spent is consumed first.
 */
export function* honoursFor(
  fact: AccountFact,
  before: Ledger,
  after: Ledger,
  shown: Account,
): Sliced<readonly AccountFact[]> {
  const honours: AccountFact[] = [];
  for (const { programme, wallet, lots } of shown.wallets) {
    const was = yield* netOf(before, fact.event, programme, wallet);
    const is = yield* netOf(after, fact.event, programme, wallet);
    const all = is.all - was.all;
    const others = all - (is.byItself - was.byItself);
    const lowers = OWN_POINTS_ONLY.has(fact.event.type) ? others : all;
    const honoured = Math.max(0, -lowers);
    const consumed = others > 0 ? Math.min(others, consumableOf(lots)) : 0;
    if (honoured === 0 && consumed === 0) continue;
    const at = decidedAt(fact.recordedAt, before.account.newest);
    const outlet = outletOf(fact.event);
    const data: EntitlementHonoured['data'] = {
      cause: factKey(fact.event),
      programme,
      wallet,
      points: honoured > 0 ? honoured : -consumed,
      expiresAt: honoured > 0 ? latestEnd(before, after, programme, wallet) : null,
      effectiveAt: at,
      ...(outlet !== undefined && { outlet }),
    };
    const event = { type: 'EntitlementHonoured', version: 1, data } as const;
    honours.push({ event, occurredAt: fact.occurredAt, effectiveAt: at, recordedAt: fact.recordedAt });
  }
  return honours;
}

/** They may lower a wallet's total by what they take themselves. */
const OWN_POINTS_ONLY: ReadonlySet<AccountFactEvent['type']> = new Set([
  'PurchaseReturned',
  'PurchaseVoided',
  'RedemptionConfirmed',
  'RedemptionReleased',
  'RedemptionReported',
]);

/** An entry of the fact, of the purchase it voids, or of a return of the purchase it brings or voids. */
function belongsTo(event: AccountFactEvent, { fact, act }: LedgerEntry): boolean {
  if (fact === factKey(event)) return true;
  const purchase = purchaseOf(event);
  if (purchase === undefined) return false;
  if (fact === purchase) return true;
  const other = act.fact.event;
  return other.type === 'PurchaseReturned' && other.data.lines.some(({ of }) => of === purchase);
}

function purchaseOf(event: AccountFactEvent): string | undefined {
  if (event.type === 'PurchaseRecorded' || event.type === 'PurchaseVoided') return event.data.receiptKey;
  return event.type === 'PurchaseClaimed' ? event.data.purchase.receiptKey : undefined;
}

function outletOf(event: AccountFactEvent): string | undefined {
  if (event.type === 'PurchaseClaimed') return event.data.purchase.outlet;
  return 'outlet' in event.data ? event.data.outlet : undefined;
}

/** What was given less what was taken back, spent or not: in all, and by what belongs to the late fact. */
function* netOf(
  { entries }: Ledger,
  late: AccountFactEvent,
  programme: string,
  wallet: string,
): Sliced<{ readonly all: number; readonly byItself: number }> {
  let [all, byItself] = [0, 0];
  for (const entry of entries) {
    const net = netIn(entry, programme, wallet);
    all += net;
    if (net !== 0 && belongsTo(late, entry)) byItself += net;
    yield;
  }
  return { all, byItself };
}

function netIn({ act, decisions }: LedgerEntry, programme: string, wallet: string): number {
  let net = 0;
  for (const { type, data } of decisions) {
    // What a return could not take from any lot is taken all the same: a late purchase only moves it from debt to lots.
    const owed = type === 'DebtIncurred' && act.fact.event.type === 'PurchaseReturned';
    if (type !== 'PointsEarned' && type !== 'PointsReversed' && !owed) continue;
    if (data.programme !== programme || data.wallet !== wallet) continue;
    net += type === 'PointsEarned' ? data.points : -data.points;
  }
  return net;
}

function consumableOf(lots: Wallet['lots']): number {
  let points = 0;
  for (const lot of lots) if (lot.honoured) points += lot.points;
  return points;
}

/** The latest end of the lots that lost points; null, which is never, is later than any. */
function latestEnd(before: Ledger, after: Ledger, programme: string, wallet: string): number | null {
  const left = new Map(lotsIn(after, programme, wallet).map(({ lot, points }) => [lot, points]));
  let latest: number | null = -Infinity;
  for (const { lot, points, expiresAt } of lotsIn(before, programme, wallet)) {
    if ((left.get(lot) ?? 0) >= points || latest === null) continue;
    latest = expiresAt === null ? null : Math.max(latest, expiresAt);
  }
  return latest === -Infinity ? null : latest;
}

function lotsIn({ entries }: Ledger, programme: string, wallet: string): readonly PointsEarned['data'][] {
  return entries.flatMap(({ decisions }) =>
    decisions.flatMap(({ type, data }) =>
      type === 'PointsEarned' && data.programme === programme && data.wallet === wallet ? [data] : [],
    ),
  );
}
