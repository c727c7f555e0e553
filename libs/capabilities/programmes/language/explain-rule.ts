import { assertNever } from '../../../kernel/defect';
import type { EarningRule, ProgrammeDocument, RuleConditions } from './programme-document';

/** What a rule says, in one sentence for the owner, the cashier and the customer. */
export function explainRule(rule: EarningRule, document: ProgrammeDocument): string {
  const when = conditionWords(rule.when ?? {}, document);
  return `${ruleWords(rule, document)}${when}.`;
}

function ruleWords(rule: EarningRule, { currency, wallets }: ProgrammeDocument): string {
  const nameOf = (wallet: string): string => wallets.find(({ id }) => id === wallet)?.name ?? wallet;
  const lines = lineWords(rule.when ?? {});
  switch (rule.kind) {
    case 'perAmount':
      return `${rule.points} ${nameOf(rule.wallet)} for every ${rule.amount} ${currency} spent${lines && ` on ${lines}`}`;
    case 'perVisit':
      return `${rule.points} ${nameOf(rule.wallet)} for every visit${lines && ` with ${lines}`}`;
    case 'perItem':
      return `${rule.points} ${nameOf(rule.wallet)} for every unit bought${lines && ` of ${lines}`}`;
    case 'multiplier':
      return `${nameOf(rule.wallet)} ×${rule.factor}${lines && ` on ${lines}`}`;
    case 'exclusion': {
      const where = rule.wallets === undefined ? '' : ` in ${listed(rule.wallets.map(nameOf), 'and')}`;
      return `Nothing is earned${where}${lines && ` on ${lines}`}`;
    }
    default:
      return assertNever(rule);
  }
}

function lineWords({ categories, skus }: RuleConditions): string {
  return [categories && listed(categories), skus && `the articles ${listed(skus)}`].filter(Boolean).join(', ');
}

const weekdayNames = ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays'];

function conditionWords(when: RuleConditions, { currency }: ProgrammeDocument): string {
  const { outlets, channels, weekdays, hours, from, until, minimumAmount } = when;
  const parts = [
    outlets && `at ${listed(outlets)}`,
    channels && `by ${listed(channels)}`,
    weekdays && `on ${listed(weekdays.map((day) => weekdayNames[day - 1] ?? ''))}`,
    hours && `from ${hours.from} to ${hours.until}`,
    from && `from ${from} on`,
    until && `before ${until}`,
    minimumAmount && `for purchases of ${minimumAmount} ${currency} or more`,
  ].filter((part) => part !== undefined && part !== '');
  return parts.map((part) => `, ${part}`).join('');
}

function listed(words: readonly string[], joint = 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${joint} ${words[words.length - 1] ?? ''}`;
}
