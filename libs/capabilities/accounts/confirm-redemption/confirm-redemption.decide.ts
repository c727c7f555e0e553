import { accept, refuse, type Acceptance, type Refusal } from '../../../kernel/decision';
import type { RedemptionId } from '../../../kernel/ids';
import { HORIZON_MS, instantText } from '../../../kernel/time';
import type { RedemptionReserved } from '../account/account.events';
import {
  NEEDS_HISTORY,
  type AccountDecider,
  type KnownAccount,
  type NeedsHistory,
  type RecordedFacts,
} from '../account/decide-account';
import { instantOfDecision } from '../account/decide-now';
import { RANK, type AccountFact } from '../account/effective-order';
import { redemptionState } from '../reserve-redemption/redemption-state';
import { isOverdrawn, redemptionOutcome, type RedemptionFlag } from '../reserve-redemption/redemption.answer';

/** The reward was handed over. */
export interface ConfirmRedemption {
  readonly reserved: RedemptionReserved['data'];
  /** When the reservation acts. */
  readonly reservedAt: number;
  readonly occurredAt?: number;
  readonly now: number;
}

export type ConfirmRedemptionRefusal = 'RedemptionConfirmed' | 'RedemptionReleased' | 'ReservationLapsed';

/**
 * In time it is decided online (S3). One that comes late counts all the same if the reward was handed over while it was
 * held (S25): it acts when that was, which is at most 45 days ago (S2).
 */
export function confirmRedemption(
  { reserved, reservedAt, occurredAt = Infinity, now }: ConfirmRedemption,
  known: KnownAccount,
): Acceptance<AccountFact> | Refusal<ConfirmRedemptionRefusal> | NeedsHistory {
  const { redemption, reservedUntil } = reserved;
  const said = Math.min(occurredAt, now);
  const confirmedAt = (effectiveAt: number): Acceptance<AccountFact> =>
    accept({
      event: { type: 'RedemptionConfirmed', version: 1, data: { redemption } },
      occurredAt: said,
      effectiveAt,
      recordedAt: now,
    });
  const at = instantOfDecision(known.account, now, RANK.confirmation);
  switch (redemptionState(known, reserved, at)) {
    case undefined:
      return NEEDS_HISTORY;
    case 'confirmed':
      return refuse('RedemptionConfirmed', `${redemption} is confirmed already.`);
    case 'released':
      return refuse('RedemptionReleased', `${redemption} was released: reserve the reward again.`);
    case 'reserved':
      return confirmedAt(at);
    case 'lapsed': {
      const isInTime = said < reservedUntil && said >= now - HORIZON_MS;
      if (!isInTime) {
        const detail = `${redemption} was held until ${instantText(reservedUntil)} and has lapsed: reserve the reward again.`;
        return refuse('ReservationLapsed', detail);
      }
      // Whether its piece of the stock was given back meanwhile is in the history.
      return known.ledger === undefined ? NEEDS_HISTORY : confirmedAt(Math.max(said, reservedAt));
    }
  }
}

export const confirmDecider = (command: ConfirmRedemption): AccountDecider<ConfirmRedemptionRefusal> => ({
  decide: (known) => confirmRedemption(command, known),
  outcome: (recorded) =>
    redemptionOutcome(recorded, {
      step: 'confirmed',
      redemption: command.reserved,
      flags: confirmationFlags(recorded, command),
      now: command.now,
    }),
});

function confirmationFlags(
  recorded: RecordedFacts,
  { reserved: { redemption, piece }, now }: ConfirmRedemption,
): readonly RedemptionFlag[] {
  const isLate = recorded.facts.some(({ effectiveAt }) => effectiveAt < now);
  return [
    ...(isLate ? (['late'] as const) : []),
    ...(isOverdrawn(recorded, redemption) ? (['overdrawn'] as const) : []),
    ...(piece !== undefined && wasGivenBack(recorded, redemption) ? (['stockOverdrawn'] as const) : []),
  ];
}

/** After it lapsed, by whoever needed its piece. */
const wasGivenBack = ({ ledger }: RecordedFacts, redemption: RedemptionId): boolean =>
  ledger?.entries.some(({ fact }) => fact === `release~${redemption}`) === true;
