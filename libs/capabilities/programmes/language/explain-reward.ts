import { assertNever } from '../../../kernel/defect';
import { conditionWords, dateWords, lineWords } from './explain-conditions';
import { counted, listed, periodWords, walletName } from './explain-words';
import type { ProgrammeDocument, Reward, StampCard } from './programme-document';

/** What a reward is, how it is had and while when it can be used, in one sentence. */
export function explainReward(reward: Reward, document: ProgrammeDocument): string {
  const { cost, stock, validity } = reward;
  const cards = (document.stampCards ?? []).filter((card) => card.reward === reward.id);
  const ways = [
    ...(cost === undefined ? [] : [`for ${cost.points} ${walletName(cost.wallet, document)}`]),
    ...cards.map(({ name }) => `for a full card "${name}"`),
  ];
  const parts = [
    listed(ways),
    ...dateWords(reward),
    validity && `to be used within ${periodWords(validity)} of its issue`,
    stock && `while ${stock} in all last`,
  ].filter((part) => part !== undefined && part !== '' && part !== 0);
  return `"${reward.name}": ${[giftWords(reward, document), ...parts].join(', ')}.`;
}

function giftWords(reward: Reward, document: ProgrammeDocument): string {
  switch (reward.kind) {
    case 'product':
    case 'service':
      return reward.skus === undefined ? `a ${reward.kind}` : `a ${reward.kind} of ${lineWords({ skus: reward.skus })}`;
    case 'amountOff':
      return `${reward.amount} ${document.currency} off the receipt`;
    case 'percentOff':
      return `${reward.percent} % off the receipt`;
    case 'points':
      return `${reward.points} ${walletName(reward.wallet, document)}`;
    case 'catalogue':
      return reward.description;
    default:
      return assertNever(reward);
  }
}

/** What a card collects, what it issues, and what a return does to it. */
export function explainCard(card: StampCard, document: ProgrammeDocument): string {
  const { collect, every, when = {} } = card;
  const reward = document.rewards?.find(({ id }) => id === card.reward)?.name ?? card.reward;
  const lines = lineWords(when);
  const what = collect === 'unit' ? `${counted(every, 'unit')} paid for` : counted(every, 'paid visit');
  const chosen = lines && ` ${collect === 'unit' ? 'of' : 'with'} ${lines}`;
  return `"${reward}" for every ${what}${chosen}${conditionWords(when, document)}; ${stampReturnWords(card, document)}.`;
}

function stampReturnWords({ returns }: StampCard, document: ProgrammeDocument): string {
  if (returns === 'keep') return 'returns take no stamps back';
  return document.returns?.basis === 'ownInvoice'
    ? 'only returns that name their purchase take stamps back'
    : 'returns take stamps back';
}
