import type { CompiledCard, CompiledReward } from './compiled-programme';
import { chosenBy, compileConditions } from './compile-conditions';
import { isPaid, moneyShareOf } from './money-share';
import type { ProgrammeDocument, StampCard } from './programme-document';
import { readable } from './read-checked';

const ONE_VISIT_MILLI = 1_000;

/**
 * Stamps are of paid lines only (S39), and whatever excludes a line from earning points leaves its stamp. In another
 * currency than the programme's nothing is collected, as nothing is earned.
 */
export function compileCard(
  terms: StampCard,
  { currency }: ProgrammeDocument,
  rewards: ReadonlyMap<string, CompiledReward>,
): CompiledCard {
  const conditions = compileConditions(terms.when ?? {});
  return {
    terms,
    reward: readable(rewards.get(terms.reward), terms.reward),
    count(basket) {
      if (basket.currency !== currency || basket.paidInMoney === 0 || !conditions.holds(basket)) return 0;
      const moneyShare = moneyShareOf(basket);
      const stamped = basket.lines.filter((line) => chosenBy(conditions, line) && isPaid(line.amount, moneyShare));
      if (terms.collect === 'visit') return stamped.length > 0 ? ONE_VISIT_MILLI : 0;
      return stamped.reduce((milli, { quantityMilli }) => milli + quantityMilli, 0);
    },
  };
}
