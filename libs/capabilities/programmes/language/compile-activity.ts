import { Defect } from '../../../kernel/defect';
import { multiply, ONE, parseDecimal } from '../../../kernel/rational';
import type { Rational } from '../../../kernel/rational';
import type { Activity } from './basket';
import { compileConditions } from './compile-conditions';
import { WHOLE_PURCHASE } from './compiled-programme';
import type { CompiledWallet, Contribution } from './compiled-programme';
import type { ProgrammeDocument, RuleConditions, WalletTerms } from './programme-document';

/** An activity has no lines, no money and is no visit: what asks for them never holds for it. */
const ASK_A_PURCHASE = ['categories', 'skus', 'minimumAmount', 'everyVisit', 'firstOf'] as const;

/** What rules for custom events give in one wallet, multipliers of whole purchases included. */
export function compileActivity(
  { id, rounding }: WalletTerms,
  { rules, currency }: ProgrammeDocument,
): CompiledWallet['rateActivity'] {
  const givers = rules.flatMap((rule) =>
    rule.kind === 'perActivity' && rule.wallet === id
      ? [{ rule: rule.id, activity: rule.activity, points: decimal(rule.points), holds: holdsFor(rule.when, currency) }]
      : [],
  );
  if (givers.length === 0) return () => [];
  const multipliers = rules.flatMap((rule) =>
    rule.kind === 'multiplier' && rule.wallet === id
      ? [
          {
            applied: { rule: rule.id, factor: rule.factor },
            factor: decimal(rule.factor),
            holds: holdsFor(rule.when, currency),
          },
        ]
      : [],
  );
  return (activity) => {
    const giving = givers.filter((giver) => giver.activity === activity.activity && giver.holds(activity));
    if (giving.length === 0) return [];
    const applied = multipliers.filter(({ holds }) => holds(activity));
    const factor = applied.reduce((product, multiplier) => multiply(product, multiplier.factor), ONE);
    return giving.map(({ rule, points }): Contribution => {
      const exact = multiply(points, factor);
      return {
        rule,
        exact,
        byLine: rounding.scope === 'line' ? [{ line: WHOLE_PURCHASE, exact }] : [],
        counted: ONE,
        multipliers: applied.map((multiplier) => multiplier.applied),
        countsVisits: false,
      };
    });
  };
}

function holdsFor(when: RuleConditions | undefined, currency: string): (activity: Activity) => boolean {
  if (when === undefined) return () => true;
  if (ASK_A_PURCHASE.some((condition) => when[condition] !== undefined)) return () => false;
  const { holds } = compileConditions(when);
  return ({ outlet = '', channel, local }) =>
    holds({
      outlet,
      channel,
      currency,
      decimals: 0,
      lines: [],
      total: 0,
      paidInMoney: 0,
      local,
      visit: { ordinal: 0, firstOf: { day: false, week: false, month: false, year: false } },
    });
}

function decimal(text: string): Rational {
  const value = parseDecimal(text);
  if (value === undefined) throw new Defect(`a checked document holds the decimal ${text}`);
  return value;
}
