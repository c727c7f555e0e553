import type { FieldError } from '../../../kernel/decision';
import { currencyExponent } from '../../../kernel/money';
import { conditionErrors, dateErrors } from './check-conditions';
import { repeatedIds, unknownReference } from './check-references';
import type { ProgrammeDocument, Reward } from './programme-document';

export function stampCardErrors({ stampCards = [], rewards = [], returns }: ProgrammeDocument): readonly FieldError[] {
  return [
    ...repeatedIds(stampCards, '/stampCards'),
    ...stampCards.flatMap((card, index) => {
      const pointer = `/stampCards/${index}`;
      const errors = [
        ...unknownReference(card.reward, rewards, 'reward', `${pointer}/reward`),
        ...conditionErrors(card.when ?? {}, `${pointer}/when`),
      ];
      if (card.returns === 'reverse' && returns?.basis === 'ownInvoice') {
        const detail =
          'cannot be "reverse" where /returns values every return document by itself: only returns that name their purchase give stamps back, so leave it out, or give "keep"';
        errors.push({ pointer: `${pointer}/returns`, detail });
      }
      return errors;
    }),
  ];
}

export function rewardErrors(document: ProgrammeDocument): readonly FieldError[] {
  const { rewards = [] } = document;
  return [
    ...repeatedIds(rewards, '/rewards'),
    ...rewards.flatMap((reward, index) => {
      const pointer = `/rewards/${index}`;
      return [
        ...walletErrors(reward, document, pointer),
        ...dateErrors(reward, pointer, 'it can no longer be redeemed'),
        ...amountErrors(reward, document, pointer),
        ...unreachableErrors(reward, document, pointer),
      ];
    }),
  ];
}

function walletErrors(reward: Reward, { wallets }: ProgrammeDocument, pointer: string): readonly FieldError[] {
  const { cost } = reward;
  const errors =
    cost === undefined ? [] : [...unknownReference(cost.wallet, wallets, 'wallet', `${pointer}/cost/wallet`)];
  if (reward.kind !== 'points') return errors;
  errors.push(...unknownReference(reward.wallet, wallets, 'wallet', `${pointer}/wallet`));
  if (cost?.wallet === reward.wallet && reward.points >= cost.points) {
    const detail = `gives back at least the ${cost.points} points that it costs, in the same wallet; give fewer than that`;
    errors.push({ pointer: `${pointer}/points`, detail });
  }
  return errors;
}

function amountErrors(reward: Reward, { currency }: ProgrammeDocument, pointer: string): readonly FieldError[] {
  if (reward.kind !== 'amountOff') return [];
  const decimals = currencyExponent(currency) ?? Infinity;
  const given = /\.(\d*?)0*$/.exec(reward.amount)?.[1]?.length ?? 0;
  if (given <= decimals) return [];
  return [{ pointer: `${pointer}/amount`, detail: `has ${given} decimals; ${currency} has ${decimals}` }];
}

function unreachableErrors({ id, cost }: Reward, { stampCards = [] }: ProgrammeDocument, pointer: string) {
  if (cost !== undefined || stampCards.some(({ reward }) => reward === id)) return [];
  const detail = 'can never be had: it has no "cost", and no stamp card issues it; give it a cost, or a card';
  return [{ pointer, detail }];
}
