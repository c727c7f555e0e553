import { accept, refuse, type Acceptance, type Refusal } from '../../../kernel/decision';
import { instantText } from '../../../kernel/time';
import type { RedemptionReserved } from '../account/account.events';
import { NEEDS_HISTORY, type AccountDecider, type KnownAccount, type NeedsHistory } from '../account/decide-account';
import { instantOfDecision } from '../account/decide-now';
import { RANK, type AccountFact } from '../account/effective-order';
import { redemptionState } from '../reserve-redemption/redemption-state';
import { redemptionOutcome } from '../reserve-redemption/redemption.answer';

/** The reward was not taken. */
export interface ReleaseRedemption {
  readonly reserved: RedemptionReserved['data'];
  readonly occurredAt?: number;
  readonly now: number;
  /** What has lapsed is told as released by whoever needs its piece of the stock; a till can only release what is held. */
  readonly of: 'held' | 'lapsed';
}

export type ReleaseRedemptionRefusal = 'RedemptionConfirmed' | 'RedemptionReleased' | 'ReservationLapsed';

export function releaseRedemption(
  { reserved, occurredAt, now, of }: ReleaseRedemption,
  known: KnownAccount,
): Acceptance<AccountFact> | Refusal<ReleaseRedemptionRefusal> | NeedsHistory {
  const { redemption, reservedUntil } = reserved;
  const at = instantOfDecision(known.account, now, RANK.confirmation);
  const state = redemptionState(known, reserved, at);
  switch (state) {
    case undefined:
      return NEEDS_HISTORY;
    case 'confirmed':
      return refuse('RedemptionConfirmed', `${redemption} is confirmed: the reward was handed over.`);
    case 'released':
      return refuse('RedemptionReleased', `${redemption} is released already.`);
    case 'reserved':
    case 'lapsed':
      if (state === 'lapsed' && of === 'held') {
        const detail = `${redemption} was held until ${instantText(reservedUntil)} and has lapsed: nothing is held any more.`;
        return refuse('ReservationLapsed', detail);
      }
      return accept({
        event: { type: 'RedemptionReleased', version: 1, data: { redemption } },
        occurredAt: occurredAt ?? now,
        effectiveAt: at,
        recordedAt: now,
      });
  }
}

export const releaseDecider = (command: ReleaseRedemption): AccountDecider<ReleaseRedemptionRefusal> => ({
  decide: (known) => releaseRedemption(command, known),
  outcome: (recorded) =>
    redemptionOutcome(recorded, { step: 'released', redemption: command.reserved, flags: [], now: command.now }),
});
