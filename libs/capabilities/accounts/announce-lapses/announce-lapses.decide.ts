import { refuse, type Refusal } from '../../../kernel/decision';
import type { Terms } from '../../programmes';
import type { AccountDecision } from '../account/account-decisions.events';
import { accountAt, lapsesNext, lapsesUntil } from '../account/account.ledger';
import type { Account } from '../account/account.state';

/** What has come due by time alone and is not told yet is told; nothing is decided by it, and no balance rests on it. */
export interface AnnounceLapses {
  /** Something was expected to be due then. */
  readonly due: number;
  readonly now: number;
}

export type NothingToAnnounce = 'AlreadyAnnounced';

export interface AnnouncedLapses {
  readonly kind: 'announced';
  readonly events: readonly AccountDecision[];
  readonly next: Account;
}

/**
 * Up to now, or to just before a return is settled (S27): what comes after that is told with the next fact. `account` is not
 * `behind`.
 */
export function announceLapses(
  { due, now }: AnnounceLapses,
  account: Account,
  terms: Terms,
): AnnouncedLapses | Refusal<NothingToAnnounce> {
  const through = Math.min(now, account.settlesAt - 1);
  if (account.announced >= due || account.announced >= through) {
    return refuse('AlreadyAnnounced', 'Everything that was due has been announced.');
  }
  const next = lapsesNext(accountAt(account, through, terms), terms);
  const announced: AccountDecision = {
    type: 'LapsesAnnounced',
    version: 1,
    data: { through, next: next < account.settlesAt ? next : null },
  };
  return {
    kind: 'announced',
    events: [...lapsesUntil(account, through, terms), announced],
    next: { ...account, announced: through },
  };
}
