import type {
  Cap,
  EarningRule,
  ProgrammeDocument,
  RuleConditions,
  WalletTerms,
} from '../../capabilities/programmes/language/programme-document';
import { dayOf, minuteOf, type LocalMoment } from './calendar';
import {
  atLeast,
  decimal,
  fraction,
  isPositive,
  over,
  plus,
  rounded,
  sum,
  times,
  wholeShares,
  NOTHING,
  type Fraction,
} from './fraction';

/** The rule language read word for word, a rule and a line at a time. */
export interface Receipt {
  readonly outlet: string | undefined;
  readonly channel: string;
  readonly currency: string;
  readonly decimals: number;
  readonly local: LocalMoment;
  readonly lines: readonly ReceiptLine[];
  readonly visit: Visit | undefined;
  /** Name of the custom event, where it is none of a purchase. */
  readonly activity?: string;
}

export interface ReceiptLine {
  readonly sku: string;
  readonly category: string | undefined;
  /** Thousandths of a unit. */
  readonly milli: number;
  /** Minor units of it that are paid in money. */
  readonly money: Fraction;
}

export interface Visit {
  readonly ordinal: number;
  readonly firstOf: Readonly<Record<'day' | 'week' | 'month' | 'year', boolean>>;
}

/** Points of a rule line by line; what no line gave stands under -1. */
export interface RulePoints {
  readonly rule: string;
  readonly lines: ReadonlyMap<number, Fraction>;
}

const WHOLE = -1;

const minor = (decimals: number): Fraction => fraction(10n ** BigInt(decimals));
const isPaid = (money: Fraction): boolean => atLeast(money, fraction(1));
const paidIn = ({ lines }: Receipt): Fraction => sum(lines.map(({ money }) => money));

export function isVisit(receipt: Receipt): boolean {
  return isPaid(paidIn(receipt));
}

function holds(when: RuleConditions, receipt: Receipt): boolean {
  const { local, visit, outlet, channel, decimals } = receipt;
  const { from, until, hours, minimumAmount, everyVisit, firstOf } = when;
  if (when.outlets !== undefined && (outlet === undefined || !when.outlets.includes(outlet))) return false;
  if (when.channels !== undefined && !when.channels.includes(channel)) return false;
  if (from !== undefined && local.day < dayOf(from)) return false;
  if (until !== undefined && local.day >= dayOf(until)) return false;
  if (when.weekdays !== undefined && !when.weekdays.includes(local.weekday)) return false;
  if (hours !== undefined) {
    const [start, end] = [minuteOf(hours.from), minuteOf(hours.until)];
    const after = local.minute >= start;
    const before = local.minute < end;
    if (start < end ? !(after && before) : !(after || before)) return false;
  }
  if (minimumAmount !== undefined) {
    if (!atLeast(paidIn(receipt), times(decimal(minimumAmount), minor(decimals)))) return false;
  }
  if (everyVisit !== undefined && (visit === undefined || visit.ordinal % everyVisit !== 0)) return false;
  if (firstOf !== undefined && (visit === undefined || !visit.firstOf[firstOf])) return false;
  return true;
}

const ofLines = ({ categories, skus }: RuleConditions): boolean => categories !== undefined || skus !== undefined;

function matches({ categories, skus }: RuleConditions, { sku, category }: ReceiptLine): boolean {
  return (skus?.includes(sku) ?? true) && (categories?.includes(category ?? '') ?? true);
}

/** What every rule gives to the wallet before rounding, in the document's order; rules that give nothing are left out. */
export function rate(document: ProgrammeDocument, wallet: string, receipt: Receipt): RulePoints[] {
  if (receipt.currency !== document.currency && receipt.activity === undefined) return [];
  const inForce = document.rules.filter(({ when = {} }) => holds(when, receipt));
  const excluded = (line: ReceiptLine): boolean =>
    inForce.some(
      (rule) => rule.kind === 'exclusion' && (rule.wallets?.includes(wallet) ?? true) && matches(rule.when ?? {}, line),
    );
  const factor = (line: ReceiptLine | undefined): Fraction =>
    inForce.reduce((product, rule) => {
      if (rule.kind !== 'multiplier' || rule.wallet !== wallet) return product;
      const { when = {} } = rule;
      const applies = line === undefined ? !ofLines(when) : matches(when, line);
      return applies ? times(product, decimal(rule.factor)) : product;
    }, fraction(1));

  const given = inForce.map((rule): RulePoints => {
    const lines = new Map<number, Fraction>();
    const { when = {} } = rule;
    if (rule.kind === 'multiplier' || rule.kind === 'exclusion' || rule.wallet !== wallet) {
      return { rule: rule.id, lines };
    }
    const own = receipt.lines
      .map((line, index) => ({ line, index }))
      .filter(({ line }) => matches(when, line) && !excluded(line));
    if (rule.kind === 'perActivity') {
      const done = receipt.activity === rule.activity && !ofLines(when);
      if (done) lines.set(WHOLE, times(decimal(rule.points), factor(undefined)));
    } else if (rule.kind === 'perVisit') {
      const paid = isPaid(sum(own.map(({ line }) => line.money)));
      if (paid && receipt.visit !== undefined) lines.set(WHOLE, times(decimal(rule.points), factor(undefined)));
    } else {
      for (const { line, index } of own) lines.set(index, times(ofLine(rule, line, receipt), factor(line)));
    }
    return { rule: rule.id, lines };
  });
  return given.filter((points) => isPositive(exactOf([points])));
}

function ofLine(
  rule: Extract<EarningRule, { kind: 'perAmount' | 'perItem' }>,
  { money, milli }: ReceiptLine,
  { decimals }: Receipt,
): Fraction {
  if (rule.kind === 'perItem') return isPaid(money) ? times(decimal(rule.points), fraction(milli, 1000)) : NOTHING;
  return over(times(over(money, minor(decimals)), decimal(rule.points)), decimal(rule.amount));
}

export const exactOf = (points: readonly RulePoints[]): Fraction =>
  sum(points.flatMap(({ lines }) => [...lines.values()]));

/** Whole points by rule for `total` whole points of all rules together. */
export function shareOut(total: number, points: readonly RulePoints[]): Map<string, number> {
  const parts = wholeShares(
    total,
    points.map((one) => exactOf([one])),
  );
  return new Map(points.map(({ rule }, index) => [rule, parts[index] ?? 0]));
}

/** Rounds where the wallet says, by line or by basket; the running total of an account is its keeper's affair. */
export function roundByReceipt(
  points: readonly RulePoints[],
  { mode, scope }: WalletTerms['rounding'],
): Map<string, number> {
  if (points.length === 0) return new Map();
  if (scope !== 'line') return shareOut(rounded(exactOf(points), mode), points);
  const whole = new Map<string, number>();
  for (const line of new Set(points.flatMap(({ lines }) => [...lines.keys()]))) {
    const ofThis = points
      .filter(({ lines }) => lines.has(line))
      .map(({ rule, lines }): RulePoints => ({ rule, lines: new Map([[line, lines.get(line) ?? NOTHING]]) }));
    for (const [rule, share] of shareOut(rounded(exactOf(ofThis), mode), ofThis)) {
      whole.set(rule, (whole.get(rule) ?? 0) + share);
    }
  }
  return new Map(points.map(({ rule }) => [rule, whole.get(rule) ?? 0]));
}

/** Lets the rules, in the document's order, fill the rooms of the caps that name them; gives what each may give. */
export function underCaps(
  caps: readonly Cap[],
  rooms: ReadonlyMap<string, number>,
  points: ReadonlyMap<string, number>,
): Map<string, number> {
  const left = new Map(rooms);
  const allowed = new Map<string, number>();
  for (const [rule, wanted] of points) {
    const naming = caps.filter(({ rules }) => rules?.includes(rule) ?? true);
    const given = Math.max(0, Math.min(wanted, ...naming.map(({ id }) => left.get(id) ?? 0)));
    for (const { id } of naming) left.set(id, (left.get(id) ?? 0) - given);
    allowed.set(rule, given);
  }
  return allowed;
}

/** Stamps in thousandths: units on matching paid lines, or one for a purchase with such a line. */
export function countStamps(
  { collect, when = {} }: { readonly collect: 'unit' | 'visit'; readonly when?: RuleConditions },
  currency: string,
  receipt: Receipt,
): number {
  if (receipt.currency !== currency || !holds(when, receipt)) return 0;
  const own = receipt.lines.filter((line) => matches(when, line));
  if (collect === 'unit') return own.filter(({ money }) => isPaid(money)).reduce((all, { milli }) => all + milli, 0);
  return isPaid(own.map(({ money }) => money).reduce(plus, NOTHING)) ? 1000 : 0;
}
