import type { AccountDecision, WalletTotal } from './account-decisions.events';

/** What a stored decision did to one wallet: how much each of its totals changed (S16). */
export interface Posting {
  readonly programme: string;
  readonly wallet: string;
  readonly moved: Readonly<Partial<Record<WalletTotal, number>>>;
}

/**
 * The bookkeeping of the decisions: summed over all that an account has stored they are its totals, up to what time alone
 * has done since. Read models, statements and the audit count with this one table.
 */
export function postingsOf(decision: AccountDecision): readonly Posting[] {
  switch (decision.type) {
    case 'PointsEarned': {
      const { points, pending } = decision.data;
      return posting(decision, { earned: points, [pending === true ? 'pending' : 'available']: points });
    }
    case 'PointsGranted': {
      const { points, origin } = decision.data;
      const from = { adjusted: 'adjustedUp', honoured: 'honoured', reward: 'earned' } as const;
      return posting(decision, { [from[origin]]: points, available: points });
    }
    case 'PointsActivated':
      return shift(decision, 'pending', 'available');
    case 'PointsReserved':
      return shift(decision, 'available', 'reserved');
    case 'PointsReleased':
      return shift(decision, 'reserved', 'available');
    case 'PointsSpent':
      return shift(decision, decision.data.from, 'spent');
    case 'PointsRestored': {
      const { points, of } = decision.data;
      if (of !== undefined) return posting(decision, { spent: -points, available: points });
      return posting(decision, { paidToDebt: -points, debtIncurred: -points, available: points });
    }
    case 'PointsExpired':
      return shift(decision, 'available', 'expired');
    case 'PointsReversed':
      return shift(decision, decision.data.from, 'reversed');
    case 'PointsWithdrawn': {
      const { points, origin } = decision.data;
      if (origin === 'honoured') return posting(decision, { honoured: -points, available: -points });
      return posting(decision, { adjustedDown: points, available: -points });
    }
    case 'DebtIncurred':
      return posting(decision, { debt: decision.data.points, debtIncurred: decision.data.points });
    case 'DebtPaid': {
      const { points } = decision.data;
      return posting(decision, { debt: -points, paidToDebt: points, available: -points });
    }
    case 'DebtForgiven':
      return posting(decision, { debt: -decision.data.points, debtForgiven: decision.data.points });
    case 'LedgerCorrected':
      return decision.data.deltas.map(({ programme, wallet, points, moved }) => ({
        programme,
        wallet,
        moved: moved ?? { earned: points, available: points },
      }));
    case 'StampsCollected':
    case 'RewardIssued':
    case 'RewardUsed':
    case 'RewardRevoked':
    case 'RewardExpired':
    case 'LapsesAnnounced':
      return [];
  }
}

/** Types of decisions that move points. */
export const POSTED_TYPES: readonly AccountDecision['type'][] = [
  'PointsEarned',
  'PointsGranted',
  'PointsActivated',
  'PointsReserved',
  'PointsReleased',
  'PointsSpent',
  'PointsRestored',
  'PointsExpired',
  'PointsReversed',
  'PointsWithdrawn',
  'DebtIncurred',
  'DebtPaid',
  'DebtForgiven',
  'LedgerCorrected',
];

type WalletDecision = {
  readonly data: { readonly programme: string; readonly wallet: string; readonly points: number };
};

const posting = ({ data: { programme, wallet } }: WalletDecision, moved: Posting['moved']): readonly Posting[] => [
  { programme, wallet, moved },
];

const shift = (decision: WalletDecision, from: WalletTotal, to: WalletTotal): readonly Posting[] =>
  posting(decision, { [from]: -decision.data.points, [to]: decision.data.points });
