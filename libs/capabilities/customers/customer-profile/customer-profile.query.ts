import type { CustomerId, TenantId } from '../../../kernel/ids';
import { jsonOf, type Queried, type QueryDoor } from '../../../platform/read-store/read-store';
import type { CustomerRow } from './customer-profile.projection';

type Tables = { customers: Queried<CustomerRow, 'identities'> };

/** The customer as stored: profile and identities sealed. */
export async function customerOf(
  query: QueryDoor,
  tenant: TenantId,
  customer: CustomerId,
): Promise<CustomerRow | undefined> {
  const row = await query
    .withTables<Tables>()
    .selectFrom('customers')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('customer', '=', customer)
    .executeTakeFirst();
  return row === undefined ? undefined : { ...row, identities: jsonOf<CustomerRow['identities']>(row.identities) };
}
