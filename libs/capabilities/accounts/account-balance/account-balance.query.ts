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
