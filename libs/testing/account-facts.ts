import type { AccountFact } from '../capabilities/accounts/account/effective-order';
import type {
  Payment,
  Purchase,
  PurchaseLine,
  Redemption,
  ReturnLine,
} from '../capabilities/accounts/account/account.events';
import type { ReceiptKey, RedemptionId, RewardKey } from '../kernel/ids';

/** Facts as a test tells them, each reported when it happened. Days and times are UTC unless an offset is given. */
export interface ToldAt {
  /** "2026-03-10" is noon of that day. */
  readonly at: string;
  /** When the server got it; by default at once. */
  readonly recordedAt?: string;
  /** By default where it happened; a late one may act later (S2). */
  readonly effectiveAt?: string;
}

export interface ToldPurchase extends ToldAt {
  readonly amount?: number;
  readonly lines?: readonly (Pick<PurchaseLine, 'amount'> & Partial<PurchaseLine>)[];
  readonly payments?: readonly Payment[];
  readonly decimals?: number;
  readonly currency?: string;
  readonly outlet?: string;
  readonly till?: string;
  readonly offsetMinutes?: number;
  readonly anonymous?: boolean;
  readonly source?: Purchase['source'];
}

const instant = (text: string): number => Date.parse(text.length === 10 ? `${text}T12:00:00Z` : text);

function stamped<Event extends AccountFact['event']>(event: Event, told: ToldAt): AccountFact {
  const occurredAt = instant(told.at);
  const recordedAt = told.recordedAt === undefined ? occurredAt : instant(told.recordedAt);
  const effectiveAt = told.effectiveAt === undefined ? occurredAt : instant(told.effectiveAt);
  return { event, occurredAt, effectiveAt, recordedAt };
}

/** Main units are given: 33.4 is 33.40. */
export function bought(receipt: string, told: ToldPurchase): AccountFact {
  const event = { type: 'PurchaseRecorded', version: 1, data: purchaseOf(receipt, told) } as const;
  return stamped(event, told);
}

function purchaseOf(receipt: string, told: ToldPurchase): Purchase {
  const { outlet = 'manila-1', till = '2', decimals = 2, lines = [{ amount: told.amount ?? 0 }] } = told;
  const minor = (amount: number): number => Math.round(amount * 10 ** decimals);
  return {
    receiptKey: receiptKey(receipt, outlet, till),
    outlet,
    till,
    receipt,
    ...(told.anonymous === true ? {} : { presented: 'card' as const }),
    currency: told.currency ?? 'PHP',
    decimals,
    lines: lines.map((line, index) => ({
      sku: `SKU-${index + 1}`,
      quantity: 1,
      ...line,
      amount: minor(line.amount),
    })),
    ...(told.payments && {
      payments: told.payments.map((payment) => ({ ...payment, amount: minor(payment.amount) })),
    }),
    channel: 'shop',
    offsetMinutes: told.offsetMinutes ?? 0,
    source: told.source ?? 'till',
    flags: [],
  };
}

export const receiptKey = (receipt: string, outlet = 'manila-1', till = '2'): ReceiptKey =>
  `${outlet}~${till}~${receipt}` as ReceiptKey;

export interface ToldReturn extends ToldAt {
  /** Receipt it belongs to. */
  readonly of?: string;
  readonly amount?: number;
  readonly lines?: readonly (Pick<ReturnLine, 'amount'> & Partial<ReturnLine>)[];
  readonly source?: Purchase['source'];
  readonly anonymous?: boolean;
}

export function returned(receipt: string, told: ToldReturn): AccountFact {
  const { of, lines = [{ amount: told.amount ?? 0 }] } = told;
  const data = {
    receiptKey: receiptKey(receipt),
    outlet: 'manila-1',
    till: '2',
    receipt,
    ...(told.anonymous === true ? {} : { presented: 'card' as const }),
    currency: 'PHP',
    decimals: 2,
    lines: lines.map((line, index) => ({
      sku: `SKU-${index + 1}`,
      quantity: 1,
      ...(of !== undefined && { of: receiptKey(of) }),
      ...line,
      amount: Math.round(line.amount * 100),
    })),
    channel: 'shop',
    offsetMinutes: 0,
    source: told.source ?? ('till' as const),
    flags: [],
  };
  return stamped({ type: 'PurchaseReturned', version: 1, data }, told);
}

export const voided = (receipt: string, told: ToldAt): AccountFact =>
  stamped(
    {
      type: 'PurchaseVoided',
      version: 1,
      data: {
        receiptKey: receiptKey(receipt),
        key: `void-${receipt}`,
        outlet: 'manila-1',
        till: '2',
        source: 'till',
        flags: [],
      },
    },
    told,
  );

export interface ToldRedemption extends ToldAt {
  readonly cost?: number;
  readonly issued?: string;
  readonly reward?: string;
  /** For how many minutes it is held. */
  readonly minutes?: number;
  /** Points of a reward that is points. */
  readonly gives?: Redemption['gives'];
}

function redemptionOf(name: string, { cost = 0, issued, reward = 'gift', gives }: ToldRedemption): Redemption {
  return {
    redemption: redemptionId(name),
    programme: 'main',
    revision: 1,
    reward,
    ...(issued === undefined ? { wallet: 'points' } : { issued: issued as RewardKey }),
    cost,
    ...(gives && { gives }),
  };
}

export const redemptionId = (name: string): RedemptionId => `red_${name}` as RedemptionId;

export function reserved(name: string, told: ToldRedemption): AccountFact {
  const reservedUntil = instant(told.at) + (told.minutes ?? 5) * 60_000;
  const data = { ...redemptionOf(name, told), reservedUntil };
  return stamped({ type: 'RedemptionReserved', version: 1, data }, told);
}

export const confirmed = (name: string, told: ToldAt): AccountFact =>
  stamped({ type: 'RedemptionConfirmed', version: 1, data: { redemption: redemptionId(name) } }, told);

export const released = (name: string, told: ToldAt): AccountFact =>
  stamped({ type: 'RedemptionReleased', version: 1, data: { redemption: redemptionId(name) } }, told);

/** Offline. */
export const usedOffline = (name: string, told: ToldRedemption): AccountFact =>
  stamped(
    { type: 'RedemptionReported', version: 1, data: { ...redemptionOf(name, told), source: 'till', flags: [] } },
    told,
  );

export const adjusted = (key: string, points: number, told: ToldAt): AccountFact =>
  stamped(
    {
      type: 'PointsAdjusted',
      version: 1,
      data: { key, programme: 'main', wallet: 'points', points, reason: 'said so', role: 'manager' },
    },
    told,
  );

/** Points honoured for a late fact, or consumed where negative. */
export const honoured = (cause: string, points: number, told: ToldAt): AccountFact => {
  const place = { programme: 'main', wallet: 'points', expiresAt: null, effectiveAt: instant(told.at) };
  return stamped({ type: 'EntitlementHonoured', version: 1, data: { cause, points, ...place } }, told);
};

/** A return that named nobody. */
export function ofNobody(fact: AccountFact): AccountFact {
  if (fact.event.type !== 'PurchaseReturned') throw new Error('only a return waits');
  const { presented: _, ...data } = fact.event.data;
  return { ...fact, event: { ...fact.event, data } };
}

/** The purchase as it is recorded where these returns have waited for it in the account of nobody. */
export function withWaiting(purchase: AccountFact, ...returns: readonly AccountFact[]): AccountFact {
  if (purchase.event.type !== 'PurchaseRecorded') throw new Error('only a purchase is waited for');
  const returnedBefore = returns.flatMap(({ event, ...instants }) =>
    event.type === 'PurchaseReturned' ? [{ ...instants, data: event.data }] : [],
  );
  return { ...purchase, event: { ...purchase.event, data: { ...purchase.event.data, returnedBefore } } };
}

/** It acts at the purchase's own time; `at` is when it is claimed. */
export function claimed(purchase: AccountFact, told: ToldAt, ...returns: readonly AccountFact[]): AccountFact {
  const { event, occurredAt, effectiveAt } = purchase;
  if (event.type !== 'PurchaseRecorded') throw new Error('only a purchase is claimed');
  const data = {
    purchase: { ...event.data, presented: 'card' as const },
    returns: returns.flatMap((fact) =>
      fact.event.type === 'PurchaseReturned'
        ? [{ effectiveAt: fact.effectiveAt, occurredAt: fact.occurredAt, data: fact.event.data }]
        : [],
    ),
    claimedAt: instant(told.at),
  };
  const recordedAt = instant(told.at);
  return { event: { type: 'PurchaseClaimed', version: 1, data }, occurredAt, effectiveAt, recordedAt };
}
