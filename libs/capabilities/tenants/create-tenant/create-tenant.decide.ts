import { accept, refuse, type Decision } from '../../../kernel/decision';
import type { IssuedKey, TenantEvent } from '../tenant/tenant.events';
import type { Tenant } from '../tenant/tenant.state';

export interface CreateTenant {
  readonly tenant: string;
  /** The key its owner begins with. */
  readonly firstKey: IssuedKey;
}

export type CreateTenantRefusal = 'TenantExists';

/** A tenant begins with nothing but the key of its first admin. */
export function createTenant(
  { tenant, firstKey }: CreateTenant,
  state: Tenant,
): Decision<TenantEvent, CreateTenantRefusal> {
  if (state.created) return refuse('TenantExists', `there is a tenant ${tenant} already`);
  return accept<TenantEvent>(
    { type: 'TenantCreated', version: 1, data: { tenant } },
    { type: 'KeyIssued', version: 1, data: firstKey },
  );
}

export const adminKey = (key: string, name: string): IssuedKey => ({
  key,
  name,
  role: 'admin',
  outlets: [],
  history: false,
});
