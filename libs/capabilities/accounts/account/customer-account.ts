import { streamName, type AccountId, type TenantId } from '../../../kernel/ids';
import type { EventStore } from '../../../platform/event-store/event-store';
import { problem } from '../../../platform/http/http-problem';
import { isCustomerId } from '../../../platform/identifiers/identifiers';

/** The account of a customer named in a path. @throws HttpProblem 404 where the tenant has no such customer. */
export async function customerAccount(store: EventStore, tenant: TenantId, customer: string): Promise<AccountId> {
  if (isCustomerId(customer) && (await store.headRevision(streamName('customer', tenant, customer))) >= 0) {
    return customer as string as AccountId;
  }
  throw problem('CustomerNotFound', `there is no customer ${customer}`);
}
