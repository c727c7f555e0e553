import { assertNever } from '../../../kernel/defect';
import { conditionWords, lineWords } from './explain-conditions';
import { listed, walletName } from './explain-words';
import type { EarningRule, ProgrammeDocument } from './programme-document';

/** What a rule says, in one sentence for the owner, the cashier and the customer. */
export function explainRule(rule: EarningRule, document: ProgrammeDocument): string {
  return `${ruleWords(rule, document)}${conditionWords(rule.when ?? {}, document)}.`;
}

function ruleWords(rule: EarningRule, document: ProgrammeDocument): string {
  const nameOf = (wallet: string): string => walletName(wallet, document);
  const lines = lineWords(rule.when ?? {});
  switch (rule.kind) {
    case 'perAmount':
      return `${rule.points} ${nameOf(rule.wallet)} for every ${rule.amount} ${document.currency} spent${lines && ` on ${lines}`}`;
    case 'perVisit':
      return `${rule.points} ${nameOf(rule.wallet)} for every visit${lines && ` with ${lines}`}`;
    case 'perItem':
      return `${rule.points} ${nameOf(rule.wallet)} for every unit bought${lines && ` of ${lines}`}`;
    case 'perActivity':
      return `${rule.points} ${nameOf(rule.wallet)} for every activity "${rule.activity}"`;
    case 'multiplier':
      return `${nameOf(rule.wallet)} ×${rule.factor}${lines && ` on ${lines}`}`;
    case 'exclusion': {
      const where = rule.wallets === undefined ? '' : ` in ${listed(rule.wallets.map(nameOf), 'and')}`;
      return `Nothing is earned${where}${lines && ` on ${lines}`}`;
    }
    default:
      return assertNever(rule);
  }
}
