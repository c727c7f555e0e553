import { assertNever } from '../../../kernel/defect';
import { exactly } from '../../../kernel/words/messages';
import type { Words } from '../../../kernel/words/words';
import { conditionWords, lineWords } from './explain-conditions';
import { allOf, sentenceOf, walletName } from './explain-words';
import type { EarningRule, ProgrammeDocument } from './programme-document';

/** What a rule says, in one sentence for the owner, the cashier and the customer; the owner's own words, where there are any. */
export function explainRule(rule: EarningRule, document: ProgrammeDocument, words: Words): string {
  if (rule.description !== undefined) return rule.description;
  const { when = {} } = rule;
  const wallets = rule.kind === 'exclusion' ? rule.wallets?.map((wallet) => walletName(wallet, document)) : undefined;
  const conditions = [
    ...(wallets ? [words.say('inWallets', { wallets: allOf(wallets, words) })] : []),
    ...conditionWords(when, document, words),
  ];
  return sentenceOf(rulePhrase(rule, document, words), conditions, words);
}

function rulePhrase(rule: EarningRule, document: ProgrammeDocument, words: Words): string {
  const { say } = words;
  const lines = lineWords(rule.when ?? {}, words);
  if (rule.kind === 'exclusion') return lines === undefined ? say('excludes') : say('excludesLines', { lines });
  const wallet = walletName(rule.wallet, document);
  if (rule.kind === 'multiplier') {
    const multiplied = { wallet, factor: exactly(rule.factor) };
    return lines === undefined ? say('multiplies', multiplied) : say('multipliesOn', { ...multiplied, lines });
  }
  const given = { wallet, points: exactly(rule.points) };
  switch (rule.kind) {
    case 'perAmount': {
      const spent = { ...given, amount: exactly(rule.amount), currency: document.currency };
      return lines === undefined ? say('perAmount', spent) : say('perAmountOn', { ...spent, lines });
    }
    case 'perVisit':
      return lines === undefined ? say('perVisit', given) : say('perVisitWith', { ...given, lines });
    case 'perItem':
      return lines === undefined ? say('perItem', given) : say('perItemOf', { ...given, lines });
    case 'perActivity':
      return say('perActivity', { ...given, activity: rule.activity });
    default:
      return assertNever(rule);
  }
}
