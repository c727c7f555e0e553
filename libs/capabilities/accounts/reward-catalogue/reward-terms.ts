import type { CompiledProgramme, Reward } from '../../programmes';

/** A reward as tills and customers see it: what it is, and what it takes off or gives. Amounts are decimal texts. */
export type RewardTerms = {
  readonly programme: string;
  readonly id: string;
  readonly name: string;
  readonly kind: Reward['kind'];
  readonly skus?: readonly string[];
  /** Off the receipt, in `currency`. */
  readonly amount?: string;
  readonly currency?: string;
  readonly percent?: string;
  readonly gives?: { readonly wallet: string; readonly points: number };
  readonly description?: string;
};

export function rewardTerms({ programme, document }: CompiledProgramme, reward: Reward): RewardTerms {
  const { id, name, kind } = reward;
  const head = { programme, id, name, kind };
  switch (reward.kind) {
    case 'product':
    case 'service':
      return { ...head, ...(reward.skus !== undefined && { skus: reward.skus }) };
    case 'amountOff':
      return { ...head, amount: reward.amount, currency: document.currency };
    case 'percentOff':
      return { ...head, percent: reward.percent };
    case 'points':
      return { ...head, gives: { wallet: reward.wallet, points: reward.points } };
    case 'catalogue':
      return { ...head, description: reward.description };
  }
}

/** Only these members, in this order: stored objects come back with their members sorted. */
export function rewardInOrder(terms: RewardTerms): RewardTerms {
  const { programme, id, name, kind, skus, amount, currency, percent, gives, description } = terms;
  return {
    programme,
    id,
    name,
    kind,
    ...(skus !== undefined && { skus }),
    ...(amount !== undefined && { amount }),
    ...(currency !== undefined && { currency }),
    ...(percent !== undefined && { percent }),
    ...(gives !== undefined && { gives: { wallet: gives.wallet, points: gives.points } }),
    ...(description !== undefined && { description }),
  };
}
