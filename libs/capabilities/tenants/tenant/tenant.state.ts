import { assertNever } from '../../../kernel/defect';
import type { IssuedKey, Outlet, TenantEvent } from './tenant.events';

/** A tenant: its outlets, and the keys that work. */
export interface Tenant {
  readonly created: boolean;
  readonly outlets: ReadonlyMap<string, Outlet>;
  readonly keys: ReadonlyMap<string, IssuedKey>;
}

export const initialTenant: Tenant = { created: false, outlets: new Map(), keys: new Map() };

export function evolveTenant(tenant: Tenant, event: TenantEvent): Tenant {
  switch (event.type) {
    case 'TenantCreated':
      return { ...tenant, created: true };
    case 'OutletSet':
      return { ...tenant, outlets: new Map(tenant.outlets).set(event.data.outlet, event.data) };
    case 'KeyIssued':
      return { ...tenant, keys: new Map(tenant.keys).set(event.data.key, event.data) };
    case 'KeyRevoked': {
      const keys = new Map(tenant.keys);
      keys.delete(event.data.key);
      return { ...tenant, keys };
    }
    default:
      return assertNever(event);
  }
}
