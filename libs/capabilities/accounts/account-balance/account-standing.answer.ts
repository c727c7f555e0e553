import { instantText } from '../../../kernel/time';
import type { Terms } from '../../programmes';
import type { LedgerDecision, WalletTotal } from '../account/account-decisions.events';
import { lapsesUntil } from '../account/account.ledger';
import { NO_TOTALS, type Account, type Reservation } from '../account/account.state';
import { balancesOf } from '../account/account-standing';

/** Where the points of a wallet are, and where they came from (S16); balance = available + reserved − debt. */
export type WalletStanding = {
  readonly programme: string;
  readonly wallet: string;
  readonly balance: number;
} & Readonly<Record<WalletTotal, number>>;

/** Every wallet of the programmes in force, in their order, then what else the account holds. */
export const walletsOf = (account: Account, terms: Terms, at: number): readonly WalletStanding[] =>
  balancesOf(account, terms, at).map(({ programme, wallet }) => {
    const held = account.wallets.find((other) => other.programme === programme && other.wallet === wallet);
    const totals = held?.totals ?? NO_TOTALS;
    return { programme, wallet, balance: totals.available + totals.reserved - totals.debt, ...totals };
  });

export type HeldReservation = {
  readonly redemptionId: string;
  readonly programme: string;
  readonly reward: string;
  readonly wallet?: string;
  readonly points: number;
  readonly issued?: string;
  readonly reservedUntil: string;
};

export const reservationsOf = ({ reservations }: Account): readonly HeldReservation[] =>
  reservations.map(({ redemption, programme, reward, wallet, issued, until, parts }: Reservation) => ({
    redemptionId: redemption,
    programme,
    reward,
    ...(wallet !== undefined && { wallet }),
    points: parts.reduce((sum, { points }) => sum + points, 0),
    ...(issued !== undefined && { issued }),
    reservedUntil: instantText(until),
  }));

/** What time alone will do to the account if nothing else happens: the balance of any day to come. */
export type NextLapse = {
  readonly at: string;
  readonly kind: LapseKind;
  readonly programme: string;
  readonly wallet?: string;
  readonly points?: number;
  readonly reward?: string;
  readonly issued?: string;
};

export type LapseKind = 'activates' | 'expires' | 'reservationLapses' | 'rewardExpires';

/** The first so many, points of one wallet and instant together; an account with more of them is asked as of later. */
export const LAPSES_SHOWN = 1_000;

export function nextLapses(account: Account, terms: Terms): readonly NextLapse[] {
  const lapses = new Map<string, NextLapse & { readonly due: number }>();
  for (const decision of lapsesUntil({ ...account, announced: -Infinity }, Infinity, terms)) {
    const lapse = lapseOf(decision);
    if (lapse === undefined) continue;
    const key = [lapse.due, lapse.kind, lapse.programme, lapse.wallet, lapse.issued].join('~');
    const known = lapses.get(key);
    const points = (known?.points ?? 0) + (lapse.points ?? 0);
    lapses.set(key, known === undefined ? lapse : { ...known, points });
  }
  return [...lapses.values()].slice(0, LAPSES_SHOWN).map(({ due: _, ...lapse }) => lapse);
}

function lapseOf({ type, data }: LedgerDecision): (NextLapse & { readonly due: number }) | undefined {
  if (type === 'RewardExpired') {
    const { programme, reward, issued, at } = data;
    return { at: instantText(at), kind: 'rewardExpires', programme, reward, issued, due: at };
  }
  const kind = LAPSES[type];
  if (kind === undefined || !('at' in data) || data.at === undefined || !('wallet' in data)) return undefined;
  const { programme, wallet, points, at } = data;
  return { at: instantText(at), kind, programme, wallet, points, due: at };
}

const LAPSES: Readonly<Partial<Record<LedgerDecision['type'], LapseKind>>> = {
  PointsActivated: 'activates',
  PointsExpired: 'expires',
  PointsReleased: 'reservationLapses',
};
