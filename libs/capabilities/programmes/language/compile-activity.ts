import { multiply, ONE } from '../../../kernel/rational';
import { compileConditions } from './compile-conditions';
import { WHOLE_PURCHASE } from './compiled-programme';
import type { CompiledWallet, Contribution } from './compiled-programme';
import type { ProgrammeDocument, WalletTerms } from './programme-document';
import { readDecimal } from './read-checked';

/** What the rules for custom events give in one wallet; multipliers that ask nothing of a purchase multiply them too. */
export function compileActivity(
  { id, rounding }: WalletTerms,
  { rules }: ProgrammeDocument,
): CompiledWallet['rateActivity'] {
  const givers = rules
    .filter((rule) => rule.kind === 'perActivity')
    .filter(({ wallet }) => wallet === id)
    .map(({ id: rule, activity, points, when = {} }) => {
      return { rule, activity, points: readDecimal(points), holds: compileConditions(when).holdsForActivity };
    });
  const multipliers = rules
    .filter((rule) => rule.kind === 'multiplier')
    .filter(({ wallet }) => wallet === id)
    .map(({ id: rule, factor, when = {} }) => {
      const applied = { rule, factor };
      return { applied, factor: readDecimal(factor), holds: compileConditions(when).holdsForActivity };
    });
  return (done) => {
    const giving = givers.filter(({ activity, holds }) => activity === done.activity && holds(done));
    const applying = multipliers.filter(({ holds }) => holds(done));
    const whole = applying.reduce((product, { factor }) => multiply(product, factor), ONE);
    return giving.map(({ rule, points }): Contribution => {
      const exact = multiply(points, whole);
      return {
        rule,
        exact,
        byLine: rounding.scope === 'line' ? [{ line: WHOLE_PURCHASE, exact }] : [],
        counted: ONE,
        multipliers: applying.map(({ applied }) => applied),
        countsVisits: false,
      };
    });
  };
}
