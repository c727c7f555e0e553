import { assert } from '../../../kernel/defect';
import type { LotKey } from '../../../kernel/ids';
import { localText } from '../../../kernel/time';
import { exactly } from '../../../kernel/words/messages';
import type { Words } from '../../../kernel/words/words';
import { explainRule, type EarningRule, type ProgrammeDocument, type Rounding } from '../../programmes';
import type { Because, LedgerDecision } from '../account/account-decisions.events';
import type { AccountEvent, ActivityRecorded, PurchaseClaimed, PurchaseRecorded } from '../account/account.events';
import { factKey } from '../account/effective-order';
import {
  outletOffset,
  tellDecision,
  tellFact,
  tellFactKey,
  type Names,
  type ToldEvent,
  type Voice,
} from './tell-account';

/** A lot with all that was ever recorded in its account. */
export interface EntryToExplain {
  readonly lot: LotKey;
  /** In recorded order; those that do not concern the lot are passed over. */
  readonly told: readonly ToldEvent[];
  /** The document of the revision that the lot's newest decision rests on. */
  readonly document: ProgrammeDocument;
}

/** Why a lot holds the points it holds: plain sentences for people, and what they are made of. */
export type EntryExplanation = {
  readonly sentences: readonly string[];
  readonly lot: LotKey;
  readonly programme: string;
  readonly wallet: string;
  /** Given, whatever became of them since. */
  readonly points: number;
  readonly revision: number;
  readonly rule: { readonly id: string; readonly words: string };
  /** In the words of the sentences: "2.5 units". */
  readonly counted: string;
  readonly multipliers: NonNullable<Because['multipliers']>;
  readonly exact: string;
  readonly rounding: Rounding;
  readonly runningTotal?: Because['runningTotal'];
  /** Caps that left less than was earned. */
  readonly caps?: Because['caps'];
  /** What late facts changed, in the order they arrived; `cause` is the key of each. */
  readonly corrections: readonly LotCorrection[];
};

export type LotCorrection = { readonly cause: string; readonly before: number; readonly after: number };

/** Undefined where no decision gave the lot. */
export function explainEntry({ lot, told, document }: EntryToExplain, names: Names): EntryExplanation | undefined {
  const history = lotHistory(lot, told);
  if (history === undefined) return undefined;
  const origin = told.find(({ event }) => gave(event, lot));
  assert(origin !== undefined && isGiving(origin.event), 'a lot was given for a fact of its account');
  const source = origin.event;
  const voice = { ...names, offsetMinutes: outletOffset(source) ?? 0 };
  const { programme, wallet, points, because, corrections } = history;
  const rule = document.rules.find(({ id }) => id === because.rule);
  const terms = document.wallets.find(({ id }) => id === wallet);
  assert(
    rule !== undefined && terms !== undefined,
    `revision ${because.revision} of ${programme} lacks ${because.rule}`,
  );

  const { exact, counted, revision, multipliers = [], runningTotal, caps, visit } = because;
  const words = explainRule(rule, document, voice.words);
  const what = countedWords(counted, rule, document, voice.words);
  const { say } = voice.words;
  const sentences = [
    ...originSentences(source, origin, { wallet: terms.name, points }, voice),
    say('ruleApplied', { rule: rule.id, programme, revision, words }),
    say('counted', { what }),
    ...(visit === undefined ? [] : [say('visitNumber', { visit })]),
    ...multipliers.map((multiplier) => multiplierSentence(multiplier, document, voice.words)),
    ...roundingSentences(because, terms.rounding, terms.name, voice.words),
    ...(caps ?? []).map((cap) => say('capped', cap)),
    ...lifeSentences(lot, told, voice),
  ];
  return {
    sentences,
    lot,
    programme,
    wallet,
    points,
    revision,
    rule: { id: rule.id, words },
    counted: what,
    multipliers,
    exact,
    rounding: terms.rounding,
    ...(runningTotal !== undefined && { runningTotal }),
    ...(caps !== undefined && { caps }),
    corrections,
  };
}

/** Facts that rules give lots for. */
type GivingFact = PurchaseRecorded | PurchaseClaimed | ActivityRecorded;

const isGiving = (event: AccountEvent): event is GivingFact =>
  event.type === 'PurchaseRecorded' || event.type === 'PurchaseClaimed' || event.type === 'ActivityRecorded';

/** A lot is named by its fact, rule, programme and wallet. */
const gave = (event: AccountEvent, lot: LotKey): boolean =>
  isGiving(event) && factKey(event) === lot.split('~').slice(0, -3).join('~');

interface LotHistory {
  readonly programme: string;
  readonly wallet: string;
  readonly points: number;
  readonly because: Because;
  readonly corrections: readonly LotCorrection[];
}

function lotHistory(lot: LotKey, told: readonly ToldEvent[]): LotHistory | undefined {
  let history: LotHistory | undefined;
  for (const { event } of told) {
    if (event.type === 'PointsEarned' && event.data.lot === lot) history = { ...event.data, corrections: [] };
    const entry = correctedEntry(event, lot);
    if (entry === undefined) continue;
    const { programme, wallet, because, after } = entry;
    const correction = foreignCorrection(event, lot);
    const earlier = history?.corrections ?? [];
    const corrections = correction === undefined ? earlier : [...earlier, correction];
    history = { programme, wallet, because, points: after, corrections };
  }
  return history;
}

const correctedEntry = (event: AccountEvent, lot: LotKey) =>
  event.type === 'LedgerCorrected' ? event.data.entries.find((corrected) => corrected.lot === lot) : undefined;

/** What a fact that is not the lot's own changed it by. */
function foreignCorrection(event: AccountEvent, lot: LotKey): LotCorrection | undefined {
  const entry = correctedEntry(event, lot);
  if (event.type !== 'LedgerCorrected' || entry === undefined || entry.fact === event.data.cause) return undefined;
  return { cause: event.data.cause, before: entry.before, after: entry.after };
}

function originSentences(
  source: GivingFact,
  { occurredAt, effectiveAt }: ToldEvent,
  change: { readonly wallet: string; readonly points: number },
  { words: { say }, offsetMinutes }: Voice,
): readonly string[] {
  const at = localText(occurredAt, offsetMinutes);
  const first =
    source.type === 'ActivityRecorded'
      ? say('lotOfActivity', { ...change, activity: source.data.activity, at })
      : say('lotOfPurchase', { ...change, ...receiptWords(source), at });
  if (occurredAt === effectiveAt) return [first];
  return [first, say('countedFrom', { at: localText(effectiveAt, offsetMinutes) })];
}

function receiptWords(source: PurchaseRecorded | PurchaseClaimed) {
  const { receipt, till, outlet } = source.type === 'PurchaseClaimed' ? source.data.purchase : source.data;
  return { receipt, till, outlet };
}

function countedWords(counted: string, { kind }: EarningRule, document: ProgrammeDocument, { say }: Words): string {
  const quantity = exactly(counted);
  switch (kind) {
    case 'perAmount':
      return say('money', { amount: quantity, currency: document.currency });
    case 'perItem':
      return say('units', { units: quantity });
    case 'perActivity':
      return say('times', { times: quantity });
    default:
      return say('visits', { visits: quantity });
  }
}

function multiplierSentence(
  { rule, factor }: NonNullable<Because['multipliers']>[number],
  document: ProgrammeDocument,
  words: Words,
): string {
  const multiplier = document.rules.find(({ id }) => id === rule);
  assert(multiplier !== undefined, `the revision lacks the multiplier ${rule}`);
  const told = explainRule(multiplier, document, words);
  return words.say('multiplied', { rule, factor: exactly(factor), words: told });
}

const scopes = { line: 'lineRounded', basket: 'basketRounded', account: 'accountRounded' } as const;
const modes = { floor: 'roundedDown', 'half-even': 'roundedHalfEven', ceiling: 'roundedUp' } as const;

function roundingSentences(
  { exact, runningTotal }: Because,
  { mode, scope }: Rounding,
  wallet: string,
  { say }: Words,
): readonly string[] {
  const sentences = [
    say('exactPoints', { wallet, exact: exactly(exact) }),
    say(scopes[scope], { how: say(modes[mode]) }),
  ];
  if (runningTotal === undefined) return sentences;
  const { before, after } = runningTotal;
  return [...sentences, say('runningTotal', { before: exactly(before), after: exactly(after) })];
}

/** What became of the lot since it was given, as it was recorded; what the world told comes before what it did. */
function lifeSentences(lot: LotKey, told: readonly ToldEvent[], voice: Voice): readonly string[] {
  const sentences: string[] = [];
  let fact: readonly string[] = [];
  for (const one of told) {
    const { event } = one;
    const news = tellFact(one, voice);
    if (news.length > 0) fact = news;
    const correction = foreignCorrection(event, lot);
    if (correction !== undefined) sentences.push(correctionSentence(correction, voice.words));
    if (!isOfLot(event, lot)) continue;
    if (explainedByFact.has(event.type)) {
      sentences.push(...fact);
      fact = [];
    }
    sentences.push(
      ...(event.type === 'PointsEarned' ? spanSentences(event.data, voice) : [tellDecision(event, voice)]),
    );
  }
  return sentences;
}

/** They come in the append of their fact; the others come by time, or say themselves why. */
const explainedByFact: ReadonlySet<AccountEvent['type']> = new Set([
  'PointsReversed',
  'PointsRestored',
  'PointsWithdrawn',
]);

type LotDecision = Extract<LedgerDecision, { readonly data: { readonly lot: LotKey } }>;

const isOfLot = (event: AccountEvent, lot: LotKey): event is LotDecision =>
  'lot' in event.data && event.data.lot === lot;

function spanSentences(
  { pending, activeAt, expiresAt }: Extract<LedgerDecision, { type: 'PointsEarned' }>['data'],
  { words: { say }, offsetMinutes }: Voice,
): readonly string[] {
  return [
    ...(pending ? [say('usableFrom', { at: localText(activeAt, offsetMinutes) })] : []),
    ...(expiresAt === null ? [] : [say('usableUntil', { at: localText(expiresAt, offsetMinutes) })]),
  ];
}

const correctionSentence = ({ cause, before, after }: LotCorrection, words: Words): string =>
  words.say('lotChanged', { fact: tellFactKey(cause, words), before, after });
