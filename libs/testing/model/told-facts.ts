import type { ReceiptKey, RedemptionId, RewardKey } from '../../kernel/ids';
import type {
  AccountFactEvent,
  Payment,
  Purchase,
  PurchaseLine,
  Redemption,
  Return,
  ReturnLine,
} from '../../capabilities/accounts/account/account.events';
import type { ModelFact } from './timeline';

/**
 * Facts of an account in few words: what is left out is ordinary. Outlet "o", till "1", pesos of two decimals; an offset of
 * 0 unless told, so that instants are local times.
 */
export interface Told {
  /** RFC 3339; `effectiveAt` and `recordedAt` are the same unless told. */
  readonly at: string;
  readonly effective?: string;
  readonly recorded?: string;
}

export interface ToldSale extends Told {
  readonly receipt: string;
  /** Minor units of one line each, of the article "A", one unit. */
  readonly amounts?: readonly number[];
  readonly lines?: readonly PurchaseLine[];
  readonly payments?: readonly Payment[];
  readonly more?: Partial<Purchase>;
}

export const receiptKey = (receipt: string): ReceiptKey => `o~1~${receipt}` as ReceiptKey;
export const redemptionId = (name: string): RedemptionId => `red_${name}` as RedemptionId;
export const rewardKey = (card: string, ordinal: number, generation = 1): RewardKey =>
  `main~${card}~${ordinal}~${generation}` as RewardKey;

export function fact(event: AccountFactEvent, { at, effective = at, recorded = effective }: Told): ModelFact {
  return { event, occurredAt: Date.parse(at), effectiveAt: Date.parse(effective), recordedAt: Date.parse(recorded) };
}

export function purchaseOf({ receipt, amounts = [10_000], lines, payments, more }: Omit<ToldSale, 'at'>): Purchase {
  return {
    receiptKey: receiptKey(receipt),
    outlet: 'o',
    till: '1',
    receipt,
    presented: 'card',
    currency: 'PHP',
    decimals: 2,
    lines: lines ?? amounts.map((amount) => ({ sku: 'A', quantity: 1, amount })),
    ...(payments && { payments }),
    channel: 'shop',
    offsetMinutes: 0,
    source: 'till',
    flags: [],
    ...more,
  };
}

export const sold = (told: ToldSale): ModelFact =>
  fact({ type: 'PurchaseRecorded', version: 1, data: purchaseOf(told) }, told);

export interface ToldReturn extends Told {
  readonly receipt: string;
  readonly of?: string;
  /** One unit of "A" each, unless `lines` are told. */
  readonly amounts?: readonly number[];
  readonly lines?: readonly ReturnLine[];
  readonly source?: 'till' | 'import';
}

export function returnOf({ receipt, of, amounts = [10_000], lines, source = 'till' }: Omit<ToldReturn, 'at'>): Return {
  const named = of === undefined ? {} : { of: receiptKey(of) };
  return {
    receiptKey: receiptKey(receipt),
    outlet: 'o',
    till: '1',
    receipt,
    presented: 'card',
    currency: 'PHP',
    decimals: 2,
    lines: lines ?? amounts.map((amount) => ({ sku: 'A', quantity: 1, amount, ...named })),
    channel: 'shop',
    offsetMinutes: 0,
    source,
    flags: [],
  };
}

export const returned = (told: ToldReturn): ModelFact =>
  fact({ type: 'PurchaseReturned', version: 1, data: returnOf(told) }, told);

export const voided = (receipt: string, at: string, key = `void-${receipt}`): ModelFact =>
  fact(
    {
      type: 'PurchaseVoided',
      version: 1,
      data: { receiptKey: receiptKey(receipt), key, outlet: 'o', till: '1', source: 'till', flags: [] },
    },
    { at },
  );

export const claimed = (
  purchase: Omit<ToldSale, 'at'>,
  at: string,
  claimedAt: string,
  returns: readonly ToldReturn[] = [],
): ModelFact =>
  fact(
    {
      type: 'PurchaseClaimed',
      version: 1,
      data: {
        purchase: purchaseOf(purchase),
        returns: returns.map((told) => ({
          effectiveAt: Date.parse(told.effective ?? told.at),
          occurredAt: Date.parse(told.at),
          data: returnOf(told),
        })),
        claimedAt: Date.parse(claimedAt),
      },
    },
    { at, recorded: claimedAt },
  );

export const did = (activity: string, key: string, at: string): ModelFact =>
  fact(
    {
      type: 'ActivityRecorded',
      version: 1,
      data: { key, activity, channel: 'web', offsetMinutes: 0, source: 'till', flags: [] },
    },
    { at },
  );

export const redemption = (name: string, cost: number, more: Partial<Redemption> = {}): Redemption => ({
  redemption: redemptionId(name),
  programme: 'main',
  revision: 1,
  reward: 'gift',
  ...(cost > 0 && { wallet: 'points' }),
  cost,
  ...more,
});

export const reserved = (data: Redemption, at: string, until: string): ModelFact =>
  fact({ type: 'RedemptionReserved', version: 1, data: { ...data, reservedUntil: Date.parse(until) } }, { at });

export const confirmed = (name: string, at: string): ModelFact =>
  fact({ type: 'RedemptionConfirmed', version: 1, data: { redemption: redemptionId(name) } }, { at });

export const released = (name: string, at: string): ModelFact =>
  fact({ type: 'RedemptionReleased', version: 1, data: { redemption: redemptionId(name) } }, { at });

export const reported = (data: Redemption, told: Told): ModelFact =>
  fact({ type: 'RedemptionReported', version: 1, data: { ...data, source: 'till', flags: [] } }, told);

export const adjusted = (key: string, points: number, at: string): ModelFact =>
  fact(
    {
      type: 'PointsAdjusted',
      version: 1,
      data: { key, programme: 'main', wallet: 'points', points, reason: 'goodwill', role: 'admin' },
    },
    { at },
  );

export const honoured = (cause: string, points: number, at: string): ModelFact =>
  fact(
    {
      type: 'EntitlementHonoured',
      version: 1,
      data: { cause, programme: 'main', wallet: 'points', points, expiresAt: null, effectiveAt: Date.parse(at) },
    },
    { at },
  );
