import { streamParts } from '../../../kernel/ids';
import type { ProjectedEvent, Projection, RowKey } from '../../../kernel/projection';
import type { AccountDecision, WalletTotal } from '../account/account-decisions.events';
import { NO_TOTALS, type WalletTotals } from '../account/account.state';
import { POSTED_TYPES, postingsOf, type Posting } from '../account/postings';

/**
 * The totals of a wallet as they have been told: every stored decision is in them, and what time alone has done since the
 * last one is not. What an account holds at an instant is asked of its ledger.
 */
export type AccountBalanceRow = WalletTotals & {
  readonly tenant: string;
  readonly account: string;
  readonly programme: string;
  readonly wallet: string;
  /** The newest event that moved this wallet. */
  readonly revision: number;
  readonly position: number;
};

const TOTALS = Object.keys(NO_TOTALS) as readonly WalletTotal[];

/** Sum of the postings per wallet: what decisions gave and took, and what late facts changed in it. */
export const accountBalance: Projection<AccountBalanceRow> = {
  name: 'account_balances',
  version: 2,
  types: POSTED_TYPES,
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'account', type: 'text' },
    { name: 'programme', type: 'text' },
    { name: 'wallet', type: 'text' },
    ...TOTALS.map((name) => ({ name, type: 'integer' as const })),
    { name: 'revision', type: 'integer' },
    { name: 'position', type: 'integer' },
  ],
  primaryKey: ['tenant', 'account', 'programme', 'wallet'],
  keys(event) {
    return postings(event).map(({ programme, wallet }) => balanceKey(event, programme, wallet));
  },
  apply(row, event, key) {
    const [, , programme, wallet] = key;
    const posting = postings(event).find((moved) => moved.programme === programme && moved.wallet === wallet);
    const before = row ?? emptyBalance(event, String(programme), String(wallet));
    const { revision, position } = event;
    return { ...before, ...added(before, posting?.moved ?? {}), revision, position };
  },
};

const postings = (event: ProjectedEvent): readonly Posting[] => postingsOf(event as ProjectedEvent & AccountDecision);

function added(before: WalletTotals, moved: Posting['moved']): Partial<WalletTotals> {
  const names = Object.keys(moved) as WalletTotal[];
  return Object.fromEntries(names.map((name) => [name, before[name] + (moved[name] ?? 0)]));
}

function balanceKey(event: ProjectedEvent, programme: string, wallet: string): RowKey {
  return [event.append.tenant, streamParts(event.append.stream).id, programme, wallet];
}

function emptyBalance(event: ProjectedEvent, programme: string, wallet: string): AccountBalanceRow {
  return {
    tenant: event.append.tenant,
    account: streamParts(event.append.stream).id,
    programme,
    wallet,
    ...NO_TOTALS,
    revision: event.revision,
    position: event.position,
  };
}
