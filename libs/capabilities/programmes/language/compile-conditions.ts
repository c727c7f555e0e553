import { Defect } from '../../../kernel/defect';
import { moneyOf } from '../../../kernel/money';
import { compare, parseDecimal } from '../../../kernel/rational';
import { dayOfDate, minuteOfClock } from '../../../kernel/time';
import type { Basket, BasketLine } from './basket';
import type { RuleConditions } from './programme-document';

/** `when` of one rule, split into what is asked of the whole purchase and what chooses among its lines. */
export interface Conditions {
  readonly holds: (basket: Basket) => boolean;
  /** Undefined chooses every line. */
  readonly chooses: ((line: BasketLine) => boolean) | undefined;
  /** Whether it is asked which visit it is. */
  readonly countsVisits: boolean;
}

export function compileConditions(when: RuleConditions): Conditions {
  const tests = [
    ...oneOf(when.outlets, (basket) => basket.outlet),
    ...oneOf(when.channels, (basket) => basket.channel),
    ...oneOf(when.weekdays, (basket) => basket.local.weekday),
    ...dayTests(when),
    ...hourTest(when.hours),
    ...minimumTest(when.minimumAmount),
    ...visitTests(when),
  ];
  const countsVisits = when.everyVisit !== undefined || when.firstOf !== undefined;
  return { holds: (basket) => tests.every((test) => test(basket)), chooses: compileChoice(when), countsVisits };
}

type Test = Conditions['holds'];

function oneOf<Value>(allowed: readonly Value[] | undefined, valueOf: (basket: Basket) => Value): Test[] {
  if (allowed === undefined) return [];
  const values = new Set(allowed);
  return [(basket) => values.has(valueOf(basket))];
}

function dayTests({ from, until }: RuleConditions): Test[] {
  const first = from === undefined ? -Infinity : readable(dayOfDate(from), from);
  const end = until === undefined ? Infinity : readable(dayOfDate(until), until);
  return from === undefined && until === undefined ? [] : [({ local }) => local.day >= first && local.day < end];
}

/** Half-open; where `from` is later than `until` the hours run over midnight. */
function hourTest(hours: RuleConditions['hours']): Test[] {
  if (hours === undefined) return [];
  const from = readable(minuteOfClock(hours.from), hours.from);
  const until = readable(minuteOfClock(hours.until), hours.until);
  if (from < until) return [({ local }) => local.minute >= from && local.minute < until];
  return [({ local }) => local.minute >= from || local.minute < until];
}

function minimumTest(text: string | undefined): Test[] {
  if (text === undefined) return [];
  const least = readable(parseDecimal(text), text);
  return [(basket) => compare(moneyOf(basket.paidInMoney, basket.decimals), least) >= 0];
}

function visitTests({ everyVisit, firstOf }: RuleConditions): Test[] {
  const tests: Test[] = [];
  if (everyVisit !== undefined) tests.push(({ visit }) => visit.ordinal > 0 && visit.ordinal % everyVisit === 0);
  if (firstOf !== undefined) tests.push(({ visit }) => visit.firstOf[firstOf]);
  return tests;
}

function compileChoice({ categories, skus }: RuleConditions): Conditions['chooses'] {
  if (categories === undefined && skus === undefined) return undefined;
  const [allowedCategories, allowedSkus] = [categories && new Set(categories), skus && new Set(skus)];
  return ({ category, sku }) =>
    (allowedCategories === undefined || (category !== undefined && allowedCategories.has(category))) &&
    (allowedSkus === undefined || allowedSkus.has(sku));
}

function readable<Value>(value: Value | undefined, text: string): Value {
  if (value === undefined) throw new Defect(`a checked document holds ${text}`);
  return value;
}
