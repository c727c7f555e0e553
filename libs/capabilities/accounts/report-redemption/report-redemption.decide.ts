import { accept, refuse, type Acceptance, type Refusal } from '../../../kernel/decision';
import { assert } from '../../../kernel/defect';
import type { RedemptionId, RewardKey } from '../../../kernel/ids';
import type { Terms } from '../../programmes';
import type { FactFlag, Purchase, Redemption, RedemptionReported } from '../account/account.events';
import { comesLate } from '../account/account.ledger';
import { NEEDS_HISTORY, type AccountDecider, type KnownAccount, type NeedsHistory } from '../account/decide-account';
import { revisionOf, standingAt } from '../account/decide-now';
import { decidedAt, placeOf, stampEffective, termsInstant, type AccountFact } from '../account/effective-order';
import { isOverdrawn, redemptionOutcome, type RedemptionFlag } from '../reserve-redemption/redemption.answer';
import {
  liveReward,
  notForPoints,
  pricedReward,
  priceOf,
  rewardUnknown,
  type RewardName,
} from '../reserve-redemption/reserve-redemption.decide';

/** A till that was cut off has handed a reward over, and says so now. */
export interface ReportRedemption {
  readonly redemption: RedemptionId;
  readonly outlet: string;
  readonly till: string;
  readonly reward: RewardName;
  readonly issued?: RewardKey;
  readonly source: Purchase['source'];
  readonly occurredAt: number;
  readonly now: number;
  /** A piece that is free; left out where none is, or the reward has no stock. */
  readonly piece?: number | undefined;
}

export type ReportRedemptionRefusal = 'RewardUnknown' | 'RewardNotForPoints' | 'RewardNotHeld';

/**
 * What was handed over is never refused for what the account holds: points there are not become debt (S26), and a reward
 * that was used before is the outlet's loss. Only what the programme cannot price is refused.
 */
export function reportRedemption(
  command: ReportRedemption,
  known: KnownAccount,
): Acceptance<AccountFact> | Refusal<ReportRedemptionRefusal> | NeedsHistory {
  const { reward, issued, source, occurredAt, now } = command;
  const { effectiveAt, flags: stamped } = stampEffective(occurredAt, now, source);
  const priced = pricedReward(known.terms, termsInstant(occurredAt, effectiveAt), reward, undefined);
  if (priced === undefined) return rewardUnknown(reward);
  if (issued === undefined && priced.reward.terms.cost === undefined) return notForPoints(priced.reward);
  if (issued !== undefined && !mayBeIssued(known.terms, reward, issued)) {
    const detail = `${issued} is no reward that a stamp card of ${reward.programme} issues as ${reward.id}.`;
    return refuse('RewardNotHeld', detail, [{ pointer: '/issued', detail }]);
  }
  const { redemption, outlet, till } = command;
  const piece = priced.reward.terms.stock === undefined ? undefined : command.piece;
  const data = {
    redemption,
    ...priceOf(priced, issued),
    outlet,
    till,
    ...(piece !== undefined && { piece }),
    source,
    flags: stamped,
  };
  const fact = reported(data, { occurredAt, effectiveAt, recordedAt: now });
  const isLate = comesLate(known.account, placeOf(fact));
  const odd = oddities(known, data, decidedAt(effectiveAt, known.account.newest));
  if (odd === undefined) return NEEDS_HISTORY;
  const flags = [
    ...(isLate ? (['late'] as const) : []),
    ...stamped,
    ...odd.filter((flag) => !isLate || flag !== 'overdrawn'),
  ];
  return accept(reported({ ...data, flags }, fact));
}

const reported = (data: RedemptionReported['data'], times: Omit<AccountFact, 'event'>): AccountFact => ({
  event: { type: 'RedemptionReported', version: 1, data },
  occurredAt: times.occurredAt,
  effectiveAt: times.effectiveAt,
  recordedAt: times.recordedAt,
});

/**
 * What is not as it should be, as far as it is known when the report is accepted (S1). Of a late one only the ledger tells
 * whether the points were there when they were spent: see the answer.
 */
function oddities(known: KnownAccount, { programme, reward, issued, wallet, cost }: Redemption, at: number) {
  const standing = standingAt(known, at);
  if (standing === undefined) return undefined;
  const flags: FactFlag[] = [];
  const held = standing.wallets.find((holding) => holding.programme === programme && holding.wallet === wallet);
  if (cost > (held?.totals.available ?? 0)) flags.push('overdrawn');
  if (issued !== undefined && liveReward(standing, { programme, id: reward }, issued) === undefined) {
    flags.push('rewardNotHeld');
  }
  return flags;
}

const issuedForm = /^([A-Za-z0-9._-]{1,64})~([A-Za-z0-9._-]{1,64})~\d{1,9}~\d{1,9}$/;

/** Whether any revision has a card of that name that issues the reward. */
function mayBeIssued({ periods }: Terms, { programme, id }: RewardName, issued: RewardKey): boolean {
  const [, of, card] = issuedForm.exec(issued) ?? [];
  return (
    of === programme &&
    periods.some(({ inForce }) =>
      inForce.some(
        (compiled) =>
          compiled.programme === programme &&
          compiled.cards.some(({ terms }) => terms.id === card && terms.reward === id),
      ),
    )
  );
}

export const reportDecider = (command: ReportRedemption): AccountDecider<ReportRedemptionRefusal> => ({
  decide: (known) => reportRedemption(command, known),
  outcome(recorded) {
    const event = recorded.facts[0]?.event;
    assert(event?.type === 'RedemptionReported', 'a report is of a redemption');
    const { flags, source: _, ...redemption } = event.data;
    const overdrawn = isOverdrawn(recorded, redemption.redemption) && !flags.includes('overdrawn');
    const said: RedemptionFlag[] = overdrawn ? [...flags, 'overdrawn'] : [...flags];
    const { programme, revision, reward, piece } = redemption;
    const terms = revisionOf(recorded.terms, programme, revision)?.rewards.get(reward)?.terms;
    if (terms?.stock !== undefined && piece === undefined) said.push('stockOverdrawn');
    return redemptionOutcome(recorded, { step: 'confirmed', redemption, flags: said, now: command.now });
  },
});
