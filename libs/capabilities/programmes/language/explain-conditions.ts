import { exactly } from '../../../kernel/words/messages';
import type { Words } from '../../../kernel/words/words';
import { eitherOf } from './explain-words';
import type { ProgrammeDocument, RuleConditions } from './programme-document';

/** The lines that are chosen: "ice-cream or cake", "article CONE"; undefined where every line is. */
export function lineWords({ categories, skus }: RuleConditions, words: Words): string | undefined {
  if (skus === undefined) return categories && eitherOf(categories, words);
  const articles = eitherOf(skus, words);
  if (categories === undefined) return words.say('articles', { articles });
  return words.say('articlesOfCategories', { articles, categories: eitherOf(categories, words) });
}

const WEEKDAYS = ['mondays', 'tuesdays', 'wednesdays', 'thursdays', 'fridays', 'saturdays', 'sundays'] as const;

const FIRST_VISITS = {
  day: 'firstVisitOfDay',
  week: 'firstVisitOfWeek',
  month: 'firstVisitOfMonth',
  year: 'firstVisitOfYear',
} as const satisfies Record<NonNullable<RuleConditions['firstOf']>, string>;

/** What is asked of the whole purchase, one by one. */
export function conditionWords(when: RuleConditions, { currency }: ProgrammeDocument, words: Words): readonly string[] {
  const { outlets, channels, weekdays, hours, minimumAmount, everyVisit, firstOf } = when;
  const { say } = words;
  const either = (names: readonly string[]): string => eitherOf(names, words);
  const daysNamed = weekdays && WEEKDAYS.filter((_, index) => weekdays.includes(index + 1));
  return [
    ...(outlets ? [say('atOutlets', { outlets: either(outlets) })] : []),
    ...(channels ? [say('byChannels', { channels: either(channels) })] : []),
    ...(daysNamed ? [say('onWeekdays', { weekdays: either(daysNamed.map((day) => say(day))) })] : []),
    ...(hours ? [say('betweenHours', hours)] : []),
    ...dateWords(when, words),
    ...(minimumAmount ? [say('ofAtLeast', { amount: exactly(minimumAmount), currency })] : []),
    ...(everyVisit ? [say('onEveryVisit', { visits: everyVisit })] : []),
    ...(firstOf ? [say(FIRST_VISITS[firstOf])] : []),
  ];
}

export const dateWords = (
  { from, until }: { readonly from?: string | undefined; readonly until?: string | undefined },
  { say }: Words,
): readonly string[] => [
  ...(from ? [say('fromDay', { day: from })] : []),
  ...(until ? [say('beforeDay', { day: until })] : []),
];
