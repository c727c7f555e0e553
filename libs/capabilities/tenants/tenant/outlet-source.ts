import type { TenantId } from '../../../kernel/ids';
import type { Outlet } from './tenant.events';

/** What the other capabilities ask about outlets: answered from memory, on every purchase. */
export interface OutletSource {
  outlet(tenant: TenantId, outlet: string): Outlet | undefined;
}
