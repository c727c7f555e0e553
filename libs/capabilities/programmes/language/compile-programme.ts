import { Defect } from '../../../kernel/defect';
import { add, compare, divide, multiply, ONE, parseDecimal, rational, sign, ZERO } from '../../../kernel/rational';
import type { Rational } from '../../../kernel/rational';
import { MINUTE_MS } from '../../../kernel/time';
import type { Zone } from '../../../kernel/zone';
import type { Basket, BasketLine } from './basket';
import { compileActivity } from './compile-activity';
import { compileExpiry, compileReward, endOfPeriod } from './compile-calendar';
import { compileConditions, type Conditions } from './compile-conditions';
import { WHOLE_PURCHASE } from './compiled-programme';
import type {
  AppliedMultiplier,
  CompiledCap,
  CompiledCard,
  CompiledProgramme,
  CompiledReturns,
  CompiledReward,
  CompiledWallet,
  Contribution,
  LinePoints,
} from './compiled-programme';
import type { EarningRule, ProgrammeDocument, StampCard, WalletTerms } from './programme-document';

const DEFAULT_RESERVATION_MINUTES = 5;

/** The document must have passed `checkProgramme`: what that lets through and this cannot read is a defect. */
export function compileProgramme(
  programme: string,
  revision: number,
  document: ProgrammeDocument,
  zone: Zone,
): CompiledProgramme {
  const { rewards = [], stampCards = [], debt = 'carry' } = document;
  const { reservationMinutes = DEFAULT_RESERVATION_MINUTES } = document;
  const compiledRewards = new Map(rewards.map((terms) => [terms.id, compileReward(zone, terms)]));
  return {
    programme,
    revision,
    document,
    wallets: document.wallets.map((terms) => compileWallet(terms, document, zone)),
    cards: stampCards.map((terms) => compileCard(terms, document, compiledRewards)),
    rewards: compiledRewards,
    returns: compileReturns(document, zone),
    debt,
    reservationMs: reservationMinutes * MINUTE_MS,
    endOfDays: (at, days) => endOfPeriod(zone, at, { unit: 'day', count: days }),
  };
}

function compileWallet(terms: WalletTerms, document: ProgrammeDocument, zone: Zone): CompiledWallet {
  const { pending, expiry } = terms;
  return {
    terms,
    caps: compileCaps(terms, document),
    rolling: expiry?.kind === 'rolling',
    rate: compileRate(terms, document),
    rateActivity: compileActivity(terms, document),
    activeAt: pending === undefined ? (earnedAt) => earnedAt : (earnedAt) => endOfPeriod(zone, earnedAt, pending),
    expiresAt: compileExpiry(zone, expiry),
  };
}

const compileCaps = (wallet: WalletTerms, { caps = [] }: ProgrammeDocument): readonly CompiledCap[] =>
  caps
    .filter((cap) => cap.wallet === wallet.id)
    .map((terms) => {
      const covered = terms.rules && new Set(terms.rules);
      return { terms, covers: (rule) => covered === undefined || covered.has(rule) };
    });

function compileReturns({ returns }: ProgrammeDocument, zone: Zone): CompiledReturns {
  const { basis = 'rerate', unmatched = 'wait', window } = returns ?? {};
  return {
    basis,
    unmatched,
    windowEnd: (at) => (window === undefined ? Infinity : endOfPeriod(zone, at, window)),
  };
}

/** Stamps of paid lines only (S39); in another currency than the programme's nothing is collected. */
function compileCard(
  terms: StampCard,
  { currency }: ProgrammeDocument,
  rewards: ReadonlyMap<string, CompiledReward>,
): CompiledCard {
  const conditions = compileConditions(terms.when ?? {});
  const reward = rewards.get(terms.reward);
  if (reward === undefined) throw new Defect(`a checked document holds the reward ${terms.reward}`);
  return {
    terms,
    reward,
    count(basket) {
      if (basket.currency !== currency || basket.paidInMoney === 0 || !conditions.holds(basket)) return 0;
      const moneyShare = moneyShareOf(basket);
      let milli = 0;
      let visited = false;
      for (const line of basket.lines) {
        if (!chosenBy(conditions, line) || !isPaid(line.amount, moneyShare)) continue;
        milli += line.quantityMilli;
        visited = true;
      }
      return terms.collect === 'unit' ? milli : visited ? 1000 : 0;
    },
  };
}

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

function compileRate(terms: WalletTerms, { rules, currency }: ProgrammeDocument): CompiledWallet['rate'] {
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
      multipliers.push({ ...conditions, applied, factor: decimal(rule.factor) });
    } else {
      const points = decimal(rule.points);
      const rate = rule.kind === 'perAmount' ? divide(points, decimal(rule.amount)) : points;
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

const moneyShareOf = ({ moneyShare, paidInMoney, total }: Basket): Rational =>
  moneyShare ?? (paidInMoney === total ? ONE : rational(paidInMoney, total));

const isWhole = ({ chooses }: Conditions): boolean => chooses === undefined;

const appliedOf = (multipliers: readonly Multiplier[]): readonly AppliedMultiplier[] =>
  multipliers.map(({ applied }) => applied);

const sameMembers = <Member>(a: readonly Member[], b: readonly Member[]): boolean =>
  a === b || (a.length === b.length && a.every((member, index) => member === b[index]));

const times = (whole: number, value: Rational): Rational => multiply(rational(whole), value);

const THOUSANDTH = rational(1, 1000);

const chosenBy = ({ chooses }: Conditions, line: BasketLine): boolean => chooses === undefined || chooses(line);

const product = (multipliers: readonly Multiplier[]): Rational =>
  multipliers.reduce((factor, multiplier) => multiply(factor, multiplier.factor), ONE);

/** At least one minor unit of it was settled by something other than points or rewards (S39). */
function isPaid(amount: number, moneyShare: Rational): boolean {
  return moneyShare === ONE ? amount >= 1 : compare(multiply(rational(amount), moneyShare), ONE) >= 0;
}

function decimal(text: string): Rational {
  const value = parseDecimal(text);
  if (value === undefined || sign(value) <= 0) throw new Defect(`a checked document holds the decimal ${text}`);
  return value;
}
