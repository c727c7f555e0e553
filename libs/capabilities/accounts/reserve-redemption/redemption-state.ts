import type { RedemptionReserved } from '../account/account.events';
import type { KnownAccount } from '../account/decide-account';
import type { PastRedemption } from '../account/past';

/** What has become of it by an instant not before the account's newest; undefined where only the history can tell. */
export function redemptionState(
  { account, ledger }: KnownAccount,
  { redemption, reservedUntil }: Pick<RedemptionReserved['data'], 'redemption' | 'reservedUntil'>,
  at: number,
): PastRedemption['state'] | undefined {
  const isHeld = account.reservations.some((held) => held.redemption === redemption);
  if (isHeld) return at < reservedUntil ? 'reserved' : 'lapsed';
  return ledger?.past.redemptions.get(redemption)?.state;
}
