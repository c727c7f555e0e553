import type { FieldError } from '../../../kernel/decision';
import { asksForPurchase, canMeet, choosesLines, conditionErrors, PURCHASE_CONDITIONS } from './check-conditions';
import { repeatedIds, unknownReference } from './check-references';
import type { EarningRule, ProgrammeDocument } from './programme-document';

type Multiplier = Extract<EarningRule, { readonly kind: 'multiplier' }>;
export type GivingRule = Exclude<EarningRule, { readonly kind: 'multiplier' | 'exclusion' }>;

export const gives = (rule: EarningRule): rule is GivingRule => rule.kind !== 'multiplier' && rule.kind !== 'exclusion';

/** What rules say that is wrong in itself, or makes no difference to any purchase. */
export function ruleErrors({ rules, wallets }: ProgrammeDocument): readonly FieldError[] {
  return [
    ...repeatedIds(rules, '/rules'),
    ...rules.flatMap((rule, index) => {
      const pointer = `/rules/${index}`;
      return [
        ...namedWallets(rule).flatMap(({ wallet, path }) =>
          unknownReference(wallet, wallets, 'wallet', pointer + path),
        ),
        ...conditionErrors(rule.when ?? {}, `${pointer}/when`),
        ...activityErrors(rule, `${pointer}/when`),
        ...futileErrors(rule, rules, pointer),
        ...sameRule(rule, rules, index),
      ];
    }),
  ];
}

const namedWallets = (rule: EarningRule): readonly { readonly wallet: string; readonly path: string }[] =>
  rule.kind === 'exclusion'
    ? (rule.wallets ?? []).map((wallet, index) => ({ wallet, path: `/wallets/${index}` }))
    : [{ wallet: rule.wallet, path: '/wallet' }];

function activityErrors({ kind, when = {} }: EarningRule, pointer: string): readonly FieldError[] {
  if (kind !== 'perActivity') return [];
  return PURCHASE_CONDITIONS.filter((condition) => when[condition] !== undefined).map((condition) => ({
    pointer: `${pointer}/${condition}`,
    detail: 'never holds for an activity, which is no purchase; remove it',
  }));
}

function futileErrors(rule: EarningRule, rules: readonly EarningRule[], pointer: string): readonly FieldError[] {
  if (rule.kind === 'exclusion' && Object.keys(rule.when ?? {}).length === 0) {
    const what = rule.wallets === undefined ? 'the whole programme' : 'its wallets';
    return [{ pointer, detail: `lets no purchase earn in ${what}; give it conditions in "when", or remove it` }];
  }
  if (rule.kind === 'multiplier' && !rules.some((other) => gives(other) && multiplies(rule, other))) {
    const detail = `multiplies nothing: no rule gives points to the wallet "${rule.wallet}" where it holds; widen its "when", or remove it`;
    return [{ pointer, detail }];
  }
  return [];
}

/** Visits and activities belong to no line: what multiplies single lines passes them by. */
function multiplies({ wallet, when = {} }: Multiplier, giver: GivingRule): boolean {
  if (giver.wallet !== wallet || !canMeet(when, giver.when ?? {})) return false;
  if (giver.kind === 'perActivity') return !asksForPurchase(when);
  return giver.kind !== 'perVisit' || !choosesLines(when);
}

function sameRule(rule: EarningRule, rules: readonly EarningRule[], index: number): readonly FieldError[] {
  const meaning = meaningOf(rule);
  const first = rules.findIndex((other) => meaningOf(other) === meaning);
  if (first === index) return [];
  const detail = `says the same as /rules/${first}; remove one of the two, or change what it gives`;
  return [{ pointer: `/rules/${index}`, detail }];
}

/** Two rules of one meaning do the same, whatever they are called and in whatever order their conditions are written. */
function meaningOf(rule: EarningRule): string {
  const { when = {}, ...gift } = rule;
  const { id: _id, description: _description, ...meaning } = gift;
  return JSON.stringify([inOrder(meaning), inOrder(when)]);
}

/** A list of conditions is a set. */
const inOrder = (fields: object): readonly unknown[] =>
  Object.entries(fields)
    .map(([name, value]: [string, unknown]) => [name, Array.isArray(value) ? value.map(String).sort() : value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
