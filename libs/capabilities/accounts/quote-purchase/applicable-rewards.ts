import { instantText } from '../../../kernel/time';
import { termsAt, type Reward, type Terms } from '../../programmes';
import type { Account } from '../account/account.state';
import type { PurchaseLine } from '../account/account.events';

/** A reward the customer holds that can be used on the purchase. */
export type ApplicableReward = {
  readonly programme: string;
  readonly reward: string;
  readonly issued: string;
  readonly name: string;
  readonly kind: Reward['kind'];
  readonly expiresAt: string | null;
  /** Goods of the purchase it may be given for; left out where it asks for none. */
  readonly skus?: readonly string[];
};

/** Held before the purchase, for no reward applies to the receipt that issues it. */
export function applicableRewards(
  { cards }: Account,
  lines: readonly PurchaseLine[],
  terms: Terms,
  at: number,
): readonly ApplicableReward[] {
  return cards.flatMap(({ programme, live }) =>
    live.flatMap(({ reward: id, issued, expiresAt, reservedFor }) => {
      const inForce = termsAt(terms, at).find((compiled) => compiled.programme === programme);
      const compiled = inForce?.rewards.get(id);
      if (compiled === undefined || reservedFor !== undefined || !compiled.isOffered(at)) return [];
      const { name, kind } = compiled.terms;
      const skus = goodsFor(compiled.terms, lines);
      if (skus?.length === 0) return [];
      const held = { programme, reward: id, issued, name, kind };
      const ends = expiresAt === null ? null : instantText(expiresAt);
      return [{ ...held, expiresAt: ends, ...(skus !== undefined && { skus }) }];
    }),
  );
}

/** Undefined where the reward asks for no goods of the purchase. */
function goodsFor(reward: Reward, lines: readonly PurchaseLine[]): readonly string[] | undefined {
  if (!('skus' in reward) || reward.skus === undefined) return undefined;
  const bought = new Set(lines.map(({ sku }) => sku));
  return reward.skus.filter((sku) => bought.has(sku));
}
