import { accept, refuse, type Acceptance, type Refusal } from '../../../kernel/decision';
import { assert } from '../../../kernel/defect';
import type { RedemptionId, RewardKey } from '../../../kernel/ids';
import { termsAt, type CompiledProgramme, type CompiledReward, type Terms } from '../../programmes';
import type { Redemption } from '../account/account.events';
import type { Account, LiveReward } from '../account/account.state';
import { NEEDS_HISTORY, type AccountDecider, type KnownAccount, type NeedsHistory } from '../account/decide-account';
import { instantOfDecision, revisionOf, standingAt } from '../account/decide-now';
import { RANK, type AccountFact } from '../account/effective-order';
import { redemptionOutcome } from './redemption.answer';

/** A till asks to hold a reward for a customer until it is handed over, and the points it costs. */
export interface ReserveRedemption {
  readonly redemption: RedemptionId;
  readonly outlet: string;
  readonly till: string;
  readonly reward: RewardName;
  /** One that a stamp card has issued; left out, points are paid. */
  readonly issued?: RewardKey;
  readonly occurredAt?: number;
  readonly now: number;
  /** A piece that is free; left out where none is, or the reward has no stock. */
  readonly piece?: number | undefined;
}

export type RewardName = { readonly programme: string; readonly id: string };

export type ReserveRedemptionRefusal =
  | 'RewardUnknown'
  | 'RewardNotOffered'
  | 'RewardNotForPoints'
  | 'RewardNotHeld'
  | 'RewardReserved'
  | 'InsufficientPoints'
  | 'RewardOutOfStock';

type Refused = Refusal<ReserveRedemptionRefusal>;

/** Two tills at the same instant: the account decides one after the other, and only the first finds the reward free. */
export function reserveRedemption(
  command: ReserveRedemption,
  known: KnownAccount,
): Acceptance<AccountFact> | Refused | NeedsHistory {
  const { redemption, outlet, till, reward, issued, piece, now, occurredAt = now } = command;
  const at = instantOfDecision(known.account, now, RANK.redemption);
  const standing = standingAt(known, at);
  if (standing === undefined) return NEEDS_HISTORY;
  const live = issued === undefined ? undefined : liveReward(standing, reward, issued);
  const priced = pricedReward(known.terms, at, reward, live?.revision);
  if (priced === undefined) return rewardUnknown(reward);
  if (!priced.reward.isOffered(at)) return notOffered(priced.reward);
  const refusal = issued === undefined ? unpayable(priced, standing) : unusable(live, issued);
  if (refusal !== undefined) return refusal;
  const hasStock = priced.reward.terms.stock !== undefined;
  if (hasStock && piece === undefined) return outOfStock(priced.reward);
  const data = {
    redemption,
    ...priceOf(priced, issued),
    outlet,
    till,
    ...(hasStock && piece !== undefined && { piece }),
    reservedUntil: at + priced.programme.reservationMs,
  };
  return accept({
    event: { type: 'RedemptionReserved', version: 1, data },
    occurredAt,
    effectiveAt: at,
    recordedAt: now,
  });
}

export const reserveDecider = (command: ReserveRedemption): AccountDecider<ReserveRedemptionRefusal> => ({
  decide: (known) => reserveRedemption(command, known),
  outcome(recorded) {
    const [fact] = recorded.facts;
    const { reservedUntil, ...redemption } = reservationIn(fact);
    return redemptionOutcome(recorded, { step: 'reserved', redemption, reservedUntil, flags: [], now: command.now });
  },
});

function reservationIn(fact: AccountFact | undefined) {
  assert(fact?.event.type === 'RedemptionReserved', 'a reservation is of a redemption');
  return fact.event.data;
}

/** A reward with the revision that prices it. */
export interface PricedReward {
  readonly programme: CompiledProgramme;
  readonly reward: CompiledReward;
}

/** By the revision in force, or the one that issued it where that knows it no more: what is held stays usable (S28). */
export function pricedReward(
  terms: Terms,
  at: number,
  { programme, id }: RewardName,
  issuedUnder: number | undefined,
): PricedReward | undefined {
  const inForce = termsAt(terms, at).find((compiled) => compiled.programme === programme);
  const issuing = issuedUnder === undefined ? undefined : revisionOf(terms, programme, issuedUnder);
  for (const compiled of [inForce, issuing]) {
    const reward = compiled?.rewards.get(id);
    if (compiled !== undefined && reward !== undefined) return { programme: compiled, reward };
  }
  return undefined;
}

/** What of the redemption its price decides. */
export function priceOf(
  { programme, reward: { terms } }: PricedReward,
  issued: RewardKey | undefined,
): Omit<Redemption, 'redemption' | 'outlet' | 'till' | 'piece'> {
  const cost = issued === undefined ? terms.cost : undefined;
  return {
    programme: programme.programme,
    revision: programme.revision,
    reward: terms.id,
    ...(issued !== undefined && { issued }),
    ...(cost !== undefined && { wallet: cost.wallet }),
    cost: cost?.points ?? 0,
    ...(terms.kind === 'points' && { gives: { wallet: terms.wallet, points: terms.points } }),
  };
}

/** The issued reward where the customer holds it, reserved or not. */
export const liveReward = (
  { cards }: Account,
  { programme, id }: RewardName,
  issued: RewardKey,
): LiveReward | undefined =>
  cards
    .filter((card) => card.programme === programme)
    .flatMap(({ live }) => live)
    .find((live) => live.issued === issued && live.reward === id);

export function rewardUnknown({ programme, id }: RewardName): Refusal<'RewardUnknown'> {
  const detail = `No programme ${programme} is in force that has a reward ${id}.`;
  return refuse('RewardUnknown', detail, [{ pointer: '/reward/id', detail }]);
}

export function notForPoints({ terms: { name } }: CompiledReward): Refusal<'RewardNotForPoints'> {
  const detail = `${name} cannot be had for points: name the issued one that is to be used.`;
  return refuse('RewardNotForPoints', detail, [{ pointer: '/issued', detail }]);
}

function notOffered({ terms: { name, from, until } }: CompiledReward): Refused {
  const days = [...(from === undefined ? [] : [`from ${from}`]), ...(until === undefined ? [] : [`until ${until}`])];
  const detail = `${name} is offered ${days.join(' ')}.`;
  return refuse('RewardNotOffered', detail, [{ pointer: '/reward/id', detail }]);
}

function outOfStock({ terms: { name } }: CompiledReward): Refused {
  const detail = `Every piece of ${name} is reserved or handed over.`;
  return refuse('RewardOutOfStock', detail, [{ pointer: '/reward/id', detail }]);
}

function unpayable({ programme: { programme }, reward }: PricedReward, { wallets }: Account): Refused | undefined {
  const { cost, name } = reward.terms;
  if (cost === undefined) return notForPoints(reward);
  const held = wallets.find((wallet) => wallet.programme === programme && wallet.wallet === cost.wallet);
  const available = held?.totals.available ?? 0;
  if (available >= cost.points) return undefined;
  const detail = `${name} costs ${cost.points} of ${cost.wallet}, of which ${available} can be spent.`;
  return refuse('InsufficientPoints', detail, [{ pointer: '/reward/id', detail }]);
}

function unusable(live: LiveReward | undefined, issued: RewardKey): Refused | undefined {
  if (live === undefined) {
    const detail = `The customer does not hold ${issued} as this reward: it was used, has ended or was taken back.`;
    return refuse('RewardNotHeld', detail, [{ pointer: '/issued', detail }]);
  }
  if (live.reservedFor === undefined) return undefined;
  const detail = `${issued} is reserved already, by redemption ${live.reservedFor}.`;
  return refuse('RewardReserved', detail, [{ pointer: '/issued', detail }]);
}
