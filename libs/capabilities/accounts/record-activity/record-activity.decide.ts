import { accept, type Acceptance } from '../../../kernel/decision';
import type { ActivityRecorded, PurchaseFlag } from '../account/account.events';
import { comesLate } from '../account/account.ledger';
import type { AccountDecider, KnownAccount } from '../account/decide-account';
import { placeOf, stampEffective, type AccountFact } from '../account/effective-order';
import { activityOutcome } from './record-activity.answer';

/** The customer did something that is no purchase. */
export interface RecordActivity {
  readonly activity: Omit<ActivityRecorded['data'], 'flags'>;
  readonly occurredAt: number;
  readonly now: number;
}

/** True from then on, whatever is learned later (S1); late ones are put where they belong (S2). */
export function recordActivity(
  { activity, occurredAt, now }: RecordActivity,
  { account }: KnownAccount,
): Acceptance<AccountFact> {
  const { effectiveAt, flags: stamped } = stampEffective(occurredAt, now, activity.source);
  const factOf = (flags: readonly PurchaseFlag[]): AccountFact => ({
    event: { type: 'ActivityRecorded', version: 1, data: { ...activity, flags } },
    occurredAt,
    effectiveAt,
    recordedAt: now,
  });
  const fact = factOf(stamped);
  return accept(comesLate(account, placeOf(fact)) ? factOf(['late', ...stamped]) : fact);
}

export const activityDecider = (command: RecordActivity): AccountDecider<never> => ({
  decide: (known) => recordActivity(command, known),
  outcome: (recorded) => activityOutcome(recorded, command.now),
});
