import { assertNever } from '../../../kernel/defect';
import { DAY_MS, HORIZON_MS } from '../../../kernel/time';
import type { Words } from '../../../kernel/words/words';
import { allOf, periodWords, sentenceOf, walletName } from './explain-words';
import type { Cap, Expiry, ProgrammeDocument, ReturnTerms, WalletTerms } from './programme-document';

const PER = {
  basket: 'perPurchase',
  day: 'perDay',
  week: 'perWeek',
  month: 'perMonth',
  year: 'perYear',
  ever: 'inAll',
} as const satisfies Record<Cap['per'], string>;

/** The most that a customer can earn under the cap, in one sentence. */
export function explainCap({ wallet, points, per, rules }: Cap, document: ProgrammeDocument, words: Words): string {
  const { say } = words;
  const most = say('atMost', { wallet: walletName(wallet, document), points, per: say(PER[per]) });
  return sentenceOf(most, rules === undefined ? [] : [sourceWords(rules, words)], words);
}

function sourceWords(rules: readonly string[], words: Words): string {
  const named = allOf(rules, words);
  return rules.length === 1 ? words.say('fromRule', { rule: named }) : words.say('fromRules', { rules: named });
}

const UNMATCHED = {
  wait: 'unmatchedWaits',
  ownInvoice: 'unmatchedByItself',
  ignore: 'unmatchedIgnored',
} as const satisfies Record<NonNullable<ReturnTerms['unmatched']>, string>;

/** What a return takes back, and what becomes of points that were spent before it; defaults are said as well. */
export function explainReturns(
  { returns = { basis: 'rerate' }, debt = 'carry' }: ProgrammeDocument,
  words: Words,
): string {
  const { say } = words;
  const { basis, unmatched = 'wait', window } = returns;
  const horizon = periodWords({ unit: 'day', count: HORIZON_MS / DAY_MS }, words);
  return [
    ...(basis === 'ownInvoice'
      ? [say('returnByItself')]
      : [say('returnRerated'), say(UNMATCHED[unmatched], { period: horizon })]),
    ...(window === undefined ? [] : [say('returnWindow', { period: periodWords(window, words) })]),
    say(debt === 'carry' ? 'debtCarried' : 'debtNotAsked'),
  ].join(' ');
}

/** When points of a wallet can be used, and when they expire. */
export function explainExpiry({ name, pending, expiry }: WalletTerms, words: Words): string {
  const { say } = words;
  const begin =
    pending === undefined
      ? say('usableAtOnce', { wallet: name })
      : say('usableAfter', { wallet: name, period: periodWords(pending, words) });
  return `${begin} ${expiry === undefined ? say('neverExpire') : expiryWords(expiry, words)}`;
}

const ENDS = { month: 'endOfMonth', quarter: 'endOfQuarter', year: 'endOfYear' } as const;

function expiryWords(expiry: Expiry, words: Words): string {
  const { say } = words;
  switch (expiry.kind) {
    case 'fixed':
      return say('expireAfter', { period: periodWords(expiry.after, words) });
    case 'rolling':
      return say('expireTogether', { period: periodWords(expiry.after, words) });
    case 'endOfPeriod': {
      const { period: unit, extra: count = 0 } = expiry;
      const end = say(ENDS[unit]);
      return count === 0
        ? say('expireAt', { end })
        : say('expireLater', { end, period: periodWords({ unit, count }, words) });
    }
    default:
      return assertNever(expiry);
  }
}
