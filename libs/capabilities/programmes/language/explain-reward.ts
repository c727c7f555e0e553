import { assertNever } from '../../../kernel/defect';
import { exactly } from '../../../kernel/words/messages';
import type { Words } from '../../../kernel/words/words';
import { conditionWords, dateWords, lineWords } from './explain-conditions';
import { eitherOf, periodWords, sentenceOf, walletName } from './explain-words';
import type { ProgrammeDocument, Reward, StampCard } from './programme-document';

/** What a reward is, how it is had and while when it can be used. */
export function explainReward(reward: Reward, document: ProgrammeDocument, words: Words): string {
  const { say } = words;
  const { cost, stock, validity } = reward;
  const phrase = say('rewardGift', { reward: reward.name, gift: giftWords(reward, document, words) });
  const cards = (document.stampCards ?? []).filter((card) => card.reward === reward.id);
  return [
    sentenceOf(phrase, dateWords(reward, words), words),
    ...(cost ? [say('rewardCost', { wallet: walletName(cost.wallet, document), points: cost.points })] : []),
    ...cards.map(({ name }) => say('rewardForCard', { card: name })),
    ...(validity ? [say('rewardValidity', { period: periodWords(validity, words) })] : []),
    ...(stock === undefined ? [] : [say('rewardStock', { stock })]),
  ].join(' ');
}

function giftWords(reward: Reward, document: ProgrammeDocument, words: Words): string {
  const { say } = words;
  switch (reward.kind) {
    case 'product':
    case 'service': {
      if (reward.skus === undefined) return say(reward.kind);
      return say(reward.kind === 'product' ? 'productOf' : 'serviceOf', { articles: eitherOf(reward.skus, words) });
    }
    case 'amountOff':
      return say('amountOff', { amount: exactly(reward.amount), currency: document.currency });
    case 'percentOff':
      return say('percentOff', { percent: exactly(reward.percent) });
    case 'points':
      return say('walletChange', { wallet: walletName(reward.wallet, document), points: reward.points });
    case 'catalogue':
      return reward.description;
    default:
      return assertNever(reward);
  }
}

/** What a card collects, what it issues, and what a return does to it. */
export function explainCard(card: StampCard, document: ProgrammeDocument, words: Words): string {
  const phrase = cardPhrase(card, document, words);
  const conditions = conditionWords(card.when ?? {}, document, words);
  return `${sentenceOf(phrase, conditions, words)} ${stampReturnWords(card, document, words)}`;
}

function cardPhrase(
  { collect, every, reward, when = {} }: StampCard,
  document: ProgrammeDocument,
  words: Words,
): string {
  const { say } = words;
  const full = { reward: document.rewards?.find(({ id }) => id === reward)?.name ?? reward, every };
  const lines = lineWords(when, words);
  if (collect === 'unit')
    return lines === undefined ? say('cardOfUnits', full) : say('cardOfUnitsOf', { ...full, lines });
  return lines === undefined ? say('cardOfVisits', full) : say('cardOfVisitsWith', { ...full, lines });
}

function stampReturnWords({ returns }: StampCard, document: ProgrammeDocument, { say }: Words): string {
  if (returns === 'keep') return say('stampsKept');
  return say(document.returns?.basis === 'ownInvoice' ? 'stampsReturnedByPurchase' : 'stampsReturned');
}
