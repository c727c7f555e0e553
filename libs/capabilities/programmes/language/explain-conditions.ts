import { listed, ordinal } from './explain-words';
import type { ProgrammeDocument, RuleConditions } from './programme-document';

/** The lines that are chosen: "ice-cream, the articles CONE or CAKE"; empty where every line is. */
export function lineWords({ categories, skus }: RuleConditions): string {
  return [categories && listed(categories), skus && `the articles ${listed(skus)}`].filter(Boolean).join(', ');
}

const weekdayNames = ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays'];

/** What is asked of the whole purchase, each part after a comma. */
export function conditionWords(when: RuleConditions, { currency }: ProgrammeDocument): string {
  const { outlets, channels, weekdays, hours, from, until, minimumAmount, everyVisit, firstOf } = when;
  const parts = [
    outlets && `at ${listed(outlets)}`,
    channels && `by ${listed(channels)}`,
    weekdays && `on ${listed(weekdays.map((day) => weekdayNames[day - 1] ?? ''))}`,
    hours && `from ${hours.from} to ${hours.until}`,
    ...dateWords({ from, until }),
    minimumAmount && `for purchases of ${minimumAmount} ${currency} or more`,
    everyVisit && `on every ${ordinal(everyVisit)} visit`,
    firstOf && `on the first visit of the ${firstOf}`,
  ].filter((part) => part !== undefined && part !== '' && part !== 0);
  return parts.map((part) => `, ${part}`).join('');
}

export const dateWords = (dates: { readonly from?: string | undefined; readonly until?: string | undefined }) => [
  dates.from && `from ${dates.from} on`,
  dates.until && `before ${dates.until}`,
];
