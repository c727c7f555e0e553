import { moneyOf } from '../../../kernel/money';
import { compare, parseDecimal } from '../../../kernel/rational';
import { minuteOfClock, type LocalTime } from '../../../kernel/time';
import type { Activity, Basket, BasketLine } from './basket';
import type { RuleConditions } from './programme-document';
import { readable, readDay } from './read-checked';

/** `when` of one rule, split into what is asked of the whole purchase and what chooses among its lines. */
export interface Conditions {
  readonly holds: (basket: Basket) => boolean;
  /** An activity has no lines, no money and is no visit: what asks for them never holds for one. */
  readonly holdsForActivity: (activity: Activity) => boolean;
  /** Undefined chooses every line. */
  readonly chooses: ((line: BasketLine) => boolean) | undefined;
  /** Whether it is asked which visit it is. */
  readonly countsVisits: boolean;
}

export function compileConditions(when: RuleConditions): Conditions {
  const ofOccasion: Test<Occasion>[] = [
    ...oneOf(when.outlets, ({ outlet }) => outlet),
    ...oneOf(when.channels, ({ channel }) => channel),
    ...oneOf(when.weekdays, ({ local }) => local.weekday),
    ...dayTests(when),
    ...hourTest(when.hours),
  ];
  const ofPurchase: Test<Basket>[] = [...minimumTest(when.minimumAmount), ...visitTests(when)];
  const tests = [...ofOccasion, ...ofPurchase];
  const chooses = compileChoice(when);
  const asksPurchase = ofPurchase.length > 0 || chooses !== undefined;
  return {
    holds: (basket) => tests.every((test) => test(basket)),
    holdsForActivity: (activity) => !asksPurchase && ofOccasion.every((test) => test(activity)),
    chooses,
    countsVisits: when.everyVisit !== undefined || when.firstOf !== undefined,
  };
}

export const chosenBy = ({ chooses }: Pick<Conditions, 'chooses'>, line: BasketLine): boolean =>
  chooses === undefined || chooses(line);

/** What purchases and activities have in common. */
interface Occasion {
  readonly outlet?: string;
  readonly channel: string;
  readonly local: LocalTime;
}

type Test<Of> = (asked: Of) => boolean;

function oneOf<Value>(
  allowed: readonly Value[] | undefined,
  valueOf: (occasion: Occasion) => Value | undefined,
): Test<Occasion>[] {
  if (allowed === undefined) return [];
  const values = new Set<Value | undefined>(allowed);
  return [(occasion) => values.has(valueOf(occasion))];
}

function dayTests({ from, until }: RuleConditions): Test<Occasion>[] {
  const first = from === undefined ? -Infinity : readDay(from);
  const end = until === undefined ? Infinity : readDay(until);
  return from === undefined && until === undefined ? [] : [({ local }) => local.day >= first && local.day < end];
}

/** Half-open; where `from` is later than `until` the hours run over midnight. */
function hourTest(hours: RuleConditions['hours']): Test<Occasion>[] {
  if (hours === undefined) return [];
  const from = readable(minuteOfClock(hours.from), hours.from);
  const until = readable(minuteOfClock(hours.until), hours.until);
  if (from < until) return [({ local }) => local.minute >= from && local.minute < until];
  return [({ local }) => local.minute >= from || local.minute < until];
}

function minimumTest(text: string | undefined): Test<Basket>[] {
  if (text === undefined) return [];
  const least = readable(parseDecimal(text), text);
  return [(basket) => compare(moneyOf(basket.paidInMoney, basket.decimals), least) >= 0];
}

function visitTests({ everyVisit, firstOf }: RuleConditions): Test<Basket>[] {
  const tests: Test<Basket>[] = [];
  if (everyVisit !== undefined) tests.push(({ visit }) => visit.ordinal > 0 && visit.ordinal % everyVisit === 0);
  if (firstOf !== undefined) tests.push(({ visit }) => visit.firstOf[firstOf]);
  return tests;
}

function compileChoice({ categories, skus }: RuleConditions): Conditions['chooses'] {
  if (categories === undefined && skus === undefined) return undefined;
  const allowedCategories = categories && new Set<string | undefined>(categories);
  const allowedSkus = skus && new Set(skus);
  return ({ category, sku }) =>
    (allowedCategories === undefined || allowedCategories.has(category)) &&
    (allowedSkus === undefined || allowedSkus.has(sku));
}
