import { moneyOf } from '../../../kernel/money';
import { add, divide, multiply, ONE, rational, ZERO } from '../../../kernel/rational';
import type { Rational } from '../../../kernel/rational';
import type { Basket, BasketLine } from './basket';
import { chosenBy, compileConditions, type Conditions } from './compile-conditions';
import { WHOLE_PURCHASE } from './compiled-programme';
import type { AppliedMultiplier, CompiledWallet, Contribution, LinePoints } from './compiled-programme';
import { isPaid, moneyShareOf } from './money-share';
import type { ProgrammeDocument, WalletTerms } from './programme-document';
import { readDecimal } from './read-checked';

/** What a rule gives points for. Rules that count the same have one measure together, taken once a basket. */
interface Measure {
  readonly index: number;
  readonly counts: 'money' | 'units' | 'visit';
  readonly chooses: Conditions['chooses'];
}

interface Giver {
  readonly rule: string;
  readonly conditions: Conditions;
  readonly measure: Measure;
  /** Points for one main unit of money, one visit or one unit bought. */
  readonly rate: Rational;
}

interface Multiplier extends Conditions {
  readonly applied: AppliedMultiplier;
  readonly factor: Rational;
}

const COUNTS = { perAmount: 'money', perItem: 'units', perVisit: 'visit' } as const;

/** What the rules for purchases give in one wallet. */
export function compileRate(terms: WalletTerms, { rules, currency }: ProgrammeDocument): CompiledWallet['rate'] {
  const givers: Giver[] = [];
  const multipliers: Multiplier[] = [];
  const exclusions: Conditions[] = [];
  const measures = new Map<string, Measure>();
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
      const counts = COUNTS[rule.kind];
      const alike = JSON.stringify([counts, rule.when?.categories, rule.when?.skus]);
      const measure = measures.get(alike) ?? { index: measures.size, counts, chooses: conditions.chooses };
      measures.set(alike, measure);
      givers.push({ rule: rule.id, conditions, measure, rate });
    }
  }
  const byLine = terms.rounding.scope === 'line';
  return (basket) => {
    if (basket.currency !== currency || basket.paidInMoney === 0) return [];
    const contributions: Contribution[] = [];
    const taken: Measured[] = [];
    let rating: Rating | undefined;
    for (const giver of givers) {
      if (!giver.conditions.holds(basket)) continue;
      rating ??= startRating(basket, exclusions, multipliers);
      const measured = (taken[giver.measure.index] ??= takeMeasure(giver.measure, rating, byLine));
      if (measured !== NOTHING) contributions.push(contributionOf(giver, measured));
    }
    return contributions;
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
  /** Lines that meet the same multipliers of lines are one group; at least one where any line earns. */
  readonly groups: readonly LineGroup[];
  /** Index of each line's group; `EXCLUDED` for one that an exclusion takes out. */
  readonly groupOfLine: readonly number[];
}

interface LineGroup {
  readonly multipliers: readonly Multiplier[];
  readonly factor: Rational;
}

const EXCLUDED = -1;

function startRating(basket: Basket, exclusions: readonly Conditions[], multipliers: readonly Multiplier[]): Rating {
  const holds = (conditions: Conditions): boolean => conditions.holds(basket);
  const excluding = exclusions.filter(holds);
  const holding = multipliers.filter(holds);
  const choosing = holding.filter((multiplier) => !isWhole(multiplier));
  const groups: LineGroup[] = [];
  const groupOfLine = basket.lines.map((line) => {
    if (isExcluded(line, excluding)) return EXCLUDED;
    const met = choosing.length === 0 ? choosing : choosing.filter((multiplier) => chosenBy(multiplier, line));
    return groupOf(groups, met);
  });
  const wholeFactor = product(holding.filter(isWhole));
  return { basket, moneyShare: moneyShareOf(basket), multipliers: holding, wholeFactor, groups, groupOfLine };
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

/** What a measure finds in one basket. */
interface Measured {
  /** Before multipliers: money in main units, units bought, or one visit. */
  readonly counted: Rational;
  /** The same, multiplied: the points where the rate is 1. */
  readonly weight: Rational;
  /** The weight line by line, only where the wallet rounds by line. */
  readonly byLine: readonly LinePoints[];
  readonly multipliers: readonly AppliedMultiplier[];
  /** Whether a multiplier that applied asks which visit it is. */
  readonly countsVisits: boolean;
}

const NOTHING: Measured = { counted: ZERO, weight: ZERO, byLine: [], multipliers: [], countsVisits: false };

const takeMeasure = (measure: Measure, rating: Rating, byLine: boolean): Measured =>
  measure.counts === 'visit' ? countVisit(measure, rating, byLine) : countLines(measure, rating, byLine);

/** A visit belongs to no line, so only multipliers of the whole purchase apply to it. */
function countVisit(measure: Measure, rating: Rating, byLine: boolean): Measured {
  const { basket, moneyShare, wholeFactor: weight, multipliers, groupOfLine } = rating;
  // What is returned by itself, without its purchase, was no visit.
  if (basket.visit.ordinal === 0) return NOTHING;
  let amount = 0;
  basket.lines.forEach((line, index) => {
    if (groupOfLine[index] !== EXCLUDED && chosenBy(measure, line)) amount += line.amount;
  });
  if (!isPaid(amount, moneyShare)) return NOTHING;
  return {
    counted: ONE,
    weight,
    byLine: byLine ? [{ line: WHOLE_PURCHASE, exact: weight }] : [],
    ...appliedOf(multipliers.filter(isWhole)),
  };
}

function countLines(measure: Measure, rating: Rating, byLine: boolean): Measured {
  const { basket, moneyShare, multipliers, wholeFactor, groups, groupOfLine } = rating;
  const unit = measure.counts === 'units' ? THOUSANDTH : multiply(moneyShare, moneyOf(1, basket.decimals));
  const multiplied = multiply(unit, wholeFactor);
  const linePoints: LinePoints[] = [];
  const unitsByGroup = groups.map(() => 0);
  let units = 0;
  basket.lines.forEach((line, index) => {
    const group = groupOfLine[index] ?? EXCLUDED;
    if (group === EXCLUDED || !chosenBy(measure, line)) return;
    const counted = countedUnits(measure, line, moneyShare);
    if (counted === 0) return;
    units += counted;
    unitsByGroup[group] = (unitsByGroup[group] ?? 0) + counted;
    const factor = groups[group]?.factor ?? ONE;
    if (byLine) linePoints.push({ line: index, exact: multiply(times(counted, factor), multiplied) });
  });
  if (units === 0) return NOTHING;
  const met = groups.filter((_, group) => unitsByGroup[group] !== 0);
  const weighted = groups.reduce((sum, { factor }, group) => add(sum, times(unitsByGroup[group] ?? 0, factor)), ZERO);
  const applied = multipliers.filter(
    (multiplier) => isWhole(multiplier) || met.some((group) => group.multipliers.includes(multiplier)),
  );
  return {
    counted: times(units, unit),
    weight: multiply(weighted, multiplied),
    byLine: linePoints,
    ...appliedOf(applied),
  };
}

/** Minor units of money, or thousandths of a unit bought. */
function countedUnits({ counts }: Measure, { amount, quantityMilli }: BasketLine, moneyShare: Rational): number {
  if (counts === 'money') return amount;
  return isPaid(amount, moneyShare) ? quantityMilli : 0;
}

function contributionOf({ rule, rate, conditions }: Giver, measured: Measured): Contribution {
  const { counted, weight, byLine, multipliers, countsVisits } = measured;
  return {
    rule,
    exact: multiply(rate, weight),
    byLine: byLine.map(({ line, exact }) => ({ line, exact: multiply(rate, exact) })),
    counted,
    multipliers,
    countsVisits: conditions.countsVisits || countsVisits,
  };
}

const isWhole = ({ chooses }: Conditions): boolean => chooses === undefined;

const appliedOf = (multipliers: readonly Multiplier[]): Pick<Measured, 'multipliers' | 'countsVisits'> => ({
  multipliers: multipliers.map(({ applied }) => applied),
  countsVisits: multipliers.some(({ countsVisits }) => countsVisits),
});

const sameMembers = <Member>(a: readonly Member[], b: readonly Member[]): boolean =>
  a === b || (a.length === b.length && a.every((member, index) => member === b[index]));

const times = (whole: number, value: Rational): Rational => multiply(rational(whole), value);

const THOUSANDTH = rational(1, 1000);

const product = (multipliers: readonly Multiplier[]): Rational =>
  multipliers.reduce((factor, multiplier) => multiply(factor, multiplier.factor), ONE);
