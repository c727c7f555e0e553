import { assertNever } from '../../../kernel/defect';
import { counted, listed, periodWords, walletName } from './explain-words';
import type { Cap, Expiry, ProgrammeDocument, ReturnTerms, WalletTerms } from './programme-document';

const PER = {
  basket: 'a purchase',
  day: 'a day',
  week: 'a week',
  month: 'a month',
  year: 'a year',
  ever: 'in all',
} as const satisfies Record<Cap['per'], string>;

/** The most that a customer can earn under the cap, in one sentence. */
export function explainCap({ wallet, points, per, rules }: Cap, document: ProgrammeDocument): string {
  const from = rules === undefined ? '' : ` from the ${rulesWords(rules)}`;
  return `At most ${points} ${walletName(wallet, document)} ${PER[per]}${from}.`;
}

const rulesWords = (rules: readonly string[]): string =>
  rules.length === 1 ? `rule ${listed(rules)}` : `rules ${listed(rules, 'and')} together`;

const BY_ITSELF = 'takes back what its own amount would earn';

const UNMATCHED = {
  wait: 'goes on waiting for it',
  ownInvoice: BY_ITSELF,
  ignore: 'takes nothing back',
} as const satisfies Record<NonNullable<ReturnTerms['unmatched']>, string>;

/** What a return takes back, and what becomes of points that were spent before it; defaults are said as well. */
export function explainReturns({ returns = { basis: 'rerate' }, debt = 'carry' }: ProgrammeDocument): string {
  const { basis, unmatched = 'wait', window } = returns;
  return [
    ...(basis === 'ownInvoice'
      ? [`A return ${BY_ITSELF}.`]
      : [
          'A return takes back what the purchase would not have earned without the returned goods.',
          `One whose purchase is still unknown after 45 days ${UNMATCHED[unmatched]}.`,
        ]),
    ...(window === undefined ? [] : [`One later than ${periodWords(window)} after the purchase takes nothing back.`]),
    debt === 'carry'
      ? 'Points that were spent before they are taken back become a debt, which later points pay.'
      : 'Points that were spent before they are taken back are forgiven.',
  ].join(' ');
}

/** When points of a wallet can be spent, and when they expire. */
export function explainExpiry({ name, pending, expiry }: WalletTerms): string {
  const begin =
    pending === undefined
      ? 'as soon as they are earned'
      : `from the end of the day ${periodWords(pending)} after they are earned`;
  return `${name} can be spent ${begin}, and ${expiry === undefined ? 'never expire' : expiryWords(expiry)}.`;
}

function expiryWords(expiry: Expiry): string {
  switch (expiry.kind) {
    case 'fixed':
      return `expire at the end of the day ${periodWords(expiry.after)} after they are earned`;
    case 'rolling':
      return `all expire together at the end of the day ${periodWords(expiry.after)} after any were earned last`;
    case 'endOfPeriod': {
      const later =
        expiry.extra === undefined || expiry.extra === 0 ? '' : `${counted(expiry.extra, expiry.period)} after `;
      return `expire ${later || 'at '}the end of the ${expiry.period} in which they are earned`;
    }
    default:
      return assertNever(expiry);
  }
}
