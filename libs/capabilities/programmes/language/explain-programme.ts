import type { Words } from '../../../kernel/words/words';
import { explainCard, explainReward } from './explain-reward';
import { explainRule } from './explain-rule';
import { explainCap, explainExpiry, explainReturns } from './explain-terms';
import type { ProgrammeDocument } from './programme-document';

/** A programme in sentences for people: each part of its document by its id. */
export interface ProgrammeInWords {
  readonly wallets: WordsById;
  readonly rules: WordsById;
  readonly caps: WordsById;
  readonly stampCards: WordsById;
  readonly rewards: WordsById;
  /** What returns do, to points that were spent already too. */
  readonly returns: string;
}

type WordsById = Readonly<Record<string, string>>;

export function explainProgramme(document: ProgrammeDocument, words: Words): ProgrammeInWords {
  const { wallets, rules, caps = [], stampCards = [], rewards = [] } = document;
  return {
    wallets: byId(wallets, (wallet) => explainExpiry(wallet, words)),
    rules: byId(rules, (rule) => explainRule(rule, document, words)),
    caps: byId(caps, (cap) => explainCap(cap, document, words)),
    stampCards: byId(stampCards, (card) => explainCard(card, document, words)),
    rewards: byId(rewards, (reward) => explainReward(reward, document, words)),
    returns: explainReturns(document, words),
  };
}

const byId = <Part extends { readonly id: string }>(parts: readonly Part[], tell: (part: Part) => string): WordsById =>
  Object.fromEntries(parts.map((part) => [part.id, tell(part)]));
