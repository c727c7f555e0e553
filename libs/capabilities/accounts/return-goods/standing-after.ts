import { LANGUAGE_VERSION } from '../../programmes';
import type { PurchaseFlag } from '../account/account.events';
import { balancesOf, cardsOf, heldRewards, nameIn } from '../account/account-standing';
import type { Balance, CardStanding, HeldReward } from '../account/account-standing';
import type { RecordedFacts } from '../account/decide-account';
import { balanceInOrder, standingInOrder } from '../record-purchase/record-purchase.answer';
import { takenBack, takenBackLines } from './taken-back';

/** What an append that takes back stores beside its events, so that every repeated answer equals the first. */
export type StandingAfter = {
  /** Version of the rule language that decided. */
  readonly language: number;
  readonly balances: readonly Balance[];
  readonly stamps: readonly CardStanding[];
  readonly rewards: readonly HeldReward[];
  readonly flags: readonly PurchaseFlag[];
  /** As rendered, so that a later wording changes no earlier answer. */
  readonly receiptLines: readonly string[];
};

/** How a customer's account stands afterwards; `lead` are the lines that come first on the receipt. */
export function standingAfter(
  recorded: RecordedFacts,
  now: number,
  flags: readonly PurchaseFlag[],
  lead: readonly string[] = [],
): StandingAfter {
  const { account, terms, events } = recorded;
  const balances = balancesOf(account, terms, now);
  return {
    language: LANGUAGE_VERSION,
    balances,
    stamps: cardsOf(account, terms, now),
    rewards: heldRewards(account),
    flags,
    receiptLines: [
      ...lead,
      ...takenBackLines(takenBack(events), recorded, now),
      ...balanceLines(balances, recorded, now),
    ],
  };
}

/** What nobody's account shows: there is nothing in it. */
export const nothingAfter = (flags: readonly PurchaseFlag[], receiptLines: readonly string[] = []): StandingAfter => ({
  language: LANGUAGE_VERSION,
  balances: [],
  stamps: [],
  rewards: [],
  flags,
  receiptLines,
});

const balanceLines = (
  balances: readonly Balance[],
  { terms, words: { say } }: Pick<RecordedFacts, 'terms' | 'words'>,
  now: number,
): readonly string[] =>
  balances.map(({ programme, wallet, available, reserved, debt }) =>
    say('balanceLine', {
      wallet: nameIn('wallets', { programme, id: wallet }, terms, now),
      points: available + reserved - debt,
    }),
  );

/** Members of the stored standing that every answer shows, written anew in one order. */
export function standingAnswer({ balances, stamps, rewards, flags, receiptLines }: StandingAfter): StandingAnswer {
  return {
    balances: balances.map(balanceInOrder),
    stamps: stamps.map(standingInOrder),
    rewards: rewards.map(rewardInOrder),
    flags,
    receiptLines,
  };
}

export type StandingAnswer = Omit<StandingAfter, 'language'>;

const rewardInOrder = ({ programme, reward, issued, expiresAt }: HeldReward): HeldReward => ({
  programme,
  reward,
  issued,
  expiresAt,
});
