import { assert } from '../../../kernel/defect';
import type { LotKey } from '../../../kernel/ids';
import { groupedText } from '../../../kernel/money';
import { localText } from '../../../kernel/time';
import { explainRule, type AppliedMultiplier, type ProgrammeDocument, type Rounding } from '../../programmes';
import type { AccountDecision, Because, LedgerCorrected, Purchase } from '../account/account.events';

/** A lot with all that was ever decided about it; the purchase is the fact the lot was given for. */
export interface EntryToExplain {
  readonly lot: LotKey;
  /** Decisions of the account in recorded order; those that do not name the lot are passed over. */
  readonly decisions: readonly AccountDecision[];
  readonly purchase: Purchase;
  readonly occurredAt: number;
  readonly effectiveAt: number;
  /** The document of the revision that the lot's newest decision rests on. */
  readonly document: ProgrammeDocument;
}

/** Why a lot holds the points it holds: plain sentences for people, and what they are made of. */
export type EntryExplanation = {
  readonly sentences: readonly string[];
  readonly lot: LotKey;
  readonly programme: string;
  readonly wallet: string;
  readonly points: number;
  readonly revision: number;
  readonly rule: { readonly id: string; readonly words: string };
  readonly counted: string;
  readonly multipliers: readonly AppliedMultiplier[];
  readonly exact: string;
  readonly rounding: Rounding;
  readonly runningTotal?: Because['runningTotal'];
  /** What late receipts changed, in the order they arrived; `cause` is the receipt key of each. */
  readonly corrections: readonly LotCorrection[];
};

export type LotCorrection = { readonly cause: string; readonly before: number; readonly after: number };

/** Undefined where no decision names the lot. */
export function explainEntry(entry: EntryToExplain): EntryExplanation | undefined {
  const { lot, document } = entry;
  const history = lotHistory(entry);
  if (history === undefined) return undefined;
  const { programme, wallet, points, because, corrections } = history;
  const rule = document.rules.find(({ id }) => id === because.rule);
  const terms = document.wallets.find(({ id }) => id === wallet);
  assert(
    rule !== undefined && terms !== undefined,
    `revision ${because.revision} of ${programme} lacks ${because.rule}`,
  );

  const { exact, counted, revision, multipliers = [], runningTotal } = because;
  const unit = rule.kind === 'perAmount' ? document.currency : rule.kind === 'perItem' ? 'units' : 'visit';
  const words = explainRule(rule, document);
  const sentences = [
    `${groupedText(points)} ${terms.name} for ${purchaseWords(entry)}.`,
    `Rule "${rule.id}" of programme "${programme}", revision ${revision}: ${words}`,
    `It counted ${counted} ${unit}.`,
    ...multipliers.map((multiplier) => multiplierSentence(multiplier, document)),
    roundingSentence(because, terms.rounding, terms.name),
    ...corrections.map(correctionSentence),
  ];
  return {
    sentences,
    lot,
    programme,
    wallet,
    points,
    revision,
    rule: { id: rule.id, words },
    counted: `${counted} ${unit}`,
    multipliers,
    exact,
    rounding: terms.rounding,
    ...(runningTotal !== undefined && { runningTotal }),
    corrections,
  };
}

interface LotHistory {
  readonly programme: string;
  readonly wallet: string;
  readonly points: number;
  readonly because: Because;
  readonly corrections: readonly LotCorrection[];
}

function lotHistory({ lot, decisions }: EntryToExplain): LotHistory | undefined {
  let history: LotHistory | undefined;
  for (const { type, data } of decisions) {
    if (type === 'PointsEarned') {
      if (data.lot === lot) history = { ...data, corrections: [] };
      continue;
    }
    const entry = data.entries.find((corrected) => corrected.lot === lot);
    if (entry === undefined) continue;
    const { programme, wallet, because, before, after } = entry;
    const earlier = history?.corrections ?? [];
    const own = entry.fact === data.cause;
    const corrections = own ? earlier : [...earlier, { cause: data.cause, before, after }];
    history = { programme, wallet, because, points: after, corrections };
  }
  return history;
}

function purchaseWords({ purchase, occurredAt, effectiveAt }: EntryToExplain): string {
  const { receipt, till, outlet, offsetMinutes } = purchase;
  const place = `receipt ${receipt} of till ${till} at ${outlet}, ${localText(occurredAt, offsetMinutes)}`;
  return occurredAt === effectiveAt ? place : `${place}, counted from ${localText(effectiveAt, offsetMinutes)}`;
}

function multiplierSentence({ rule, factor }: AppliedMultiplier, document: ProgrammeDocument): string {
  const multiplier = document.rules.find(({ id }) => id === rule);
  return `Rule "${rule}" multiplied it by ${factor}${multiplier ? `: ${explainRule(multiplier, document)}` : '.'}`;
}

const modeWords = { floor: 'down', 'half-even': 'to the nearest whole number, halves to the even one', ceiling: 'up' };
const scopeWords = { line: 'every line', basket: 'the whole basket', account: 'the running total of the account' };

function roundingSentence({ exact, runningTotal }: Because, { mode, scope }: Rounding, name: string): string {
  const total = runningTotal === undefined ? '' : ` It went from ${runningTotal.before} to ${runningTotal.after}.`;
  return (
    `That is exactly ${exact} ${name}. All rules together, ${scopeWords[scope]} is rounded once, ${modeWords[mode]}, ` +
    `and shared among the rules by largest remainder.${total}`
  );
}

const correctionSentence = ({ cause, before, after }: LotCorrection): string =>
  `Receipt ${receiptOf(cause)} arrived late and changed it from ${groupedText(before)} to ${groupedText(after)}.`;

/** The receipt's own number ends its key. */
const receiptOf = (receiptKey: string): string => receiptKey.slice(receiptKey.lastIndexOf('~') + 1);

/** What a late receipt did to the account, in plain sentences; `nameOf` gives a wallet's name. */
export function explainCorrection(
  { cause, deltas, entries, more }: LedgerCorrected['data'],
  nameOf: (programme: string, wallet: string) => string,
): readonly string[] {
  const receipt = receiptOf(cause);
  const net = deltas.map(({ programme, wallet, points }) => `+${groupedText(points)} ${nameOf(programme, wallet)}`);
  const shifts = entries.map(({ fact, programme, wallet, before, after }) => {
    const name = nameOf(programme, wallet);
    return fact === cause
      ? `It earned ${groupedText(after)} ${name} itself.`
      : `Receipt ${receiptOf(fact)} went from ${groupedText(before)} to ${groupedText(after)} ${name}.`;
  });
  return [
    `Receipt ${receipt} arrived late, after receipts it comes before: ${net.join(', ') || 'nothing changes'}.`,
    ...shifts,
    ...(more > 0 ? [`${more} more entries changed.`] : []),
  ];
}
