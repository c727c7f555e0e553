import { assertNever } from '../../../kernel/defect';
import { localText } from '../../../kernel/time';
import type { Words } from '../../../kernel/words/words';
import type { DebtPart, LedgerDecision, LotPart } from '../account/account-decisions.events';
import type { AccountEvent } from '../account/account.events';

/** An event of an account with the instants of its append. */
export interface ToldEvent {
  readonly event: AccountEvent;
  readonly occurredAt: number;
  readonly effectiveAt: number;
}

/** In which words, and with which names, an account is told. */
export interface Names {
  readonly words: Words;
  /** What the programme calls a wallet, a card or a reward. */
  nameOf(
    kind: 'wallets' | 'stampCards' | 'rewards',
    named: { readonly programme: string; readonly id: string },
  ): string;
}

export interface Voice extends Names {
  /** Minutes from UTC of the clock on which instants are told. */
  readonly offsetMinutes: number;
}

/** Of the outlet that reported it; undefined where none did. */
export function outletOffset({ type, data }: AccountEvent): number | undefined {
  if (type === 'PurchaseClaimed') return data.purchase.offsetMinutes;
  return 'offsetMinutes' in data ? data.offsetMinutes : undefined;
}

/** What a decision did, in one sentence for the customer. */
export function tellDecision({ type, data }: LedgerDecision, voice: Voice): string {
  const { say } = voice.words;
  const at = (instant: number): string => localText(instant, voice.offsetMinutes);
  const of = ({ programme, wallet, points }: LotPart | DebtPart) => ({
    wallet: voice.nameOf('wallets', { programme, id: wallet }),
    points,
  });
  const taken = (part: LotPart) => ({ ...of(part), points: -part.points });
  const card = ({ programme, card: id }: { readonly programme: string; readonly card: string }): string =>
    voice.nameOf('stampCards', { programme, id });
  const reward = ({ programme, reward: id }: { readonly programme: string; readonly reward: string }) => ({
    reward: voice.nameOf('rewards', { programme, id }),
  });
  switch (type) {
    case 'PointsEarned':
      return say('pointsEarned', of(data));
    case 'PointsGranted':
      return say(grantedAs[data.origin], of(data));
    case 'PointsActivated':
      return say('pointsActivated', { ...of(data), at: at(data.at) });
    case 'PointsReserved':
      return say('pointsReserved', of(data));
    case 'PointsReleased':
      return say('pointsReleased', of(data));
    case 'PointsSpent':
      return say('pointsSpent', taken(data));
    case 'PointsRestored':
      return say('pointsRestored', of(data));
    case 'PointsExpired':
      return say('pointsExpired', { ...taken(data), at: at(data.at) });
    case 'PointsReversed':
      return say('pointsReversed', taken(data));
    case 'PointsWithdrawn':
      return say(withdrawnAs[data.origin], taken(data));
    case 'DebtIncurred':
      return say('debtIncurred', of(data));
    case 'DebtPaid':
      return say('debtPaid', taken(data));
    case 'DebtForgiven':
      return say('debtForgiven', of(data));
    case 'StampsCollected': {
      const stamps = Math.abs(data.milli) / 1000;
      return say(data.milli < 0 ? 'stampsTakenBack' : 'stampsCollected', { card: card(data), stamps });
    }
    case 'RewardIssued':
      return say('rewardIssued', { ...reward(data), card: card(data) });
    case 'RewardUsed':
      return say('rewardUsed', reward(data));
    case 'RewardRevoked':
      return say('rewardRevoked', reward(data));
    case 'RewardExpired':
      return say('rewardExpired', { ...reward(data), at: at(data.at) });
    default:
      return assertNever(type);
  }
}

const grantedAs = { adjusted: 'pointsAdded', honoured: 'pointsHonoured', reward: 'pointsOfReward' } as const;
const withdrawnAs = { adjusted: 'pointsWithdrawn', honoured: 'honouredWithdrawn' } as const;

/** What the world told, where the decisions on it do not say so themselves; nothing for the rest. */
export function tellFact({ event, occurredAt }: ToldEvent, voice: Voice): readonly string[] {
  const { type, data } = event;
  const { say } = voice.words;
  const nameOf = (programme: string, wallet: string): string => voice.nameOf('wallets', { programme, id: wallet });
  switch (type) {
    case 'PurchaseReturned':
      return [say('goodsReturned', { receipt: data.receipt, at: localText(occurredAt, data.offsetMinutes) })];
    case 'PurchaseVoided': {
      const receipt = lastPart(data.receiptKey);
      const { reason } = data;
      return [
        reason === undefined ? say('purchaseVoided', { receipt }) : say('purchaseVoidedBecause', { receipt, reason }),
      ];
    }
    case 'PurchaseClaimed': {
      const { receipt, offsetMinutes } = data.purchase;
      return [say('purchaseClaimed', { receipt, at: localText(occurredAt, offsetMinutes) })];
    }
    case 'PointsAdjusted': {
      const { programme, wallet, points, reason } = data;
      return [say('pointsAdjusted', { wallet: nameOf(programme, wallet), points, reason })];
    }
    case 'EntitlementHonoured': {
      const { programme, wallet, points } = data;
      return [
        say(points < 0 ? 'honourConsumed' : 'entitlementHonoured', { wallet: nameOf(programme, wallet), points }),
      ];
    }
    default:
      return [];
  }
}

/** Names a fact by its key (see `factKey`), as the subject of a sentence. */
export function tellFactKey(key: string, { say }: Words): string {
  const kind = key.includes('~') ? key.slice(0, key.indexOf('~')) : 'redemption';
  switch (kind) {
    case 'return':
      return say('returnFact', { receipt: lastPart(key) });
    case 'void':
      return say('voidFact');
    case 'activity':
      return say('activityFact');
    case 'adjustment':
      return say('adjustmentFact');
    case 'redemption':
    case 'confirm':
    case 'release':
      return say('redemptionFact');
    default:
      return say('receiptFact', { receipt: lastPart(key) });
  }
}

/** The receipt's own number ends its key. */
const lastPart = (key: string): string => key.slice(key.lastIndexOf('~') + 1);
