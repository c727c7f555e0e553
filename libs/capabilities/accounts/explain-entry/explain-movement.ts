import type { RedemptionId } from '../../../kernel/ids';
import { localText } from '../../../kernel/time';
import { explainCard, type ProgrammeDocument } from '../../programmes';
import type { LedgerDecision } from '../account/account-decisions.events';
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

/** A movement of points, stamps or rewards that no rule's lot explains. */
export interface MovementToExplain {
  readonly movement: LedgerDecision;
  /** What was recorded with it. */
  readonly append: readonly ToldEvent[];
  /** All that was ever recorded in the account. */
  readonly told: readonly ToldEvent[];
  /** Of the programme, in force when it acted. */
  readonly document: ProgrammeDocument | undefined;
}

/** What was told when it was recorded, then what the movement is; what time alone did needs no other reason. */
export function explainMovement(
  { movement, append, told, document }: MovementToExplain,
  names: Names,
): readonly string[] {
  const offsetMinutes = append.map(({ event }) => outletOffset(event)).find((offset) => offset !== undefined) ?? 0;
  const voice = { ...names, offsetMinutes };
  const isDue = 'at' in movement.data && movement.data.at !== undefined;
  return [
    ...(isDue ? [] : append.flatMap((one) => causeSentences(one, movement, told, voice))),
    ...cardSentences(movement, document, voice),
    tellDecision(movement, voice),
  ];
}

function causeSentences(
  one: ToldEvent,
  movement: LedgerDecision,
  told: readonly ToldEvent[],
  voice: Voice,
): readonly string[] {
  const { event, occurredAt } = one;
  const { say } = voice.words;
  switch (event.type) {
    case 'PurchaseRecorded':
    case 'ActivityRecorded': {
      const at = localText(occurredAt, event.data.offsetMinutes);
      return [say('factAt', { fact: tellFactKey(factKey(event), voice.words), at })];
    }
    case 'RedemptionReserved':
    case 'RedemptionConfirmed':
    case 'RedemptionReleased':
    case 'RedemptionReported':
      return 'reward' in movement.data ? [] : rewardSentences(event.data.redemption, told, voice);
    default:
      return tellFact(one, voice);
  }
}

/** Only what began a redemption says which reward it was for. */
function rewardSentences(redemption: RedemptionId, told: readonly ToldEvent[], voice: Voice): readonly string[] {
  return told.flatMap(({ event: { type, data } }) => {
    if (type !== 'RedemptionReserved' && type !== 'RedemptionReported') return [];
    if (data.redemption !== redemption) return [];
    const reward = voice.nameOf('rewards', { programme: data.programme, id: data.reward });
    return [voice.words.say('redeemedFor', { reward })];
  });
}

function cardSentences(
  { type, data }: LedgerDecision,
  document: ProgrammeDocument | undefined,
  { words }: Voice,
): readonly string[] {
  if (type !== 'StampsCollected' || document === undefined) return [];
  const card = document.stampCards?.find(({ id }) => id === data.card);
  return card === undefined
    ? []
    : [words.say('cardApplied', { card: card.name, words: explainCard(card, document, words) })];
}
