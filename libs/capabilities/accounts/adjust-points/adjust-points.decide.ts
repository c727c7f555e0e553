import { accept, refuse, type Acceptance, type Refusal } from '../../../kernel/decision';
import { termsAt, type CompiledProgramme } from '../../programmes';
import { NEEDS_HISTORY, type AccountDecider, type KnownAccount, type NeedsHistory } from '../account/decide-account';
import { instantOfDecision, standingAt } from '../account/decide-now';
import { RANK, type AccountFact } from '../account/effective-order';
import { adjustmentOutcome } from './adjust-points.answer';

/** Somebody of the business adds points, or takes some, and says why. */
export interface AdjustPoints {
  /** Names the adjustment, for ever unique. */
  readonly key: string;
  readonly programme: string;
  readonly wallet: string;
  /** Negative = taken; never 0. */
  readonly points: number;
  readonly reason: string;
  readonly role: 'staff' | 'manager' | 'admin';
  readonly now: number;
}

export type AdjustPointsRefusal = 'WalletUnknown' | 'AdjustmentTooLarge' | 'InsufficientPoints';

/** At most what the role may (L.7), and never below nothing: a debt is made by what the customer does, not by us. */
export function adjustPoints(
  { key, programme, wallet, points, reason, role, now }: AdjustPoints,
  known: KnownAccount,
): Acceptance<AccountFact> | Refusal<AdjustPointsRefusal> | NeedsHistory {
  const at = instantOfDecision(known.account, now, RANK.adjustment);
  const standing = standingAt(known, at);
  if (standing === undefined) return NEEDS_HISTORY;
  const compiled = termsAt(known.terms, at).find((inForce) => inForce.programme === programme);
  if (!compiled?.wallets.some(({ terms }) => terms.id === wallet)) {
    const detail = `No programme ${programme} is in force that has a wallet ${wallet}.`;
    return refuse('WalletUnknown', detail, [{ pointer: '/wallet', detail }]);
  }
  const limit = limitOf(compiled, role);
  if (Math.abs(points) > limit) {
    const detail = `The role ${role} may adjust by at most ${limit} points at once, not by ${points}.`;
    return refuse('AdjustmentTooLarge', detail, [{ pointer: '/points', detail }]);
  }
  const held = standing.wallets.find((holding) => holding.programme === programme && holding.wallet === wallet);
  const available = held?.totals.available ?? 0;
  if (available + points < 0) {
    const detail = `Only ${available} points can be taken from ${wallet}, not ${-points}.`;
    return refuse('InsufficientPoints', detail, [{ pointer: '/points', detail }]);
  }
  return accept({
    event: { type: 'PointsAdjusted', version: 1, data: { key, programme, wallet, points, reason, role } },
    occurredAt: now,
    effectiveAt: at,
    recordedAt: now,
  });
}

/** A programme that says who may adjust names everybody who may. */
function limitOf({ document: { adjustments } }: CompiledProgramme, role: AdjustPoints['role']): number {
  return (adjustments ?? DEFAULT_LIMITS)[role] ?? 0;
}

const DEFAULT_LIMITS: Readonly<Partial<Record<AdjustPoints['role'], number>>> = { manager: 1000, admin: Infinity };

export const adjustDecider = (command: AdjustPoints): AccountDecider<AdjustPointsRefusal> => ({
  decide: (known) => adjustPoints(command, known),
  outcome: (recorded) => adjustmentOutcome(recorded, command),
});
