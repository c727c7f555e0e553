import { assertNever } from '../../../kernel/defect';
import type {
  AccountDecision,
  Because,
  CorrectedEntry,
  LedgerCorrected,
  LedgerDecision,
  WalletDelta,
} from '../account/account-decisions.events';
import { postingsOf, type Posting } from '../account/postings';

/** What a decision shows in an account's statement. */
export interface StatementLine {
  readonly kind: EntryKind;
  /** Key of the fact it comes from, as far as the decision names it. */
  readonly cause: string | null;
  readonly programme: string;
  /** Null for what concerns a card, and for a void that moved no points. */
  readonly wallet: string | null;
  /** What it changes in the wallet's pending, available and reserved points less debt: the lines add up to what is held. */
  readonly points: number;
  /** By which totals of the wallet (S16). */
  readonly moved: Posting['moved'];
  /** Null for a correction, which concerns many lots, and for what concerns none. */
  readonly lot: string | null;
  readonly card: string | null;
  /** Stamps in thousandths; negative = taken back. */
  readonly stampsMilli: number | null;
  /** An issued reward, by its key. */
  readonly issued: string | null;
  /** Null where nothing was worked out. */
  readonly because: Because | CorrectionBecause | null;
}

export const ENTRY_KINDS = [
  'purchase',
  'activity',
  'adjustment',
  'honour',
  'rewardPoints',
  'activation',
  'reservation',
  'release',
  'redemption',
  'restoration',
  'expiry',
  'reversal',
  'withdrawal',
  'debt',
  'debtPayment',
  'debtForgiveness',
  'stamps',
  'rewardIssued',
  'rewardUsed',
  'rewardRevoked',
  'rewardExpired',
  'correction',
] as const;

export type EntryKind = (typeof ENTRY_KINDS)[number];

/** Which lots of the wallet a late fact changed; `more` counts lots (of all wallets) beyond the first 200. */
export interface CorrectionBecause {
  readonly cause: string;
  readonly entries: readonly CorrectedEntry[];
  readonly more: number;
}

/** The lines of a decision by their place in it, which names them for ever; undefined for one that shows none (S14). */
export function statementLines(decision: AccountDecision): readonly (StatementLine | undefined)[] {
  if (decision.type === 'LapsesAnnounced') return [];
  return decision.type === 'LedgerCorrected' ? correctionLines(decision) : [decisionLine(decision)];
}

function decisionLine(decision: LedgerDecision): StatementLine | undefined {
  const { type, data } = decision;
  switch (type) {
    case 'PointsEarned': {
      if (data.points === 0) return undefined;
      const cause = causeOfLot(data.lot);
      return line(decision, cause.startsWith('activity~') ? 'activity' : 'purchase', { cause, because: data.because });
    }
    case 'PointsGranted':
      return line(decision, GRANTED[data.origin], {});
    case 'PointsActivated':
      return line(decision, 'activation', {});
    case 'PointsReserved':
      return line(decision, 'reservation', { cause: data.redemption });
    case 'PointsReleased':
      return line(decision, 'release', { cause: data.redemption });
    case 'PointsSpent':
      return line(decision, 'redemption', { cause: data.redemption });
    case 'PointsRestored':
      return line(decision, 'restoration', { cause: data.redemption });
    case 'PointsExpired':
      return line(decision, 'expiry', {});
    case 'PointsReversed':
      return line(decision, 'reversal', {});
    case 'PointsWithdrawn':
      return line(decision, 'withdrawal', {});
    case 'DebtIncurred':
      return line(decision, 'debt', { cause: data.cause });
    case 'DebtPaid':
      return line(decision, 'debtPayment', { cause: data.cause });
    case 'DebtForgiven':
      return line(decision, 'debtForgiveness', { cause: data.cause });
    case 'StampsCollected':
      return { ...cardLine('stamps', data), stampsMilli: data.milli };
    case 'RewardIssued':
      return cardLine('rewardIssued', data);
    case 'RewardUsed':
      return { ...cardLine('rewardUsed', data), cause: data.redemption };
    case 'RewardRevoked':
      return cardLine('rewardRevoked', data);
    case 'RewardExpired':
      return cardLine('rewardExpired', data);
    default:
      return assertNever(type);
  }
}

const GRANTED = { adjusted: 'adjustment', honoured: 'honour', reward: 'rewardPoints' } as const;

const NOTHING = { cause: null, wallet: null, points: 0, moved: {}, lot: null, because: null } as const;
const NO_CARD = { card: null, stampsMilli: null, issued: null } as const;

function line(
  decision: Extract<LedgerDecision, { readonly data: WalletDelta }>,
  kind: EntryKind,
  more: Partial<Pick<StatementLine, 'cause' | 'because'>>,
): StatementLine {
  const { programme, wallet } = decision.data;
  const moved = postingsOf(decision)[0]?.moved ?? {};
  const lot = 'lot' in decision.data ? decision.data.lot : null;
  return { ...NOTHING, ...NO_CARD, kind, programme, wallet, points: heldChange(moved), moved, lot, ...more };
}

function cardLine(
  kind: EntryKind,
  {
    programme,
    card,
    issued = null,
  }: { readonly programme: string; readonly card: string; readonly issued?: string | null },
): StatementLine {
  return { ...NOTHING, ...NO_CARD, kind, programme, card, issued };
}

/** One net line a wallet; none for a net of 0, but a void always shows one. */
function correctionLines(correction: LedgerCorrected): readonly (StatementLine | undefined)[] {
  const { cause, deltas, entries, more } = correction.data;
  const postings = postingsOf(correction);
  const lines = deltas.map(({ programme, wallet, points: given }, index): StatementLine | undefined => {
    const moved = postings[index]?.moved ?? {};
    const points = heldChange(moved);
    if (points === 0 && given === 0) return undefined;
    const ofWallet = entries.filter((entry) => entry.programme === programme && entry.wallet === wallet);
    const because = { cause, entries: ofWallet, more };
    return { ...NOTHING, ...NO_CARD, kind: 'correction', cause, programme, wallet, points, moved, because };
  });
  if (!cause.startsWith('void~') || lines.some((shown) => shown !== undefined)) return lines;
  const [{ programme, wallet } = { programme: '', wallet: null }] = deltas;
  return [
    { ...NOTHING, ...NO_CARD, kind: 'correction', cause, programme, wallet, because: { cause, entries: [], more } },
  ];
}

const heldChange = ({ pending = 0, available = 0, reserved = 0, debt = 0 }: Posting['moved']): number =>
  pending + available + reserved - debt;

/** A lot that was earned is named after its fact, its rule, its programme and its wallet. */
const causeOfLot = (lot: string): string => lot.split('~').slice(0, -3).join('~');
