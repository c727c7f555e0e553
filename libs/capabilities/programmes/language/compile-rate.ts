import { add, divide, multiply, ONE, rational, ZERO } from '../../../kernel/rational';
import type { Rational } from '../../../kernel/rational';
import type { Basket, BasketLine } from './basket';
import { chosenBy, compileConditions, type Conditions } from './compile-conditions';
import { WHOLE_PURCHASE } from './compiled-programme';
import type { AppliedMultiplier, CompiledWallet, Contribution, LinePoints } from './compiled-programme';
import { isPaid, moneyShareOf } from './money-share';
import type { EarningRule, ProgrammeDocument, WalletTerms } from './programme-document';
import { readDecimal } from './read-checked';

interface Giver extends Conditions {
  readonly rule: string;
  readonly kind: Exclude<EarningRule['kind'], 'multiplier' | 'exclusion' | 'perActivity'>;
  /** Points for one main unit of money, one visit or one unit bought. */
  readonly rate: Rational;
}

interface Multiplier extends Conditions {
  readonly applied: AppliedMultiplier;
  readonly factor: Rational;
}

/** What the rules for purchases give in one wallet. */
export function compileRate(terms: WalletTerms, { rules, currency }: ProgrammeDocument): CompiledWallet['rate'] {
  const givers: Giver[] = [];
  const multipliers: Multiplier[] = [];
  const exclusions: Conditions[] = [];
  for (const rule of rules) {
    const conditions = compileConditions(rule.when ?? {});
    if (rule.kind === 'exclusion') {
      if (rule.wallets?.includes(terms.id) ?? true) exclusions.push(conditions);
    } else if (rule.wallet !== terms.id || rule.kind === 'perActivity') {
      continue;
    } else if (rule.kind === 'multiplier') {
      const applied = { rule: rule.id, factor: rule.factor };
      multipliers.push({ ...conditions, applied, factor: readDecimal(rule.factor) });
    } else {
      const points = readDecimal(rule.points);
      const rate = rule.kind === 'perAmount' ? divide(points, readDecimal(rule.amount)) : points;
      givers.push({ ...conditions, rule: rule.id, kind: rule.kind, rate });
    }
  }
  const byLine = terms.rounding.scope === 'line';
  return (basket) => {
    if (basket.currency !== currency || basket.paidInMoney === 0) return [];
    const holds = (conditions: Conditions): boolean => conditions.holds(basket);
    const active = givers.filter(holds);
    if (active.length === 0) return [];
    const rating = startRating(basket, exclusions.filter(holds), multipliers.filter(holds));
    const contributions = active.map((giver) => contributionOf(giver, rating, byLine));
    return contributions.filter((contribution) => contribution !== undefined);
  };
}

/** One basket under one wallet's exclusions and multipliers: worked out once, whatever the number of rules that give. */
interface Rating {
  readonly basket: Basket;
  /** Part of every amount that was settled in money. */
  readonly moneyShare: Rational;
  /** Those that hold for the purchase, in the document's order. */
  readonly multipliers: readonly Multiplier[];
  /** Of those that choose no lines but multiply the whole purchase. */
  readonly wholeFactor: Rational;
  readonly lines: readonly RatedLine[];
  /** Lines that meet the same multipliers of lines are one group; at least one where any line earns. */
  readonly groups: readonly LineGroup[];
}

/** A line that no exclusion takes out. */
interface RatedLine {
  readonly index: number;
  readonly line: BasketLine;
  readonly group: number;
}

interface LineGroup {
  readonly multipliers: readonly Multiplier[];
  readonly factor: Rational;
}

function startRating(basket: Basket, exclusions: readonly Conditions[], multipliers: readonly Multiplier[]): Rating {
  const choosing = multipliers.filter((multiplier) => !isWhole(multiplier));
  const groups: LineGroup[] = [];
  const lines: RatedLine[] = [];
  basket.lines.forEach((line, index) => {
    if (isExcluded(line, exclusions)) return;
    const met = choosing.length === 0 ? choosing : choosing.filter((multiplier) => chosenBy(multiplier, line));
    lines.push({ index, line, group: groupOf(groups, met) });
  });
  const moneyShare = moneyShareOf(basket);
  return { basket, moneyShare, multipliers, wholeFactor: product(multipliers.filter(isWhole)), lines, groups };
}

function isExcluded(line: BasketLine, exclusions: readonly Conditions[]): boolean {
  for (const exclusion of exclusions) if (chosenBy(exclusion, line)) return true;
  return false;
}

/** Index of the group of these multipliers, which is begun where it is the first line that meets them. */
function groupOf(groups: LineGroup[], met: readonly Multiplier[]): number {
  for (let group = 0; group < groups.length; group++) {
    if (sameMembers(groups[group]?.multipliers ?? [], met)) return group;
  }
  return groups.push({ multipliers: met, factor: product(met) }) - 1;
}

function contributionOf(giver: Giver, rating: Rating, byLine: boolean): Contribution | undefined {
  return giver.kind === 'perVisit' ? visitContribution(giver, rating, byLine) : lineContribution(giver, rating, byLine);
}

/** A visit belongs to no line, so only multipliers of the whole purchase apply to it. */
function visitContribution(giver: Giver, rating: Rating, byLine: boolean): Contribution | undefined {
  // What is returned by itself, without its purchase, was no visit.
  if (rating.basket.visit.ordinal === 0) return undefined;
  let amount = 0;
  for (const { line } of rating.lines) if (chosenBy(giver, line)) amount += line.amount;
  if (!isPaid(amount, rating.moneyShare)) return undefined;
  const exact = multiply(giver.rate, rating.wholeFactor);
  return {
    rule: giver.rule,
    exact,
    byLine: byLine ? [{ line: WHOLE_PURCHASE, exact }] : [],
    counted: ONE,
    multipliers: appliedOf(rating.multipliers.filter(isWhole)),
    countsVisits: giver.countsVisits || rating.multipliers.some((by) => isWhole(by) && by.countsVisits),
  };
}

function lineContribution(giver: Giver, rating: Rating, byLine: boolean): Contribution | undefined {
  const { basket, moneyShare, multipliers, wholeFactor, lines, groups } = rating;
  const unit = giver.kind === 'perItem' ? THOUSANDTH : multiply(moneyShare, rational(1, 10 ** basket.decimals));
  const pointsPerUnit = multiply(multiply(unit, giver.rate), wholeFactor);
  const pointsByLine: LinePoints[] = [];
  const unitsByGroup = groups.map(() => 0);
  let units = 0;
  for (const { index, line, group } of lines) {
    const counted = chosenBy(giver, line) ? countedUnits(giver, line, moneyShare) : 0;
    if (counted === 0) continue;
    units += counted;
    unitsByGroup[group] = (unitsByGroup[group] ?? 0) + counted;
    const factor = groups[group]?.factor ?? ONE;
    if (byLine) pointsByLine.push({ line: index, exact: times(counted, multiply(pointsPerUnit, factor)) });
  }
  if (units === 0) return undefined;
  const met = groups.filter((_, group) => unitsByGroup[group] !== 0);
  const applied = multipliers.filter(
    (multiplier) => isWhole(multiplier) || met.some((group) => group.multipliers.includes(multiplier)),
  );
  return {
    rule: giver.rule,
    exact: groups.reduce(
      (sum, { factor }, group) => add(sum, times(unitsByGroup[group] ?? 0, multiply(pointsPerUnit, factor))),
      ZERO,
    ),
    byLine: pointsByLine,
    counted: times(units, unit),
    multipliers: appliedOf(applied),
    countsVisits: giver.countsVisits || applied.some((multiplier) => multiplier.countsVisits),
  };
}

/** Minor units of money, or thousandths of a unit bought. */
function countedUnits({ kind }: Giver, { amount, quantityMilli }: BasketLine, moneyShare: Rational): number {
  if (kind === 'perAmount') return amount;
  return isPaid(amount, moneyShare) ? quantityMilli : 0;
}

const isWhole = ({ chooses }: Conditions): boolean => chooses === undefined;

const appliedOf = (multipliers: readonly Multiplier[]): readonly AppliedMultiplier[] =>
  multipliers.map(({ applied }) => applied);

const sameMembers = <Member>(a: readonly Member[], b: readonly Member[]): boolean =>
  a === b || (a.length === b.length && a.every((member, index) => member === b[index]));

const times = (whole: number, value: Rational): Rational => multiply(rational(whole), value);

const THOUSANDTH = rational(1, 1000);

const product = (multipliers: readonly Multiplier[]): Rational =>
  multipliers.reduce((factor, multiplier) => multiply(factor, multiplier.factor), ONE);
