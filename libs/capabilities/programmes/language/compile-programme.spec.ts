import fc from 'fast-check';
import {
  add,
  compare,
  divide,
  multiply,
  ONE,
  parseDecimal,
  rational,
  ZERO,
  type Rational,
} from '../../../kernel/rational';
import { documents, sales } from '../../../testing/arbitrary-sales';
import { basketOf } from '../../accounts/account/basket-of-purchase';
import { NO_VISIT, type Basket, type BasketLine } from './basket';
import { compileZone } from '../programme/zone-table';
import { compileProgramme } from './compile-programme';
import type { EarningRule, ProgrammeDocument } from './programme-document';

const decimal = (text: string): Rational => parseDecimal(text) ?? ZERO;
const least = (a: Rational, b: Rational): boolean => compare(a, b) >= 0;

/** The rule language read word for word, a rule and a line at a time: slow, and what the compiled form must equal. */
function readPlainly({ rules }: ProgrammeDocument, wallet: string, basket: Basket): Record<string, Rational> {
  const { lines, total, paidInMoney, decimals } = basket;
  const base = ({ amount }: BasketLine): Rational => (total === 0 ? ZERO : rational(amount * paidInMoney, total));
  const money = (minor: Rational): Rational => divide(minor, rational(10 ** decimals));

  const holds = ({ when = {} }: EarningRule): boolean =>
    (when.weekdays?.includes(basket.local.weekday) ?? true) &&
    (when.minimumAmount === undefined || least(money(rational(paidInMoney)), decimal(when.minimumAmount)));
  const names = ({ when = {} }: EarningRule, { sku, category = '' }: BasketLine): boolean =>
    (when.skus?.includes(sku) ?? true) && (when.categories?.includes(category) ?? true);
  const ofLines = ({ when = {} }: EarningRule): boolean => when.skus !== undefined || when.categories !== undefined;

  const inForce = rules.filter(holds);
  const earning = lines.filter((line) => !inForce.some((rule) => rule.kind === 'exclusion' && names(rule, line)));
  const factor = (line: BasketLine | undefined): Rational =>
    inForce
      .filter((rule) => rule.kind === 'multiplier' && rule.wallet === wallet)
      .filter((rule) => !ofLines(rule) || (line !== undefined && names(rule, line)))
      .reduce((product, rule) => multiply(product, rule.kind === 'multiplier' ? decimal(rule.factor) : ONE), ONE);

  const pointsOf = (rule: EarningRule): Rational => {
    const own = earning.filter((line) => names(rule, line));
    if (rule.kind === 'perVisit') {
      if (basket.visit.ordinal === 0) return ZERO;
      const paid = own.map(base).reduce(add, ZERO);
      return least(paid, ONE) ? multiply(decimal(rule.points), factor(undefined)) : ZERO;
    }
    const each = (line: BasketLine): Rational => {
      if (rule.kind === 'perAmount') {
        return divide(multiply(money(base(line)), decimal(rule.points)), decimal(rule.amount));
      }
      if (rule.kind !== 'perItem' || !least(base(line), ONE)) return ZERO;
      return multiply(rational(line.quantityMilli, 1000), decimal(rule.points));
    };
    return own.map((line) => multiply(each(line), factor(line))).reduce(add, ZERO);
  };
  const given = inForce
    .filter((rule) => rule.kind !== 'exclusion' && rule.kind !== 'multiplier' && rule.wallet === wallet)
    .map((rule): [string, Rational] => [rule.id, pointsOf(rule)]);
  return Object.fromEntries(given.filter(([, points]) => compare(points, ZERO) > 0));
}

describe('a compiled programme', () => {
  it('gives exactly what its document says, read word for word', () => {
    fc.assert(
      fc.property(documents, sales, (document, told) => {
        const compiled = compileProgramme('main', 1, document, compileZone(document.timeZone));
        for (const [ordinal, { purchase, occurredAt }] of told.entries()) {
          const visit = { ...NO_VISIT, ordinal };
          const basket = { ...basketOf({ ...purchase, currency: 'PHP', flags: [] }, occurredAt), visit };
          for (const { terms, rate } of compiled.wallets) {
            const contributions = rate(basket);
            const exact = contributions.map(({ rule, exact }): [string, Rational] => [rule, exact]);
            expect(Object.fromEntries(exact)).toEqual(readPlainly(document, terms.id, basket));
            if (terms.rounding.scope !== 'line') continue;
            for (const { byLine, exact: whole } of contributions) {
              expect(byLine.map((part) => part.exact).reduce(add, ZERO)).toEqual(whole);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
