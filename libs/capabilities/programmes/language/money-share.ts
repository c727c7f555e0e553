import { compare, multiply, ONE, rational, type Rational } from '../../../kernel/rational';
import type { Basket } from './basket';

/** Part of every amount of a basket that was settled in money. Of a basket that is not paid in money there is none to ask for. */
export const moneyShareOf = ({ moneyShare, paidInMoney, total }: Basket): Rational =>
  moneyShare ?? (paidInMoney === total ? ONE : rational(paidInMoney, total));

/** At least one minor unit of it was settled by something other than points or rewards (S39). */
export function isPaid(amount: number, moneyShare: Rational): boolean {
  return moneyShare === ONE ? amount >= 1 : compare(multiply(rational(amount), moneyShare), ONE) >= 0;
}
