import { atOnce } from '../../../kernel/sliced';
import type { Terms } from '../../programmes';
import { accountAt, foldArranged } from './account.ledger';
import type { Account } from './account.state';
import type { KnownAccount } from './decide-account';
import { decidedAt } from './effective-order';

/**
 * The instant at which something is decided online (S3): after everything the account has seen. Where the newest fact has
 * that instant and kinds are put in another order within it (S4), it is a millisecond later. `rank` is of the new fact.
 */
export function instantOfDecision({ newest }: Account, now: number, rank: number): number {
  const at = decidedAt(now, newest);
  return newest?.effectiveAt === at && newest.rank >= rank ? at + 1 : at;
}

/**
 * The account with what time alone has done to it until an instant not before its newest fact; undefined where only the
 * history can tell. A return that is settled by then (S27) is in it: it comes before whatever is decided.
 */
export function standingAt({ account, terms, ledger }: KnownAccount, at: number): Account | undefined {
  if (at < account.settlesAt) return accountAt(account, at, terms);
  return ledger && atOnce(foldArranged(ledger.arranged, terms, { through: at })).account;
}

/** The revision of a programme by its number, if it ever was in force. */
export const revisionOf = ({ periods }: Terms, programme: string, revision: number) =>
  periods
    .flatMap(({ inForce }) => inForce)
    .find((compiled) => compiled.programme === programme && compiled.revision === revision);
