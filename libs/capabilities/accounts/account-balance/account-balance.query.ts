import type { AccountId, TenantId } from '../../../kernel/ids';
import type { Queried, QueryDoor } from '../../../platform/read-store/read-store';
import type { AccountBalanceRow } from './account-balance.projection';

type Tables = { account_balances: Queried<AccountBalanceRow> };

/** One row per wallet, by programme and wallet; none for an account that never held points, or that nobody has. */
export function balancesOf(query: QueryDoor, tenant: TenantId, account: AccountId): Promise<AccountBalanceRow[]> {
  return query
    .withTables<Tables>()
    .selectFrom('account_balances')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('account', '=', account)
    .orderBy('programme')
    .orderBy('wallet')
    .execute();
}

/** A wallet of an account as the newest event has it. */
export interface BalanceTold {
  readonly account: string;
  readonly programme: string;
  readonly wallet: string;
  /** Available + reserved − debt. */
  readonly balance: number;
  readonly available: number;
  readonly reserved: number;
  readonly pending: number;
  readonly debt: number;
}

/** Of several accounts, in the order of account, programme and wallet. */
export async function balancesTold(
  query: QueryDoor,
  tenant: TenantId,
  accounts: readonly AccountId[],
): Promise<readonly BalanceTold[]> {
  const rows = await query
    .withTables<Tables>()
    .selectFrom('account_balances')
    .select(['account', 'programme', 'wallet', 'available', 'reserved', 'pending', 'debt'])
    .where('tenant', '=', tenant)
    .where('account', 'in', accounts)
    .orderBy('account')
    .orderBy('programme')
    .orderBy('wallet')
    .execute();
  return rows.map((row) => ({ ...row, balance: row.available + row.reserved - row.debt }));
}
